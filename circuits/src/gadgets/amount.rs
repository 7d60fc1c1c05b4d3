//! Amounts in four 32-bit limbs, low first.

use crate::air::AirBuilder;

/// `from - amount`, limb by limb with the borrows out of the limbs 0, 1 and 2; none is left at the top. Degree 1.
///
/// That it is an amount again is for the caller to bind: the borrows are bits, and the limbs of the difference have 32
/// bits, as those of `from` and `amount` have. A sum is read as the difference that gives back what was there.
///
/// ```
/// use starfold_circuits::air::{AirBuilder, Array, Cell, Domain, columns};
/// use starfold_circuits::gadgets::amount::difference;
///
/// columns! {
///     /// A payment.
///     pub struct Payment {
///         /// The balance before.
///         old: Array<Cell, 4>,
///         /// The balance after.
///         new: Array<Cell, 4>,
///         /// What is paid.
///         amount: Array<Cell, 4>,
///         /// The borrows.
///         borrow: Array<Cell, 3>,
///     }
/// }
///
/// fn constrain<B: AirBuilder>(local: &Payment<B::Expr>, builder: &mut B) {
///     for borrow in local.borrow {
///         builder.assert_bool("a borrow is a bit", borrow);
///     }
///     let rest = difference(local.old, local.amount, local.borrow, builder);
///     let every = Domain::EveryRow;
///     builder.assert_equal_when("the amount is paid", every, builder.one(), local.new, rest);
///     // and so on: the limbs of `new` and `amount` have 32 bits
/// }
/// # let _ = constrain::<starfold_circuits::air::ConstraintTable>;
/// ```
pub fn difference<B: AirBuilder>(
    from: [B::Expr; 4],
    amount: [B::Expr; 4],
    [b0, b1, b2]: [B::Expr; 3],
    builder: &B,
) -> [B::Expr; 4] {
    let radix = builder.constant(1 << 32);
    [
        b0 * radix + from[0] - amount[0],
        b1 * radix + from[1] - amount[1] - b0,
        b2 * radix + from[2] - amount[2] - b1,
        from[3] - amount[3] - b2,
    ]
}
