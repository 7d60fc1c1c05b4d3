//! What honest software refuses to prove, and which error says so.

use starfold_primitives::claim::BrokenChain;
use starfold_primitives::{Digest, Field, Goldilocks};

use super::chain::{ChainAir, context, origin, segment, system};
use super::{World, leaf_proof, leaf_proofs};
use crate::parameters::{FoldArity, ParameterSet};
use crate::provable::LeafSize;
use crate::recursion::{
    BatchError, BatchStatement, BatchVerifyError, BuildError, CatalogueEntry, CircuitSet,
    FoldError, LeafBuildError, LeafCircuit, LeafError, LeafProof, Node, NodeError, SegmentError,
};

#[test]
fn every_rule_has_its_error() {
    let world = World::new(ParameterSet::Weak);
    leaf_circuits(&world);
    let [a, b, c] = leaf_proofs([&world.single, &world.pair, &world.single]);
    chains(&world, &a, &b, &c);
    nodes(&world, &a, &b);
    statements(&world, &a, &b);
}

fn leaf_circuits(world: &World) {
    let none = LeafCircuit::build(&world.shape, system(ParameterSet::Weak, 1, 5, 2), 0);
    let expected = BuildError::PublicInputs { expected: 52, actual: 8 };
    assert_eq!(none.err(), Some(expected));

    let two = || {
        let first = segment(world.pair.system(), context(7), origin());
        let second = segment(world.pair.system(), context(7), first.claim().exit);
        [first, second]
    };
    let [first, second] = two();
    let error = world.pair.prove(vec![first.clone()]).err();
    assert_eq!(error, Some(LeafError::Segments { expected: 2, actual: 1 }));
    let error = world.pair.prove(vec![second.clone(), first.clone()]).err();
    let source = BrokenChain::Boundary { index: 0 };
    assert_eq!(error, Some(LeafError::BrokenChain { index: 1, source }));
    let mut tampered = second;
    tampered.0.public_inputs[40] += Goldilocks::ONE;
    let error = world.pair.prove(vec![first, tampered]).err();
    let source_is = |error: &Option<LeafError>, expected: fn(&SegmentError) -> bool| matches!(error, Some(LeafError::Segment { index: 1, source }) if expected(source));
    assert!(source_is(&error, |e| matches!(e, SegmentError::Invalid { .. })), "{error:?}");
    let [first, _] = two();
    let shorter = system(ParameterSet::Weak, 2, 5, 1);
    let shorter = segment(&shorter, context(7), first.claim().exit);
    let error = world.pair.prove(vec![first, shorter]).err();
    assert!(source_is(&error, |e| matches!(e, SegmentError::Shape(_))), "{error:?}");

    // a pinned description leads to the same circuit
    let rate = crate::parameters::SegmentRate::ALL[1];
    let size = |fan_in| LeafSize { degree_bits: 5, rate, fan_in };
    let entry = |fan_in| CatalogueEntry::new(ChainAir { step: 1 }, 0, size(fan_in));
    let built = entry(1).build(&world.shape).unwrap();
    assert_eq!(built.digest(), world.single.digest());
    assert_eq!(entry(1).spec().to_string(), "chain-2^5-rate-2-x1");
    // the circuits of a catalogue are not larger than their parameter set says
    let error = entry(15).build(&world.shape).err();
    assert_eq!(error, Some(LeafBuildError::Rows { largest: 11, actual: 12 }));
}

fn chains(world: &World, a: &LeafProof, b: &LeafProof, c: &LeafProof) {
    let fold = |left: &LeafProof, right: &LeafProof| {
        world.fold.prove(&world.set, left.clone(), right.clone()).err()
    };
    let broken = |source| FoldError::BrokenChain { index: 1, source };
    assert_eq!(fold(b, a), Some(broken(BrokenChain::Boundary { index: 0 })), "swapped");
    assert_eq!(fold(a, c), Some(broken(BrokenChain::Boundary { index: 0 })), "left out");
    let other = leaf_proof(&world.pair, context(8), a.claim().exit);
    assert_eq!(fold(a, &other), Some(broken(BrokenChain::Context { index: 0 })));
    let error = world.fold.prove_all(&world.set, &[a.clone().into()]).err();
    assert_eq!(error, Some(FoldError::Children { expected: FoldArity::Two, actual: 1 }));
}

fn nodes(world: &World, a: &LeafProof, b: &LeafProof) {
    let verifier = world.fold.verifier();
    let only_pairs = CircuitSet::new(vec![world.pair.digest()]).unwrap();
    let circuit = world.single.digest();
    let stranger = NodeError::NotAMember { circuit, set: only_pairs.root() };
    let error = world.fold.prove(&only_pairs, a.clone(), b.clone()).err();
    assert_eq!(error, Some(FoldError::Child { index: 0, source: stranger.clone() }));
    let error = world.batch.prove(&only_pairs, a.clone()).err();
    assert_eq!(error, Some(BatchError::Node(stranger)));

    let fold = world.fold.prove(&world.set, a.clone(), b.clone()).unwrap();
    let verify = |edit: &dyn Fn(&mut [Goldilocks])| {
        let mut tampered = fold.clone();
        edit(&mut tampered.0.public_inputs);
        verifier.verify(&Node::Fold(tampered), &world.set)
    };
    let own = verify(&|inputs| inputs[44] += Goldilocks::ONE);
    assert!(matches!(own, Err(NodeError::Own { .. })), "{own:?}");
    let set = verify(&|inputs| inputs[48] += Goldilocks::ONE);
    assert!(matches!(set, Err(NodeError::Set { .. })), "{set:?}");
    let claim = verify(&|inputs| inputs[30] += Goldilocks::ONE);
    assert!(matches!(claim, Err(NodeError::Invalid { .. })), "{claim:?}");

    let expected = only_pairs.root();
    let actual = world.set.root();
    let error = verifier.verify(&fold.clone().into(), &only_pairs);
    assert_eq!(error, Err(NodeError::Set { expected, actual }));

    // the fold's key with a leaf's proof, and the other way round
    let disguised = LeafProof { proof: fold.0.clone(), key: a.key.clone() };
    let error = verifier.verify(&disguised.into(), &world.set);
    let (expected, actual) = (Digest::ZERO, world.fold.digest());
    assert_eq!(error, Err(NodeError::Own { expected, actual }));
    let disguised = crate::recursion::FoldProof(a.proof.clone());
    let error = verifier.verify(&disguised.into(), &world.set);
    let (expected, actual) = (world.fold.digest(), Digest::ZERO);
    assert_eq!(error, Err(NodeError::Own { expected, actual }));
    let mut other_key = a.clone();
    other_key.key = b.key.clone();
    let error = verifier.verify(&other_key.into(), &world.set);
    assert!(matches!(error, Err(NodeError::Invalid { .. })), "{error:?}");
}

fn statements(world: &World, a: &LeafProof, b: &LeafProof) {
    let statement = BatchStatement { claim: a.claim(), set: world.set.root() };
    let proof = world.batch.prove(&world.set, a.clone()).unwrap();
    assert_eq!(world.verifier.verify(&proof, &statement), Ok(()));
    let mut others = vec![BatchStatement { claim: b.claim(), ..statement }];
    others.push(BatchStatement { set: Digest::ZERO, ..statement });
    for i in 0..44 {
        let mut elements = statement.claim.to_elements();
        elements[i] += Goldilocks::ONE;
        let claim = starfold_primitives::Claim::from_elements(&elements);
        others.push(BatchStatement { claim, ..statement });
    }
    for other in others {
        let (expected, actual) = (other.exposed(), statement.exposed());
        let error = world.verifier.verify(&proof, &other);
        assert_eq!(error, Err(BatchVerifyError::Statement { expected, actual }));
        // with the other statement's elements as public inputs the proof does not verify
        let mut forged = proof.clone();
        forged.0.public_inputs = expected.0.to_vec();
        let error = world.verifier.verify(&forged, &other);
        assert!(matches!(error, Err(BatchVerifyError::Invalid { .. })), "{error:?}");
    }
}
