//! Range checks.

use starfold_primitives::{Field, GOLDILOCKS_ORDER, Goldilocks};

use super::super::fixture::Case::*;
use super::super::forgery::{ONE, TWO, ZERO, field};
use super::operation::limb_of_address;
use super::{Negative, exactly};

pub(super) const NEGATIVES: &[Negative] = &[
    exactly("a narrow lane reads bits", Noop, |f| {
        f.at(13, 15).narrow[0].bit = TWO;
        f.read_narrow(0);
    }),
    exactly("a narrow lane starts with its first bit", Transfer, |f| {
        f.at(0, 0).narrow[1].bit = ZERO;
    }),
    exactly("a narrow lane appends the bit", Transfer, |f| f.at(0, 5).narrow[1].bit += ONE),
    exactly("the amount has four 32-bit limbs", Transfer, |f| f.turn_narrow(3, 1, 15)),
    exactly("limb 0 of the amount begins with its two highest bits", Deposit, |f| {
        f.operation(|operation| operation.amount_0_high = ONE);
        f.settle();
    }),
    exactly("limb 2 of the amount begins with its four highest bits", Deposit, |f| {
        f.operation(|operation| operation.amount_2_high = ONE);
        f.settle();
    }),
    exactly("fee and margin have 32 bits", Transfer, |f| f.turn_narrow(3, 3, 15)),
    exactly("the upper limb of the fee has 30 bits", Transfer, |f| {
        let high = Goldilocks::from_canonical_u64(1 << 30);
        f.operation(|operation| operation.fee_limbs[1] += high);
        let operation = f.registers();
        let [low, high_limb] = operation.fee_limbs;
        f.claim.context[7] = (high_limb * field(1 << 32) + low) * operation.fee_count.inverse();
        f.between((7, 0), (13, 15), |row| row.balance.new[1] -= high);
        f.settle();
    }),
    exactly("valid-until and to have 32 bits", Deposit, |f| f.turn_narrow(0, 10, 15)),
    exactly("to begins with its 22 highest bits", Deposit, |f| {
        f.operation(|operation| operation.to_high += ONE);
        f.settle();
    }),
    exactly("an unused narrow window is zero", Noop, |f| f.turn_narrow(2, 12, 15)),
    exactly("a new balance has four 32-bit limbs", Transfer, |f| f.turn_narrow(0, 6, 15)),
    exactly("a wide lane reads bits", Noop, |f| {
        f.at(4, 15).wide[0].bit = TWO;
        f.read_wide(0);
    }),
    exactly("a wide lane starts with its first bit", Noop, |f| {
        // the lane sees a 1 first, counts none, and ends at zero
        f.at(0, 0).wide[2].bit = ONE;
        f.at(0, 1).wide[2].ones = ONE;
    }),
    exactly("a wide lane appends the bit", Noop, |f| f.at(14, 3).wide[0].bit = ONE),
    exactly("a wide lane starts with no zero seen", Noop, |f| f.at(0, 0).wide[1].ones = ZERO),
    exactly("a wide lane remembers whether its upper bits are all 1", Noop, |f| {
        f.at(13, 5).wide[1].ones = ZERO;
    }),
    exactly("below 32 ones a wide lane reads zeros", Noop, |f| {
        f.operation(|operation| operation.key_high[0] = field(3));
        f.settle();
        f.wide(0, 0, GOLDILOCKS_ORDER);
    }),
    exactly("the key elements 0 to 2 are canonical", SetKey, |f| f.turn_wide(1, 3, 15)),
    exactly("the key elements 3 and 4 are canonical", SetKey, |f| f.turn_wide(0, 8, 15)),
    exactly("the address has its limbs", Withdraw, |f| f.turn_wide(2, 12, 15)),
    exactly("the key elements 0 to 2 begin with two bits", L1SetKey, |f| {
        f.operation(|operation| operation.key_high[1] += ONE);
        f.settle();
    }),
    exactly("the key elements 3 and 4 begin with two bits", L1SetKey, |f| {
        f.operation(|operation| operation.key_high[4] += ONE);
        f.settle();
    }),
    exactly("limb 1 of the address has 62 bits", L1SetKeyUnmatched, |f| {
        limb_of_address(f, 1, field(1 << 62));
    }),
    exactly("limb 2 of the address has 36 bits", L1SetKeyUnmatched, |f| {
        limb_of_address(f, 2, field(1 << 36));
    }),
];
