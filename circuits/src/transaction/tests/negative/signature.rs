//! The signature lane. A block without signature holds one that binds nothing, so that it can be edited freely.

use starfold_primitives::ecgfp5::{AffinePoint, Gfp5};
use starfold_primitives::signature::filler;
use starfold_primitives::{Field, GOLDILOCKS_ORDER, Goldilocks};

use super::super::fixture::Case::*;
use super::super::forgery::{Forgery, ONE, TWO, ZERO, doubled, field, row_of};
use super::{Negative, among, exactly};

/// The last row: after the lane's work, and no other row follows.
const LAST: usize = row_of(15, 15);

fn another_point() -> [Gfp5; 2] {
    let point: AffinePoint = filler().steps()[17].accumulator;
    [point.x(), point.y()]
}

/// Runs the lane with another key.
fn change_key(f: &mut Forgery, key: [Gfp5; 2]) {
    let mut signer = f.signer();
    signer.key = key;
    f.run_signature(&signer);
}

pub(super) const NEGATIVES: &[Negative] = &[
    exactly("a block has one signer", Noop, |f| {
        f.restep(LAST, |row| row.signature.key.y[0] += ONE);
    }),
    exactly("a block has one challenge", Noop, |f| {
        f.from(15, 15, |row| row.signature.challenge[0] += ONE);
    }),
    exactly("the challenge is read in bits", Noop, |f| {
        f.restep(LAST, |row| row.signature.lane.bit = TWO);
        f.read_challenge();
    }),
    exactly("a challenge limb starts with its first bit", Noop, |f| {
        for row in 0..64 {
            f.rows[row].signature.lane.value += Goldilocks::from_noncanonical_u64(1 << row);
        }
        f.all(|row| row.signature.challenge[2] += field(1 << 63));
    }),
    exactly("the challenge appends the bit", Noop, |f| {
        f.from(15, 15, |row| row.signature.lane.value += ONE);
    }),
    exactly("the challenge starts with no zero seen", Noop, |f| {
        f.between((0, 0), (3, 15), |row| row.signature.lane.ones = ZERO);
    }),
    exactly("the challenge remembers whether its upper bits are all 1", Noop, |f| {
        f.at(13, 0).signature.lane.ones = ZERO;
    }),
    exactly("below 32 ones the challenge reads zeros", Noop, |f| {
        let mut signer = f.signer();
        signer.challenge[1] = GOLDILOCKS_ORDER;
        f.run_signature(&signer);
    }),
    exactly("the bits are those of the challenge", Noop, |f| {
        f.all(|row| row.signature.challenge[1] += ONE);
    }),
    exactly("the response is read in bits", Noop, |f| {
        f.restep(LAST, |row| row.signature.response[0] = TWO);
    }),
    exactly("the tangent touches the curve at A", Noop, |f| {
        f.redouble(LAST, |row| {
            row.signature.double_slope[0] += ONE;
            row.signature.double_x = doubled(&row.signature);
        });
    }),
    exactly("D lies on the tangent", Noop, |f| {
        f.redouble(LAST, |row| row.signature.double_x[0] += ONE);
    }),
    exactly("D and Q have different abscissas", Noop, |f| {
        f.at(0, 0).signature.key_inverse[0] += ONE;
    }),
    exactly("the chord goes through D and Q", Noop, |f| {
        f.from(15, 15, |row| row.signature.key_slope[0] += ONE);
    }),
    exactly("S has the abscissa of D + Q or of D", Noop, |f| {
        f.resum(LAST, |row| row.signature.sum.x[0] += ONE);
    }),
    exactly("S has the ordinate of D + Q or of D", Noop, |f| {
        f.resum(LAST, |row| row.signature.sum.y[0] += ONE);
    }),
    exactly("S and T have different abscissas", Noop, |f| {
        f.at(0, 0).signature.table_inverse[0] += ONE;
    }),
    exactly("the chord goes through S and T", Noop, |f| {
        f.from(15, 15, |row| row.signature.table_slope[0] += ONE);
    }),
    exactly("the accumulator starts at the offset", Noop, |f| {
        let mut signer = f.signer();
        signer.start = another_point();
        f.run_signature(&signer);
    }),
    exactly("the next accumulator is S + T", Noop, |f| {
        for row in row_of(12, 0)..=LAST {
            f.restep(row, |row| row.signature.accumulator.y[0] += ONE);
        }
    }),
    exactly("R stays to the block's end", Noop, |f| {
        f.restep(LAST, |row| row.signature.accumulator.y[0] += ONE);
    }),
    exactly("signed transactions check the key", Transfer, |f| f.at(4, 9).flags.key_row = ZERO),
    among("the sender's key encodes Q", Transfer, |f| {
        for step in [10, 11] {
            f.at(4, step).poseidon.input[0] += ONE;
        }
        f.rehash();
        f.adopt_root();
    }),
    among("Q lies on the curve", Transfer, |f| {
        // its encoding is the key's, and its abscissa the square of what stands in the key row
        let [x, y] = f.signer().key;
        change_key(f, [x.times(4), y.times(4)]);
        let root = &mut f.at(4, 9).poseidon.input[..5];
        root.iter_mut().for_each(|coefficient| *coefficient = coefficient.double());
        f.rehash();
    }),
    exactly("the abscissa of Q is a square", Transfer, |f| {
        f.at(4, 9).poseidon.input[0] += ONE;
        f.rehash();
    }),
    exactly("signed transactions hash key and R", Transfer, |f| {
        f.at(13, 3).flags.challenge_row = ZERO;
    }),
    exactly("signed transactions compare the challenge", Transfer, |f| {
        f.at(13, 4).flags.challenge_end_row = ZERO;
    }),
    among("the challenge takes the encoded key", Transfer, |f| {
        f.at(13, 3).poseidon.input[0] += ONE;
        f.rehash();
    }),
    among("the challenge takes the encoded R", Transfer, |f| {
        f.at(13, 4).poseidon.input[1] += ONE;
        f.rehash();
    }),
];
