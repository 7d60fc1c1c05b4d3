//! Segments: one STARK proof of one trace.

use std::fmt;
use std::sync::Arc;

use starfold_primitives::claim::CLAIM_LEN;
use starfold_primitives::{Claim, Goldilocks};
use starky::config::StarkConfig;
use starky::proof::{StarkOpeningSet, StarkProof, StarkProofWithPublicInputs};

use super::backend::{Builder, Config, EXTENSION, ProverFailure};
use super::encoding::{DecodeError, ElementReader, ElementWriter};
use super::layout::{FriLayout, ShapeMismatch, expect_len};
use super::segment_air::{SegmentAir, SegmentTarget, segment_air};
use crate::air::{Air, Trace, Violation};
use crate::parameters::{ParameterSet, SegmentRate};

pub(crate) type RawSegmentProof = StarkProofWithPublicInputs<Goldilocks, Config, EXTENSION>;

/// The shortest trace, 2^4 rows: a Merkle cap must not be higher than its tree.
const MIN_DEGREE_BITS: usize = 4;
/// The longest trace, 2^20 rows: beyond it neither memory nor the soundness of the challenges suffices.
pub(crate) const MAX_DEGREE_BITS: usize = 20;

/// A STARK proof that one trace leads from its claim's entry to its exit.
#[derive(Clone)]
pub struct SegmentProof(pub(crate) RawSegmentProof);

/// Why a segment is not proved or its proof not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SegmentError {
    /// No proof system has traces of this length.
    #[error("a trace has 2^{MIN_DEGREE_BITS} to 2^{MAX_DEGREE_BITS} rows, not 2^{actual}")]
    DegreeBits {
        /// The logarithm asked for.
        actual: usize,
    },
    /// The AIR declares a lower degree than its constraints have.
    #[error("the AIR {air} declares the degree {declared}, its constraints have {actual}")]
    Degree {
        /// The AIR.
        air: &'static str,
        /// What it declares.
        declared: usize,
        /// The highest degree of its constraints, filters included.
        actual: usize,
    },
    /// The rate is too low for the degree of the constraints.
    #[error("constraints of degree {degree} need a rate of at least 2^{needed}, not 2^{actual}")]
    Rate {
        /// The AIR's degree.
        degree: usize,
        /// The least rate, in bits.
        needed: u32,
        /// The rate asked for, in bits.
        actual: u32,
    },
    /// The trace has another width than the AIR.
    #[error("the trace has {actual} columns, the AIR {expected}")]
    Columns {
        /// The AIR's.
        expected: usize,
        /// The trace's.
        actual: usize,
    },
    /// The trace has another height than the segment.
    #[error("the trace has {actual} rows, the segment {expected}")]
    Rows {
        /// The segment's.
        expected: usize,
        /// The trace's.
        actual: usize,
    },
    /// The trace breaks a constraint, or the claim is not its own.
    #[error("row {row} of the trace breaks the constraint {name:?} of the AIR {air}{}", others(*.more))]
    Unsatisfied {
        /// The AIR.
        air: &'static str,
        /// The first row that breaks a constraint.
        row: usize,
        /// The constraint.
        name: &'static str,
        /// How often constraints are broken besides.
        more: usize,
    },
    /// The prover failed.
    #[error(transparent)]
    Prover(#[from] ProverFailure),
    /// The proof is not one of this proof system.
    #[error(transparent)]
    Shape(#[from] ShapeMismatch),
    /// The proof is wrong.
    #[error("the segment proof is not valid: {reason}")]
    Invalid {
        /// What the verifier says.
        reason: String,
    },
}

impl SegmentProof {
    /// What is proved.
    pub fn claim(&self) -> Claim<Goldilocks> {
        let elements: [Goldilocks; CLAIM_LEN] = std::array::from_fn(|i| self.0.public_inputs[i]);
        Claim::from_elements(&elements)
    }
}

impl fmt::Debug for SegmentProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SegmentProof").field(&self.claim()).finish()
    }
}

fn others(more: usize) -> String {
    if more == 0 { String::new() } else { format!(", and {more} more are broken") }
}

/// The proof system of segments of one AIR, one length and one rate.
#[derive(Clone, Debug)]
pub struct SegmentSystem {
    air: Arc<dyn SegmentAir>,
    config: StarkConfig,
    degree_bits: usize,
    quotients: usize,
    fri: FriLayout,
}

impl SegmentSystem {
    /// The proof system of traces of 2^`degree_bits` rows.
    ///
    /// # Errors
    /// [`SegmentError::DegreeBits`] for a length that is not supported, [`SegmentError::Degree`] where the AIR declares
    /// a lower degree than its constraints have, [`SegmentError::Rate`] where it is too high for the rate.
    pub fn new<A: Air>(
        air: A,
        parameters: ParameterSet,
        degree_bits: usize,
        rate: SegmentRate,
    ) -> Result<Self, SegmentError> {
        Self::of_air(segment_air(air), parameters, degree_bits, rate)
    }

    pub(super) fn of_air(
        air: Arc<dyn SegmentAir>,
        parameters: ParameterSet,
        degree_bits: usize,
        rate: SegmentRate,
    ) -> Result<Self, SegmentError> {
        if !(MIN_DEGREE_BITS..=MAX_DEGREE_BITS).contains(&degree_bits) {
            return Err(SegmentError::DegreeBits { actual: degree_bits });
        }
        // a degree of 0 would leave no quotient, and nothing would be proved
        let (declared, actual) = (air.degree(), air.actual_degree().max(1));
        if actual > declared {
            return Err(SegmentError::Degree { air: air.name(), declared, actual });
        }
        let quotient_degree = air.quotient_degree_factor();
        let needed = quotient_degree.next_power_of_two().ilog2();
        if rate.bits() < needed {
            let degree = air.degree();
            return Err(SegmentError::Rate { degree, needed, actual: rate.bits() });
        }
        let config = parameters.stark_config(rate);
        let quotients = quotient_degree * config.num_challenges;
        let fri = FriLayout::new(config.fri_params(degree_bits), vec![air.columns(), quotients]);
        Ok(Self { air, config, degree_bits, quotients, fri })
    }

    /// The logarithm of the rows of every trace.
    pub fn degree_bits(&self) -> usize {
        self.degree_bits
    }

    /// The name of the AIR.
    pub fn air(&self) -> &'static str {
        self.air.name()
    }

    /// Verifies a segment in a circuit.
    pub(super) fn verify_in_circuit(&self, builder: &mut Builder) -> SegmentTarget {
        self.air.verify_in_circuit(builder, &self.config, self.degree_bits)
    }

    /// Checks that a trace satisfies the AIR with `claim` as public inputs.
    ///
    /// # Errors
    /// [`SegmentError::Columns`] or [`SegmentError::Rows`] where the trace has not the size of a segment, and
    /// [`SegmentError::Unsatisfied`] where it breaks a constraint.
    pub fn check(&self, trace: &Trace, claim: &Claim<Goldilocks>) -> Result<(), SegmentError> {
        let (expected, actual) = (self.air.columns(), trace.width());
        if actual != expected {
            return Err(SegmentError::Columns { expected, actual });
        }
        let (expected, actual) = (1 << self.degree_bits, trace.height());
        if actual != expected {
            return Err(SegmentError::Rows { expected, actual });
        }
        match self.air.first_violation(trace, claim) {
            None => Ok(()),
            Some((Violation { row, name }, more)) => {
                Err(SegmentError::Unsatisfied { air: self.air(), row, name, more })
            }
        }
    }

    /// Proves that a trace satisfies the AIR with `claim` as public inputs.
    ///
    /// # Errors
    /// As [`Self::check`], before anything is proved. Every proof is verified before it is returned, and
    /// [`SegmentError::Invalid`] would be a fault of the prover.
    pub fn prove(
        &self,
        trace: Trace,
        claim: &Claim<Goldilocks>,
    ) -> Result<SegmentProof, SegmentError> {
        self.check(&trace, claim)?;
        self.prove_unchecked(trace, claim)
    }

    /// Proves whatever the proof system allows.
    pub(crate) fn prove_unchecked(
        &self,
        trace: Trace,
        claim: &Claim<Goldilocks>,
    ) -> Result<SegmentProof, SegmentError> {
        let proof = SegmentProof(self.air.prove(&self.config, trace, claim)?);
        self.verify(&proof)?;
        Ok(proof)
    }

    /// Verifies a proof.
    ///
    /// # Errors
    /// [`SegmentError::Shape`] where it is a proof of another system (the length of the trace is part of the shape),
    /// [`SegmentError::Invalid`] where it does not prove its claim.
    pub fn verify(&self, proof: &SegmentProof) -> Result<(), SegmentError> {
        self.check_shape(proof)?;
        self.air
            .verify(&self.config, proof.0.clone())
            .map_err(|ProverFailure { reason }| SegmentError::Invalid { reason })
    }

    /// The library's verifier indexes before it checks, and takes the trace's length from the proof.
    pub(super) fn check_shape(&self, proof: &SegmentProof) -> Result<(), ShapeMismatch> {
        expect_len("public inputs", proof.0.public_inputs.len(), CLAIM_LEN)?;
        let StarkProof {
            trace_cap,
            auxiliary_polys_cap,
            quotient_polys_cap,
            openings,
            opening_proof,
        } = &proof.0.proof;
        let StarkOpeningSet {
            local_values,
            next_values,
            auxiliary_polys,
            auxiliary_polys_next,
            ctl_zs_first,
            quotient_polys,
        } = openings;
        let cap_len = self.fri.cap_len();
        let optional = |length: Option<usize>| length.unwrap_or(0);
        let quotient_cap_len = optional(quotient_polys_cap.as_ref().map(|cap| cap.0.len()));
        expect_len("trace cap", trace_cap.0.len(), cap_len)?;
        expect_len("quotient cap", quotient_cap_len, cap_len)?;
        expect_len("auxiliary cap", usize::from(auxiliary_polys_cap.is_some()), 0)?;
        let columns = self.air.columns();
        expect_len("local openings", local_values.len(), columns)?;
        expect_len("next openings", next_values.len(), columns)?;
        expect_len("auxiliary openings", usize::from(auxiliary_polys.is_some()), 0)?;
        expect_len("next auxiliary openings", usize::from(auxiliary_polys_next.is_some()), 0)?;
        expect_len("cross-table openings", usize::from(ctl_zs_first.is_some()), 0)?;
        let quotients = optional(quotient_polys.as_ref().map(Vec::len));
        expect_len("quotient openings", quotients, self.quotients)?;
        self.fri.check(opening_proof)
    }

    fn elements(&self) -> usize {
        let openings = EXTENSION * (2 * self.air.columns() + self.quotients);
        CLAIM_LEN + 2 * self.fri.cap_len() * 4 + openings + self.fri.elements()
    }

    /// Encodes a proof. Its bytes are no identifier: the same claim has many proofs.
    ///
    /// # Errors
    /// [`ShapeMismatch`] where it is a proof of another system.
    pub fn encode(&self, proof: &SegmentProof) -> Result<Vec<u8>, ShapeMismatch> {
        self.check_shape(proof)?;
        let mut writer = ElementWriter::default();
        writer.elements(&proof.0.public_inputs);
        let StarkProof { trace_cap, quotient_polys_cap, openings, opening_proof, .. } =
            &proof.0.proof;
        writer.cap(trace_cap);
        quotient_polys_cap.iter().for_each(|cap| writer.cap(cap));
        writer.extensions(&openings.local_values);
        writer.extensions(&openings.next_values);
        openings.quotient_polys.iter().for_each(|values| writer.extensions(values));
        self.fri.write(opening_proof, &mut writer);
        Ok(writer.finish())
    }

    /// Decodes a proof of this system, without verifying it.
    ///
    /// # Errors
    /// [`DecodeError`] for another length or an element that is not canonical.
    pub fn decode(&self, bytes: &[u8]) -> Result<SegmentProof, DecodeError> {
        let mut reader = ElementReader::new(bytes, self.elements())?;
        let reader = &mut reader;
        let public_inputs = reader.elements(CLAIM_LEN)?;
        let trace_cap = reader.cap(self.fri.cap_len())?;
        let quotient_polys_cap = Some(reader.cap(self.fri.cap_len())?);
        let openings = StarkOpeningSet {
            local_values: reader.extensions(self.air.columns())?,
            next_values: reader.extensions(self.air.columns())?,
            auxiliary_polys: None,
            auxiliary_polys_next: None,
            ctl_zs_first: None,
            quotient_polys: Some(reader.extensions(self.quotients)?),
        };
        let opening_proof = self.fri.read(reader)?;
        let proof = StarkProof {
            trace_cap,
            auxiliary_polys_cap: None,
            quotient_polys_cap,
            openings,
            opening_proof,
        };
        Ok(SegmentProof(StarkProofWithPublicInputs { proof, public_inputs }))
    }
}
