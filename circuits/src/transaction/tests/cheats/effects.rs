//! Lies about what a transaction does and tells.

use starfold_primitives::{Field, GOLDILOCKS_ORDER, Goldilocks, PrimeField64};
use starfold_transition::testing::secret_key;

use crate::transaction::columns::KindColumns;
use crate::transaction::schedule::SENDER_ACCOUNT;

use super::super::fixture::{ALICE, Case::*};
use super::super::forgery::{Forgery, ONE, TWO, ZERO, field};
use super::{Cheat, cheat};

/// Fee units that the fixture's batch collects.
const COLLECTED: u64 = 28;

/// Collects another number of fee units.
fn collect(f: &mut Forgery, count: u64) {
    let fee = field(1_000 * count);
    let change = fee - field(1_000 * COLLECTED);
    f.operation(|operation| {
        operation.fee_count = field(count);
        operation.fee_delta = ZERO - field(count);
        operation.fee_limbs[0] = fee;
        operation.amount[0] = fee;
    });
    f.between((5, 0), (6, 15), |row| {
        (row.balance.old[0], row.balance.new[0]) = (fee.double(), fee);
    });
    f.between((7, 0), (13, 15), |row| row.balance.old[0] = fee);
    f.between((14, 0), (15, 15), |row| row.balance.new[0] += change);
    f.settle();
}

/// Collects the fee plus p, which is the same field element in other limbs.
fn collect_more_by_the_order(f: &mut Forgery) {
    let fee = 1_000 * COLLECTED + GOLDILOCKS_ORDER;
    let limbs = |value: u128| -> [Goldilocks; 4] {
        std::array::from_fn(|limb| field((value >> (32 * limb)) as u64 & 0xffff_ffff))
    };
    let number = |limbs: [Goldilocks; 4]| {
        let shifted =
            |(limb, value): (u32, Goldilocks)| u128::from(value.to_canonical_u64()) << (32 * limb);
        (0..).zip(limbs).map(shifted).sum::<u128>()
    };
    let [fee_limbs, both] = [limbs(fee.into()), limbs(2 * u128::from(fee))];
    let before = number(f.at(14, 0).balance.old);
    let after = limbs(before + u128::from(fee));
    f.operation(|operation| {
        operation.fee_limbs = [fee_limbs[0], fee_limbs[1]];
        operation.amount = fee_limbs;
    });
    f.between((5, 0), (6, 15), |row| {
        (row.balance.old, row.balance.new) = (both, fee_limbs);
        row.balance.carry = [ZERO, ONE, ZERO];
    });
    f.between((7, 0), (13, 15), |row| row.balance.old = fee_limbs);
    f.between((14, 0), (15, 15), |row| {
        row.balance.new = after;
        row.balance.carry = [ZERO, ONE, ZERO];
    });
    f.settle();
}

/// Withdraws 77 and the fee from an empty balance, with these limbs after the amount.
fn overdraw(f: &mut Forgery, after: [Goldilocks; 4], carry: Goldilocks) {
    f.between((5, 0), (6, 15), |row| {
        (row.balance.old, row.balance.new) = ([ZERO; 4], after);
        row.balance.carry = [carry; 3];
    });
    f.between((7, 0), (13, 15), |row| {
        (row.balance.old, row.balance.new) = (after, after);
        row.balance.new[0] -= field(7_000);
        row.balance.carry = [ZERO; 3];
    });
    f.settle();
    f.adopt_root();
}

pub(super) const CHEATS: &[Cheat] = &[
    cheat("a sender who keeps one unit", Withdraw, &["the amount is taken"], |f| {
        f.between((5, 0), (6, 15), |row| row.balance.new[0] += ONE);
        f.between((7, 0), (13, 15), |row| {
            row.balance.old[0] += ONE;
            row.balance.new[0] += ONE;
        });
        f.settle();
    }),
    cheat("a recipient who gets one unit more", Transfer, &["the amount is given"], |f| {
        f.between((14, 0), (15, 15), |row| row.balance.new[0] += ONE);
        f.settle();
    }),
    cheat("a fee that is not taken", Transfer, &["the fee is taken"], |f| {
        f.between((7, 0), (13, 15), |row| row.balance.new = row.balance.old);
        f.settle();
    }),
    cheat(
        "a fee that is taken and not accumulated",
        Transfer,
        &["the accumulator gains a fee that is paid and loses one that is collected"],
        |f| {
            f.operation(|operation| operation.fee_delta = ZERO);
            f.settle();
        },
    ),
    cheat("some of the fees are collected", CollectFee, &["collecting leaves no fee"], |f| {
        collect(f, COLLECTED - 1);
    }),
    cheat(
        "more fees are collected than were paid",
        CollectFee,
        &["collecting leaves no fee"],
        |f| {
            collect(f, COLLECTED + 1);
        },
    ),
    cheat(
        "the fee plus p is collected",
        CollectFee,
        &["the upper limb of the fee has 30 bits"],
        collect_more_by_the_order,
    ),
    cheat(
        "the fee is taken from the balance before the amount",
        Withdraw,
        &["an old token path ends at the held root"],
        |f| {
            f.between((7, 0), (13, 15), |row| {
                row.balance.old[0] += field(77);
                row.balance.new[0] += field(77);
            });
            f.derive();
            f.rehash();
        },
    ),
    cheat("a limb of 2^32", Deposit, &["a new balance has four 32-bit limbs"], |f| {
        f.between((14, 0), (15, 15), |row| {
            row.balance.old[0] = field((1 << 32) - 1_000);
            row.balance.new[0] = field(1 << 32);
        });
        f.settle();
        f.adopt_root();
    }),
    cheat(
        "a balance below zero in its lowest limb",
        Withdraw,
        &["a new balance has four 32-bit limbs"],
        |f| overdraw(f, [ZERO - field(77), ZERO, ZERO, ZERO], ZERO),
    ),
    cheat(
        "a balance below zero in its highest limb",
        Withdraw,
        &["a new balance has four 32-bit limbs"],
        |f| {
            let full = field((1 << 32) - 1);
            overdraw(f, [field((1 << 32) - 77), full, full, ZERO - ONE], ONE);
        },
    ),
    cheat("a balance that wraps at 2^128", Withdraw, &["the amount is taken"], |f| {
        let full = field((1 << 32) - 1);
        overdraw(f, [field((1 << 32) - 77), full, full, full], ONE);
    }),
    cheat("a word of another amount", Withdraw, &["the head word tells the transaction"], |f| {
        f.at(13, 5).poseidon.input[4] += field(1 << 32);
        f.rehash();
    }),
    cheat("a transaction without its word", Transfer, &["a transaction has its words"], |f| {
        f.at(13, 5).flags.word_row = ZERO;
        f.rehash();
    }),
    cheat("a Noop with a word", Noop, &["a transaction has its words"], |f| {
        f.at(13, 5).flags.word_row = ONE;
        f.rehash();
    }),
    cheat(
        "a Noop that changes the state",
        Noop,
        &[
            "the root moves after the account path of an account that is opened",
            "the nonce advances by one with every authorisation",
        ],
        |f| {
            f.at(4, 13).poseidon.input[4] = ONE;
            f.at(3, 15).flags.root_row = ONE;
            f.rehash();
            f.adopt_root();
        },
    ),
    cheat("a Noop that counts", Noop, &["the counter counts transactions"], |f| {
        f.from(13, 9, |row| row.running.counter += ONE);
        f.claim_follows();
    }),
    cheat(
        "a recipient of another address",
        Transfer,
        &["an existing recipient has the address", "the recipient has the address afterwards"],
        |f| {
            for step in [10, 11] {
                f.at(13, step).poseidon.input[5] += ONE;
            }
            f.settle();
            f.adopt_root();
        },
    ),
    cheat(
        "an account of address zero",
        TransferNew,
        &["an address that is used is not zero"],
        |f| {
            f.operation(|operation| {
                operation.address = [ZERO; 3];
                operation.address_inverse = ZERO;
            });
            f.at(13, 11).poseidon.input[5..8].copy_from_slice(&[ZERO; 3]);
            f.settle();
            f.sign(&secret_key(u64::from(ALICE)));
        },
    ),
    cheat(
        "an account created where another stands",
        Deposit,
        &["an account is created in an empty leaf"],
        |f| {
            f.operation(|operation| operation.created = ONE);
            f.at(13, 10).poseidon.input[5] += ONE;
            f.settle();
            f.adopt_root();
        },
    ),
    cheat(
        "a key element told as w + p",
        L1SetKey,
        &["below 32 ones a wide lane reads zeros"],
        |f| {
            f.operation(|operation| operation.key_high[1] = field(3));
            f.settle();
            f.wide(1, 0, GOLDILOCKS_ORDER + 2);
        },
    ),
    cheat(
        "a recipient's index beyond 2^32",
        Deposit,
        &["valid-until and to have 32 bits", "no bit of the index is left at the root"],
        |f| {
            f.operation(|operation| operation.to += field(1 << 32));
            f.settle();
        },
    ),
    cheat(
        "the account of another index",
        ForcedExitUnmatched,
        &["the sender's path begins at from"],
        |f| {
            f.index(SENDER_ACCOUNT, 77);
            f.rehash();
            f.adopt_root();
        },
    ),
    cheat(
        "the balance of another token",
        ForcedExitUnmatched,
        &["a token path begins at the token"],
        |f| {
            f.operation(|operation| operation.token = TWO);
            f.settle();
            f.adopt_root();
            f.operation(|operation| operation.token = ZERO);
            f.derive_message();
            f.derive_words();
            f.rehash_texts();
        },
    ),
];

#[test]
fn no_two_kinds_are_one_transaction() {
    type Flag = fn(&mut KindColumns<Goldilocks>) -> &mut Goldilocks;
    let kinds: [Flag; 7] = [
        |kind| &mut kind.transfer,
        |kind| &mut kind.withdraw,
        |kind| &mut kind.set_key,
        |kind| &mut kind.collect_fee,
        |kind| &mut kind.deposit,
        |kind| &mut kind.forced_exit,
        |kind| &mut kind.l1_set_key,
    ];
    let honest = Forgery::of(Noop);
    for (position, first) in kinds.iter().enumerate() {
        for second in &kinds[..position] {
            let mut forgery = honest.clone();
            forgery.operation(|operation| {
                *first(&mut operation.kind) = ONE;
                *second(&mut operation.kind) = ONE;
            });
            forgery.settle();
            forgery.adopt_root();
            assert!(forgery.broken().contains("at most one kind is chosen"));
        }
    }
}
