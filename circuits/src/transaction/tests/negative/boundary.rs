//! Schedule, claim and what runs through the batch.

use crate::transaction::schedule::{SENDER_ACCOUNT, STEPS};

use super::super::fixture::Case::*;
use super::super::forgery::{ONE, TWO, ZERO, field};
use super::{Negative, among, exactly};

pub(super) const NEGATIVES: &[Negative] = &[
    among("the trace starts in group 0", Noop, |f| {
        f.between((0, 0), (0, 15), |row| {
            (row.schedule.group[0], row.schedule.group[1]) = (ZERO, ONE);
        });
    }),
    among("the trace starts in step 0", Noop, |f| {
        let step = &mut f.at(0, 0).schedule.step;
        (step[0], step[1]) = (ZERO, ONE);
    }),
    among("the next row is the next step", Noop, |f| {
        for row in 130..256 {
            f.rows[row].schedule.step =
                std::array::from_fn(|step| if step == (row - 1) % STEPS { ONE } else { ZERO });
        }
    }),
    among("the next group follows the last step", Noop, |f| {
        f.between((15, 0), (15, 15), |row| {
            (row.schedule.group[15], row.schedule.group[14]) = (ZERO, ONE);
        });
    }),
    among("the trace ends a block", Noop, |f| {
        // all groups shifted: the block begins in the middle
        f.all(|row| row.schedule.group.rotate_right(1));
    }),
    exactly("the first row is the claim's entry", Noop, |f| f.claim.entry[11] += ONE),
    exactly("the last row is the claim's exit", Noop, |f| f.claim.exit[0] += ONE),
    exactly("the claim's padding is zero", Noop, |f| f.claim.exit[15] = ONE),
    exactly(
        "the root moves after the account path of an account that is opened",
        ForcedExitUnmatched,
        |f| f.at(3, 15).flags.root_row = ZERO,
    ),
    exactly("an opened account stands under the state root", ForcedExit, |f| {
        f.change_sibling(SENDER_ACCOUNT, 31);
        f.rehash();
    }),
    exactly("the root becomes that of the new path", ForcedExit, |f| {
        f.from(4, 0, |row| row.running.state_root[0] += ONE);
        f.claim_follows();
    }),
    exactly("the fee accumulator gains the fee", Transfer, |f| {
        f.from(13, 9, |row| row.running.fee_accumulator -= ONE);
        f.claim_follows();
    }),
    exactly("the counter counts transactions", Noop, |f| {
        f.from(13, 9, |row| row.running.counter += ONE);
        f.claim_follows();
    }),
    exactly(
        "the accumulator gains a fee that is paid and loses one that is collected",
        Transfer,
        |f| {
            f.operation(|operation| operation.fee_delta = ZERO);
            f.settle();
        },
    ),
    exactly("collecting leaves no fee", CollectFee, |f| {
        f.all(|row| row.running.fee_accumulator += ONE);
        f.claim_follows();
    }),
    exactly("a transaction has its words", Deposit, |f| {
        f.at(13, 6).flags.word_row = ZERO;
        f.rehash();
    }),
    exactly("the head word tells the transaction", Transfer, |f| {
        f.at(13, 5).poseidon.input[4] += ONE;
        f.rehash();
    }),
    exactly("the address word tells the address", Withdraw, |f| {
        f.at(13, 6).poseidon.input[7] += ONE;
        f.rehash();
    }),
    exactly("the key word tells the key", SetKey, |f| {
        f.at(13, 7).poseidon.input[4] += ONE;
        f.rehash();
    }),
    exactly("a word is added to the words before it", Transfer, |f| {
        f.at(13, 5).poseidon.input[0] += ONE;
        let digest = f.hash(13 * STEPS + 5);
        f.from(13, 6, |row| row.running.words_digest = digest);
        f.claim_follows();
    }),
    exactly("the digest takes every word", Transfer, |f| {
        f.from(13, 6, |row| row.running.words_digest[3] += ONE);
        f.claim_follows();
    }),
    exactly("the value takes every word", Transfer, |f| {
        f.from(13, 6, |row| row.running.words_evaluation[1] += TWO);
        f.claim_follows();
    }),
    exactly("the fee is its count times the fee unit", Transfer, |f| {
        f.claim.context[7] += ONE;
    }),
    exactly("the margin is the time that a signature has left", Transfer, |f| {
        f.claim.context[5] += ONE;
    }),
    exactly("fees are collected in the fee token", CollectFee, |f| {
        f.claim.context[6] = field(2);
        f.settle();
    }),
];
