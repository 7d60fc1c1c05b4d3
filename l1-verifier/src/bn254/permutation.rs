//! The widths of Poseidon2.

use ark_ff::Zero as _;
use taceo_poseidon2::bn254;

use starfold_prover::LANES;

use crate::r1cs::Fr;

/// The number of lanes of a Poseidon2 state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// Two lanes: nodes.
    Two,
    /// Three lanes: the transcript, rows of at most two lanes.
    Three,
    /// Four lanes: rows of three.
    Four,
    /// Eight lanes: rows of at most seven.
    Eight,
    /// Sixteen lanes: longer rows.
    Sixteen,
}

impl Width {
    /// Every width.
    pub const ALL: [Self; 5] = [Self::Two, Self::Three, Self::Four, Self::Eight, Self::Sixteen];

    /// Its lanes.
    #[must_use]
    pub const fn lanes(self) -> usize {
        match self {
            Self::Two => 2,
            Self::Three => 3,
            Self::Four => 4,
            Self::Eight => 8,
            Self::Sixteen => 16,
        }
    }

    /// Permutes a state of this width.
    pub(super) fn permute(self, state: &mut [Fr]) {
        const LANES: &str = "the state has as many lanes as the width";
        match self {
            Self::Two => bn254::t2::permutation_in_place(state.try_into().expect(LANES)),
            Self::Three => bn254::t3::permutation_in_place(state.try_into().expect(LANES)),
            Self::Four => bn254::t4::permutation_in_place(state.try_into().expect(LANES)),
            Self::Eight => bn254::t8::permutation_in_place(state.try_into().expect(LANES)),
            Self::Sixteen => bn254::t16::permutation_in_place(state.try_into().expect(LANES)),
        }
    }

    /// Permutes states of this width side by side, given by lane.
    pub(super) fn permute_lanes(self, states: &mut [[Fr; LANES]]) {
        for place in 0..LANES {
            let mut state = [Fr::zero(); Self::Sixteen.lanes()];
            let state = &mut state[..self.lanes()];
            for (lane, column) in state.iter_mut().zip(&*states) {
                *lane = column[place];
            }
            self.permute(state);
            for (lane, column) in state.iter().zip(&mut *states) {
                column[place] = *lane;
            }
        }
    }
}
