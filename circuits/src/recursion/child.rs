//! A proof slot: what every parent requires of a child.

use plonky2::hash::hash_types::{HashOut, HashOutTarget, MerkleCapTarget};
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::iop::target::{BoolTarget, Target};
use plonky2::iop::witness::{PartialWitness, WitnessWrite};
use plonky2::plonk::circuit_data::VerifierCircuitTarget;
use starfold_primitives::claim::{CLAIM_LEN, Claim};
use starfold_primitives::poseidon::Domain;
use starfold_primitives::{Digest, Field, Goldilocks};

use super::backend::{
    Builder, Cap, CircuitProof, Config, ProofTarget, ProverFailure, connect_all, no_separator,
    prover_failed,
};
use super::set::{CIRCUIT_SET_DEPTH, SetPath};
use super::shape::Shape;
use super::sponge;

/// What is carried beside the claim: the fold circuit's digest and the circuit set's root.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carried {
    pub(super) own: HashOutTarget,
    pub(super) set: HashOutTarget,
}

/// The targets of a child.
#[derive(Debug)]
pub(super) struct ChildTargets {
    proof: ProofTarget,
    cap: MerkleCapTarget,
    is_fold: BoolTarget,
    member: HashOutTarget,
    index_bits: [BoolTarget; CIRCUIT_SET_DEPTH],
    siblings: [HashOutTarget; CIRCUIT_SET_DEPTH],
}

/// The values of a child. For a fold the path is that of any place in the set.
#[derive(Clone)]
pub(super) struct ChildWitness<'a> {
    pub(super) proof: &'a CircuitProof,
    pub(super) cap: &'a Cap,
    pub(super) is_fold: bool,
    pub(super) path: SetPath,
}

/// Verifies one child and returns its claim: its key is the fold's or one of the set, and what it carries is the
/// parent's, if it is a fold, or zero, if it is a leaf.
pub(super) fn verify_child(
    builder: &mut Builder,
    shape: &Shape,
    carried: Carried,
) -> (ChildTargets, Claim<Target>) {
    let common = shape.common();
    let proof = builder.add_virtual_proof_with_pis(common);
    let cap = builder.add_virtual_cap(common.config.fri_config.cap_height);
    let circuit_digest = key_digest(builder, &cap, shape.degree_bits());

    let is_fold = builder.add_virtual_bool_target_safe();
    let member = builder.add_virtual_hash();
    let index_bits = std::array::from_fn(|_| builder.add_virtual_bool_target_unsafe());
    let siblings = std::array::from_fn(|_| builder.add_virtual_hash());
    let root = index_bits.iter().zip(siblings).fold(member, |node, (&is_right, sibling)| {
        sponge::hash_node(builder, Domain::CircuitSetNode, node, sibling, is_right)
    });
    builder.connect_hashes(root, carried.set);
    for i in 0..4 {
        let allowed = builder.select(is_fold, carried.own.elements[i], member.elements[i]);
        builder.connect(circuit_digest.elements[i], allowed);
    }

    let expected = carried.own.elements.into_iter().chain(carried.set.elements);
    let expected: Vec<_> = expected.map(|element| builder.mul(is_fold.target, element)).collect();
    connect_all(builder, proof.public_inputs[CLAIM_LEN..].iter().copied(), expected);

    let key = VerifierCircuitTarget { constants_sigmas_cap: cap.clone(), circuit_digest };
    builder.verify_proof::<Config>(&proof, &key, common);
    let claim = claim_of(&proof.public_inputs);
    (ChildTargets { proof, cap, is_fold, member, index_bits, siblings }, claim)
}

/// The claim at the front of the public inputs of a leaf or fold proof.
pub(super) fn claim_of<T: Copy>(public_inputs: &[T]) -> Claim<T> {
    let elements: [T; CLAIM_LEN] = std::array::from_fn(|i| public_inputs[i]);
    Claim::from_elements(&elements)
}

/// Plonky2's circuit digest, computed from a cap. It binds the key, so that four elements stand for all of it.
fn key_digest(builder: &mut Builder, cap: &MerkleCapTarget, degree_bits: usize) -> HashOutTarget {
    let mut elements: Vec<Target> = cap.0.iter().flat_map(|hash| hash.elements).collect();
    elements.extend(no_separator().elements.map(|element| builder.constant(element)));
    elements.push(builder.constant(Goldilocks::from_canonical_usize(degree_bits)));
    builder.hash_n_to_hash_no_pad::<PoseidonHash>(elements)
}

impl ChildTargets {
    /// Sets the witness.
    pub(super) fn assign(
        &self,
        witness: &mut PartialWitness<Goldilocks>,
        child: &ChildWitness<'_>,
    ) -> Result<(), ProverFailure> {
        let hash = |digest: Digest| HashOut { elements: digest.0 };
        witness.set_proof_with_pis_target(&self.proof, child.proof).map_err(prover_failed)?;
        witness.set_cap_target(&self.cap, child.cap).map_err(prover_failed)?;
        witness.set_bool_target(self.is_fold, child.is_fold).map_err(prover_failed)?;
        witness.set_hash_target(self.member, hash(child.path.member)).map_err(prover_failed)?;
        for (level, (&bit, &sibling)) in self.index_bits.iter().zip(&self.siblings).enumerate() {
            let is_right = child.path.index >> level & 1 == 1;
            witness.set_bool_target(bit, is_right).map_err(prover_failed)?;
            let digest = hash(child.path.siblings[level]);
            witness.set_hash_target(sibling, digest).map_err(prover_failed)?;
        }
        Ok(())
    }
}
