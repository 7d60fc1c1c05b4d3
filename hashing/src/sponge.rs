//! Hashes of many inputs of one length, as plonky2's Merkle trees want them.

use plonky2::field::goldilocks_field::GoldilocksField;
use plonky2::field::types::Field;
use plonky2::hash::hash_types::{HashOut, NUM_HASH_OUT_ELTS};
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::plonk::config::Hasher;

use crate::{LANES, RATE, States, WIDTH, permute};

/// Inputs for which a run of all lanes costs less than one hash after the other.
const WORTH_A_RUN: usize = 4;

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
                for (i, column) in states.iter_mut().enumerate().take(RATE.min(width - start)) {
                    column.iter_mut().zip(rows).for_each(|(cell, row)| *cell = row[start + i]);
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
