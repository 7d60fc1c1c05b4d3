//! Tests of the recursion over a small AIR. The circuits' logic is tested with hardly sound parameters, whose
//! circuits are small; one test runs the standard ones. Tests that need circuits are few, since each builds its own.

mod arity;
mod artifact;
mod attacks;
mod cache;
mod catalogue;
mod chain;
mod folding;
mod malformed;
mod refusals;
mod segments;
mod standard;

use chain::{context, origin, segment, system};
use starfold_primitives::Goldilocks;
use starfold_primitives::claim::{BOUNDARY_LEN, CONTEXT_LEN};

use crate::parameters::ParameterSet;
use crate::recursion::{
    BatchCircuit, BatchVerifier, CircuitSet, FoldCircuit, LeafCircuit, LeafProof, Shape,
};

/// Circuits of two AIRs that differ in their step.
struct World {
    shape: Shape,
    /// One segment of 2^5 rows.
    single: LeafCircuit,
    /// Two segments of 2^6 rows of another AIR.
    pair: LeafCircuit,
    set: CircuitSet,
    fold: FoldCircuit,
    batch: BatchCircuit,
    verifier: BatchVerifier,
}

impl World {
    fn new(parameters: ParameterSet) -> Self {
        let shape = Shape::new(parameters);
        let single = LeafCircuit::build(&shape, system(parameters, 1, 5, 2), 1).unwrap();
        let pair = LeafCircuit::build(&shape, system(parameters, 2, 6, 1), 2).unwrap();
        let set = CircuitSet::new(vec![single.digest(), pair.digest()]).unwrap();
        let fold = FoldCircuit::build(&shape).unwrap();
        let batch = BatchCircuit::build(&fold).unwrap();
        let verifier = BatchVerifier::of_circuit(&batch);
        Self { shape, single, pair, set, fold, batch, verifier }
    }
}

/// A leaf proof that begins at `entry`.
fn leaf_proof(
    circuit: &LeafCircuit,
    context: [Goldilocks; CONTEXT_LEN],
    entry: [Goldilocks; BOUNDARY_LEN],
) -> LeafProof {
    let mut entry = entry;
    let segments = (0..circuit.fan_in())
        .map(|_| {
            let proof = segment(circuit.system(), context, entry);
            entry = proof.claim().exit;
            proof
        })
        .collect();
    circuit.prove(segments).unwrap()
}

/// Leaf proofs of these circuits, one after the other.
fn leaf_proofs<const N: usize>(circuits: [&LeafCircuit; N]) -> [LeafProof; N] {
    let mut entry = origin();
    circuits.map(|circuit| {
        let proof = leaf_proof(circuit, context(7), entry);
        entry = proof.claim().exit;
        proof
    })
}
