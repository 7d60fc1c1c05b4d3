//! The verification of a Schnorr signature, `R = s G + e Q`, one bit of the challenge a row: 68 columns.
//!
//! The group is that of ecGFp5, and the steps are those of a
//! [`VerificationChain`], which the trace is filled from. They take the
//! first 192 rows of a block; in the rows after them `accumulator` is R.
//!
//! The points are ordinary chords and tangents in the subgroup of order n of `y^2 = x^3 + 2 x^2 + 263 z x`. Where
//! abscissas coincide a chord's slope would be free, so two inverses forbid it. A tangent needs none: there is no point of
//! order 2 in the subgroup. The offset that starts the accumulator cancels after 192 steps.
//!
//! # What the caller binds
//!
//! [`constrain`] makes R of a key Q, a challenge e and any response. It is a signature once
//!
//! 1. Q is in the group and is the key of whoever should sign: [`constrain_key`], in a row of the caller's choice;
//! 2. a hash takes the encodings of Q and R, with [`constrain_encodings`] in a row after the first 192, and between them
//!    the message: 5 elements of the key, 4 of the message, 5 of R. The permutations and their capacity are the caller's, in
//!    the domain `Challenge`, see [`poseidon`](super::poseidon);
//! 3. `challenge` is the first three elements of that hash: [`constrain_challenge`].
//!
//! ```
//! use starfold_circuits::air::{AirBuilder, Array, Cell, Domain, columns};
//! use starfold_circuits::gadgets::schedule::ScheduleColumns;
//! use starfold_circuits::gadgets::schnorr::{self, SignatureColumns};
//!
//! columns! {
//!     /// A row.
//!     pub struct Row {
//!         /// The row's place in its block.
//!         schedule: ScheduleColumns<(), 16, 16>,
//!         /// The scalar multiplication.
//!         signature: SignatureColumns<()>,
//!         /// The signer's key, as accounts hold it.
//!         key: Array<Cell, 5>,
//!         /// A root of the abscissa of Q.
//!         root: Array<Cell, 5>,
//!         /// 1 in the row that checks the key.
//!         key_row: Cell,
//!     }
//! }
//!
//! fn constrain<B: AirBuilder>(local: &Row<B::Expr>, next: &Row<B::Expr>, builder: &mut B) {
//!     schnorr::constrain(&local.schedule, &local.signature, &next.signature, builder);
//!     let key_row = local.key_row - local.schedule.at(0, 0);
//!     builder.assert_zero("every block checks its key", Domain::EveryRow, key_row);
//!     schnorr::constrain_key(&local.signature, local.key, local.root, local.key_row, builder);
//!     // and so on: `constrain_encodings` and `constrain_challenge`
//! }
//! # let _ = constrain::<starfold_circuits::air::ConstraintTable>;
//! ```
//!
//! # Soundness
//!
//! * **Challenge.** Its limbs are read in canonical form: otherwise one challenge would be two scalars.
//! * **Key.** The curve's equation is divided by x: undivided, `(0, 0)` would satisfy it and encode every key, and with
//!   an even challenge nobody would need the secret. `x = r^2` picks the point of the group from the two of an encoding.
//! * **Response.** It is any bit string, so `s` and `s + n` both pass: nothing may be keyed by a signature.
//! * **No signature.** The columns have to be filled in every block. One without a signature holds the
//!   [`filler`](starfold_primitives::signature::filler)'s, and the caller's gates are 0.

mod constraints;

pub use constraints::{
    ChallengeHash, constrain, constrain_challenge, constrain_encodings, constrain_key,
};

use starfold_primitives::ecgfp5::{AffinePoint, Gfp5};
use starfold_primitives::signature::{CHAIN_STEPS, ChainStep, VerificationChain};
use starfold_primitives::{Field, Goldilocks};

use super::range::{WIDE_WINDOW_ROWS, WideLaneColumns, generate_wide};
use crate::air::{Array, Cell, columns};

columns! {
    /// A point of the curve.
    pub struct PointColumns {
        /// Abscissa.
        x: Array<Cell, 5>,
        /// Ordinate.
        y: Array<Cell, 5>,
    }
}

columns! {
    /// One step of `R = s G + e Q`: double, add the key where `e` is 1, add of the table.
    pub struct SignatureColumns {
        /// The signer's key Q, the same in all rows of the block.
        key: PointColumns<()>,
        /// The challenge, three limbs, low first, the same in all rows of the block.
        challenge: Array<Cell, 3>,
        /// Reads the bits of the challenge.
        lane: WideLaneColumns<()>,
        /// Bits of the lower and the upper part of the response.
        response: Array<Cell, 2>,
        /// The point A so far.
        accumulator: PointColumns<()>,
        /// Slope of the tangent at A.
        double_slope: Array<Cell, 5>,
        /// Abscissa of D = 2 A.
        double_x: Array<Cell, 5>,
        /// Slope of the chord through D and Q.
        key_slope: Array<Cell, 5>,
        /// Inverse of the difference of the abscissas of Q and D.
        key_inverse: Array<Cell, 5>,
        /// S = D + Q where the bit is 1, else D.
        sum: PointColumns<()>,
        /// Slope of the chord through S and the table's point T.
        table_slope: Array<Cell, 5>,
        /// Inverse of the difference of the abscissas of T and S.
        table_inverse: Array<Cell, 5>,
    }
}

fn point(point: &AffinePoint) -> PointColumns<Goldilocks> {
    PointColumns { x: element(&point.x()), y: element(&point.y()) }
}

fn element(value: &Gfp5) -> [Goldilocks; 5] {
    value.elements()
}

/// The columns in a block of `ROWS` rows, more than 192.
///
/// # Panics
/// Where the block is shorter than the chain.
pub fn generate<const ROWS: usize>(
    chain: &VerificationChain,
) -> impl Iterator<Item = SignatureColumns<Goldilocks>> {
    let challenge = chain.challenge();
    let [low, middle, high] = challenge;
    let starts = [0, WIDE_WINDOW_ROWS, 2 * WIDE_WINDOW_ROWS];
    let lane = generate_wide::<ROWS>(&starts, &[high, middle, low]);
    let key = point(&chain.key_point());
    lane.into_iter().enumerate().map(move |(row, lane)| {
        let step = if row < CHAIN_STEPS { &chain.steps()[row] } else { chain.idle_step() };
        let ChainStep { accumulator, double, sum, .. } = step;
        SignatureColumns {
            key,
            challenge: challenge.map(Goldilocks::from_canonical_u64),
            lane,
            response: [step.s0, step.s1].map(Goldilocks::from_bool),
            accumulator: point(accumulator),
            double_slope: element(&step.lambda_double),
            double_x: element(&double.x()),
            key_slope: element(&step.lambda_key),
            key_inverse: element(&step.inverse_key),
            sum: point(sum),
            table_slope: element(&step.lambda_table),
            table_inverse: element(&step.inverse_table),
        }
    })
}
