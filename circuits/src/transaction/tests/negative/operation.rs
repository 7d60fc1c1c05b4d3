//! The transaction's fields.

use starfold_primitives::{Field, Goldilocks};

use super::super::fixture::Case::*;
use super::super::forgery::{Forgery, ONE, TWO, ZERO, field};
use super::{Negative, among, exactly};

/// Changes the address of an operation without recipient.
fn change_address(f: &mut Forgery, limb: usize, by: Goldilocks) {
    f.operation(|operation| {
        operation.address[limb] += by;
        let sum: Goldilocks = operation.address.into_iter().sum();
        operation.address_inverse = sum.inverse();
        let difference = operation.sender_address[limb] - operation.address[limb];
        if operation.difference_inverse != [ZERO; 3] {
            operation.difference_inverse = [ZERO; 3];
            operation.difference_inverse[limb] = difference.inverse();
        }
    });
    for step in [10, 11] {
        f.at(13, step).poseidon.input[5 + limb] += by;
    }
    f.settle();
}

pub(super) fn limb_of_address(f: &mut Forgery, limb: usize, by: Goldilocks) {
    change_address(f, limb, by);
}

pub(super) const NEGATIVES: &[Negative] = &[
    among("a kind is chosen or not", Transfer, |f| {
        f.operation(|operation| operation.kind.transfer = TWO);
        f.settle();
    }),
    among("at most one kind is chosen", Noop, |f| {
        f.operation(|operation| {
            operation.kind.deposit = ONE;
            operation.kind.forced_exit = ONE;
        });
        f.settle();
        f.adopt_root();
    }),
    exactly("a block holds one transaction", Noop, |f| {
        f.from(8, 0, |row| row.operation.address_inverse = ONE);
    }),
    exactly("from is zero where unused", Noop, |f| {
        f.operation(|operation| operation.from = ONE);
        f.settle();
    }),
    exactly("to is zero where unused", Withdraw, |f| {
        f.operation(|operation| operation.to = ONE);
        f.settle();
    }),
    exactly("the named recipient is zero where unused", Deposit, |f| {
        f.operation(|operation| operation.named = ONE);
        f.settle();
    }),
    exactly("the token is zero where unused", Noop, |f| {
        f.operation(|operation| operation.token = ONE);
        f.settle();
    }),
    exactly("the fee is zero where unused", Noop, |f| {
        f.claim.context[7] = ZERO;
        f.operation(|operation| (operation.fee_count, operation.fee_delta) = (ONE, ONE));
        f.settle();
    }),
    exactly("the nonce is zero where unused", Noop, |f| {
        f.operation(|operation| operation.nonce = ONE);
        for step in [12, 13] {
            f.at(4, step).poseidon.input[4] = ONE;
        }
        f.settle();
    }),
    exactly("valid-until is zero where unused", Deposit, |f| {
        f.operation(|operation| operation.valid_until = ONE);
        f.settle();
    }),
    exactly("the amount is zero where unused", Noop, |f| {
        f.operation(|operation| operation.amount[0] = field(5));
        f.between((5, 0), (6, 15), |row| row.balance.old[0] = field(5));
        f.between((14, 0), (15, 15), |row| row.balance.new[0] = field(5));
        f.settle();
    }),
    exactly("the address is zero where unused", Noop, |f| {
        f.operation(|operation| operation.address[0] = ONE);
        for step in [10, 11] {
            f.at(13, step).poseidon.input[5] = ONE;
        }
        f.settle();
    }),
    exactly("the new key is zero where unused", Noop, |f| {
        f.operation(|operation| operation.new_key[0] = ONE);
        f.settle();
    }),
    among("a transfer goes to the recipient that was named, or to any", Transfer, |f| {
        f.operation(|operation| operation.named += ONE);
        f.settle();
    }),
    exactly("an address that is used is not zero", Deposit, |f| {
        f.operation(|operation| operation.address_inverse = ZERO);
    }),
    among("an account is created or not", DepositNew, |f| {
        f.operation(|operation| operation.created = TWO);
        f.settle();
    }),
    exactly("only transfers and deposits create accounts", Noop, |f| {
        f.operation(|operation| operation.created = ONE);
        f.settle();
    }),
    exactly("a creating transfer is a transfer that creates", CollectFee, |f| {
        f.operation(|operation| operation.creating_transfer = ONE);
        f.settle();
    }),
    exactly("the collected amount is the fee", CollectFee, |f| {
        f.operation(|operation| operation.amount[3] += ONE);
        f.between((5, 0), (6, 15), |row| row.balance.old[3] += ONE);
        f.between((14, 0), (15, 15), |row| row.balance.new[3] += ONE);
        f.settle();
    }),
    among("a forced exit matches or not", ForcedExit, |f| {
        f.operation(|operation| operation.exit_match = TWO);
        f.settle();
    }),
    among("an L1 change of the key matches or not", L1SetKey, |f| {
        f.operation(|operation| operation.key_match = TWO);
        f.settle();
    }),
    among("only a forced exit matches as one", Noop, |f| {
        f.operation(|operation| operation.exit_match = ONE);
        f.settle();
    }),
    among("only an L1 change of the key matches as one", Noop, |f| {
        f.operation(|operation| operation.key_match = ONE);
        f.settle();
    }),
    exactly("an L1 operation that matches has the account's address", ForcedExit, |f| {
        change_address(f, 0, ONE);
    }),
    exactly("an L1 operation that does not match has another address", ForcedExitUnmatched, |f| {
        f.operation(|operation| operation.difference_inverse = [ZERO; 3])
    }),
    exactly("a forced exit that does not match moves nothing", ForcedExitUnmatched, |f| {
        f.operation(|operation| operation.amount[0] = field(5));
        f.between((5, 0), (6, 15), |row| row.balance.new[0] -= field(5));
        f.between((14, 0), (15, 15), |row| row.balance.new[0] += field(5));
        f.settle();
    }),
];
