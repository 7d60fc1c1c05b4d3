//! The order is one thing in its whole block, in time, and its values are in range.

use starfold_circuits::air::{AirBuilder, Domain};
use starfold_circuits::gadgets::range::constrain_narrow;
use starfold_transition::claim_layout::context::TIMESTAMP;

use super::columns::*;
use super::{Rows, cells};

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let order = &rows.local.order;
    builder.assert_bool("a block holds an order or is padding", order.present);
    builder.assert_bool("one of the two tokens is sold", order.sells_second);
    let stays = builder.one() - rows.local.schedule.block_end();
    let registers = |row: &SwapColumns<B::Expr>| {
        let price = cells::<PriceColumns<()>, _>(&row.price);
        cells::<OrderColumns<()>, _>(&row.order).into_iter().chain(price)
    };
    for (local, next) in registers(rows.local).zip(registers(rows.next)) {
        let change = stays * (next - local);
        builder.assert_zero("a block holds one order", Domain::Transition, change);
    }
    let left = order.valid_until - TIMESTAMP.get(&rows.public.context);
    let margin = order.present * left - order.margin;
    builder.assert_zero("the margin is the time that the order has left", Domain::EveryRow, margin);
    let ends = rows.local.schedule.ends(WINDOW_ENDS, builder);
    constrain_narrow(&rows.local.narrow, &rows.next.narrow, ends, builder);
    windows(rows, builder);
    upper_bits(rows, builder);
}

/// What has 32 bits.
fn windows<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (order, price) = (&rows.local.order, &rows.local.price);
    let values = rows.local.narrow.map(|lane| lane.value);
    let zero = builder.zero();
    let [p0, p1, p2, p3, p4, p5, p6] = price.product_carry;
    let [b0, b1, b2] = price.bound_carry;
    for (name, group, registers) in [
        ("what is sold has four 32-bit limbs", 1, order.sold.limbs),
        ("what is bought has four 32-bit limbs", 3, order.bought.limbs),
        ("the remainder has four 32-bit limbs", 10, price.remainder),
        ("the shortfall has four 32-bit limbs", 12, price.shortfall),
        ("the reserve has four 32-bit limbs", 19, price.reserve),
        ("what is more than wanted has four 32-bit limbs", 21, order.more),
        ("four carries of the product have 32 bits", 23, [p0, p1, p2, p3]),
        (
            "three carries of the product and the margin have 32 bits",
            25,
            [p4, p5, p6, order.margin],
        ),
        ("the carries of the bound have 32 bits", 27, [b0, b1, b2, zero]),
    ] {
        let end = rows.at(group, LAST);
        builder.assert_equal_when(name, Domain::EveryRow, end, values, registers);
    }
    let schedule = &rows.local.schedule;
    let unused = schedule.ends([TRADER, POOL, 29, 31], builder);
    let name = "an unused window is zero";
    builder.assert_equal_when(name, Domain::EveryRow, unused, values, [zero; 4]);
    let balances = schedule.ends(SOLD.into_iter().chain(BOUGHT).map(|path| *path.end()), builder);
    let (name, balance) = ("a new balance has four 32-bit limbs", rows.local.balance.new);
    builder.assert_equal_when(name, Domain::EveryRow, balances, values, balance);
}

/// What a lane has read before the end of a window are the upper bits.
fn upper_bits<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (order, price) = (&rows.local.order, &rows.local.price);
    let values = rows.local.narrow.map(|lane| lane.value);
    for (name, group, upper) in [
        ("what is sold has its upper halves", 0, order.sold.upper),
        ("what is bought has its upper halves", 2, order.bought.upper),
        ("the reserve has its upper halves", 18, price.reserve_upper),
    ] {
        let half = rows.at(group, LAST);
        builder.assert_equal_when(name, Domain::EveryRow, half, values, upper);
    }
    for (group, amount) in [(0, &order.sold), (2, &order.bought)] {
        let high = rows.at(group, 1) * (values[0] - amount.limb_0_high);
        builder.assert_zero("limb 0 begins with its two highest bits", Domain::EveryRow, high);
        let high = rows.at(group, 3) * (values[2] - amount.limb_2_high);
        builder.assert_zero("limb 2 begins with its four highest bits", Domain::EveryRow, high);
    }
}
