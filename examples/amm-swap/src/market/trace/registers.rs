//! The cells that hold the order and its price in every row of the block, and the balances.

use starfold_circuits::air::{Element, Field};
use starfold_circuits::transaction::BalanceColumns;
use starfold_primitives::quantities::Amount;
use starfold_transition::boundary::Context;

use super::super::SwapWitness;
use crate::air::{BOUGHT, OrderColumns, POOL, PriceColumns, PublishedAmount, SOLD, TRADER};
use crate::price::{CARRY_OFFSET, KEPT, WHOLE};

/// A balance before and after.
#[derive(Clone, Copy, Debug)]
pub(super) struct BalanceChange {
    pub(super) old: Amount,
    pub(super) new: Amount,
    /// The difference.
    amount: Amount,
}

impl BalanceChange {
    const NONE: Self = Self { old: Amount::ZERO, new: Amount::ZERO, amount: Amount::ZERO };

    pub(super) fn columns(&self) -> BalanceColumns<Element> {
        let carry = borrows(self.old.min(self.new), self.amount);
        BalanceColumns { old: self.old.elements(), new: self.new.elements(), carry }
    }
}

/// Borrows of a difference out of the limbs 0, 1 and 2: carries of the sum that gives back what was there.
fn borrows(smaller: Amount, amount: Amount) -> [Element; 3] {
    std::array::from_fn(|limb| {
        let below = (1 << (32 * (limb + 1))) - 1;
        Element::from_bool((smaller.get() & below) + (amount.get() & below) > below)
    })
}

/// The balances of the trader and the pool, of what is sold and what is bought.
pub(super) struct Changes(pub(super) [[BalanceChange; 2]; 2]);

impl Changes {
    /// None where a balance leaves its range.
    pub(super) fn new(witness: &SwapWitness) -> Option<Self> {
        let (sold, bought) = (witness.order.sold, witness.price.bought);
        let less = |old: Amount, amount| {
            Some(BalanceChange { old, new: old.checked_sub(amount)?, amount })
        };
        let more = |old: Amount, amount| {
            Some(BalanceChange { old, new: old.checked_add(amount)?, amount })
        };
        let (trader, pool) = (&witness.trader, &witness.pool);
        Some(Self([
            [less(trader.sold.balance, sold)?, more(trader.bought.balance, bought)?],
            [more(pool.sold.balance, sold)?, less(pool.bought.balance, bought)?],
        ]))
    }

    /// The balance at hand in a group.
    pub(super) fn at(&self, group: usize) -> BalanceChange {
        let [trader, pool] = self.0;
        match group {
            _ if group >= *BOUGHT[1].start() => pool[1],
            _ if group >= *SOLD[1].start() => pool[0],
            _ if group >= *BOUGHT[0].start() => trader[1],
            _ if group >= *SOLD[0].start() => trader[0],
            _ => BalanceChange::NONE,
        }
    }
}

const _: () = assert!(TRADER < *SOLD[0].start() && POOL < *SOLD[1].start());

fn small(value: u64) -> Element {
    Element::from_canonical_u64(value)
}

fn upper(amount: Amount) -> [Element; 4] {
    amount.limbs().map(|limb| small(u64::from(limb) >> 16))
}

fn published(amount: Amount) -> PublishedAmount<Element> {
    let [limb_0, _, limb_2, _] = amount.limbs().map(u64::from);
    PublishedAmount {
        limbs: amount.elements(),
        upper: upper(amount),
        limb_0_high: small(limb_0 >> 30),
        limb_2_high: small(limb_2 >> 28),
    }
}

/// The order as cells.
pub(super) fn order(
    context: &Context,
    witness: &SwapWitness,
    present: bool,
) -> OrderColumns<Element> {
    let SwapWitness { order, price, trader, pool, .. } = witness;
    let [trader_index, pool_index] = [trader, pool].map(|side| side.account.index);
    let high = |index: u32| small(u64::from(index) >> 10);
    // a price that is not what was wanted gives a trace that breaks the rule
    let more = price.bought.checked_sub(order.least).unwrap_or(Amount::ZERO);
    let margin = order.valid_until.get().saturating_sub(context.timestamp.get());
    OrderColumns {
        present: Element::from_bool(present),
        sells_second: Element::from_bool(order.sells_second),
        trader: trader_index.element(),
        trader_high: high(trader_index.get()),
        pool: pool_index.element(),
        pool_high: high(pool_index.get()),
        sold: published(order.sold),
        bought: published(price.bought),
        least: order.least.elements(),
        more: more.elements(),
        borrow: borrows(order.least, more),
        nonce: order.nonce.element(),
        valid_until: order.valid_until.element(),
        margin: if present { Element::from_canonical_u32(margin) } else { Element::ZERO },
    }
}

/// The price as cells.
pub(super) fn price(witness: &SwapWitness, changes: &Changes) -> PriceColumns<Element> {
    let price = &witness.price;
    let [_, [_, pool_bought]] = changes.0;
    let reserve = price.reserve.elements();
    PriceColumns {
        reserve,
        reserve_upper: upper(price.reserve),
        reserve_inverse: reserve.into_iter().sum::<Element>().try_inverse().unwrap_or_default(),
        remainder: price.remainder.elements(),
        shortfall: price.shortfall.elements(),
        product_carry: carries(product(witness, pool_bought.new)),
        bound_carry: carries(bound(witness)),
    }
}

fn halves(amount: Amount) -> [i128; 8] {
    std::array::from_fn(|i| i128::from((amount.get() >> (16 * i)) as u16))
}

/// `997 sold new_reserve - 1000 reserve bought - remainder` in limbs of base 2^32.
fn product(witness: &SwapWitness, new_reserve: Amount) -> [i128; 8] {
    let price = &witness.price;
    let [sold, bought, reserve, new_reserve] =
        [witness.order.sold, price.bought, price.reserve, new_reserve].map(halves);
    let limb = |position: usize| -> i128 {
        let pairs = (0..8).filter(|i| (0..8).contains(&position.wrapping_sub(*i)));
        let terms = pairs.map(|i| {
            let j = position - i;
            i128::from(KEPT) * sold[i] * new_reserve[j] - i128::from(WHOLE) * reserve[i] * bought[j]
        });
        terms.sum()
    };
    let remainder = price.remainder.limbs();
    std::array::from_fn(|i| {
        let pair = limb(2 * i) + (limb(2 * i + 1) << 16);
        pair - remainder.get(i).map_or(0, |&limb| i128::from(limb))
    })
}

/// `1000 reserve + 997 sold - remainder - shortfall - 1` in limbs of base 2^32.
fn bound(witness: &SwapWitness) -> [i128; 4] {
    let price = &witness.price;
    let [reserve, sold, remainder, shortfall] =
        [price.reserve, witness.order.sold, price.remainder, price.shortfall]
            .map(|amount| amount.limbs().map(i128::from));
    std::array::from_fn(|i| {
        let divisor = i128::from(WHOLE) * reserve[i] + i128::from(KEPT) * sold[i];
        divisor - remainder[i] - shortfall[i] - i128::from(i == 0)
    })
}

/// The carries between signed limbs, each with its offset.
fn carries<const LIMBS: usize, const CARRIES: usize>(limbs: [i128; LIMBS]) -> [Element; CARRIES] {
    let mut carry = 0;
    std::array::from_fn(|i| {
        carry = (limbs[i] + carry) >> 32;
        // what a false witness carries is cut off, and then is no carry
        Element::from_canonical_u32((carry + i128::from(CARRY_OFFSET)) as u32)
    })
}
