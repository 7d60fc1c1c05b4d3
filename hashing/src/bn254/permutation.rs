//! The permutation, written once over lanes.
//!
//! Poseidon2 (<https://eprint.iacr.org/2023/323>, section 5): eight external rounds with S-boxes on every element and a
//! matrix of small entries, and between their halves the internal rounds with one S-box and a matrix that is a diagonal
//! and ones. Two or three elements have the small diagonals 1, 2 and 1, 1, 2 besides the ones.

use super::constants::{Constants, EXTERNAL_ROUNDS, Factor};
use super::field::{
    CAPACITY, Columns, LaneWords, add, carry, double, enter, leave, normalise, product, reduce,
    scale, splat, square,
};
use super::integer::Limbs;
use super::lanes::Lanes;

/// Elements that the external matrix treats as one block, where there are as many.
const BLOCK: usize = 4;
/// Rounds of two or three elements without a reduction. Each makes a bound of those without S-boxes at most four times
/// as large and adds an S-box's, which is below 3: 1.001 grows to 7.1 and 31.1. The S-box is of one below 24, which
/// makes it below 3.
const UNREDUCED_ROUNDS: usize = 2;
/// Scaled elements that may be added modulo 2^260: each is below 10.001 and a reduced sum.
const SUMMED: usize = 7;
const _: () = assert!(SUMMED as u64 * 12 <= CAPACITY);

/// Elements by columns.
type State<L, const WIDTH: usize> = [Columns<L>; WIDTH];

/// Permutes the states, whose words are elements in Montgomery form with R = 2^256.
#[inline(always)]
pub(super) fn permute<L: Lanes, const WIDTH: usize>(
    constants: &Constants<WIDTH>,
    words: &mut [LaneWords<L>; WIDTH],
) {
    let mut state = [[L::splat(0); _]; WIDTH];
    for (element, words) in state.iter_mut().zip(words.iter()) {
        *element = enter(words);
    }
    // any 256 bits are below 85 after `enter`, and 80 times that below the 2^13 of `reduce`
    multiply_external(&mut state);
    reduce_each(&mut state);
    let (first, last) = constants.external.split_at(EXTERNAL_ROUNDS / 2);
    external_rounds(&mut state, first);
    if WIDTH < BLOCK {
        reduce_each(&mut state);
        small_internal_rounds(&mut state, &constants.internal);
    } else {
        internal_rounds(&mut state, &constants.internal, &constants.diagonal);
    }
    external_rounds(&mut state, last);
    for (element, words) in state.into_iter().zip(words) {
        *words = leave(element);
    }
}

#[inline(always)]
fn reduce_each<L: Lanes, const WIDTH: usize>(state: &mut State<L, WIDTH>) {
    for element in state {
        *element = reduce(*element);
    }
}

/// The fifth power of an integer and a constant.
#[inline(always)]
fn power<L: Lanes>(element: Columns<L>, constant: &Limbs) -> Columns<L> {
    let base = carry(add(element, &splat(constant)));
    let second = carry(square(&base));
    let fourth = carry(square(&second));
    product(&fourth, &base)
}

#[inline(always)]
fn external_rounds<L: Lanes, const WIDTH: usize>(
    state: &mut State<L, WIDTH>,
    rounds: &[[Limbs; WIDTH]],
) {
    for constants in rounds {
        for (element, constant) in state.iter_mut().zip(constants) {
            *element = power(*element, constant);
        }
        multiply_external(state);
        if WIDTH >= BLOCK {
            reduce_each(state);
        }
    }
}

/// The matrix of the external rounds: two or three elements gain their sum; more go by fours through one matrix, after
/// which each gains the sum of the elements in its place of every four, where there is more than one four.
#[inline(always)]
fn multiply_external<L: Lanes, const WIDTH: usize>(state: &mut State<L, WIDTH>) {
    if WIDTH < BLOCK {
        let sum = sum(state);
        for element in state {
            *element = add(*element, &sum);
        }
        return;
    }
    for block in state.chunks_exact_mut(BLOCK) {
        multiply_block(block);
    }
    if WIDTH == BLOCK {
        return;
    }
    for place in 0..BLOCK {
        let mut sum = state[place];
        for i in (place + BLOCK..WIDTH).step_by(BLOCK) {
            sum = add(sum, &state[i]);
        }
        for i in (place..WIDTH).step_by(BLOCK) {
            state[i] = add(state[i], &sum);
        }
    }
}

/// Times 5 7 1 3, 4 6 1 1, 1 3 5 7, 1 1 4 6 (the paper, appendix B).
#[inline(always)]
fn multiply_block<L: Lanes>(block: &mut [Columns<L>]) {
    let [a, b, c, d] = [block[0], block[1], block[2], block[3]];
    let first = add(a, &b);
    let second = add(c, &d);
    let third = add(double(&b), &second);
    let fourth = add(double(&d), &first);
    let fifth = add(double(&double(&second)), &fourth);
    let sixth = add(double(&double(&first)), &third);
    block[0] = add(fourth, &sixth);
    block[1] = sixth;
    block[2] = add(third, &fifth);
    block[3] = fifth;
}

#[inline(always)]
fn sum<L: Lanes>(elements: &[Columns<L>]) -> Columns<L> {
    let mut sum = elements[0];
    for element in &elements[1..] {
        sum = add(sum, element);
    }
    sum
}

/// The internal rounds of two or three elements, of which the last counts twice beside the sum and the others once.
#[inline(always)]
fn small_internal_rounds<L: Lanes, const WIDTH: usize>(
    state: &mut State<L, WIDTH>,
    constants: &[Limbs],
) {
    for constants in constants.chunks(UNREDUCED_ROUNDS) {
        for constant in constants {
            state[0] = power(state[0], constant);
            let sum = sum(state);
            state[WIDTH - 1] = double(&state[WIDTH - 1]);
            for element in state.iter_mut() {
                *element = add(*element, &sum);
            }
        }
        for element in &mut state[1..] {
            *element = reduce(*element);
        }
    }
}

/// The internal rounds of more elements.
#[inline(always)]
fn internal_rounds<L: Lanes, const WIDTH: usize>(
    state: &mut State<L, WIDTH>,
    constants: &[Limbs],
    diagonal: &[Factor; WIDTH],
) {
    let mut others = sum(&state[1..]);
    for constant in constants {
        let power = power(state[0], constant);
        let sum = reduce(add(power, &others));
        state[0] = scale(&diagonal[0], &carry(power), &sum);
        others = splat(&[0; _]);
        for (elements, factors) in state[1..].chunks_mut(SUMMED).zip(diagonal[1..].chunks(SUMMED)) {
            let mut scaled_sum = splat(&[0; _]);
            for (element, factor) in elements.iter_mut().zip(factors) {
                *element = scale(factor, &carry(*element), &sum);
                scaled_sum = add(scaled_sum, element);
            }
            others = add(others, &normalise(scaled_sum));
        }
    }
}
