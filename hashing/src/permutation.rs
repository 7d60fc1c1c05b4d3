//! The permutation, written once over lanes.
//!
//! An element is any 64-bit integer that is congruent to it modulo p = 2^64 - 2^32 + 1, and 2^64 = 2^32 - 1 is called
//! epsilon. Three things differ from the textbook (Poseidon, <https://eprint.iacr.org/2019/458>, section 4), none of
//! which changes a result:
//!
//! * The matrix has small entries, so it is applied to the low and high 32 bits of the elements as to integers. Being
//!   circulant but for one entry, it is a product of polynomials modulo X^12 - 1, split into products modulo X^3 - 1,
//!   X^3 + 1 and X^3 - i.
//! * In the partial rounds only the first element passes an S-box. The others stay in halves, unreduced, for three
//!   rounds.
//! * The constants of a partial round but the first pass through its matrix into the next round.

use plonky2::field::goldilocks_field::GoldilocksField;
use plonky2::hash::poseidon::{
    ALL_ROUND_CONSTANTS, HALF_N_FULL_ROUNDS, N_PARTIAL_ROUNDS, Poseidon,
};

use crate::WIDTH;
use crate::lanes::Lanes;

const P: u128 = (1 << 64) - (1 << 32) + 1;
const EPSILON: u64 = (1 << 32) - 1;
const ROUNDS: usize = 2 * HALF_N_FULL_ROUNDS + N_PARTIAL_ROUNDS;
const LAST_PARTIAL: usize = HALF_N_FULL_ROUNDS + N_PARTIAL_ROUNDS - 1;
/// Rounds that a half may grow: one multiplies it by less than 2^9, and 2^32 becomes less than 2^60.
const UNREDUCED_ROUNDS: usize = 3;
const _: () = assert!((N_PARTIAL_ROUNDS - 1).is_multiple_of(UNREDUCED_ROUNDS));

/// The first row of the circulant matrix.
const ROW: [u64; WIDTH] = GoldilocksField::MDS_MATRIX_CIRC;
/// What is added to the first entry of the circulant matrix.
const CORNER: u64 = GoldilocksField::MDS_MATRIX_DIAG[0];
// The shifts of `circulant` and `linear` are these numbers.
const _: () = assert!(CORNER == 8);
const _: () = {
    let expected = [17, 15, 41, 16, 2, 28, 13, 13, 39, 18, 34, 20];
    let mut i = 0;
    while i < WIDTH {
        assert!(ROW[i] == expected[i] && (i == 0 || GoldilocksField::MDS_MATRIX_DIAG[i] == 0));
        i += 1;
    }
};

/// The first column of the matrix.
const COLUMN: [u64; WIDTH] = {
    let mut column = [ROW[0] + CORNER; WIDTH];
    let mut i = 1;
    while i < WIDTH {
        column[i] = ROW[WIDTH - i];
        i += 1;
    }
    column
};

/// What is added before the S-boxes of each round; in a partial round that is zero but for the first element.
const CONSTANTS: [[u64; WIDTH]; ROUNDS] = {
    let mut constants = [[0; WIDTH]; ROUNDS];
    let mut passed = [0; WIDTH];
    let mut round = 0;
    while round < ROUNDS {
        let mut i = 0;
        while i < WIDTH {
            let own = ALL_ROUND_CONSTANTS[round * WIDTH + i] as u128;
            constants[round][i] = ((own + passed[i] as u128) % P) as u64;
            i += 1;
        }
        passed = [0; WIDTH];
        if round >= HALF_N_FULL_ROUNDS && round <= LAST_PARTIAL {
            let first = constants[round][0];
            constants[round][0] = 0;
            passed = matrix_times(&constants[round]);
            constants[round] = [0; WIDTH];
            constants[round][0] = first;
        }
        round += 1;
    }
    constants
};

const fn matrix_times(elements: &[u64; WIDTH]) -> [u64; WIDTH] {
    let mut product = [0; WIDTH];
    let mut i = 0;
    while i < WIDTH {
        let mut sum = if i == 0 { CORNER as u128 * elements[0] as u128 } else { 0 };
        let mut j = 0;
        while j < WIDTH {
            sum += ROW[j] as u128 * elements[(i + j) % WIDTH] as u128;
            j += 1;
        }
        product[i] = (sum % P) as u64;
        i += 1;
    }
    product
}

/// Permutes the states.
#[inline(always)]
pub(crate) fn permute<L: Lanes>(state: &mut [L; WIDTH]) {
    for (element, constant) in state.iter_mut().zip(CONSTANTS[0]) {
        // the constant is below p, so that one correction suffices
        let constant = L::splat(constant);
        let sum = element.add(constant);
        *element = sum.add_where_less(sum, constant, L::splat(EPSILON));
    }
    for round in 0..HALF_N_FULL_ROUNDS {
        full_round(state, &CONSTANTS[round + 1]);
    }
    for first in (HALF_N_FULL_ROUNDS..LAST_PARTIAL).step_by(UNREDUCED_ROUNDS) {
        partial_rounds(state, first);
    }
    state[0] = power_of_seven(state[0]);
    linear(state, &CONSTANTS[LAST_PARTIAL + 1]);
    for round in LAST_PARTIAL + 1..ROUNDS - 1 {
        full_round(state, &CONSTANTS[round + 1]);
    }
    full_round(state, &[0; WIDTH]);
}

/// Multiplies the states by the matrix of a round.
#[inline(always)]
pub(crate) fn multiply<L: Lanes>(state: &mut [L; WIDTH]) {
    linear(state, &[0; WIDTH]);
}

/// The S-boxes and the matrix of one round, and the constants of the next.
#[inline(always)]
fn full_round<L: Lanes>(state: &mut [L; WIDTH], next_constants: &[u64; WIDTH]) {
    for element in state.iter_mut() {
        *element = power_of_seven(*element);
    }
    linear(state, next_constants);
}

/// The S-boxes and matrices of the three partial rounds from `first` on, and the constants of the rounds after each.
#[inline(always)]
fn partial_rounds<L: Lanes>(state: &mut [L; WIDTH], first: usize) {
    let (mut low, mut high) = halves(state);
    let mut element = state[0];
    for round in first..first + UNREDUCED_ROUNDS {
        element = power_of_seven(element);
        // the others do not wait for the S-box
        low[0] = L::splat(0);
        high[0] = L::splat(0);
        low = circulant(&low);
        high = circulant(&high);
        let element_high = element.right::<32>();
        for (i, entry) in COLUMN.into_iter().enumerate() {
            low[i] = low[i].add(element.mul_low(L::splat(entry)));
            high[i] = high[i].add(element_high.mul_low(L::splat(entry)));
        }
        let constant = CONSTANTS[round + 1][0];
        low[0] = low[0].add(L::splat(constant & EPSILON));
        high[0] = high[0].add(L::splat(constant >> 32));
        element = recombine(low[0], high[0]);
    }
    state[0] = element;
    for i in 1..WIDTH {
        state[i] = recombine(low[i], high[i]);
    }
}

/// The low and the high 32 bits. Here and elsewhere loops stand for `array::map`, which the compiler leaves as a call.
#[inline(always)]
fn halves<L: Lanes>(state: &[L; WIDTH]) -> ([L; WIDTH], [L; WIDTH]) {
    let (mut low, mut high) = (*state, *state);
    for i in 0..WIDTH {
        low[i] = state[i].low();
        high[i] = state[i].right::<32>();
    }
    (low, high)
}

/// Multiplies by the matrix and adds constants.
#[inline(always)]
fn linear<L: Lanes>(state: &mut [L; WIDTH], constants: &[u64; WIDTH]) {
    let (low, high) = halves(state);
    let mut low_sums = circulant(&low);
    let mut high_sums = circulant(&high);
    low_sums[0] = low_sums[0].add(low[0].left::<3>());
    high_sums[0] = high_sums[0].add(high[0].left::<3>());
    for (i, constant) in constants.iter().enumerate() {
        let low = low_sums[i].add(L::splat(constant & EPSILON));
        let high = high_sums[i].add(L::splat(constant >> 32));
        state[i] = recombine(low, high);
    }
}

/// `low + 2^32 high` for two integers below 2^60.
#[inline(always)]
fn recombine<L: Lanes>(low: L, high: L) -> L {
    // what stands above 2^64 counts epsilon times, and is less than 2^28
    let small = low.add(high.right::<32>().mul_low(L::splat(EPSILON)));
    let sum = high.left::<32>().add(small);
    sum.add_where_less(sum, small, L::splat(EPSILON))
}

/// Multiplies integers by the circulant matrix. Differences may be negative, the results never are.
#[inline(always)]
fn circulant<L: Lanes>(x: &[L; WIDTH]) -> [L; WIDTH] {
    let even = [x[0].add(x[6]), x[1].add(x[7]), x[2].add(x[8])];
    let odd = [x[3].add(x[9]), x[4].add(x[10]), x[5].add(x[11])];
    let ones = modulo_one([even[0].add(odd[0]), even[1].add(odd[1]), even[2].add(odd[2])]);
    let minus_ones =
        modulo_minus_one([even[0].sub(odd[0]), even[1].sub(odd[1]), even[2].sub(odd[2])]);
    let real = [x[0].sub(x[6]), x[1].sub(x[7]), x[2].sub(x[8])];
    let imaginary = [x[3].sub(x[9]), x[4].sub(x[10]), x[5].sub(x[11])];
    let (real, imaginary) = modulo_i(real, imaginary);
    let mut y = *x;
    for i in 0..3 {
        let sum = ones[i].add(minus_ones[i]);
        let difference = ones[i].sub(minus_ones[i]);
        y[i] = sum.add(real[i]);
        y[i + 3] = difference.add(imaginary[i]);
        y[i + 6] = sum.sub(real[i]);
        y[i + 9] = difference.sub(imaginary[i]);
    }
    y
}

/// Times 16 + 32 X + 16 X^2 modulo X^3 - 1.
#[inline(always)]
fn modulo_one<L: Lanes>([a, b, c]: [L; 3]) -> [L; 3] {
    let sum = a.add(b).add(c);
    [sum.add(c).left::<4>(), sum.add(a).left::<4>(), sum.add(b).left::<4>()]
}

/// Times -1 - 8 X + 2 X^2 modulo X^3 + 1.
#[inline(always)]
fn modulo_minus_one<L: Lanes>([a, b, c]: [L; 3]) -> [L; 3] {
    [
        c.left::<3>().sub(b.left::<1>()).sub(a),
        L::splat(0).sub(a.left::<3>()).sub(c.left::<1>()).sub(b),
        a.left::<1>().sub(b.left::<3>()).sub(c),
    ]
}

/// Times (2 + i) - (4 + i) X + (16 - i) X^2 modulo X^3 - i, by real and imaginary parts.
#[inline(always)]
fn modulo_i<L: Lanes>([a, b, c]: [L; 3], [d, e, f]: [L; 3]) -> ([L; 3], [L; 3]) {
    let real = [
        a.left::<1>().add(b).add(c).add(f.left::<2>()).sub(d).sub(e.left::<4>()),
        b.left::<1>().sub(a.left::<2>()).add(c).add(d).sub(e).sub(f.left::<4>()),
        c.left::<1>().sub(b.left::<2>()).add(a.left::<4>()).add(d).add(e).sub(f),
    ];
    let imaginary = [
        d.left::<1>().add(e).add(f).add(a).sub(c.left::<2>()).add(b.left::<4>()),
        e.left::<1>().sub(d.left::<2>()).add(f).add(b).sub(a).add(c.left::<4>()),
        f.left::<1>().sub(e.left::<2>()).add(d.left::<4>()).add(c).sub(b).sub(a),
    ];
    (real, imaginary)
}

/// The S-box.
#[inline(always)]
fn power_of_seven<L: Lanes>(x: L) -> L {
    let second = square(x);
    product(product(second, x), square(second))
}

/// `x y` by four products of 32 bits.
#[inline(always)]
pub(crate) fn product<L: Lanes>(x: L, y: L) -> L {
    let (x_high, y_high) = (x.right::<32>(), y.right::<32>());
    let low = x.mul_low(y);
    let middle = x_high.mul_low(y).add(low.right::<32>());
    let other_middle = x.mul_low(y_high).add(middle.low());
    let high = x_high.mul_low(y_high).add(middle.right::<32>()).add(other_middle.right::<32>());
    reduce(low.join(other_middle), high)
}

/// `x^2` by three products of 32 bits, of which one counts twice.
#[inline(always)]
pub(crate) fn square<L: Lanes>(x: L) -> L {
    let x_high = x.right::<32>();
    let low = x.mul_low(x);
    // at most (2^32 - 1)^2, so that less than 2^31 may be added
    let cross = x.mul_low(x_high);
    let middle = cross.add(low.right::<33>());
    let high = x_high.mul_low(x_high).add(middle.right::<31>());
    reduce(low.add(cross.left::<33>()), high)
}

/// `low + 2^64 high`.
#[inline(always)]
pub(crate) fn reduce<L: Lanes>(low: L, high: L) -> L {
    let epsilon = L::splat(EPSILON);
    // 2^96 = -1, and after a borrow of 2^64 at least 2^64 - 2^32 is left to take epsilon from
    let top = high.right::<32>();
    let difference = low.sub(top).sub_where_less(low, top, epsilon);
    // at most (2^32 - 1)^2, so that a carry leaves room for epsilon
    let middle = high.mul_low(epsilon);
    let sum = difference.add(middle);
    sum.add_where_less(sum, middle, epsilon)
}
