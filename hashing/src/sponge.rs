//! Hashes of many inputs of one length, as plonky2's Merkle trees want them.

use std::array;

use plonky2::field::goldilocks_field::GoldilocksField;
use plonky2::field::packed::PackedField;
use plonky2::field::types::Field;
use plonky2::hash::hash_types::{HashOut, NUM_HASH_OUT_ELTS};
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::plonk::config::Hasher;

use crate::{LANES, Packed, RATE, States, WIDTH, for_each_column, permute};

/// Inputs for which a run of all lanes costs less than one hash after the other.
const WORTH_A_RUN: usize = 4;

const _: () = assert!(LANES.is_multiple_of(Packed::WIDTH));

type Digest = HashOut<GoldilocksField>;

/// The digests of rows: each row itself where it is no longer than a digest, else its hash (`hash_or_noop`).
///
/// # Panics
/// Where the rows are not all of one length, or are not as many as the digests.
pub fn hash_rows(rows: &[Vec<GoldilocksField>], digests: &mut [Digest]) {
    assert_eq!(rows.len(), digests.len(), "one digest for each row");
    let width = rows.first().map_or(0, Vec::len);
    assert!(rows.iter().all(|row| row.len() == width), "rows of one length");
    for (rows, digests) in rows.chunks(LANES).zip(digests.chunks_mut(LANES)) {
        if width <= NUM_HASH_OUT_ELTS || rows.len() < WORTH_A_RUN {
            for (row, digest) in rows.iter().zip(digests) {
                *digest = PoseidonHash::hash_or_noop(row);
            }
        } else {
            let mut states: States = [[GoldilocksField::ZERO; LANES]; WIDTH];
            for start in (0..width).step_by(RATE) {
                let end = width.min(start + RATE);
                for first in (0..LANES).step_by(Packed::WIDTH) {
                    // lanes without a row hash the last one again
                    let row = |i: usize| &rows[(first + i).min(rows.len() - 1)][start..end];
                    for_each_column(array::from_fn(row), |i, column| {
                        states[i][first..first + Packed::WIDTH].copy_from_slice(column.as_slice());
                    });
                }
                permute(&mut states);
            }
            squeeze(&states, digests);
        }
    }
}

/// The digests of pairs of neighbours (`two_to_one`).
///
/// # Panics
/// Where there are not twice as many children as parents.
pub fn parents(children: &[Digest], parents: &mut [Digest]) {
    assert_eq!(children.len(), 2 * parents.len(), "two children for each parent");
    for (children, parents) in children.chunks(2 * LANES).zip(parents.chunks_mut(LANES)) {
        if parents.len() < WORTH_A_RUN {
            for (pair, parent) in children.chunks_exact(2).zip(parents) {
                *parent = PoseidonHash::two_to_one(pair[0], pair[1]);
            }
        } else {
            let mut states: States = [[GoldilocksField::ZERO; LANES]; WIDTH];
            for (lane, pair) in children.chunks_exact(2).enumerate() {
                let elements = pair.iter().flat_map(|child| child.elements);
                for (column, element) in states.iter_mut().zip(elements) {
                    column[lane] = element;
                }
            }
            permute(&mut states);
            squeeze(&states, parents);
        }
    }
}

fn squeeze(states: &States, digests: &mut [Digest]) {
    for (lane, digest) in digests.iter_mut().enumerate() {
        digest.elements = std::array::from_fn(|i| states[i][lane]);
    }
}
