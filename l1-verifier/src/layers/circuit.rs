//! A circuit that verifies one proof.

use std::fmt::Display;

use plonky2::iop::witness::{PartialWitness, WitnessWrite};
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::{
    CircuitConfig, CircuitData, CommonCircuitData, VerifierOnlyCircuitData,
};
use plonky2::plonk::config::PoseidonGoldilocksConfig;
use plonky2::plonk::proof::{ProofWithPublicInputs, ProofWithPublicInputsTarget};
use starfold_circuits::recursion::ProverFailure;
use starfold_primitives::Goldilocks;
use starfold_prover::ProverConfig;

/// The configuration of what is verified: plonky2's own, whose hashes a plonky2 circuit computes cheaply.
pub(super) type InnerConfig = PoseidonGoldilocksConfig;
pub(super) type InnerProof = ProofWithPublicInputs<Goldilocks, InnerConfig, 2>;
pub(super) type InnerKey = VerifierOnlyCircuitData<InnerConfig, 2>;
pub(super) type Common = CommonCircuitData<Goldilocks, 2>;

fn failed(error: impl Display) -> ProverFailure {
    ProverFailure { reason: error.to_string() }
}

/// A circuit that verifies proofs of one other circuit, whose key is a constant, and exposes their public inputs.
#[derive(Debug)]
pub(super) struct VerifyingCircuit<C: ProverConfig> {
    pub(super) data: CircuitData<Goldilocks, C, 2>,
    inner: ProofWithPublicInputsTarget<2>,
}

impl<C: ProverConfig + 'static> VerifyingCircuit<C> {
    pub(super) fn build(config: CircuitConfig, common: &Common, key: &InnerKey) -> Self {
        let (builder, inner) = lay_out(config, common, key);
        Self { data: builder.build::<C>(), inner }
    }

    /// The circuit whose built form is at hand.
    pub(super) fn with(
        data: CircuitData<Goldilocks, C, 2>,
        common: &Common,
        key: &InnerKey,
    ) -> Self {
        let (_, inner) = lay_out(data.common.config.clone(), common, key);
        Self { data, inner }
    }

    /// Proves that `proof` is valid. What is made is verified.
    pub(super) fn prove(
        &self,
        proof: &InnerProof,
    ) -> Result<ProofWithPublicInputs<Goldilocks, C, 2>, ProverFailure> {
        let mut witness = PartialWitness::new();
        witness.set_proof_with_pis_target(&self.inner, proof).map_err(failed)?;
        let proof = starfold_prover::circuit::prove(&self.data, witness).map_err(failed)?;
        self.data.verify(proof.clone()).map_err(failed)?;
        Ok(proof)
    }
}

/// The circuit before it is built, and the targets of the proof that it verifies.
fn lay_out(
    config: CircuitConfig,
    common: &Common,
    key: &InnerKey,
) -> (CircuitBuilder<Goldilocks, 2>, ProofWithPublicInputsTarget<2>) {
    let mut builder = CircuitBuilder::<Goldilocks, 2>::new(config);
    let inner = builder.add_virtual_proof_with_pis(common);
    let key = builder.constant_verifier_data::<InnerConfig>(key);
    builder.verify_proof::<InnerConfig>(&inner, &key, common);
    builder.register_public_inputs(&inner.public_inputs);
    (builder, inner)
}
