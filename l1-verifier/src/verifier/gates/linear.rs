//! Gates whose constraints are linear.

use plonky2::hash::poseidon::{Poseidon, SPONGE_WIDTH};
use starfold_primitives::{Field as _, Goldilocks};

use super::algebra::Algebra;
use super::{GateConstraints, Row};
use crate::goldilocks::Extension;

/// The first `count` wires are the constants.
pub(super) fn constant(count: usize, row: &Row<'_>) -> GateConstraints {
    let pairs = row.constants.iter().zip(row.wires).take(count);
    pairs.map(|(constant, wire)| constant.subtract(wire)).collect::<Vec<_>>().into()
}

/// The first four wires are the hash of the public inputs.
pub(super) fn public_input(row: &Row<'_>) -> GateConstraints {
    let pairs = row.wires.iter().zip(row.public_inputs);
    pairs
        .map(|(wire, input)| wire.subtract(&Extension::from_base(input.clone())))
        .collect::<Vec<_>>()
        .into()
}

/// The coefficients of a row of Poseidon's matrix, by column.
pub(super) fn mds_row(row: usize) -> [Goldilocks; SPONGE_WIDTH] {
    std::array::from_fn(|column| {
        let circulant = Goldilocks::MDS_MATRIX_CIRC[(column + SPONGE_WIDTH - row) % SPONGE_WIDTH];
        let diagonal = if row == column { Goldilocks::MDS_MATRIX_DIAG[row] } else { 0 };
        Goldilocks::from_canonical_u64(circulant + diagonal)
    })
}

/// Poseidon's matrix takes the first twelve pairs of wires to the second twelve.
pub(super) fn poseidon_mds(row: &Row<'_>) -> GateConstraints {
    let inputs: Vec<Algebra> = (0..SPONGE_WIDTH).map(|place| row.pair(2 * place)).collect();
    let constraints = (0..SPONGE_WIDTH).flat_map(|place| {
        let terms = inputs.iter().zip(mds_row(place));
        let terms: Vec<Algebra> = terms.map(|(input, factor)| input.scaled(factor)).collect();
        row.pair(2 * (SPONGE_WIDTH + place)).subtract(&Algebra::sum(&terms)).0
    });
    constraints.collect::<Vec<_>>().into()
}
