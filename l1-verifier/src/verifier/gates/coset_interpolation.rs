//! The gate that interpolates values on a coset and evaluates at a point.
//!
//! plonky2 takes a few points at a time: with evaluation e and product P so far, the points x_i of a part give
//! `e Q(x) + P E(x)` and `P Q(x)`, where `Q(x)` is the product of the `x - x_i`, and `E(x)` the sum of the weighted
//! values v_i, each times the other factors of Q. Here Q and E are written in powers of x.

use plonky2::gates::coset_interpolation::CosetInterpolationGate;
use starfold_primitives::{Field as _, Goldilocks};

use super::algebra::Algebra;
use super::{GateConstraints, Row};
use crate::r1cs::{ConstraintSystem, Fault};

/// The coefficients of the product of the `X - root`, low first.
fn monic(roots: impl Iterator<Item = Goldilocks>) -> Vec<Goldilocks> {
    roots.fold(vec![Goldilocks::ONE], |polynomial, root| {
        let mut product = vec![Goldilocks::ZERO; polynomial.len() + 1];
        for (place, &coefficient) in polynomial.iter().enumerate() {
            product[place + 1] += coefficient;
            product[place] -= coefficient * root;
        }
        product
    })
}

/// One of the gate's points, with its weighted value.
struct Point {
    x: Goldilocks,
    weight: Goldilocks,
    value: Algebra,
}

/// `Q(x)`, from the powers of x from the first on.
fn product(points: &[Point], powers: &[Algebra]) -> Algebra {
    let coefficients = monic(points.iter().map(|point| point.x));
    let terms = powers.iter().zip(&coefficients[1..]);
    let terms: Vec<Algebra> = terms.map(|(power, &factor)| power.scaled(factor)).collect();
    Algebra::sum(&terms).plus_constant(coefficients[0])
}

/// `E(x)`, from the powers of x from the first on.
fn evaluation(
    system: &mut ConstraintSystem,
    points: &[Point],
    powers: &[Algebra],
) -> Result<Algebra, Fault> {
    let others: Vec<Vec<Goldilocks>> = (0..points.len())
        .map(|own| {
            let others = points.iter().enumerate().filter(|&(place, _)| place != own);
            monic(others.map(|(_, point)| point.x))
        })
        .collect();
    let mut terms = Vec::with_capacity(points.len());
    for exponent in 0..points.len() {
        let values = points.iter().zip(&others);
        let values: Vec<Algebra> = values
            .map(|(point, others)| point.value.scaled(point.weight * others[exponent]))
            .collect();
        let coefficient = Algebra::sum(&values);
        terms.push(match exponent.checked_sub(1) {
            None => coefficient,
            Some(place) => coefficient.multiply(system, &powers[place])?,
        });
    }
    Ok(Algebra::sum(&terms))
}

/// The first `count` powers of x from the first on, reduced.
fn powers(system: &mut ConstraintSystem, x: &Algebra, count: usize) -> Result<Vec<Algebra>, Fault> {
    let mut powers = vec![x.clone()];
    while powers.len() < count {
        let next = powers[powers.len() - 1].multiply(system, x)?.reduced(system)?;
        powers.push(next);
    }
    Ok(powers)
}

/// Wire 0 is the coset's shift. Pairs of wires follow: the values, the point, its evaluation, the evaluations between
/// the parts, the products between the parts, and the point divided by the shift.
pub(super) fn constraints(
    system: &mut ConstraintSystem,
    gate: &CosetInterpolationGate<Goldilocks, 2>,
    row: &Row<'_>,
) -> Result<GateConstraints, Fault> {
    let count = 1 << gate.subgroup_bits;
    // the first part has as many points as the degree, each other one less
    let step = gate.degree - 1;
    let between = (count - 2) / step;
    let after_values = 1 + 2 * count;
    let intermediates = after_values + 4;
    let x = row.pair(intermediates + 4 * between);

    let shifted = x.multiply_extension(system, &row.wires[0])?;
    let mut sums = row.pair(after_values).subtract(&shifted).0.to_vec();
    let points = Goldilocks::two_adic_subgroup(gate.subgroup_bits);
    let points = points.into_iter().zip(&gate.barycentric_weights).enumerate();
    let points: Vec<Point> = points
        .map(|(place, (x, &weight))| Point { x, weight, value: row.pair(1 + 2 * place) })
        .collect();
    let powers = powers(system, &x, gate.degree)?;

    let (first, rest) = points.split_at(gate.degree);
    let mut computed = evaluation(system, first, &powers)?;
    let mut computed_product = product(first, &powers);
    for (part, points) in rest.chunks(step).enumerate() {
        let evaluated = row.pair(intermediates + 2 * part);
        let multiplied = row.pair(intermediates + 2 * (between + part));
        sums.extend(evaluated.subtract(&computed).0);
        sums.extend(multiplied.subtract(&computed_product).0);
        let own = evaluation(system, points, &powers)?.reduced(system)?;
        let factor = product(points, &powers);
        let kept = evaluated.multiply(system, &factor)?;
        computed = Algebra::sum([&kept, &own.multiply(system, &multiplied)?]);
        if part + 1 < between {
            computed_product = multiplied.multiply(system, &factor)?;
        }
    }
    sums.extend(row.pair(after_values + 2).subtract(&computed).0);
    Ok(sums.into())
}
