//! The gates of the Poseidon permutation and of its matrix.

use std::array;

use plonky2::field::packed::PackedField;
use plonky2::field::types::Field;
use plonky2::hash::poseidon::{ALL_ROUND_CONSTANTS, HALF_N_FULL_ROUNDS, N_PARTIAL_ROUNDS};
use starfold_hashing::{LANES, States, WIDTH, multiply_by_matrix};

use super::{BlockGate, Constraints};
use crate::circuit::block::{Block, ExtensionBlock, POINTS};
use crate::{EXTENSION, F, Packed};

const ROUNDS: usize = 2 * HALF_N_FULL_ROUNDS + N_PARTIAL_ROUNDS;
const OUTPUTS: usize = WIDTH;
const SWAP: usize = 2 * WIDTH;
const DELTAS: usize = SWAP + 1;
/// Elements that may be swapped with as many after them.
const SWAPPED: usize = 4;
/// The inputs of all S-boxes but those of the first round, whose inputs are those of the gate.
const SBOX_INPUTS: usize = DELTAS + SWAPPED;

const _: () = assert!(POINTS.is_multiple_of(LANES) && LANES.is_multiple_of(Packed::WIDTH));

/// A permutation whose first two inputs of four elements may be swapped.
pub(super) struct Poseidon;

impl BlockGate for Poseidon {
    fn evaluate(&self, wires: &[Block], constraints: &mut Constraints<'_>) {
        let swap = wires[SWAP];
        constraints.one(swap * (swap - Block::ONE));
        let mut state: [Block; WIDTH] = array::from_fn(|i| wires[i]);
        for i in 0..SWAPPED {
            let delta = wires[DELTAS + i];
            constraints.one(swap * (wires[i + SWAPPED] - wires[i]) - delta);
            state[i] = state[i] + delta;
            state[i + SWAPPED] = state[i + SWAPPED] - delta;
        }
        let mut inputs = wires[SBOX_INPUTS..].iter();
        for (round, round_constants) in ALL_ROUND_CONSTANTS.chunks_exact(WIDTH).enumerate() {
            for (element, &constant) in state.iter_mut().zip(round_constants) {
                *element = *element + Block::splat(F::from_canonical_u64(constant));
            }
            let is_full = round.min(ROUNDS - 1 - round) < HALF_N_FULL_ROUNDS;
            let sboxes = if is_full { WIDTH } else { 1 };
            for element in &mut state[..sboxes] {
                if round > 0 {
                    let input = *inputs.next().expect("a wire for each S-box");
                    constraints.one(*element - input);
                    *element = input;
                }
                *element = power_of_seven(*element);
            }
            multiply(&mut state);
        }
        for (&element, &output) in state.iter().zip(&wires[OUTPUTS..]) {
            constraints.one(element - output);
        }
    }
}

/// The product of the matrix with elements of the extension field.
pub(super) struct PoseidonMds;

impl BlockGate for PoseidonMds {
    fn evaluate(&self, wires: &[Block], constraints: &mut Constraints<'_>) {
        let [first, second] = array::from_fn(|coordinate| {
            let mut state = array::from_fn(|i| wires[EXTENSION * i + coordinate]);
            multiply(&mut state);
            state
        });
        for i in 0..WIDTH {
            let output = ExtensionBlock::from_wires(wires, EXTENSION * (WIDTH + i));
            constraints.both_coordinates(output - ExtensionBlock([first[i], second[i]]));
        }
    }
}

#[inline(always)]
fn power_of_seven(x: Block) -> Block {
    let square = x * x;
    square * x * (square * square)
}

/// Multiplies the states of all points by the matrix.
fn multiply(state: &mut [Block; WIDTH]) {
    const PACKS: usize = LANES / Packed::WIDTH;
    let mut states: States = [[F::ZERO; LANES]; WIDTH];
    for first in (0..POINTS / Packed::WIDTH).step_by(PACKS) {
        for (lanes, block) in states.iter_mut().zip(state.iter()) {
            let packs = Packed::pack_slice_mut(lanes);
            packs.copy_from_slice(&block.0[first..first + PACKS]);
        }
        multiply_by_matrix(&mut states);
        for (lanes, block) in states.iter().zip(state.iter_mut()) {
            block.0[first..first + PACKS].copy_from_slice(Packed::pack_slice(lanes));
        }
    }
}
