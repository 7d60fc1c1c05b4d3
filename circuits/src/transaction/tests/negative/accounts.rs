//! Balances and accounts.

use crate::transaction::schedule::*;

use super::super::fixture::Case::*;
use super::super::forgery::{ONE, TWO, ZERO};
use super::{Negative, exactly};

pub(super) const NEGATIVES: &[Negative] = &[
    exactly("a carry is a bit", Noop, |f| {
        f.between((0, 0), (4, 15), |row| row.balance.carry[0] = TWO);
    }),
    exactly("a balance stays within its path", Noop, |f| {
        f.between((1, 0), (1, 5), |row| row.balance.old[0] = ONE);
    }),
    exactly("an old token path begins at the balance", Noop, |f| {
        f.path_side(RECIPIENT_TOKEN, 0, [ONE; 4], None);
        f.rehash_above_tokens();
    }),
    exactly("a new token path begins at the balance", Noop, |f| {
        f.path_side(RECIPIENT_TOKEN, 1, [ONE; 4], None);
        f.rehash_above_tokens();
    }),
    exactly("the amount is taken", Withdraw, |f| {
        f.between((5, 0), (6, 15), |row| row.balance.new[0] += ONE);
        f.between((7, 0), (13, 15), |row| {
            row.balance.old[0] += ONE;
            row.balance.new[0] += ONE;
        });
        f.settle();
    }),
    exactly("the fee is taken", Withdraw, |f| {
        f.between((7, 0), (13, 15), |row| row.balance.new[0] += ONE);
        f.settle();
    }),
    exactly("the amount is given", Deposit, |f| {
        f.between((14, 0), (15, 15), |row| row.balance.new[0] += ONE);
        f.settle();
    }),
    exactly("a forced exit takes the whole balance", ForcedExit, |f| {
        f.operation(|operation| operation.amount[0] -= ONE);
        f.between((5, 0), (6, 15), |row| row.balance.new[0] = ONE);
        f.between((14, 0), (15, 15), |row| row.balance.new[0] -= ONE);
        f.settle();
    }),
    exactly("key kind and padding of a header are zero", Noop, |f| {
        f.at(4, 13).poseidon.input[5] = ONE;
        f.rehash();
    }),
    exactly("the sender keeps its address", ForcedExit, |f| {
        f.at(4, 11).poseidon.input[5] += ONE;
        f.rehash();
    }),
    exactly("the key is replaced where the transaction says so", Noop, |f| {
        f.at(4, 10).flags.key_change_row = ONE;
    }),
    exactly("the new key is the one given", L1SetKey, |f| {
        f.at(4, 11).poseidon.input[0] += ONE;
        f.rehash();
    }),
    exactly("else the sender keeps its key", ForcedExit, |f| {
        f.at(4, 11).poseidon.input[0] += ONE;
        f.rehash();
    }),
    exactly("the old header has the nonce", Noop, |f| {
        f.at(4, 12).poseidon.input[4] = ONE;
        f.rehash();
    }),
    exactly("the nonce advances by one with every authorisation", Withdraw, |f| {
        f.at(4, 13).poseidon.input[4] -= ONE;
        f.rehash();
    }),
    exactly("a recipient exists unless it is created", Noop, |f| {
        f.at(13, 10).flags.existing_row = ZERO;
    }),
    exactly("an existing recipient has the address", Deposit, |f| {
        f.at(13, 10).poseidon.input[5] += ONE;
        f.rehash();
        f.adopt_root();
    }),
    exactly("the recipient has the address afterwards", Deposit, |f| {
        f.at(13, 11).poseidon.input[5] += ONE;
        f.rehash();
    }),
    exactly("the recipient keeps its key", Deposit, |f| {
        f.at(13, 11).poseidon.input[0] += ONE;
        f.rehash();
    }),
    exactly("the recipient keeps its nonce", Deposit, |f| {
        f.at(13, 13).poseidon.input[4] += ONE;
        f.rehash();
    }),
    exactly("an account is created in an empty leaf", DepositNew, |f| {
        for step in HEADER_STEPS {
            f.at(13, step).poseidon.input[4] = ONE;
        }
        f.rehash();
        f.adopt_root();
    }),
];
