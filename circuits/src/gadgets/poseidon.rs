//! One Poseidon permutation in one row, degree 3: 248 columns.
//!
//! Every S-box `x^7` commits to `x^3` and to the result; what lies between two S-boxes is linear and needs no
//! column. So the output is a linear expression of the last S-boxes.
//!
//! [`constrain`] says that the output belongs to the input. What the input is, the caller says: the rate with
//! constraints of his own, the capacity with [`constrain_capacity`], and where a hash takes more than one permutation,
//! with [`constrain_continuation`] and the rate filled anew. A permutation whose capacity is not bound proves nothing:
//! it can be computed backwards from any output.

use plonky2::hash::poseidon::{
    ALL_ROUND_CONSTANTS, HALF_N_FULL_ROUNDS, N_PARTIAL_ROUNDS, Poseidon,
};
use starfold_primitives::poseidon::{Domain as HashDomain, RATE, WIDTH, initial_state};
use starfold_primitives::{Digest, Field, Goldilocks};

use crate::air::{AirBuilder, Array, Cell, Domain, columns};

columns! {
    /// One S-box.
    pub struct SboxColumns {
        /// The cube of the S-box's input.
        cube: Cell,
        /// The seventh power of the S-box's input.
        seventh: Cell,
    }
}

columns! {
    /// A permutation.
    pub struct PoseidonColumns {
        /// Input state: rate 8, capacity 4.
        input: Array<Cell, WIDTH>,
        /// S-boxes of the first full rounds.
        first_full: Array<Array<SboxColumns<()>, WIDTH>, HALF_N_FULL_ROUNDS>,
        /// S-boxes of the partial rounds.
        partial: Array<SboxColumns<()>, N_PARTIAL_ROUNDS>,
        /// S-boxes of the last full rounds.
        last_full: Array<Array<SboxColumns<()>, WIDTH>, HALF_N_FULL_ROUNDS>,
    }
}

fn round_constants(round: usize) -> [u64; WIDTH] {
    std::array::from_fn(|i| ALL_ROUND_CONSTANTS[round * WIDTH + i])
}

/// Constrains a permutation and returns its output state, of degree 1.
pub fn constrain<B: AirBuilder>(
    columns: &PoseidonColumns<B::Expr>,
    builder: &mut B,
) -> [B::Expr; WIDTH] {
    let mut state = columns.input;
    let mut round = 0;
    for sboxes in &columns.first_full {
        state = full_round(state, sboxes, round, builder);
        round += 1;
    }
    for sbox in &columns.partial {
        state = add_constants(state, round, builder);
        state[0] = constrain_sbox(state[0], sbox, builder);
        state = builder.mds_layer(state);
        round += 1;
    }
    for sboxes in &columns.last_full {
        state = full_round(state, sboxes, round, builder);
        round += 1;
    }
    state
}

fn full_round<B: AirBuilder>(
    state: [B::Expr; WIDTH],
    sboxes: &[SboxColumns<B::Expr>; WIDTH],
    round: usize,
    builder: &mut B,
) -> [B::Expr; WIDTH] {
    let state = add_constants(state, round, builder);
    let state = std::array::from_fn(|i| constrain_sbox(state[i], &sboxes[i], builder));
    builder.mds_layer(state)
}

fn add_constants<B: AirBuilder>(
    state: [B::Expr; WIDTH],
    round: usize,
    builder: &B,
) -> [B::Expr; WIDTH] {
    let constants = round_constants(round);
    std::array::from_fn(|i| state[i] + builder.constant(constants[i]))
}

fn constrain_sbox<B: AirBuilder>(
    input: B::Expr,
    sbox: &SboxColumns<B::Expr>,
    builder: &mut B,
) -> B::Expr {
    let cube = input * input * input;
    builder.assert_zero("an S-box cubes its input", Domain::EveryRow, cube - sbox.cube);
    let seventh = sbox.cube * sbox.cube * input;
    builder.assert_zero("an S-box raises its input to 7", Domain::EveryRow, seventh - sbox.seventh);
    sbox.seventh
}

/// Where `fresh` is 1, the capacity begins a hash: `tag` and three zeros. Where `fresh` is 0, `tag` is 0 and the capacity
/// is another constraint's. Both have degree 2 at most.
pub fn constrain_capacity<B: AirBuilder>(
    columns: &PoseidonColumns<B::Expr>,
    fresh: B::Expr,
    tag: B::Expr,
    builder: &mut B,
) {
    let [first, rest @ ..] =
        std::array::from_fn::<_, { WIDTH - RATE }, _>(|i| columns.input[RATE + i]);
    let tagged = fresh * first - tag;
    builder.assert_zero("the capacity holds the tag of the domain", Domain::EveryRow, tagged);
    let rest = rest.map(|element| fresh * element);
    builder.assert_zeros("the capacity holds nothing else", Domain::EveryRow, rest);
}

/// Where `continued` is 1, the next row's permutation goes on with the capacity of this row's `output`; degree 2 at most.
pub fn constrain_continuation<B: AirBuilder>(
    output: &[B::Expr; WIDTH],
    next: &PoseidonColumns<B::Expr>,
    continued: B::Expr,
    builder: &mut B,
) {
    builder.assert_equal_when(
        "a long hash goes on with its capacity",
        Domain::Transition,
        continued,
        std::array::from_fn::<_, { WIDTH - RATE }, _>(|i| next.input[RATE + i]),
        std::array::from_fn(|i| output[RATE + i]),
    );
}

/// The input of a permutation that begins a hash.
pub fn fresh_input(domain: HashDomain, elements: [Goldilocks; RATE]) -> [Goldilocks; WIDTH] {
    let mut state = initial_state(domain);
    state[..RATE].copy_from_slice(&elements);
    state
}

/// Two digests as a permutation takes them.
pub fn pair(left: Digest, right: Digest) -> [Goldilocks; RATE] {
    std::array::from_fn(|i| if i < 4 { left.0[i] } else { right.0[i - 4] })
}

/// The columns of a permutation and its output state.
pub fn generate(input: [Goldilocks; WIDTH]) -> (PoseidonColumns<Goldilocks>, [Goldilocks; WIDTH]) {
    let empty = SboxColumns { cube: Goldilocks::ZERO, seventh: Goldilocks::ZERO };
    let mut columns = PoseidonColumns {
        input,
        first_full: [[empty; WIDTH]; HALF_N_FULL_ROUNDS],
        partial: [empty; N_PARTIAL_ROUNDS],
        last_full: [[empty; WIDTH]; HALF_N_FULL_ROUNDS],
    };
    let mut state = input;
    let mut round = 0;
    let mut next_round = |state: [Goldilocks; WIDTH], sboxes: &mut [SboxColumns<Goldilocks>]| {
        let constants = round_constants(round);
        let mut state: [Goldilocks; WIDTH] =
            std::array::from_fn(|i| state[i] + Goldilocks::from_canonical_u64(constants[i]));
        for (element, sbox) in state.iter_mut().zip(sboxes) {
            let cube = element.cube();
            *sbox = SboxColumns { cube, seventh: cube * cube * *element };
            *element = sbox.seventh;
        }
        round += 1;
        Goldilocks::mds_layer(&state)
    };
    for sboxes in &mut columns.first_full {
        state = next_round(state, sboxes);
    }
    for sbox in &mut columns.partial {
        state = next_round(state, std::slice::from_mut(sbox));
    }
    for sboxes in &mut columns.last_full {
        state = next_round(state, sboxes);
    }
    (columns, state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::air::Layout;
    use proptest::prelude::*;
    use starfold_primitives::poseidon::permute;

    #[test]
    fn a_permutation_has_248_columns() {
        assert_eq!(PoseidonColumns::<()>::LEN, 248);
    }

    proptest! {
        #[test]
        fn the_generated_output_is_plonky2s(input: [u64; WIDTH]) {
            let input = input.map(Goldilocks::from_noncanonical_u64);
            prop_assert_eq!(generate(input).1, permute(input));
        }
    }
}
