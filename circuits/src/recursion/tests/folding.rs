//! Honest proofs of every shape of tree.

use starfold_primitives::Digest;

use super::{World, cache, chain, leaf_proofs};
use crate::parameters::ParameterSet;
use crate::recursion::{
    BatchCircuit, BatchProof, BatchStatement, BatchVerifier, CacheError, CircuitSet, FoldCircuit,
    FoldProof, LeafCircuit, LeafProof, Node, NodeVerifier, Shape, VerifierData,
};

fn statement(node: &Node, set: &CircuitSet) -> BatchStatement {
    BatchStatement { claim: node.claim(), set: set.root() }
}

fn prove_batch(world: &World, set: &CircuitSet, node: Node) -> BatchProof {
    check_node(world.fold.verifier(), world, &node, set);
    let statement = statement(&node, set);
    let proof = world.batch.prove(set, node).unwrap();
    assert_eq!(proof.exposed(), statement.exposed());
    assert_eq!(world.verifier.verify(&proof, &statement), Ok(()));
    proof
}

/// The native verifier of nodes is of this world's circuits, takes a node for its set, and for no other.
fn check_node(verifier: &NodeVerifier, world: &World, node: &Node, set: &CircuitSet) {
    assert_eq!(verifier.fold_circuit(), world.fold.digest());
    assert_eq!(verifier.shape().parameters(), world.shape.parameters());
    assert_eq!(verifier.verify(node, set), Ok(()));
    assert!(verifier.verify(node, &CircuitSet::new(vec![]).unwrap()).is_err());
}

/// What a circuit that verifies batch proofs is given: plonky2's proof and what plonky2 verifies it by.
fn check_plonky2s_view(world: &World, proof: &BatchProof) {
    let data: &VerifierData = world.verifier.verifier_data();
    let VerifierData { verifier_only, common } = data;
    assert_eq!(Digest(verifier_only.circuit_digest.elements), world.batch.digest());
    assert_eq!(common.degree_bits(), world.shape.parameters().batch_degree_bits());
    let plonky2s = proof.as_circuit_proof();
    assert_eq!(plonky2s.public_inputs, proof.exposed().0);
    data.verify(plonky2s.clone()).unwrap();
}

#[test]
fn any_number_of_leaf_proofs_of_any_circuits_folds_to_one_batch_circuit() {
    let world = World::new(ParameterSet::Weak);
    // so many segments do not fit the shape
    let many = chain::system(ParameterSet::Weak, 1, 5, 2);
    let many = LeafCircuit::build(&world.shape, many, 15).unwrap();
    assert!(many.adapter_gates().is_some() && world.single.adapter_gates().is_none());
    let members = vec![many.digest(), world.pair.digest(), world.single.digest()];
    let set = CircuitSet::new(members).unwrap();

    let World { single, pair, fold, .. } = &world;
    let leaves = leaf_proofs([single, pair, &many, single, pair]);
    let leaves = leaves.map(|leaf| reread_leaf(&world.shape, leaf));
    let claims = leaves.each_ref().map(LeafProof::claim);
    let [a, b, c, d, e] = leaves;

    prove_batch(&world, &set, a.clone().into());
    let ab = reread_fold(&world.shape, fold.prove(&set, a.clone(), b.clone()).unwrap());
    assert_eq!(ab.claim().entry, claims[0].entry);
    assert_eq!(ab.claim().exit, claims[1].exit);
    prove_batch(&world, &set, ab.clone().into());

    // a fold tree of any form proves the same statement
    let bc = fold.prove(&set, b, c.clone()).unwrap();
    let right = fold.prove(&set, a, bc).unwrap();
    let left = fold.prove(&set, ab, c).unwrap();
    assert_eq!(left.claim(), right.claim());
    let three = prove_batch(&world, &set, right.into());
    assert_eq!(three.exposed(), statement(&left.clone().into(), &set).exposed());

    let de = fold.prove(&set, d, e).unwrap();
    let five = fold.prove(&set, left, de).unwrap();
    assert_eq!(five.claim().exit, claims[4].exit);
    let proof = prove_batch(&world, &set, five.into());
    let bytes = world.verifier.encode(&proof).unwrap();
    let proof = world.verifier.decode(&bytes).unwrap();
    check_plonky2s_view(&world, &proof);
    assert_eq!(world.verifier.encode(&proof).unwrap(), bytes);
    deterministic(&world, &many);
    cached(world, &many);
}

/// Cached circuits prove like those that were built, and damaged or foreign bytes are errors.
fn cached(world: World, many: &LeafCircuit) {
    let World { shape, single, fold, batch, verifier, .. } = world;
    let set = CircuitSet::new(vec![many.digest(), single.digest()]).unwrap();
    let read_leaf = |of: &LeafCircuit, pinned| {
        let (system, bytes) = (of.system().clone(), of.to_cache_bytes());
        LeafCircuit::from_cache_bytes(&shape, system, of.fan_in(), pinned, &bytes)
    };
    let leaves = [read_leaf(&single, single.digest()), read_leaf(many, many.digest())];
    let leaves = leaves.map(Result::unwrap);
    let bytes = fold.to_cache_bytes();
    let pinned = fold.digest();
    let fold = FoldCircuit::from_cache_bytes(&shape, pinned, &bytes).unwrap();
    let batch_bytes = batch.to_cache_bytes();
    let batch = BatchCircuit::from_cache_bytes(&fold, &verifier, &batch_bytes).unwrap();
    let [left, right] = leaf_proofs(leaves.each_ref());
    let node = fold.prove(&set, left, right).unwrap();
    let statement = BatchStatement { claim: node.claim(), set: set.root() };
    let proof = batch.prove(&set, node).unwrap();
    assert_eq!(verifier.verify(&proof, &statement), Ok(()));

    let (expected, actual) = (many.digest(), single.digest());
    let error = read_leaf(&single, expected).err();
    assert_eq!(error, Some(CacheError::Circuit { expected, actual }));
    cache::damaged(&shape, &fold, &bytes);
    cache::foreign_batch(&fold, &verifier, &batch_bytes);
    cache::foreign_inside(&shape, many, &batch_bytes, &bytes);
}

fn reread_leaf(shape: &Shape, proof: LeafProof) -> LeafProof {
    let bytes = proof.encode(shape);
    let decoded = LeafProof::decode(shape, &bytes).unwrap();
    assert_eq!((decoded.claim(), decoded.circuit()), (proof.claim(), proof.circuit()));
    assert_eq!(decoded.encode(shape), bytes);
    decoded
}

fn reread_fold(shape: &Shape, proof: FoldProof) -> FoldProof {
    let bytes = proof.encode(shape);
    let decoded = FoldProof::decode(shape, &bytes).unwrap();
    assert_eq!(decoded.encode(shape), bytes);
    decoded
}

/// Circuits do not depend on when they are built, nor fold and batch on what was folded.
fn deterministic(world: &World, many: &LeafCircuit) {
    let shape = Shape::new(ParameterSet::Weak);
    let fold = FoldCircuit::build(&shape).unwrap();
    let batch = BatchCircuit::build(&fold).unwrap();
    let system = chain::system(ParameterSet::Weak, 1, 5, 2);
    let digests: [Digest; 2] = [fold.digest(), batch.digest()];
    assert_eq!(digests, [world.fold.digest(), world.batch.digest()]);
    assert_eq!(LeafCircuit::build(&shape, system, 15).unwrap().digest(), many.digest());
    let artifact = BatchVerifier::of_circuit(&batch).to_artifact();
    assert_eq!(artifact, world.verifier.to_artifact());
}
