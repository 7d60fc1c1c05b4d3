//! Debits and credits in 32-bit limbs.

use crate::air::{AirBuilder, Domain};
use crate::gadgets::amount;
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
    let difference = amount::difference(local.old, operation.amount, local.carry, builder);
    builder.assert_equal_when("the amount is taken", every, debit, local.new, difference);
    let debit = rows.schedule.at(SENDER_FEE.first, 0);
    let difference = amount::difference(local.old, fee, local.carry, builder);
    builder.assert_equal_when("the fee is taken", every, debit, local.new, difference);
    let credit = rows.schedule.at(RECIPIENT_TOKEN.first, 0);
    // a sum is read as the difference that gives back what was there
    let difference = amount::difference(local.new, operation.amount, local.carry, builder);
    builder.assert_equal_when("the amount is given", every, credit, local.old, difference);

    let emptied =
        local.new.map(|limb| operation.exit_match * rows.schedule.group[SENDER_TOKEN.first] * limb);
    builder.assert_zeros("a forced exit takes the whole balance", every, emptied);
}
