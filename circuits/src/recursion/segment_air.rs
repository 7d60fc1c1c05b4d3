//! What a proof system of segments asks of an AIR, whatever the AIR's type.

use std::fmt::{self, Debug};
use std::sync::{Arc, OnceLock};

use starfold_primitives::claim::Claim;
use starfold_primitives::{Digest, Goldilocks};
use starky::config::StarkConfig;
use starky::proof::StarkProofWithPublicInputsTarget;
use starky::recursive_verifier::{add_virtual_stark_proof_with_pis, verify_stark_proof_circuit};

use super::backend::{Builder, Config, EXTENSION, ProverFailure, prover_failed};
use super::segment::RawSegmentProof;
use crate::air::{
    Air, AirStark, ConstraintTable, Layout, Trace, Violation, constraint_table, fingerprint,
    first_violation,
};

/// A segment's proof in a circuit.
pub(super) type SegmentTarget = StarkProofWithPublicInputsTarget<EXTENSION>;

/// An AIR without its type, so that circuits of several AIRs are values of one type.
pub(super) trait SegmentAir: Send + Sync {
    fn name(&self) -> &'static str;
    fn columns(&self) -> usize;
    /// The declared degree.
    fn degree(&self) -> usize;
    /// The degree of the constraints.
    fn actual_degree(&self) -> usize;
    /// The number of polynomials that have to vanish.
    fn constraints(&self) -> usize;
    fn quotient_degree_factor(&self) -> usize;

    /// What tells it from other AIRs.
    fn fingerprint(&self) -> Digest;

    /// The first constraint that the trace breaks, and how often constraints are broken besides.
    fn first_violation(
        &self,
        trace: &Trace,
        claim: &Claim<Goldilocks>,
    ) -> Option<(Violation, usize)>;

    fn prove(
        &self,
        config: &StarkConfig,
        trace: Trace,
        claim: &Claim<Goldilocks>,
    ) -> Result<RawSegmentProof, ProverFailure>;

    fn verify(&self, config: &StarkConfig, proof: RawSegmentProof) -> Result<(), ProverFailure>;

    /// Verifies a proof in a circuit.
    fn verify_in_circuit(
        &self,
        builder: &mut Builder,
        config: &StarkConfig,
        degree_bits: usize,
    ) -> SegmentTarget;
}

impl Debug for dyn SegmentAir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An AIR with what is computed from all of its constraints, once and when it is asked for.
struct Analysed<A> {
    stark: AirStark<A>,
    table: OnceLock<ConstraintTable>,
    fingerprint: OnceLock<Digest>,
}

/// An AIR to share between the systems and circuits over it.
pub(super) fn segment_air<A: Air>(air: A) -> Arc<dyn SegmentAir> {
    let stark = AirStark::new(air);
    Arc::new(Analysed { stark, table: OnceLock::new(), fingerprint: OnceLock::new() })
}

impl<A: Air> Analysed<A> {
    fn table(&self) -> &ConstraintTable {
        self.table.get_or_init(|| constraint_table(self.stark.air()))
    }
}

impl<A: Air> SegmentAir for Analysed<A> {
    fn name(&self) -> &'static str {
        A::NAME
    }

    fn columns(&self) -> usize {
        A::Columns::LEN
    }

    fn degree(&self) -> usize {
        A::DEGREE
    }

    fn actual_degree(&self) -> usize {
        self.table().degree()
    }

    fn constraints(&self) -> usize {
        self.table().polynomials()
    }

    fn quotient_degree_factor(&self) -> usize {
        starky::stark::Stark::quotient_degree_factor(&self.stark)
    }

    fn fingerprint(&self) -> Digest {
        *self.fingerprint.get_or_init(|| fingerprint(self.stark.air()))
    }

    fn first_violation(
        &self,
        trace: &Trace,
        claim: &Claim<Goldilocks>,
    ) -> Option<(Violation, usize)> {
        // the names cost more than the values
        if self.stark.is_satisfied(trace, claim) {
            None
        } else {
            first_violation(self.stark.air(), trace, claim)
        }
    }

    fn prove(
        &self,
        config: &StarkConfig,
        trace: Trace,
        claim: &Claim<Goldilocks>,
    ) -> Result<RawSegmentProof, ProverFailure> {
        let columns = trace.to_columns();
        // the rows are as large as the columns
        drop(trace);
        starfold_prover::stark::prove(&self.stark, config, columns, &claim.to_elements())
            .map_err(prover_failed)
    }

    fn verify(&self, config: &StarkConfig, proof: RawSegmentProof) -> Result<(), ProverFailure> {
        starky::verifier::verify_stark_proof(self.stark, proof, config, None).map_err(prover_failed)
    }

    fn verify_in_circuit(
        &self,
        builder: &mut Builder,
        config: &StarkConfig,
        degree_bits: usize,
    ) -> SegmentTarget {
        let segment =
            add_virtual_stark_proof_with_pis(builder, &self.stark, config, degree_bits, 0, 0);
        verify_stark_proof_circuit::<Goldilocks, Config, _, EXTENSION>(
            builder,
            self.stark,
            segment.clone(),
            config,
            None,
        );
        segment
    }
}
