//! The widths of Poseidon2.

use std::sync::LazyLock;

use ark_ff::{BigInt, Zero as _};
use starfold_hashing::bn254::{self, Permutation};
use starfold_prover::LANES as SIDE_BY_SIDE;
use taceo_poseidon2::bn254 as reference;

use super::Parameters;
use crate::r1cs::Fr;

const OF_WIDTH: &str = "the state has as many lanes as the width";

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
        match self {
            Self::Two => reference::t2::permutation_in_place(state.try_into().expect(OF_WIDTH)),
            Self::Three => reference::t3::permutation_in_place(state.try_into().expect(OF_WIDTH)),
            Self::Four => reference::t4::permutation_in_place(state.try_into().expect(OF_WIDTH)),
            Self::Eight => reference::t8::permutation_in_place(state.try_into().expect(OF_WIDTH)),
            Self::Sixteen => {
                reference::t16::permutation_in_place(state.try_into().expect(OF_WIDTH))
            }
        }
    }

    /// Permutes states of this width side by side, given by lane.
    pub(super) fn permute_side_by_side(self, states: &mut [[Fr; SIDE_BY_SIDE]]) {
        let is_done = match self {
            Self::Two => run(&TWO, states),
            Self::Three => run(&THREE, states),
            Self::Four => run(&FOUR, states),
            Self::Eight => run(&EIGHT, states),
            Self::Sixteen => run(&SIXTEEN, states),
        };
        if !is_done {
            self.permute_each(states);
        }
    }

    /// As [`Self::permute_side_by_side`], one state after the other.
    pub(super) fn permute_each(self, states: &mut [[Fr; SIDE_BY_SIDE]]) {
        for place in 0..SIDE_BY_SIDE {
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

static TWO: LazyLock<Permutation<2>> = LazyLock::new(|| kernel(Width::Two));
static THREE: LazyLock<Permutation<3>> = LazyLock::new(|| kernel(Width::Three));
static FOUR: LazyLock<Permutation<4>> = LazyLock::new(|| kernel(Width::Four));
static EIGHT: LazyLock<Permutation<8>> = LazyLock::new(|| kernel(Width::Eight));
static SIXTEEN: LazyLock<Permutation<16>> = LazyLock::new(|| kernel(Width::Sixteen));

/// The permutation of a width on states side by side.
fn kernel<const WIDTH: usize>(width: Width) -> Permutation<WIDTH> {
    let words =
        |constants: &[Fr]| constants.iter().map(|constant| constant.0.0).collect::<Vec<_>>();
    let Parameters { external, internal, diagonal } = Parameters::of(width);
    let [external, internal, diagonal] = [external, internal, diagonal].map(words);
    Permutation::new(&bn254::Parameters {
        external: &external,
        internal: &internal,
        diagonal: &diagonal,
    })
    .expect("the parameters are those of the width")
}

/// Permutes the states where the machine can do so side by side, and says whether it did.
fn run<const WIDTH: usize>(
    permutation: &Permutation<WIDTH>,
    states: &mut [[Fr; SIDE_BY_SIDE]],
) -> bool {
    let states: &mut [[Fr; SIDE_BY_SIDE]; WIDTH] = states.try_into().expect(OF_WIDTH);
    let mut words = states.map(|column| column.map(|element| element.0.0));
    if !permutation.permute(&mut words) {
        return false;
    }
    // both sides keep elements in Montgomery form
    *states = words.map(|column| column.map(|words| Fr::new_unchecked(BigInt(words))));
    true
}
