//! Files of built circuits that are damaged, or right in form and wrong in content.

use super::chain::{context, origin, segment, system};
use crate::parameters::ParameterSet;
use crate::recursion::cache::testing::{by_another_program, joined};
use crate::recursion::{
    BatchCircuit, BatchVerifier, BuildError, CacheError, FoldCircuit, LeafCircuit, LeafError, Shape,
};

/// What the header tells.
pub(super) fn damaged(shape: &Shape, fold: &FoldCircuit, bytes: &[u8]) {
    let read = |bytes: &[u8]| FoldCircuit::from_cache_bytes(shape, fold.digest(), bytes).err();
    // magic, program, hash, number and length of the circuits, the circuit
    for index in [0, 8, 40, 72, 80, 88, bytes.len() / 2, bytes.len() - 1] {
        let mut altered = bytes.to_vec();
        altered[index] ^= 1;
        assert_eq!(read(&altered), Some(CacheError::Damaged), "byte {index}");
    }
    let longer = [bytes, &[0]].concat();
    for damaged in [&[], &bytes[..11], &bytes[..72], &bytes[..bytes.len() - 1], &longer] {
        assert_eq!(read(damaged), Some(CacheError::Damaged));
    }
    assert_eq!(read(&by_another_program(bytes)), Some(CacheError::Program));
    let twice = joined(&[(bytes, 0); 2]);
    assert_eq!(read(&twice), Some(CacheError::Count { expected: 1, actual: 2 }));
    for count in [0, 3] {
        let circuits = vec![(bytes, 0); count];
        assert_eq!(read(&joined(&circuits)), Some(CacheError::Damaged));
    }
}

/// A batch circuit has the committed verifier data, all of it.
pub(super) fn foreign_batch(fold: &FoldCircuit, verifier: &BatchVerifier, bytes: &[u8]) {
    let (expected, actual) = (verifier.circuit(), fold.digest());
    let error = BatchCircuit::from_cache_bytes(fold, verifier, &fold.to_cache_bytes()).err();
    assert_eq!(error, Some(CacheError::Circuit { expected, actual }));
    let mut data = verifier.verifier_data().clone();
    data.common.config.fri_config.num_query_rounds += 1;
    let error = BatchCircuit::from_cache_bytes(fold, &BatchVerifier::new(data), bytes).err();
    assert_eq!(error, Some(CacheError::CommonData { expected }));
}

/// Adapters around circuits that are not theirs.
pub(super) fn foreign_inside(shape: &Shape, many: &LeafCircuit, batch: &[u8], fold: &[u8]) {
    let own = many.to_cache_bytes();
    let read = |inner: &[u8], place| {
        let bytes = joined(&[(&own, 0), (inner, place)]);
        let (system, fan_in) = (many.system().clone(), many.fan_in());
        LeafCircuit::from_cache_bytes(shape, system, fan_in, many.digest(), &bytes)
    };
    let error = read(batch, 0).err();
    let expected = BuildError::PublicInputs { expected: 52, actual: 4 };
    assert_eq!(error, Some(CacheError::Build(expected)));
    let degree = shape.degree_bits();
    let error = read(fold, 0).err();
    let expected = BuildError::Degree { expected: degree, actual: degree };
    assert_eq!(error, Some(CacheError::Build(expected)));

    // one of the same form for another AIR: no proof comes out
    let other = system(ParameterSet::Weak, 3, 5, 2);
    let other = LeafCircuit::build(shape, other, many.fan_in()).unwrap();
    let mixed = read(&other.to_cache_bytes(), 1).unwrap();
    let mut entry = origin();
    let segments = (0..many.fan_in()).map(|_| {
        let proof = segment(many.system(), context(7), entry);
        entry = proof.claim().exit;
        proof
    });
    let error = mixed.prove(segments.collect()).err();
    assert!(matches!(error, Some(LeafError::Prover(_))), "{error:?}");
}
