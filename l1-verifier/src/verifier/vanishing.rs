//! The check of the quotient: at zeta, the constraints, combined with powers of alpha, are a multiple of the polynomial
//! that vanishes on the trace domain.

#[cfg(test)]
mod tests;

use plonky2::field::types::Field as _;
use plonky2::plonk::circuit_data::CommonCircuitData;
use starfold_primitives::Goldilocks;
use starfold_primitives::word::Quadratic;

use super::weights::Powers;
use super::{Challenges, OpeningVariables, gates, permutation};
use crate::goldilocks::{Element, Extension};
use crate::r1cs::{ConstraintSystem, Fault};

/// The repetitions of permutation argument and combination.
const REPETITIONS: usize = 2;

/// That the openings are as many as the circuit's polynomials, and that it has no lookups.
fn check_lengths(
    common: &CommonCircuitData<Goldilocks, 2>,
    openings: &OpeningVariables,
) -> Result<(), Fault> {
    let routed = common.config.num_routed_wires;
    let repeated = [common.num_partial_products, common.quotient_degree_factor];
    let [partial_products, quotients] = repeated.map(|count| count * REPETITIONS);
    let lengths = [
        ("the repetitions", REPETITIONS, common.config.num_challenges),
        ("the list of lookup polynomials", 0, common.num_lookup_polys),
        ("the list of lookup selectors", 0, common.num_lookup_selectors),
        ("the list of coset representatives", routed, common.k_is.len()),
        (
            "the chunks of routed wires",
            routed.div_ceil(common.quotient_degree_factor),
            common.num_partial_products + 1,
        ),
        ("the constants", common.num_constants, openings.constants.len()),
        ("the sigmas", routed, openings.sigmas.len()),
        ("the wires", common.config.num_wires, openings.wires.len()),
        ("the permutation polynomials", REPETITIONS, openings.zs.len()),
        ("the next permutation polynomials", REPETITIONS, openings.zs_next.len()),
        ("the partial products", partial_products, openings.partial_products.len()),
        ("the quotients", quotients, openings.quotients.len()),
    ];
    lengths.into_iter().try_for_each(|(what, expected, actual)| {
        if actual == expected { Ok(()) } else { Err(Fault::Length { what, expected, actual }) }
    })
}

fn less_one(value: &Extension) -> Extension {
    value.add(&Extension::constant(Quadratic::NEG_ONE))
}

/// `x^(2^exponent)`, reduced.
fn power_of_two(
    system: &mut ConstraintSystem,
    x: &Extension,
    exponent: usize,
) -> Result<Extension, Fault> {
    (0..exponent).try_fold(x.clone(), |power, _| power.square(system)?.reduced(system))
}

/// The first Lagrange polynomial at zeta, `(zeta^n - 1) / (n (zeta - 1))`, reduced. Refuses zeta = 1.
fn first_lagrange(
    system: &mut ConstraintSystem,
    zeta: &Extension,
    vanishing: &Extension,
    degree: usize,
) -> Result<Extension, Fault> {
    let denominator = less_one(zeta).scaled(Goldilocks::from_canonical_usize(degree));
    let inverse = denominator.value().try_inverse().unwrap_or(Quadratic::ZERO);
    let inverse = Extension::allocate(system, inverse)?;
    let product = inverse.multiply(system, &denominator)?;
    product.enforce_equal(system, &Extension::constant(Quadratic::ONE))?;
    vanishing.multiply(system, &inverse)?.reduced(system)
}

/// The vanishing polynomial times the quotient whose parts are given, for each repetition: the sum of
/// `(z - 1) z^i part_i`, where `z = zeta^n`. Not reduced.
fn quotients(
    system: &mut ConstraintSystem,
    z: &Extension,
    parts: &[Extension],
    factor: usize,
) -> Result<Vec<Extension>, Fault> {
    let square = z.square(system)?.reduced(system)?;
    let mut even_powers = vec![Extension::constant(Quadratic::ONE), square.clone()];
    while even_powers.len() < factor.div_ceil(2) {
        let last = &even_powers[even_powers.len() - 1];
        even_powers.push(last.multiply(system, &square)?.reduced(system)?);
    }
    let mut quotient = |parts: &[Extension]| {
        let mut terms = Vec::new();
        for (pair, power) in parts.chunks(2).zip(&even_powers) {
            let high = pair.get(1).cloned().unwrap_or_else(|| Extension::sum([]));
            // (low + high z) (z - 1)
            let term = Extension::sum([
                &pair[0].subtract(&high).multiply(system, z)?,
                &high.multiply(system, &square)?,
                &pair[0].negated(),
            ]);
            terms.push(term.multiply(system, power)?);
        }
        Ok(Extension::sum(&terms))
    };
    parts.chunks(factor).map(&mut quotient).collect()
}

/// Writes what plonky2's verifier checks of the openings at zeta, but for their opening proof: that the L_0 terms, the
/// permutation argument and the filtered constraints of all gates, combined with the powers of each alpha, are the
/// vanishing polynomial times the quotient.
///
/// The openings and challenges must be integers of 64 bits. `public_inputs` is the hash of the public inputs, which are
/// these themselves under the identity hash.
///
/// # Errors
/// [`Fault::Unsatisfied`] where the identity does not hold or zeta is one, [`Fault::UnknownGate`], and
/// [`Fault::Length`] where the openings are not those of the circuit or it has lookups.
pub fn enforce_quotient(
    system: &mut ConstraintSystem,
    common: &CommonCircuitData<Goldilocks, 2>,
    openings: &OpeningVariables,
    challenges: &Challenges,
    public_inputs: &[Element; 4],
) -> Result<(), Fault> {
    check_lengths(common, openings)?;
    system.enter_section("permutation argument");
    let mut checks = permutation::constraints(system, common, openings, challenges)?;

    system.enter_section("first Lagrange polynomial");
    let z = power_of_two(system, &challenges.zeta, common.degree_bits())?;
    let lagrange = first_lagrange(system, &challenges.zeta, &less_one(&z), common.degree())?;
    let mut terms = Vec::with_capacity(REPETITIONS + checks.len());
    for value in &openings.zs {
        terms.push(less_one(value).multiply(system, &lagrange)?);
    }
    terms.append(&mut checks);

    system.enter_section("powers of alpha");
    let count = (terms.len() + 1).max(common.num_gate_constraints);
    let [first, second] = &challenges.alphas;
    let powers = [Powers::new(system, first, count)?, Powers::new(system, second, count)?];
    let gates = gates::filtered_sums(system, common, openings, public_inputs, &powers)?;

    system.enter_section("quotient");
    let factor = common.quotient_degree_factor;
    let quotients = quotients(system, &z, &openings.quotients, factor)?;
    for ((powers, gates), quotient) in powers.iter().zip(&gates).zip(&quotients) {
        let other = powers.combine(system, &terms)?;
        let after = powers.power(system, terms.len())?;
        let sum = other.add(&gates.multiply_base(system, &after)?);
        sum.enforce_equal(system, quotient)?;
    }
    Ok(())
}
