//! Proofs of Starky's STARKs, as `starky::prover::prove`.

use std::array;
use std::iter::successors;

use plonky2::field::packed::PackedField;
use plonky2::field::polynomial::{PolynomialCoeffs, PolynomialValues};
use plonky2::field::types::Field;
use plonky2::field::zero_poly_coset::ZeroPolyOnCoset;
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::util::log2_ceil;
use rayon::prelude::*;
use starfold_hashing::for_each_column;
use starky::config::StarkConfig;
use starky::constraint_consumer::ConstraintConsumer;
use starky::evaluation_frame::StarkEvaluationFrame;
use starky::proof::{StarkOpeningSet, StarkProof, StarkProofWithPublicInputs};
use starky::stark::Stark;

use crate::commitment::{commit_to_coefficients, commit_to_values};
use crate::evaluation::{Coordinates, evaluate};
use crate::openings::{Batch, prove_openings};
use crate::{Challenger, Commitment, Config, EXTENSION, Extension, F, Packed, ProveError};

/// Proves that the columns satisfy the STARK's constraints with these public inputs.
///
/// # Errors
/// [`ProveError::Unsatisfied`] where they do not and the degree of the quotient shows it; where the quotient fills its
/// domain, only the verifier sees it. [`ProveError::Unsupported`] for STARKs with lookups, without constraints, or of a
/// degree above the configuration's rate.
///
/// # Panics
/// Where the columns are not of one length, a power of two that the configuration allows.
pub fn prove<S: Stark<F, EXTENSION>>(
    stark: &S,
    config: &StarkConfig,
    columns: Vec<PolynomialValues<F>>,
    public_inputs: &[F],
) -> Result<StarkProofWithPublicInputs<F, Config, EXTENSION>, ProveError> {
    let (rate_bits, cap_height) = (config.fri_config.rate_bits, config.fri_config.cap_height);
    let factor = stark.quotient_degree_factor();
    if stark.uses_lookups() || stark.requires_ctls() || factor == 0 || log2_ceil(factor) > rate_bits
    {
        return Err(ProveError::Unsupported);
    }
    let degree_bits = columns[0].len().ilog2() as usize;
    let trace: Commitment = commit_to_values(columns, rate_bits, cap_height);
    let mut challenger = Challenger::<PoseidonHash>::new();
    challenger.observe_elements(public_inputs);
    config.observe(&mut challenger);
    challenger.observe_cap::<PoseidonHash>(&trace.merkle_tree.cap);
    bind_constraints(stark, config, degree_bits, public_inputs, &mut challenger);

    let alphas = challenger.get_n_challenges(config.num_challenges);
    let chunks = quotient_chunks(stark, &trace, public_inputs, &alphas)?;
    let quotient = commit_to_coefficients(chunks, rate_bits, cap_height);
    challenger.observe_cap::<PoseidonHash>(&quotient.merkle_tree.cap);

    let zeta = challenger.get_extension_challenge::<EXTENSION>();
    if zeta.exp_power_of_2(degree_bits) == Extension::ONE {
        return Err(ProveError::OpeningPoint);
    }
    let zeta_next = zeta * Extension::primitive_root_of_unity(degree_bits);
    let powers = Coordinates::powers(zeta, 1 << degree_bits);
    let next_powers = Coordinates::powers(zeta_next, 1 << degree_bits);
    let at_both = |p: &PolynomialCoeffs<F>| evaluate(p, [&powers, &next_powers]).into();
    let (local_values, next_values) = trace.polynomials.par_iter().map(at_both).unzip();
    let at_zeta = |p: &PolynomialCoeffs<F>| -> Extension {
        let [value] = evaluate(p, [&powers]);
        value
    };
    let openings = StarkOpeningSet {
        local_values,
        next_values,
        auxiliary_polys: None,
        auxiliary_polys_next: None,
        ctl_zs_first: None,
        quotient_polys: Some(quotient.polynomials.par_iter().map(at_zeta).collect()),
    };
    challenger.observe_extension_elements::<EXTENSION>(&openings.local_values);
    challenger.observe_extension_elements::<EXTENSION>(
        openings.quotient_polys.as_deref().unwrap_or_default(),
    );
    challenger.observe_extension_elements::<EXTENSION>(&openings.next_values);
    let batches = [
        Batch {
            point: zeta,
            polynomials: trace.polynomials.iter().chain(&quotient.polynomials).collect(),
        },
        Batch { point: zeta_next, polynomials: trace.polynomials.iter().collect() },
    ];
    let parameters = config.fri_params(degree_bits);
    let opening_proof =
        prove_openings(&batches, &[&trace, &quotient], &mut challenger, &parameters);
    let proof = StarkProof {
        trace_cap: trace.merkle_tree.cap,
        auxiliary_polys_cap: None,
        quotient_polys_cap: Some(quotient.merkle_tree.cap),
        openings,
        opening_proof,
    };
    Ok(StarkProofWithPublicInputs { proof, public_inputs: public_inputs.to_vec() })
}

/// Starky's binding of the constraints: their combination at random rows goes into the transcript before the challenges
/// that combine them in the quotient are drawn.
fn bind_constraints<S: Stark<F, EXTENSION>>(
    stark: &S,
    config: &StarkConfig,
    degree_bits: usize,
    public_inputs: &[F],
    challenger: &mut Challenger,
) {
    let alphas = challenger.get_n_challenges(config.num_challenges);
    // few elements are drawn, and of each enough powers are taken that no constraint tells them from drawn ones
    let needed = 2 * S::COLUMNS;
    let exponent = (stark.constraint_degree() + 1).max(2);
    let powers = (50 / log2_ceil(exponent) - 1).max(1);
    let drawn: Vec<Extension> =
        challenger.get_n_extension_challenges::<EXTENSION>(needed.div_ceil(powers));
    let rows: Vec<Extension> = drawn
        .into_iter()
        .flat_map(|first| {
            let next = move |power: &Extension| Some(power.exp_u64(exponent as u64));
            successors(Some(first), next).take(needed.min(powers + 1))
        })
        .collect();
    let (local, next) = rows.split_at(S::COLUMNS);
    let zeta = challenger.get_extension_challenge::<EXTENSION>();

    let last = F::primitive_root_of_unity(degree_bits).inverse();
    let degree = Extension::from_canonical_usize(1 << degree_bits);
    let vanishing = zeta.exp_power_of_2(degree_bits) - Extension::ONE;
    let root = Extension::primitive_root_of_unity(degree_bits);
    let first_row = vanishing / (degree * (zeta - Extension::ONE));
    let last_row = vanishing / (degree * (root * zeta - Extension::ONE));
    let mut consumer = ConstraintConsumer::<Extension>::new(
        alphas.into_iter().map(Extension::from).collect(),
        zeta - Extension::from(last),
        first_row,
        last_row,
    );
    let public: Vec<Extension> = public_inputs.iter().map(|&input| input.into()).collect();
    let frame = S::EvaluationFrame::from_values(local, &next[..S::COLUMNS], &public);
    stark.eval_ext(&frame, &mut consumer);
    challenger.observe_extension_elements::<EXTENSION>(&consumer.accumulators());
}

/// The quotients of all challenges, each in chunks of the trace's length.
fn quotient_chunks<S: Stark<F, EXTENSION>>(
    stark: &S,
    trace: &Commitment,
    public_inputs: &[F],
    alphas: &[F],
) -> Result<Vec<PolynomialCoeffs<F>>, ProveError> {
    let (degree_bits, factor) = (trace.degree_log, stark.quotient_degree_factor());
    let quotient_bits = log2_ceil(factor);
    let (degree, size) = (1 << degree_bits, 1 << (degree_bits + quotient_bits));
    let step = 1 << (trace.rate_bits - quotient_bits);
    let row_of = |row: usize| PolynomialValues::selector(degree, row).lde_onto_coset(quotient_bits);
    let (first_row, last_row) = (row_of(0), row_of(degree - 1));
    let vanishing = ZeroPolyOnCoset::<F>::new(degree_bits, quotient_bits);
    let last = F::primitive_root_of_unity(degree_bits).inverse();
    let coset = F::cyclic_subgroup_coset_known_order(
        F::primitive_root_of_unity(degree_bits + quotient_bits),
        F::coset_shift(),
        size,
    );
    let mut values = vec![Packed::ZEROS; size / Packed::WIDTH * alphas.len()];
    values.par_chunks_exact_mut(alphas.len()).enumerate().for_each(|(pack, values)| {
        let start = pack * Packed::WIDTH;
        let at = |column: &[F]| *Packed::from_slice(&column[start..start + Packed::WIDTH]);
        let mut consumer = ConstraintConsumer::new(
            alphas.to_vec(),
            at(&coset) - last,
            at(&first_row.values),
            at(&last_row.values),
        );
        let next_start = (start + (1 << quotient_bits)) % size;
        let frame = S::EvaluationFrame::from_values(
            &packed_row(trace, start, step, size),
            &packed_row(trace, next_start, step, size),
            public_inputs,
        );
        stark.eval_packed_base(&frame, &mut consumer);
        let inverse: Packed = vanishing.eval_inverse_packed(start);
        for (value, sum) in values.iter_mut().zip(consumer.accumulators()) {
            *value = sum * inverse;
        }
    });
    let mut chunks = vec![];
    for i in 0..alphas.len() {
        let of_one = values[i..].iter().step_by(alphas.len());
        let column = of_one.flat_map(|pack| pack.as_slice()).copied().collect();
        let mut quotient = PolynomialValues::new(column).coset_ifft(F::coset_shift());
        quotient.trim_to_len(degree * factor).map_err(|_| ProveError::Unsatisfied)?;
        chunks.extend(quotient.chunks(degree));
    }
    Ok(chunks)
}

/// The columns at as many points as a register holds.
fn packed_row(trace: &Commitment, start: usize, step: usize, size: usize) -> Vec<Packed> {
    let mut columns = vec![Packed::ZEROS; trace.polynomials.len()];
    let row = |lane: usize| trace.get_lde_values((start + lane) % size, step);
    for_each_column(array::from_fn(row), |i, column| columns[i] = column);
    columns
}
