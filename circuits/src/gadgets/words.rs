//! What is published: a digest of the words so far, and their value at a point (`docs/protocol.md`, section 5).
//!
//! A word takes a row whose permutation is that of the domain `Word`: the digest so far, then the word's four limbs of 62
//! bits. What the limbs say, that they have 62 bits, and the capacity of the permutation are for the caller to bind.
//!
//! ```
//! use starfold_circuits::air::{AirBuilder, Array, Cell, columns};
//! use starfold_circuits::gadgets::poseidon::{self, PoseidonColumns};
//! use starfold_circuits::gadgets::words::{self, WordRow, Words};
//! use starfold_primitives::poseidon::Domain;
//!
//! columns! {
//!     /// A row, which takes a word or does not.
//!     pub struct Row {
//!         /// The permutation.
//!         poseidon: PoseidonColumns<()>,
//!         /// Whether it takes a word.
//!         takes: Cell,
//!         /// The digest of the words so far.
//!         digest: Array<Cell, 4>,
//!         /// Their value.
//!         evaluation: Array<Cell, 2>,
//!     }
//! }
//!
//! fn constrain<B: AirBuilder>(
//!     local: &Row<B::Expr>,
//!     next: &Row<B::Expr>,
//!     point: [B::Expr; 2],
//!     builder: &mut B,
//! ) {
//!     let output = poseidon::constrain(&local.poseidon, builder);
//!     let tag = builder.constant(Domain::Word.tag());
//!     poseidon::constrain_capacity(&local.poseidon, builder.one(), tag, builder);
//!     builder.assert_bool("a row takes a word or does not", local.takes);
//!     let row = WordRow { takes: local.takes, input: &local.poseidon.input, output: &output };
//!     let words = |row: &Row<B::Expr>| Words { digest: row.digest, evaluation: row.evaluation };
//!     words::constrain(&row, &words(local), &words(next), point, builder);
//!     // and so on: the limbs, and that digest and value begin and end as the claim says
//! }
//! # let _ = constrain::<starfold_circuits::air::ConstraintTable>;
//! ```

use starfold_primitives::poseidon::WIDTH;

use crate::air::{AirBuilder, Domain};

/// A row that may take a word.
#[derive(Clone, Copy, Debug)]
pub struct WordRow<'a, E> {
    /// 1 where the row takes a word, else 0; degree 1.
    pub takes: E,
    /// Input of its permutation: the digest so far and the limbs.
    pub input: &'a [E; WIDTH],
    /// Output of its permutation.
    pub output: &'a [E; WIDTH],
}

/// The words so far.
#[derive(Clone, Copy, Debug)]
pub struct Words<E> {
    /// Their digest `D`.
    pub digest: [E; 4],
    /// Their value `y1`.
    pub evaluation: [E; 2],
}

/// Moves digest and value where a row takes a word, and nowhere else; `point` is `z1`.
pub fn constrain<B: AirBuilder>(
    row: &WordRow<'_, B::Expr>,
    local: &Words<B::Expr>,
    next: &Words<B::Expr>,
    point: [B::Expr; 2],
    builder: &mut B,
) {
    digest(row, local.digest, next.digest, builder);
    evaluation(row, local.evaluation, next.evaluation, point, builder);
}

fn digest<B: AirBuilder>(
    row: &WordRow<'_, B::Expr>,
    local: [B::Expr; 4],
    next: [B::Expr; 4],
    builder: &mut B,
) {
    let taken = std::array::from_fn::<_, 4, _>(|i| row.input[i]);
    let name = "a word is added to the words before it";
    builder.assert_equal_when(name, Domain::EveryRow, row.takes, taken, local);
    let change = std::array::from_fn::<_, 4, _>(|i| {
        next[i] - local[i] - row.takes * (row.output[i] - local[i])
    });
    builder.assert_zeros("the digest takes every word", Domain::Transition, change);
}

/// `y' = (y z + l0 + l1 X) z + l2 + l3 X` in `GF(p)[X]/(X^2 - 7)`.
fn evaluation<B: AirBuilder>(
    row: &WordRow<'_, B::Expr>,
    local: [B::Expr; 2],
    next: [B::Expr; 2],
    point: [B::Expr; 2],
    builder: &mut B,
) {
    let seven = builder.constant(7);
    let mul = |a: [B::Expr; 2], b: [B::Expr; 2]| {
        [a[1] * b[1] * seven + a[0] * b[0], a[0] * b[1] + a[1] * b[0]]
    };
    let [l0, l1, l2, l3] = std::array::from_fn(|i| row.input[4 + i]);
    let [y0, y1] = mul(local, point);
    let [y0, y1] = mul([y0 + l0, y1 + l1], point);
    let value = [y0 + l2, y1 + l3];
    let change =
        std::array::from_fn::<_, 2, _>(|i| next[i] - local[i] - row.takes * (value[i] - local[i]));
    builder.assert_zeros("the value takes every word", Domain::Transition, change);
}
