//! The gate that interpolates values on a coset and evaluates the interpolant.

use plonky2::field::types::Field;
use plonky2::gates::coset_interpolation::CosetInterpolationGate;

use super::{BlockGate, Constraints};
use crate::circuit::block::{Block, ExtensionBlock};
use crate::{EXTENSION, F};

const SHIFT: usize = 0;
const VALUES: usize = 1;

/// Barycentric interpolation on a subgroup at the point that is shifted back from the coset.
pub(super) struct CosetInterpolation {
    /// The subgroup, and the barycentric weight of each element.
    points: Vec<(F, F)>,
    /// Of the constraints: after so many points the first intermediate values are wires, then after each one point
    /// less.
    degree: usize,
}

impl CosetInterpolation {
    pub(super) fn of(gate: &CosetInterpolationGate<F, EXTENSION>) -> Self {
        let subgroup = F::two_adic_subgroup(gate.subgroup_bits);
        let points = subgroup.into_iter().zip(gate.barycentric_weights.iter().copied()).collect();
        Self { points, degree: gate.degree }
    }
}

impl BlockGate for CosetInterpolation {
    fn evaluate(&self, wires: &[Block], constraints: &mut Constraints<'_>) {
        let point_place = VALUES + EXTENSION * self.points.len();
        let value_place = point_place + EXTENSION;
        let sums = value_place + EXTENSION;
        let step = self.degree - 1;
        let intermediates = (self.points.len() - 2) / step;
        let products = sums + EXTENSION * intermediates;
        let shifted_place = products + EXTENSION * intermediates;
        let at = |place: usize| ExtensionBlock::from_wires(wires, place);

        let shifted = at(shifted_place);
        constraints.both_coordinates(at(point_place) - shifted.scale(wires[SHIFT]));
        let (mut sum, mut product) = (ExtensionBlock::ZERO, ExtensionBlock::ONE);
        for (i, &(x, weight)) in self.points.iter().enumerate() {
            if i > 1 && (i - 1) % step == 0 {
                let number = (i - 1) / step - 1;
                let next_sum = at(sums + EXTENSION * number);
                let next_product = at(products + EXTENSION * number);
                constraints.both_coordinates(next_sum - sum);
                constraints.both_coordinates(next_product - product);
                (sum, product) = (next_sum, next_product);
            }
            let value = at(VALUES + EXTENSION * i).scale(Block::splat(weight));
            let mut term = shifted;
            term.0[0] = term.0[0] - Block::splat(x);
            sum = sum * term + value * product;
            product = product * term;
        }
        constraints.both_coordinates(at(value_place) - sum);
    }
}
