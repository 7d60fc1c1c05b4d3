//! The permutation of the Fiat-Shamir transcript.

use ark_ff::Zero as _;
use plonky2::hash::hashing::PlonkyPermutation;
use starfold_primitives::{Field as _, Goldilocks};
use starfold_prover::LANES as SIDE_BY_SIDE;

use super::{LANE_ELEMENTS, Width, limbs, pack};
use crate::r1cs::Fr;

/// The capacity lane with which a transcript begins.
pub(crate) const TRANSCRIPT_TAG: u64 = 1 << 32;

/// Lanes that a transcript overwrites and reveals; one more is the capacity.
pub(crate) const RATE_LANES: usize = 2;

/// The width of the transcript's permutation.
pub(crate) const TRANSCRIPT_WIDTH: Width = Width::Three;

const LANES: usize = RATE_LANES + 1;
const RATE: usize = RATE_LANES * LANE_ELEMENTS;
const _: () = assert!(TRANSCRIPT_WIDTH.lanes() == LANES, "one lane is the capacity");

/// A Poseidon2 state that plonky2's challenger sees as the elements in its rate lanes.
///
/// Plonky2 overwrites single elements, but a lane is hashed as a whole. So the first element set in a lane since the
/// last permutation replaces the lane, its other elements being zero; a lane without one keeps all its bits, of which
/// the elements show the low 3 * 64, each reduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TranscriptPermutation {
    lanes: [Fr; LANES],
    elements: [Goldilocks; RATE],
    /// The lanes that were overwritten since the last permutation.
    overwritten: [bool; RATE_LANES],
}

impl Default for TranscriptPermutation {
    fn default() -> Self {
        let mut lanes = [Fr::zero(); LANES];
        lanes[RATE_LANES] = Fr::from(TRANSCRIPT_TAG);
        Self { lanes, elements: [Goldilocks::ZERO; RATE], overwritten: [false; RATE_LANES] }
    }
}

impl TranscriptPermutation {
    /// Permutes many transcripts.
    pub(super) fn permute_side_by_side(transcripts: &mut [Self; SIDE_BY_SIDE]) {
        let mut states = [[Fr::zero(); SIDE_BY_SIDE]; LANES];
        for (place, transcript) in transcripts.iter_mut().enumerate() {
            transcript.absorb();
            for (column, lane) in states.iter_mut().zip(transcript.lanes) {
                column[place] = lane;
            }
        }
        TRANSCRIPT_WIDTH.permute_side_by_side(&mut states);
        for (place, transcript) in transcripts.iter_mut().enumerate() {
            transcript.lanes = states.map(|column| column[place]);
            transcript.reveal();
        }
    }

    /// Puts the elements that were set into their lanes.
    fn absorb(&mut self) {
        let chunks = self.elements.chunks(LANE_ELEMENTS);
        for ((lane, elements), overwritten) in
            self.lanes.iter_mut().zip(chunks).zip(self.overwritten)
        {
            if overwritten {
                *lane = pack(elements);
            }
        }
        self.overwritten = [false; RATE_LANES];
    }

    /// Shows the elements of the lanes.
    fn reveal(&mut self) {
        for (elements, lane) in self.elements.chunks_mut(LANE_ELEMENTS).zip(self.lanes) {
            for (element, limb) in elements.iter_mut().zip(limbs(lane)) {
                *element = Goldilocks::from_noncanonical_u64(limb);
            }
        }
    }
}

impl AsRef<[Goldilocks]> for TranscriptPermutation {
    fn as_ref(&self) -> &[Goldilocks] {
        &self.elements
    }
}

impl PlonkyPermutation<Goldilocks> for TranscriptPermutation {
    const RATE: usize = RATE;
    const WIDTH: usize = RATE;

    fn new<I: IntoIterator<Item = Goldilocks>>(elements: I) -> Self {
        let mut state = Self::default();
        state.set_from_iter(elements, 0);
        state
    }

    fn set_elt(&mut self, element: Goldilocks, index: usize) {
        let lane = index / LANE_ELEMENTS;
        if !self.overwritten[lane] {
            self.overwritten[lane] = true;
            self.elements[lane * LANE_ELEMENTS..][..LANE_ELEMENTS].fill(Goldilocks::ZERO);
        }
        self.elements[index] = element;
    }

    fn set_from_iter<I: IntoIterator<Item = Goldilocks>>(&mut self, elements: I, start: usize) {
        for (index, element) in (start..RATE).zip(elements) {
            self.set_elt(element, index);
        }
    }

    fn set_from_slice(&mut self, elements: &[Goldilocks], start: usize) {
        self.set_from_iter(elements.iter().copied(), start);
    }

    fn permute(&mut self) {
        self.absorb();
        TRANSCRIPT_WIDTH.permute(&mut self.lanes);
        self.reveal();
    }

    fn squeeze(&self) -> &[Goldilocks] {
        &self.elements
    }
}
