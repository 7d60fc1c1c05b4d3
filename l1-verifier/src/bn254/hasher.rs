//! The hashing of rows and nodes.

use ark_ff::Zero as _;
use plonky2::plonk::config::Hasher;
use starfold_primitives::Goldilocks;

use super::node_hash::HASH_BYTES;
use super::{LANE_ELEMENTS, NodeHash, TranscriptPermutation, Width, pack};
use crate::r1cs::Fr;

/// The tag of rows, to which their length is added.
const ROW_TAG: u64 = 3 << 32;

/// Elements in a row of the tree of constants and sigmas. Rows of this length, and no others, have one element in each
/// lane: that tree is fixed, so that a verifier which pins it need not range-check what it opens. No other tree of
/// the outer layer may have rows of this length.
pub const CONSTANT_COLUMNS: usize = 43;

/// The hasher of the outer layer's Merkle trees and its transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OuterHasher;

/// How rows of one length are hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowLayout {
    /// Elements in each lane.
    pub lane_elements: usize,
    /// The width of the permutation: one lane is the capacity.
    pub width: Width,
    /// The capacity of the first state.
    pub tag: u64,
}

impl RowLayout {
    /// The layout of rows of so many elements.
    #[must_use]
    pub fn new(elements: usize) -> Self {
        let lane_elements = if elements == CONSTANT_COLUMNS { 1 } else { LANE_ELEMENTS };
        let width = match elements.div_ceil(lane_elements) {
            0..=2 => Width::Three,
            3 => Width::Four,
            4..=7 => Width::Eight,
            _ => Width::Sixteen,
        };
        Self { lane_elements, width, tag: ROW_TAG + elements as u64 }
    }

    /// Lanes overwritten before each permutation.
    #[must_use]
    pub fn rate(&self) -> usize {
        self.width.lanes() - 1
    }
}

impl Hasher<Goldilocks> for OuterHasher {
    const HASH_SIZE: usize = HASH_BYTES;
    type Hash = NodeHash;
    type Permutation = TranscriptPermutation;

    fn hash_no_pad(input: &[Goldilocks]) -> NodeHash {
        let layout = RowLayout::new(input.len());
        let rate = layout.rate();
        let mut state = [Fr::zero(); Width::Sixteen.lanes()];
        let state = &mut state[..=rate];
        state[rate] = Fr::from(layout.tag);
        for block in input.chunks(rate * layout.lane_elements) {
            for (lane, elements) in state.iter_mut().zip(block.chunks(layout.lane_elements)) {
                *lane = pack(elements);
            }
            layout.width.permute(state);
        }
        NodeHash(state[0])
    }

    /// A row of at most three elements is its own hash.
    fn hash_or_noop(inputs: &[Goldilocks]) -> NodeHash {
        if inputs.len() <= LANE_ELEMENTS {
            return NodeHash(pack(inputs));
        }
        Self::hash_no_pad(inputs)
    }

    fn two_to_one(left: NodeHash, right: NodeHash) -> NodeHash {
        let mut state = [left.0, right.0];
        Width::Two.permute(&mut state);
        NodeHash(state[0] + left.0)
    }
}
