//! Lies about who authorised what.

use starfold_primitives::ecgfp5::{Gfp5, Point as GroupPoint, Scalar};
use starfold_primitives::signature::{PublicKey, TABLE, challenge, filler};
use starfold_primitives::{Field, GOLDILOCKS_ORDER, Goldilocks};
use starfold_transition::testing::secret_key;

use super::super::fixture::{ALICE, BOB, CAROL, Case, Case::*, address};
use super::super::forgery::{Forgery, ONE, Point, TWO, ZERO, field, third};
use super::{Cheat, cheat};

const HASH: &str = "the challenge is the hash";

/// Takes the lane of a block without signature, whose key everybody knows.
fn take_filler(f: &mut Forgery) {
    let noop = Forgery::of(Case::Noop);
    for (row, other) in f.rows.iter_mut().zip(&noop.rows) {
        row.signature = other.signature;
    }
    f.show_signature(filler().key().elements());
}

/// The block with other fields and the old signature.
fn reuse(f: &mut Forgery, edit: impl Fn(&mut Forgery)) {
    edit(f);
    f.settle();
    f.adopt_root();
}

/// The double of the lane's start, which is D in the first row.
fn first_double(f: &Forgery) -> Point {
    let lane = &f.rows[0].signature;
    let a = [lane.accumulator.x, lane.accumulator.y].map(Gfp5::new);
    third(Gfp5::new(lane.double_slope), a, a)
}

/// With `(0, 0)` as Q, `e Q` vanishes for an even challenge: nobody needs a secret key.
fn sign_with_point_of_order_two(f: &mut Forgery) {
    let encoded: [Goldilocks; 5] = std::array::from_fn(|i| f.rows[4 * 16 + 10].poseidon.input[i]);
    let key = PublicKey::new(encoded);
    let (response, challenge) = (1..)
        .map(|k| {
            let end = GroupPoint::generator().mul_public(&Scalar::from_limbs([k, 0, 0, 0, 0]));
            (k, challenge(&key, f.message(), end.encode()))
        })
        .find(|(_, challenge)| challenge[0] % 2 == 0)
        .unwrap();
    for (step, row) in f.rows.iter_mut().enumerate() {
        let bit = (128..192).contains(&step) && response >> (191 - step) & 1 == 1;
        row.signature.response = [Goldilocks::from_bool(bit), ZERO];
    }
    let mut signer = f.signer();
    (signer.key, signer.challenge) = ([Gfp5::ZERO; 2], challenge);
    f.run_signature(&signer);
    f.show_signature(encoded);
}

pub(super) const CHEATS: &[Cheat] = &[
    cheat(
        "no signature, and nothing that checks one",
        Transfer,
        &[
            "signed transactions check the key",
            "signed transactions hash key and R",
            "signed transactions compare the challenge",
        ],
        |f| {
            take_filler(f);
            f.all(|row| {
                row.flags.key_row = ZERO;
                row.flags.challenge_row = ZERO;
                row.flags.challenge_end_row = ZERO;
            });
        },
    ),
    cheat(
        "the signature that everybody knows",
        Transfer,
        &["the sender's key encodes Q", "Q lies on the curve", HASH],
        take_filler,
    ),
    cheat(
        "signed by another's key",
        Transfer,
        &["the sender's key encodes Q", "Q lies on the curve"],
        |f| f.sign(&secret_key(u64::from(BOB))),
    ),
    cheat("the point of order two as key", Transfer, &["Q lies on the curve"], |f| {
        sign_with_point_of_order_two(f);
    }),
    cheat(
        "the other point of the key's encoding",
        Noop,
        &["signed transactions check the key", "the abscissa of Q is a square"],
        |f| {
            // (x, y) and (b / x, -w b / x) have the same encoding; the second is not in the group
            let mut signer = f.signer();
            let x = Gfp5::from_u64s([0, 263, 0, 0, 0]) * signer.key[0].inverse_or_zero();
            let encoded = filler().key().elements();
            signer.key = [x, Gfp5::ZERO - Gfp5::new(encoded) * x];
            f.run_signature(&signer);
            for step in [10, 11] {
                f.at(4, step).poseidon.input[..5].copy_from_slice(&encoded);
            }
            f.at(4, 9).flags.key_row = ONE;
            f.rehash();
        },
    ),
    cheat(
        "the key is D: the chord's slope would be free",
        Noop,
        &["D and Q have different abscissas"],
        |f| {
            let mut signer = f.signer();
            signer.key = first_double(f);
            f.run_signature(&signer);
        },
    ),
    cheat(
        "D + Q is T: the chord's slope would be free",
        Noop,
        &["S and T have different abscissas"],
        |f| {
            let [x, y] = first_double(f);
            let minus = [x, Gfp5::ZERO - y];
            let table = TABLE[0].map(Gfp5::from_u64s);
            let slope = (table[1] - minus[1]) * (table[0] - x).inverse_or_zero();
            let mut signer = f.signer();
            signer.key = third(slope, table, minus);
            signer.challenge[2] = 1 << 63;
            f.rows[0].signature.response = [ZERO; 2];
            f.run_signature(&signer);
        },
    ),
    cheat(
        "a challenge limb read as e + p",
        Transfer,
        &["below 32 ones the challenge reads zeros", HASH],
        |f| {
            let mut signer = f.signer();
            signer.challenge[1] = GOLDILOCKS_ORDER + 5;
            f.run_signature(&signer);
            let key = secret_key(u64::from(ALICE)).public_key();
            f.show_signature(key.elements());
        },
    ),
    cheat("a transfer's signature for a withdrawal", Transfer, &[HASH], |f| {
        reuse(f, |f| {
            f.operation(|operation| {
                (operation.kind.transfer, operation.kind.withdraw) = (ZERO, ONE);
                (operation.to, operation.named) = (ZERO, ZERO);
            });
        });
    }),
    cheat("for another token", Transfer, &[HASH], |f| {
        reuse(f, |f| f.operation(|operation| operation.token = TWO));
    }),
    cheat("for another fee token", Transfer, &[HASH], |f| {
        reuse(f, |f| f.claim.context[6] = TWO);
    }),
    cheat("for another account with the same key", Transfer, &[HASH], |f| {
        reuse(f, |f| f.operation(|operation| operation.from = field(u64::from(CAROL))));
    }),
    cheat("for another recipient", Transfer, &[HASH], |f| {
        reuse(f, |f| {
            let other = address(CAROL).elements();
            f.operation(|operation| {
                operation.address = other;
                let sum: Goldilocks = other.into_iter().sum();
                operation.address_inverse = sum.inverse();
            });
            for step in [10, 11] {
                f.at(13, step).poseidon.input[5..8].copy_from_slice(&other);
            }
        });
    }),
    cheat("for a smaller amount", Transfer, &[HASH], |f| {
        reuse(f, |f| {
            f.operation(|operation| operation.amount[0] -= ONE);
            f.between((5, 0), (6, 15), |row| row.balance.new[0] += ONE);
            f.between((14, 0), (15, 15), |row| row.balance.new[0] -= ONE);
        });
    }),
    cheat("for a recipient that was not named", Transfer, &[HASH], |f| {
        reuse(f, |f| f.operation(|operation| operation.named = field(1 << 32)));
    }),
    cheat("for another time", Transfer, &[HASH], |f| {
        reuse(f, |f| {
            f.operation(|operation| {
                operation.valid_until += ONE;
                operation.margin += ONE;
            });
        });
    }),
    cheat("on another chain", Transfer, &[HASH], |f| reuse(f, |f| f.claim.context[0] += ONE)),
    cheat("for another contract", Transfer, &[HASH], |f| reuse(f, |f| f.claim.context[3] += ONE)),
    cheat("for another new key", SetKey, &[HASH], |f| {
        reuse(f, |f| {
            f.operation(|operation| operation.new_key[1] += ONE);
            f.at(4, 11).poseidon.input[1] += ONE;
        });
    }),
    cheat("a second time", Transfer, &[HASH], |f| {
        reuse(f, |f| {
            f.operation(|operation| operation.nonce += ONE);
            f.at(4, 12).poseidon.input[4] += ONE;
            f.at(4, 13).poseidon.input[4] += ONE;
        });
    }),
    cheat(
        "a second time with the nonce of the first",
        Transfer,
        &["the old header has the nonce"],
        |f| {
            f.at(4, 12).poseidon.input[4] += ONE;
            f.settle();
            f.adopt_root();
        },
    ),
    cheat(
        "the nonce stays",
        Transfer,
        &["the nonce advances by one with every authorisation"],
        |f| {
            f.at(4, 13).poseidon.input[4] -= ONE;
            f.settle();
        },
    ),
    cheat(
        "another recipient than the one that was named",
        TransferNew,
        &["a transfer goes to the recipient that was named, or to any"],
        |f| {
            f.operation(|operation| operation.named = field(u64::from(BOB)));
            f.settle();
            f.sign(&secret_key(u64::from(ALICE)));
        },
    ),
    cheat("one second past the time", Transfer, &["fee and margin have 32 bits"], |f| {
        f.operation(|operation| {
            operation.valid_until -= operation.margin + ONE;
            operation.margin = ZERO - ONE;
        });
        f.settle();
        f.sign(&secret_key(u64::from(ALICE)));
    }),
    cheat(
        "one second past the time, with a margin of none",
        Transfer,
        &["the margin is the time that a signature has left"],
        |f| {
            f.operation(|operation| {
                operation.valid_until -= operation.margin + ONE;
                operation.margin = ZERO;
            });
            f.settle();
            f.sign(&secret_key(u64::from(ALICE)));
        },
    ),
    cheat(
        "a forced exit that matches told as one that does not",
        ForcedExit,
        &["an L1 operation that does not match has another address"],
        |f| {
            f.operation(|operation| {
                operation.exit_match = ZERO;
                operation.amount = [ZERO; 4];
            });
            f.between((5, 0), (6, 15), |row| row.balance.new = row.balance.old);
            f.between((14, 0), (15, 15), |row| row.balance.new = row.balance.old);
            f.settle();
        },
    ),
    cheat(
        "a forced exit of another's account",
        ForcedExitUnmatched,
        &["an L1 operation that matches has the account's address"],
        |f| {
            let balance = f.at(5, 0).balance.old;
            f.operation(|operation| {
                operation.exit_match = ONE;
                operation.amount = balance;
            });
            f.between((5, 0), (6, 15), |row| row.balance.new = [ZERO; 4]);
            f.between((14, 0), (15, 15), |row| row.balance.new = balance);
            f.settle();
        },
    ),
    cheat(
        "an L1 change of the key that matches told as one that does not",
        L1SetKey,
        &["an L1 operation that does not match has another address"],
        |f| {
            let old = f.at(4, 10).poseidon.input;
            f.operation(|operation| operation.key_match = ZERO);
            f.at(4, 11).poseidon.input = old;
            f.at(4, 13).poseidon.input[4] -= ONE;
            f.settle();
        },
    ),
    cheat(
        "an L1 change of another's key",
        L1SetKeyUnmatched,
        &["an L1 operation that matches has the account's address"],
        |f| {
            let key = f.registers().new_key;
            f.operation(|operation| operation.key_match = ONE);
            f.at(4, 11).poseidon.input[..5].copy_from_slice(&key);
            f.at(4, 13).poseidon.input[4] += ONE;
            f.settle();
        },
    ),
];
