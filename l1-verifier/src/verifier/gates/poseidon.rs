//! The gate that permutes with Poseidon.
//!
//! Its wires hold the input of every S-box but those of the first round, so each constraint is linear in S-box outputs.
//! x^7 takes one reduction, of y = x^3, as y^2 x has no more than 200 bits. Of the full rounds the outputs go as they are
//! through the matrix, whose coefficients are small; those that enter the partial rounds are reduced.

use plonky2::hash::poseidon::{
    ALL_ROUND_CONSTANTS, HALF_N_FULL_ROUNDS, N_PARTIAL_ROUNDS, SPONGE_WIDTH,
};
use starfold_primitives::{Field as _, Goldilocks};

use super::linear::mds_row;
use super::poseidon_partial::partial_rounds;
use super::{GateConstraints, Row};
use crate::goldilocks::Extension;
use crate::r1cs::{ConstraintSystem, Fault};

/// The first wire of the outputs.
const OUTPUTS: usize = SPONGE_WIDTH;
/// The wire that says whether the first two digests of the input are swapped.
const SWAP: usize = 2 * SPONGE_WIDTH;
/// The first wire of the four differences that the swap moves.
const DELTAS: usize = SWAP + 1;
/// The first wire of the first full rounds, from the second on.
const FIRST_ROUNDS: usize = DELTAS + 4;
/// The first wire of the partial rounds.
const PARTIAL_ROUNDS: usize = FIRST_ROUNDS + SPONGE_WIDTH * (HALF_N_FULL_ROUNDS - 1);
/// The first wire of the last full rounds.
const LAST_ROUNDS: usize = PARTIAL_ROUNDS + N_PARTIAL_ROUNDS;

/// A round constant of a lane.
pub(super) fn round_constant(round: usize, lane: usize) -> Extension {
    let constant = ALL_ROUND_CONSTANTS[lane + SPONGE_WIDTH * round];
    Extension::constant(Goldilocks::from_canonical_u64(constant).into())
}

/// The seventh power, not reduced.
pub(super) fn s_box(system: &mut ConstraintSystem, x: &Extension) -> Result<Extension, Fault> {
    let cube = x.square(system)?.multiply(system, x)?.reduced(system)?;
    cube.square(system)?.multiply(system, x)
}

/// The S-boxes of a full round, then the matrix.
fn full_round(system: &mut ConstraintSystem, state: &[Extension]) -> Result<Vec<Extension>, Fault> {
    let outputs: Vec<Extension> =
        state.iter().map(|x| s_box(system, x)).collect::<Result<_, _>>()?;
    let rows = (0..SPONGE_WIDTH).map(|lane| {
        let terms = outputs.iter().zip(mds_row(lane));
        let terms: Vec<Extension> = terms.map(|(output, factor)| output.scaled(factor)).collect();
        Extension::sum(&terms)
    });
    Ok(rows.collect())
}

/// The input of the first round: the input, with its first two digests swapped where the wire says so.
fn swapped_input(
    system: &mut ConstraintSystem,
    wires: &[Extension],
    sums: &mut Vec<Extension>,
) -> Result<Vec<Extension>, Fault> {
    let (swap, deltas) = (&wires[SWAP], &wires[DELTAS..FIRST_ROUNDS]);
    sums.push(swap.square(system)?.subtract(swap));
    let mut state = wires[..SPONGE_WIDTH].to_vec();
    for (lane, delta) in deltas.iter().enumerate() {
        let difference = wires[lane + 4].subtract(&wires[lane]);
        sums.push(swap.multiply(system, &difference)?.subtract(delta));
        state[lane] = wires[lane].add(delta);
        state[lane + 4] = wires[lane + 4].subtract(delta);
    }
    Ok(state.iter().enumerate().map(|(lane, x)| x.add(&round_constant(0, lane))).collect())
}

/// That the computed state is that of the wires, but for the round's constants.
fn equations<'a>(
    computed: &'a [Extension],
    round: usize,
    wires: &'a [Extension],
) -> impl Iterator<Item = Extension> + 'a {
    computed.iter().zip(wires).enumerate().map(move |(lane, (computed, wire))| {
        computed.add(&round_constant(round, lane)).subtract(wire)
    })
}

/// Wires as the constants of this file say.
pub(super) fn constraints(
    system: &mut ConstraintSystem,
    row: &Row<'_>,
) -> Result<GateConstraints, Fault> {
    let mut sums = Vec::new();
    let mut state = swapped_input(system, row.wires, &mut sums)?;
    let first_rounds = row.wires[FIRST_ROUNDS..PARTIAL_ROUNDS].chunks(SPONGE_WIDTH);
    for (round, wires) in first_rounds.enumerate() {
        let computed = full_round(system, &state)?;
        sums.extend(equations(&computed, round + 1, wires));
        state = wires.to_vec();
    }
    let partial = &row.wires[PARTIAL_ROUNDS..LAST_ROUNDS];
    let mut computed = partial_rounds(system, &state, partial, &mut sums)?;
    let last_rounds =
        row.wires[LAST_ROUNDS..][..SPONGE_WIDTH * HALF_N_FULL_ROUNDS].chunks(SPONGE_WIDTH);
    for (round, wires) in last_rounds.enumerate() {
        let round = HALF_N_FULL_ROUNDS + N_PARTIAL_ROUNDS + round;
        sums.extend(equations(&computed, round, wires));
        computed = full_round(system, wires)?;
    }
    let outputs = &row.wires[OUTPUTS..OUTPUTS + SPONGE_WIDTH];
    sums.extend(computed.iter().zip(outputs).map(|(computed, wire)| computed.subtract(wire)));
    Ok(sums.into())
}
