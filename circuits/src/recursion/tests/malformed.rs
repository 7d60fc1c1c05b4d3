//! Hostile bytes and shapes of leaf, fold and batch proofs.

use super::{World, leaf_proofs};
use crate::parameters::ParameterSet;
use crate::recursion::{
    BatchStatement, BatchVerifyError, CircuitProof, DecodeError, FoldProof, LeafProof, Node,
    NodeError, ShapeMismatch,
};

#[test]
fn hostile_bytes_and_shapes_are_errors() {
    let world = World::new(ParameterSet::Weak);
    let [left, right] = leaf_proofs([&world.single, &world.pair]);
    let statement = BatchStatement { claim: left.claim(), set: world.set.root() };
    let batch = world.batch.prove(&world.set, left.clone()).unwrap();
    let leaf = left.clone();
    let fold = world.fold.prove(&world.set, left, right).unwrap();
    let verify = |node: Node| world.fold.verifier().verify(&node, &world.set);
    assert_eq!(verify(leaf.clone().into()), Ok(()));
    assert_eq!(verify(fold.clone().into()), Ok(()));

    hostile(
        "leaf",
        &leaf.encode(&world.shape),
        |bytes| LeafProof::decode(&world.shape, bytes),
        |proof| verify(proof.into()).is_ok(),
    );
    hostile(
        "fold",
        &fold.encode(&world.shape),
        |bytes| FoldProof::decode(&world.shape, bytes),
        |proof| verify(proof.into()).is_ok(),
    );
    hostile(
        "batch",
        &world.verifier.encode(&batch).unwrap(),
        |bytes| world.verifier.decode(bytes),
        |proof| world.verifier.verify(&proof, &statement).is_ok(),
    );

    malformed(&fold.0, |proof| match verify(FoldProof(proof).into()) {
        Err(NodeError::Shape(mismatch)) => Some(mismatch),
        _ => None,
    });
    malformed(&batch.0, |proof| {
        match world.verifier.verify(&super::super::BatchProof(proof), &statement) {
            Err(BatchVerifyError::Shape(mismatch)) => Some(mismatch),
            _ => None,
        }
    });
}

fn hostile<P: std::fmt::Debug>(
    name: &str,
    bytes: &[u8],
    decode: impl Fn(&[u8]) -> Result<P, DecodeError>,
    accepts: impl Fn(P) -> bool,
) {
    let expected = bytes.len();
    for actual in [0, 7, expected - 8, expected + 1] {
        let mut other = bytes.to_vec();
        other.resize(actual, 0);
        let error = DecodeError::Length { expected, actual };
        assert_eq!(decode(&other).err(), Some(error), "{name}");
    }
    for index in (0..expected / 8).step_by(29) {
        let mut other = bytes.to_vec();
        other[8 * index..8 * index + 8].fill(0xff);
        let error = decode(&other).err();
        assert!(
            matches!(error, Some(DecodeError::Element { index: at, .. }) if at == index),
            "{name} {index}: {error:?}"
        );
        let mut other = bytes.to_vec();
        other[8 * index] ^= 1;
        assert!(!accepts(decode(&other).unwrap()), "{name}: element {index} is free");
    }
}

fn malformed(proof: &CircuitProof, mismatch: impl Fn(CircuitProof) -> Option<ShapeMismatch>) {
    type Edit = (&'static str, fn(&mut CircuitProof));
    let edits: [Edit; 9] = [
        ("public inputs", |p| p.public_inputs.clear()),
        ("cap", |p| p.proof.wires_cap.0.clear()),
        ("wire openings", |p| p.proof.openings.wires.truncate(3)),
        ("lookup openings", |p| p.proof.openings.lookup_zs = p.proof.openings.wires.clone()),
        ("FRI cap", |p| p.proof.opening_proof.commit_phase_merkle_caps[0].0.clear()),
        ("query rounds", |p| p.proof.opening_proof.query_round_proofs.truncate(1)),
        ("oracle values", |p| {
            let round = &mut p.proof.opening_proof.query_round_proofs[0];
            round.initial_trees_proof.evals_proofs[2].0.clear();
        }),
        ("FRI path", |p| {
            let step = &mut p.proof.opening_proof.query_round_proofs[0].steps[0];
            step.merkle_proof.siblings.clear();
        }),
        ("final polynomial", |p| {
            let value = p.proof.openings.wires[0];
            p.proof.opening_proof.final_poly.coeffs.push(value);
        }),
    ];
    for (part, edit) in edits {
        let mut edited = proof.clone();
        edit(&mut edited);
        assert_eq!(mismatch(edited).map(|mismatch| mismatch.part), Some(part));
    }
}
