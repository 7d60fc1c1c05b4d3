//! Merkle trees in the library's layout.

use plonky2::hash::merkle_tree::MerkleCap;
use rayon::prelude::*;

use crate::{F, LaneHasher, MerkleTree};

/// Rows that one task hashes.
const ROWS_AT_A_TIME: usize = 64;

/// The tree over rows of one length, a power of two of them.
///
/// # Panics
/// Where the cap is higher than the tree.
pub(crate) fn merkle_tree<H: LaneHasher>(leaves: Vec<Vec<F>>, cap_height: usize) -> MerkleTree<H> {
    assert!(leaves.len() >= 1 << cap_height, "a cap of 2^{cap_height} over {} rows", leaves.len());
    let zero = H::hash_or_noop(&[]);
    let mut hashes = vec![zero; leaves.len()];
    hashes
        .par_chunks_mut(ROWS_AT_A_TIME)
        .zip(leaves.par_chunks(ROWS_AT_A_TIME))
        .for_each(|(hashes, rows)| H::hash_rows(rows, hashes));
    let below = leaves.len() >> cap_height;
    let mut digests = vec![zero; 2 * (leaves.len() - (1 << cap_height))];
    let cap = if below == 1 {
        hashes
    } else {
        let subtrees = digests.par_chunks_exact_mut(2 * (below - 1));
        subtrees.zip(hashes.par_chunks_exact(below)).map(subtree::<H>).collect()
    };
    MerkleTree { leaves, digests, cap: MerkleCap(cap) }
}

/// Fills the digests of one subtree and returns its root.
///
/// The library stores pairs of siblings: pair k of layer i, counted from the leaves, comes at `2^(i+1) k + 2^i - 1`.
fn subtree<H: LaneHasher>((digests, hashes): (&mut [H::Hash], &[H::Hash])) -> H::Hash {
    let mut layer = hashes.to_vec();
    let mut height = 0;
    while layer.len() > 1 {
        for (k, pair) in layer.chunks_exact(2).enumerate() {
            let place = 2 * ((k << (height + 1)) + (1 << height) - 1);
            digests[place..place + 2].copy_from_slice(pair);
        }
        let mut next = vec![layer[0]; layer.len() / 2];
        H::parents(&layer, &mut next);
        layer = next;
        height += 1;
    }
    layer[0]
}
