//! What the range checks bound, window by window.

use crate::air::{AirBuilder, Domain};
use crate::gadgets::range::{WIDE_LANE, WideWindows, constrain_narrow, constrain_wide};
use crate::transaction::schedule::{
    LAST_STEP, NARROW_ENDS, RECIPIENT_TOKEN, SENDER_FEE, SENDER_TOKEN, WIDE_STARTS,
};

use super::rows::Rows;

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (rows.local, rows.next);
    let ends = rows.schedule.ends(NARROW_ENDS, builder);
    constrain_narrow(&local.narrow, &next.narrow, ends, builder);
    narrow_windows(rows, builder);
    let windows = WideWindows::new(rows.schedule, &WIDE_STARTS, builder);
    for (local, next) in local.wide.iter().zip(&next.wide) {
        constrain_wide(WIDE_LANE, local, next, &windows, builder);
    }
    wide_windows(rows, builder);
}

/// What the narrow lanes bound.
fn narrow_windows<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let operation = &rows.local.operation;
    let zero = builder.zero();
    let values = rows.local.narrow.map(|lane| lane.value);
    let every = Domain::EveryRow;
    let [fee_low, fee_high] = operation.fee_limbs;

    let end = rows.schedule.at(1, LAST_STEP);
    builder.assert_equal_when(
        "the amount has four 32-bit limbs",
        every,
        end,
        values,
        operation.amount,
    );
    let high = rows.schedule.at(0, 1) * (values[0] - operation.amount_0_high);
    builder.assert_zero("limb 0 of the amount begins with its two highest bits", every, high);
    let high = rows.schedule.at(0, 3) * (values[2] - operation.amount_2_high);
    builder.assert_zero("limb 2 of the amount begins with its four highest bits", every, high);

    let end = rows.schedule.at(3, LAST_STEP);
    let small = [operation.fee_count, fee_low, fee_high, operation.margin];
    builder.assert_equal_when("fee and margin have 32 bits", every, end, values, small);
    // count times unit is below 2^62; with 32 bits a second pair of limbs would stand for it, plus p
    let high = rows.schedule.at(2, 1) * values[2];
    builder.assert_zero("the upper limb of the fee has 30 bits", every, high);

    let end = rows.schedule.at(10, LAST_STEP);
    let small = [operation.valid_until, operation.to, zero, zero];
    builder.assert_equal_when("valid-until and to have 32 bits", every, end, values, small);
    let high = rows.schedule.at(10, 5) * (values[1] - operation.to_high);
    builder.assert_zero("to begins with its 22 highest bits", every, high);

    let end = rows.schedule.at(12, LAST_STEP);
    builder.assert_equal_when("an unused narrow window is zero", every, end, values, [zero; 4]);

    let end =
        rows.schedule.ends([SENDER_TOKEN.last, SENDER_FEE.last, RECIPIENT_TOKEN.last], builder);
    let balance = rows.local.balance.new;
    builder.assert_equal_when("a new balance has four 32-bit limbs", every, end, values, balance);
}

/// What the wide lanes bound.
fn wide_windows<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let operation = &rows.local.operation;
    let (key, high, address) = (operation.new_key, operation.key_high, operation.address);
    let zero = builder.zero();
    let values = rows.local.wide.map(|lane| lane.value);
    for (name, group, registers) in [
        ("the key elements 0 to 2 are canonical", 3, [key[0], key[1], key[2]]),
        ("the key elements 3 and 4 are canonical", 8, [key[3], key[4], address[0]]),
        ("the address has its limbs", 12, [address[1], address[2], zero]),
    ] {
        let end = rows.schedule.at(group, LAST_STEP);
        builder.assert_equal_when(name, Domain::EveryRow, end, values, registers);
    }
    for (name, group, registers) in [
        ("the key elements 0 to 2 begin with two bits", 0, [high[0], high[1], high[2]]),
        ("the key elements 3 and 4 begin with two bits", 5, [high[3], high[4], zero]),
        ("limb 1 of the address has 62 bits", 9, [zero; 3]),
    ] {
        let second = rows.schedule.at(group, 1);
        builder.assert_equal_when(name, Domain::EveryRow, second, values, registers);
    }
    let top = rows.schedule.at(10, 11) * values[1];
    builder.assert_zero("limb 2 of the address has 36 bits", Domain::EveryRow, top);
}
