//! Debits and credits in 32-bit limbs.

use crate::air::{AirBuilder, Domain};
use crate::transaction::schedule::{RECIPIENT_TOKEN, SENDER_FEE, SENDER_TOKEN};

use super::rows::Rows;

/// The groups after which another balance is at hand.
const ENDS: [usize; 4] = [4, 6, 13, 15];

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (&rows.local.balance, &rows.next.balance);
    let operation = &rows.local.operation;
    let every = Domain::EveryRow;
    for carry in local.carry {
        builder.assert_bool("a carry is a bit", carry);
    }
    let stays = builder.one() - rows.schedule.ends(ENDS, builder);
    let name = "a balance stays within its path";
    builder.assert_equal_when(name, Domain::Transition, stays, next.old, local.old);
    builder.assert_equal_when(name, Domain::Transition, stays, next.new, local.new);
    builder.assert_equal_when(name, Domain::Transition, stays, next.carry, local.carry);

    let starts = [SENDER_TOKEN.first, SENDER_FEE.first, RECIPIENT_TOKEN.first];
    let (old, new) =
        (rows.schedule.at_groups(starts, 0, builder), rows.schedule.at_groups(starts, 1, builder));
    let node = rows.local.path.node;
    builder.assert_equal_when(
        "an old token path begins at the balance",
        every,
        old,
        node,
        local.old,
    );
    builder.assert_equal_when(
        "a new token path begins at the balance",
        every,
        new,
        node,
        local.new,
    );

    let zero = builder.zero();
    let [fee_low, fee_high] = operation.fee_limbs;
    let fee = [fee_low, fee_high, zero, zero];
    let debit = rows.schedule.at(SENDER_TOKEN.first, 0);
    let difference = difference(local.old, operation.amount, local.carry, builder);
    builder.assert_equal_when("the amount is taken", every, debit, local.new, difference);
    let debit = rows.schedule.at(SENDER_FEE.first, 0);
    let difference = self::difference(local.old, fee, local.carry, builder);
    builder.assert_equal_when("the fee is taken", every, debit, local.new, difference);
    let credit = rows.schedule.at(RECIPIENT_TOKEN.first, 0);
    // a sum is read as the difference that gives back what was there
    let difference = self::difference(local.new, operation.amount, local.carry, builder);
    builder.assert_equal_when("the amount is given", every, credit, local.old, difference);

    let emptied =
        local.new.map(|limb| operation.exit_match * rows.schedule.group[SENDER_TOKEN.first] * limb);
    builder.assert_zeros("a forced exit takes the whole balance", every, emptied);
}

/// `from - amount`, limb by limb with these borrows; none is left at the top. Degree 1.
fn difference<B: AirBuilder>(
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
