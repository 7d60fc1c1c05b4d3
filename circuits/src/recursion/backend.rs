//! Plonky2's types at the one field, degree and configuration of the project.

use std::fmt::Display;

use plonky2::hash::hash_types::{HashOut, HashOutTarget};
use plonky2::hash::merkle_tree;
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::iop::target::Target;
use plonky2::iop::witness::PartialWitness;
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::{
    CircuitData, CommonCircuitData, VerifierCircuitData, VerifierOnlyCircuitData,
};
use plonky2::plonk::config::{Hasher, PoseidonGoldilocksConfig};
use plonky2::plonk::proof::{ProofWithPublicInputs, ProofWithPublicInputsTarget};
use starfold_primitives::{Digest, Field, Goldilocks};

/// Degree of the extension field.
pub(super) const EXTENSION: usize = 2;
pub(super) type Config = PoseidonGoldilocksConfig;
pub(super) type Builder = CircuitBuilder<Goldilocks, EXTENSION>;
pub(super) type Circuit = CircuitData<Goldilocks, Config, EXTENSION>;
pub(super) type CommonData = CommonCircuitData<Goldilocks, EXTENSION>;
pub(super) type Key = VerifierOnlyCircuitData<Config, EXTENSION>;
pub(super) type Cap = merkle_tree::MerkleCap<Goldilocks, PoseidonHash>;
pub(super) type ProofTarget = ProofWithPublicInputsTarget<EXTENSION>;

/// A proof as plonky2 knows it.
pub type CircuitProof = ProofWithPublicInputs<Goldilocks, Config, EXTENSION>;
/// What plonky2 needs to verify a proof.
pub type VerifierData = VerifierCircuitData<Goldilocks, Config, EXTENSION>;

/// What plonky2 hashes into a circuit digest besides cap and degree: its digest of no domain separator.
pub(super) fn no_separator() -> HashOut<Goldilocks> {
    <PoseidonHash as Hasher<Goldilocks>>::hash_pad(&[])
}

/// The digest of the circuit whose key has this cap.
pub(super) fn circuit_digest(cap: &Cap, degree_bits: usize) -> Digest {
    let mut elements = cap.flatten();
    elements.extend(no_separator().elements);
    elements.push(Goldilocks::from_canonical_usize(degree_bits));
    Digest(PoseidonHash::hash_no_pad(&elements).elements)
}

/// The key of the circuit whose key has this cap.
pub(super) fn key_of_cap(cap: Cap, degree_bits: usize) -> Key {
    let circuit_digest = HashOut { elements: circuit_digest(&cap, degree_bits).0 };
    Key { constants_sigmas_cap: cap, circuit_digest }
}

pub(super) fn constant_digest(builder: &mut Builder, digest: Digest) -> HashOutTarget {
    builder.constant_hash(HashOut { elements: digest.0 })
}

/// Connects two lists of one length.
pub(super) fn connect_all(
    builder: &mut Builder,
    left: impl IntoIterator<Item = Target, IntoIter: ExactSizeIterator>,
    right: impl IntoIterator<Item = Target, IntoIter: ExactSizeIterator>,
) {
    let (left, right) = (left.into_iter(), right.into_iter());
    assert_eq!(left.len(), right.len(), "nothing may be left unconnected");
    for (left, right) in left.zip(right) {
        builder.connect(left, right);
    }
}

/// The prover refused a witness or failed, or its proof does not verify.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the prover failed: {reason}")]
pub struct ProverFailure {
    /// What it says.
    pub reason: String,
}

pub(super) fn prover_failed(error: impl Display) -> ProverFailure {
    ProverFailure { reason: error.to_string() }
}

/// Proves a circuit's witness. The proof is verified: the prover's part of a circuit may come from a file, and a prover does
/// not look at what it made.
pub(super) fn prove(
    circuit: &Circuit,
    witness: PartialWitness<Goldilocks>,
) -> Result<CircuitProof, ProverFailure> {
    let proof = starfold_prover::circuit::prove(circuit, witness).map_err(prover_failed)?;
    circuit.verify(proof.clone()).map_err(prover_failed)?;
    Ok(proof)
}
