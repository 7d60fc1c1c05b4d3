//! Rows, nodes and transcripts hashed side by side.

use ark_ff::Zero as _;
use plonky2::hash::hashing::PlonkyPermutation as _;
use plonky2::plonk::config::Hasher as _;
use starfold_hashing::bn254::is_vectorised;
use starfold_primitives::{Field as _, Goldilocks};
use starfold_prover::{LANES as SIDE_BY_SIDE, LaneHasher};

use super::{LANE_ELEMENTS, NodeHash, OuterHasher, RowLayout, TranscriptPermutation, Width, pack};
use crate::r1cs::Fr;

/// Whether a run of all states is faster than so many inputs one after the other.
fn is_worth_a_run(inputs: usize) -> bool {
    inputs > 1 && is_vectorised()
}

impl LaneHasher for OuterHasher {
    fn hash_rows(rows: &[Vec<Goldilocks>], digests: &mut [NodeHash]) {
        assert_eq!(rows.len(), digests.len(), "a digest for each row");
        let Some(length) = rows.first().map(Vec::len) else { return };
        assert!(rows.iter().all(|row| row.len() == length), "rows of one length");
        for (rows, digests) in rows.chunks(SIDE_BY_SIDE).zip(digests.chunks_mut(SIDE_BY_SIDE)) {
            if length <= LANE_ELEMENTS || !is_worth_a_run(rows.len()) {
                for (row, digest) in rows.iter().zip(digests) {
                    *digest = Self::hash_or_noop(row);
                }
            } else {
                hash_run(RowLayout::new(length), rows, digests);
            }
        }
    }

    fn parents(children: &[NodeHash], parents: &mut [NodeHash]) {
        assert_eq!(children.len(), 2 * parents.len(), "two children for each parent");
        let (pairs, _) = children.as_chunks::<2>();
        for (pairs, parents) in pairs.chunks(SIDE_BY_SIDE).zip(parents.chunks_mut(SIDE_BY_SIDE)) {
            if !is_worth_a_run(parents.len()) {
                for (&[left, right], parent) in pairs.iter().zip(parents) {
                    *parent = Self::two_to_one(left, right);
                }
                continue;
            }
            let mut states = [[Fr::zero(); SIDE_BY_SIDE]; Width::Two.lanes()];
            for (place, [left, right]) in pairs.iter().enumerate() {
                (states[0][place], states[1][place]) = (left.0, right.0);
            }
            Width::Two.permute_side_by_side(&mut states);
            for ((parent, [left, _]), permuted) in parents.iter_mut().zip(pairs).zip(states[0]) {
                *parent = NodeHash(permuted + left.0);
            }
        }
    }

    fn challenges(
        state: &TranscriptPermutation,
        place: usize,
        first: u64,
    ) -> [Goldilocks; SIDE_BY_SIDE] {
        let mut transcripts = [*state; SIDE_BY_SIDE];
        for (nonce, transcript) in (first..).zip(&mut transcripts) {
            transcript.set_elt(Goldilocks::from_canonical_u64(nonce), place);
        }
        TranscriptPermutation::permute_side_by_side(&mut transcripts);
        transcripts.map(|transcript| transcript.squeeze()[TranscriptPermutation::RATE - 1])
    }
}

/// Hashes at most [`SIDE_BY_SIDE`] rows of one length. States without a row stay as they begin.
fn hash_run(layout: RowLayout, rows: &[Vec<Goldilocks>], digests: &mut [NodeHash]) {
    let mut states = [[Fr::zero(); SIDE_BY_SIDE]; Width::Sixteen.lanes()];
    let states = &mut states[..layout.width.lanes()];
    states[layout.rate()] = [Fr::from(layout.tag); SIDE_BY_SIDE];
    let length = rows[0].len();
    let block = layout.rate() * layout.lane_elements;
    for start in (0..length).step_by(block) {
        for (place, row) in rows.iter().enumerate() {
            let elements = row[start..length.min(start + block)].chunks(layout.lane_elements);
            for (lane, elements) in states.iter_mut().zip(elements) {
                lane[place] = pack(elements);
            }
        }
        layout.width.permute_side_by_side(states);
    }
    for (digest, first) in digests.iter_mut().zip(states[0]) {
        *digest = NodeHash(first);
    }
}
