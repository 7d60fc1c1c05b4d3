//! Merkle trees in the library's layout.

use plonky2::field::types::Field;
use plonky2::hash::hash_types::{HashOut, NUM_HASH_OUT_ELTS};
use plonky2::hash::merkle_tree::MerkleCap;
use rayon::prelude::*;
use starfold_hashing::{hash_rows, parents};

use crate::{F, MerkleTree};

/// Rows that one task hashes.
const ROWS_AT_A_TIME: usize = 64;

type Digest = HashOut<F>;

/// The tree over rows of one length, a power of two of them.
///
/// # Panics
/// Where the cap is higher than the tree.
pub(crate) fn merkle_tree(leaves: Vec<Vec<F>>, cap_height: usize) -> MerkleTree {
    assert!(leaves.len() >= 1 << cap_height, "a cap of 2^{cap_height} over {} rows", leaves.len());
    let zero = HashOut { elements: [F::ZERO; NUM_HASH_OUT_ELTS] };
    let mut hashes = vec![zero; leaves.len()];
    hashes
        .par_chunks_mut(ROWS_AT_A_TIME)
        .zip(leaves.par_chunks(ROWS_AT_A_TIME))
        .for_each(|(hashes, rows)| hash_rows(rows, hashes));
    let below = leaves.len() >> cap_height;
    let mut digests = vec![zero; 2 * (leaves.len() - (1 << cap_height))];
    let cap = if below == 1 {
        hashes
    } else {
        let subtrees = digests.par_chunks_exact_mut(2 * (below - 1));
        subtrees.zip(hashes.par_chunks_exact(below)).map(subtree).collect()
    };
    MerkleTree { leaves, digests, cap: MerkleCap(cap) }
}

/// Fills the digests of one subtree and returns its root.
///
/// The library stores pairs of siblings: pair k of layer i, counted from the leaves, comes at `2^(i+1) k + 2^i - 1`.
fn subtree((digests, hashes): (&mut [Digest], &[Digest])) -> Digest {
    let mut layer = hashes.to_vec();
    let mut height = 0;
    while layer.len() > 1 {
        for (k, pair) in layer.chunks_exact(2).enumerate() {
            let place = 2 * ((k << (height + 1)) + (1 << height) - 1);
            digests[place..place + 2].copy_from_slice(pair);
        }
        let mut next = vec![layer[0]; layer.len() / 2];
        parents(&layer, &mut next);
        layer = next;
        height += 1;
    }
    layer[0]
}
