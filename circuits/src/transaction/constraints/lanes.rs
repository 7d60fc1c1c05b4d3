//! Range checks by serial bits, high first.
//!
//! A lane reads one bit a row; `value` is what it has read since the window began. Comparing `value` with a register
//! in the last row of a window bounds the register by the window's length; comparing it earlier gives the
//! register's highest bits.

use starfold_primitives::GOLDILOCKS_ORDER;

use crate::air::{AirBuilder, Domain};
use crate::transaction::columns::WideLaneColumns;
use crate::transaction::schedule::{LAST_STEP, RECIPIENT_TOKEN, SENDER_FEE, SENDER_TOKEN};

use super::rows::Rows;

/// The groups after whose last row a narrow lane begins a new window.
const NARROW_ENDS: [usize; 7] = [1, 4, 6, 8, 10, 13, 15];
/// The same for wide lanes. The windows are the groups 0 to 3, 5 to 8 and 9 to 12.
const WIDE_ENDS: [usize; 3] = [4, 8, 15];

/// The windows of lanes that read canonical field elements.
pub(super) struct WideWindows<E> {
    /// 1 in the last row before a window; degree 2.
    pub(super) ends: E,
    /// 1 in the upper half of a window; degree 1.
    pub(super) upper: E,
    /// 1 in the lower half; degree 1.
    pub(super) lower: E,
    /// 1 in the last row of a window that another follows at once; degree 2.
    pub(super) restarts: E,
}

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    narrow(rows, builder);
    narrow_windows(rows, builder);
    let windows = WideWindows {
        ends: rows.ends(WIDE_ENDS, builder),
        upper: rows.groups([0, 1, 5, 6, 9, 10], builder),
        lower: rows.groups([2, 3, 7, 8, 11, 12], builder),
        restarts: rows.at(8, LAST_STEP),
    };
    for (local, next) in rows.local.wide.iter().zip(&rows.next.wide) {
        wide_lane(WIDE_NAMES, local, next, &windows, builder);
    }
    wide_windows(rows, builder);
}

fn narrow<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let continues = builder.one() - rows.ends(NARROW_ENDS, builder);
    let lanes = || rows.local.narrow.iter().zip(&rows.next.narrow);
    for (local, _) in lanes() {
        builder.assert_bool("a narrow lane reads bits", local.bit);
    }
    for (local, _) in lanes() {
        let start = local.value - local.bit;
        builder.assert_zero("a narrow lane starts with its first bit", Domain::FirstRow, start);
    }
    for (local, next) in lanes() {
        let twice = continues * (local.value + local.value);
        let read = next.value - next.bit - twice;
        builder.assert_zero("a narrow lane appends the bit", Domain::Transition, read);
    }
}

/// What the narrow lanes bound.
fn narrow_windows<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let operation = &rows.local.operation;
    let zero = builder.zero();
    let values = rows.local.narrow.map(|lane| lane.value);
    let every = Domain::EveryRow;
    let [fee_low, fee_high] = operation.fee_limbs;

    let end = rows.at(1, LAST_STEP);
    builder.assert_equal_when(
        "the amount has four 32-bit limbs",
        every,
        end,
        values,
        operation.amount,
    );
    let high = rows.at(0, 1) * (values[0] - operation.amount_0_high);
    builder.assert_zero("limb 0 of the amount begins with its two highest bits", every, high);
    let high = rows.at(0, 3) * (values[2] - operation.amount_2_high);
    builder.assert_zero("limb 2 of the amount begins with its four highest bits", every, high);

    let end = rows.at(3, LAST_STEP);
    let small = [operation.fee_count, fee_low, fee_high, operation.margin];
    builder.assert_equal_when("fee and margin have 32 bits", every, end, values, small);
    // count times unit is below 2^62; with 32 bits a second pair of limbs would stand for it, plus p
    let high = rows.at(2, 1) * values[2];
    builder.assert_zero("the upper limb of the fee has 30 bits", every, high);

    let end = rows.at(10, LAST_STEP);
    let small = [operation.valid_until, operation.to, zero, zero];
    builder.assert_equal_when("valid-until and to have 32 bits", every, end, values, small);
    let high = rows.at(10, 5) * (values[1] - operation.to_high);
    builder.assert_zero("to begins with its 22 highest bits", every, high);

    let end = rows.at(12, LAST_STEP);
    builder.assert_equal_when("an unused narrow window is zero", every, end, values, [zero; 4]);

    let end = rows.ends([SENDER_TOKEN.last, SENDER_FEE.last, RECIPIENT_TOKEN.last], builder);
    let balance = rows.local.balance.new;
    builder.assert_equal_when("a new balance has four 32-bit limbs", every, end, values, balance);
}

/// The names of a wide lane's constraints.
#[derive(Clone, Copy)]
pub(super) struct WideNames {
    pub(super) bits: &'static str,
    pub(super) start: &'static str,
    pub(super) appends: &'static str,
    pub(super) ones_start: &'static str,
    pub(super) ones: &'static str,
    pub(super) canonical: &'static str,
}

const WIDE_NAMES: WideNames = WideNames {
    bits: "a wide lane reads bits",
    start: "a wide lane starts with its first bit",
    appends: "a wide lane appends the bit",
    ones_start: "a wide lane starts with no zero seen",
    ones: "a wide lane remembers whether its upper bits are all 1",
    canonical: "below 32 ones a wide lane reads zeros",
};

const _: () = assert!(GOLDILOCKS_ORDER == 0xffff_ffff << 32 | 1, "canonical: not 32 ones and more");

/// A lane that reads canonical field elements of 64 bits: p - 1 is 32 ones and 32 zeros.
pub(super) fn wide_lane<B: AirBuilder>(
    names: WideNames,
    local: &WideLaneColumns<B::Expr>,
    next: &WideLaneColumns<B::Expr>,
    windows: &WideWindows<B::Expr>,
    builder: &mut B,
) {
    let one = builder.one();
    let WideWindows { ends, upper, lower, restarts } = *windows;
    builder.assert_bool(names.bits, local.bit);
    builder.assert_zero(names.start, Domain::FirstRow, local.value - local.bit);
    let twice = (one - ends) * (local.value + local.value);
    builder.assert_zero(names.appends, Domain::Transition, next.value - next.bit - twice);
    builder.assert_zero(names.ones_start, Domain::FirstRow, local.ones - one);
    let idle = one - upper - lower;
    let remembered =
        idle + upper * local.ones * local.bit + lower * local.ones + restarts * (one - local.ones);
    builder.assert_zero(names.ones, Domain::Transition, next.ones - remembered);
    builder.assert_zero(names.canonical, Domain::EveryRow, lower * local.ones * local.bit);
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
        let end = rows.at(group, LAST_STEP);
        builder.assert_equal_when(name, Domain::EveryRow, end, values, registers);
    }
    for (name, group, registers) in [
        ("the key elements 0 to 2 begin with two bits", 0, [high[0], high[1], high[2]]),
        ("the key elements 3 and 4 begin with two bits", 5, [high[3], high[4], zero]),
        ("limb 1 of the address has 62 bits", 9, [zero; 3]),
    ] {
        let second = rows.at(group, 1);
        builder.assert_equal_when(name, Domain::EveryRow, second, values, registers);
    }
    let top = rows.at(10, 11) * values[1];
    builder.assert_zero("limb 2 of the address has 36 bits", Domain::EveryRow, top);
}
