//! The challenges of a proof.

use plonky2::fri::FriParams;
use plonky2::plonk::config::GenericHashOut as _;
use starfold_primitives::{Field as _, Goldilocks};

use super::transcript::Transcript;
use super::variables::{OpeningVariables, ProofVariables};
use crate::goldilocks::{Element, Extension};
use crate::layers::{OUTER_PUBLIC_INPUTS, OuterLayer};
use crate::r1cs::{Bit, ConstraintSystem, Fault, LinearCombination};

/// Every challenge of one proof. Those that are elements are integers below 2^64, not necessarily below p.
#[derive(Clone, Debug)]
pub struct Challenges {
    /// The factors of the permutation argument, one for each repetition.
    pub betas: [Element; 2],
    /// The summands of the permutation argument, one for each repetition.
    pub gammas: [Element; 2],
    /// What combines the constraints, one for each repetition.
    pub alphas: [Element; 2],
    /// The point at which the polynomials are opened.
    pub zeta: Extension,
    /// What combines the openings.
    pub fri_alpha: Extension,
    /// The point of each fold.
    pub fri_betas: Vec<Extension>,
    /// The index of each query in bits, low first, as many as the evaluation domain's size has.
    pub query_indices: Vec<Vec<Bit>>,
}

impl Challenges {
    /// Draws the challenges as plonky2 does, and checks the proof of work.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] where the proof of work is wrong, or for one proof in 2^27, which has a challenge that the
    /// transcript does not decompose: another proof of the same statement will do.
    pub fn draw(
        system: &mut ConstraintSystem,
        layer: &OuterLayer,
        public_inputs: &[Element; OUTER_PUBLIC_INPUTS],
        proof: &ProofVariables,
    ) -> Result<Self, Fault> {
        let mut transcript = Transcript::default();
        let parameters = &layer.common().fri_params;
        for value in instance(layer) {
            transcript.absorb_constant(system, value)?;
        }
        for element in public_inputs {
            transcript.absorb_element(system, element)?;
        }
        transcript.absorb_cap(system, &proof.wires_cap)?;
        let betas = [transcript.squeeze(system)?, transcript.squeeze(system)?];
        let gammas = [transcript.squeeze(system)?, transcript.squeeze(system)?];
        transcript.absorb_cap(system, &proof.zs_cap)?;
        let alphas = [transcript.squeeze(system)?, transcript.squeeze(system)?];
        transcript.absorb_cap(system, &proof.quotients_cap)?;
        let zeta = transcript.squeeze_extension(system)?;
        for values in in_transcript_order(&proof.openings) {
            transcript.absorb_extensions(system, values)?;
        }
        let fri_alpha = transcript.squeeze_extension(system)?;
        let mut fri_betas = Vec::with_capacity(proof.fri_caps.len());
        for cap in &proof.fri_caps {
            transcript.absorb_cap(system, cap)?;
            fri_betas.push(transcript.squeeze_extension(system)?);
        }
        transcript.absorb_extensions(system, &proof.final_polynomial)?;
        transcript.absorb_element(system, &proof.proof_of_work)?;
        let response = transcript.squeeze_bits(system)?;
        check_proof_of_work(system, parameters, &response)?;
        let query_indices = (0..parameters.config.num_query_rounds)
            .map(|_| {
                let mut bits = transcript.squeeze_canonical(system)?;
                bits.truncate(layer.index_bits());
                Ok(bits)
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { betas, gammas, alphas, zeta, fri_alpha, fri_betas, query_indices })
    }
}

/// What the transcript begins with: the parameters of FRI and the circuit's digest.
fn instance(layer: &OuterLayer) -> Vec<Goldilocks> {
    let parameters = &layer.common().fri_params;
    let config = &parameters.config;
    let number = Goldilocks::from_canonical_usize;
    let mut elements = vec![
        number(config.rate_bits),
        number(config.cap_height),
        Goldilocks::from_canonical_u32(config.proof_of_work_bits),
    ];
    elements.extend(config.reduction_strategy.serialize::<Goldilocks>());
    elements.push(number(config.num_query_rounds));
    elements.push(Goldilocks::from_bool(parameters.hiding));
    elements.push(number(parameters.degree_bits));
    elements.extend(parameters.reduction_arity_bits.iter().map(|&bits| number(bits)));
    elements.extend(layer.key().circuit_digest.to_vec());
    elements
}

/// What is opened at zeta, then what is opened at the next row.
fn in_transcript_order(openings: &OpeningVariables) -> [&[Extension]; 7] {
    let OpeningVariables { constants, sigmas, wires, zs, zs_next, partial_products, quotients } =
        openings;
    [constants, sigmas, wires, zs, partial_products, quotients, zs_next]
}

/// That the high bits of the response are zero, as many as the proof of work demands.
fn check_proof_of_work(
    system: &mut ConstraintSystem,
    parameters: &FriParams,
    response: &[Bit],
) -> Result<(), Fault> {
    let demanded = parameters.config.proof_of_work_bits as usize;
    let high = response.iter().rev().take(demanded).map(Bit::combination);
    system.enforce_equal(&LinearCombination::sum(high), &LinearCombination::zero())
}
