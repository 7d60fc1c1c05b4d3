//! What the trader gets, to the unit: see [`crate::price`].

use starfold_circuits::air::{AirBuilder, Domain, Expression};
use starfold_circuits::gadgets::amount;

use super::Rows;
use super::columns::*;
use crate::price::{CARRY_OFFSET, KEPT, WHOLE};

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, order, price) = (rows.local, &rows.local.order, &rows.local.price);
    let every = Domain::EveryRow;
    for (name, flag, row) in [
        ("an order checks the price", local.flags.price_row, rows.at(PRICE, LAST)),
        (
            "an order moves the root twice",
            local.flags.root_row,
            local.schedule.ends(ACCOUNTS.map(|path| *path.end()), builder),
        ),
    ] {
        builder.assert_zero(name, every, flag - row * order.present);
    }
    for borrow in order.borrow {
        builder.assert_bool("a borrow of the order is a bit", borrow);
    }
    let least = amount::difference(order.bought.limbs, order.more, order.borrow, builder);
    let present = order.present;
    let name = "the trader gets what is wanted at least";
    builder.assert_equal_when(name, every, present, order.least, least);

    let reserve = rows.at(*SOLD[1].start(), 0);
    let name = "the reserve is the pool's balance";
    builder.assert_equal_when(name, every, reserve, rows.local.balance.old, price.reserve);
    let inverse = builder.sum(price.reserve) * price.reserve_inverse - builder.one();
    builder.assert_zero("a pool without reserve has no price", every, present * inverse);
    product(rows, builder);
    bound(rows, builder);
}

/// The 16-bit limbs of an amount, low first, by its 32-bit limbs and their upper halves.
fn halves<E: Expression>(limbs: [E; 4], upper: [E; 4], radix: E) -> [E; 8] {
    std::array::from_fn(|i| match i % 2 {
        0 => limbs[i / 2] - upper[i / 2] * radix,
        _ => upper[i / 2],
    })
}

/// `997 sold new_reserve = 1000 reserve bought + remainder`, in eight 32-bit limbs. In this row the balance at hand is
/// the pool's new one, of which the lanes have read the upper halves.
fn product<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (order, price) = (&rows.local.order, &rows.local.price);
    let radix = builder.constant(1 << 16);
    let sold = halves(order.sold.limbs, order.sold.upper, radix);
    let bought = halves(order.bought.limbs, order.bought.upper, radix);
    let reserve = halves(price.reserve, price.reserve_upper, radix);
    let upper = rows.local.narrow.map(|lane| lane.value);
    let new_reserve = halves(rows.local.balance.new, upper, radix);
    let [kept, whole] = [KEPT, WHOLE].map(|factor| builder.constant(factor));
    let limb = |position: usize| {
        let products = |a: &[B::Expr; 8], b: &[B::Expr; 8]| {
            let terms = (0..8).filter(|i| (0..8).contains(&position.wrapping_sub(*i)));
            let terms = terms.map(|i| a[i] * b[position - i]);
            terms.reduce(|sum, term| sum + term).unwrap_or_else(|| builder.zero())
        };
        products(&sold, &new_reserve) * kept - products(&reserve, &bought) * whole
    };
    let terms: [B::Expr; 8] = std::array::from_fn(|i| {
        let pair = limb(2 * i) + limb(2 * i + 1) * radix;
        if i < 4 { pair - price.remainder[i] } else { pair }
    });
    let name = "what is bought is the price of what is sold";
    vanishes(name, rows.local.flags.price_row, terms, price.product_carry, builder);
}

/// `remainder + shortfall + 1 = 1000 reserve + 997 sold`, in four 32-bit limbs.
fn bound<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (order, price) = (&rows.local.order, &rows.local.price);
    let [kept, whole] = [KEPT, WHOLE].map(|factor| builder.constant(factor));
    let mut terms: [B::Expr; 4] = std::array::from_fn(|i| {
        price.reserve[i] * whole + order.sold.limbs[i] * kept
            - price.remainder[i]
            - price.shortfall[i]
    });
    terms[0] = terms[0] - builder.one();
    let name = "the price is rounded by less than a unit";
    vanishes(name, rows.local.flags.price_row, terms, price.bound_carry, builder);
}

/// Where `gate` is 1, a number with these signed limbs of base 2^32 is zero: every limb and the carry into it are the
/// carry out of it, and none is left at the top.
fn vanishes<B: AirBuilder, const LIMBS: usize, const CARRIES: usize>(
    name: &'static str,
    gate: B::Expr,
    terms: [B::Expr; LIMBS],
    carries: [B::Expr; CARRIES],
    builder: &mut B,
) {
    const { assert!(CARRIES + 1 == LIMBS, "a carry between any two limbs") };
    let offset = builder.constant(CARRY_OFFSET);
    let radix = builder.constant(1 << 32);
    let carries = carries.map(|carry| carry - offset);
    for (i, term) in terms.into_iter().enumerate() {
        let limb = if i == 0 { term } else { term + carries[i - 1] };
        let rest = if i == CARRIES { limb } else { limb - carries[i] * radix };
        builder.assert_zero(name, Domain::EveryRow, gate * rest);
    }
}
