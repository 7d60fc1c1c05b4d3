//! For each constraint a lie that breaks it.

mod lanes;
mod paths;
mod rows;
mod signature;

use starfold_circuits::air::{Field, Layout as _, check_trace};
use starfold_circuits::gadgets::poseidon;
use starfold_circuits::testing::{Forgery, check_forgeries, edit_row};
use starfold_circuits::transaction::RunningColumns;
use starfold_state::{AccountOpening, StateReader as _};
use starfold_transition::claim_layout::context::{CHAIN_ID, CONTRACT, TIMESTAMP, WORDS_POINT};

use super::*;

type Columns = SwapColumns<()>;
type Row = SwapColumns<Element>;

fn edit(trace: &mut Trace, row: usize, edit: impl FnOnce(&mut Row)) {
    edit_row::<Columns>(trace, row, edit);
}

/// Adds 1 to a cell.
fn add(trace: &mut Trace, row: usize, cell: fn(&mut Row) -> &mut Element) {
    edit(trace, row, |row| *cell(row) += Element::ONE);
}

/// The trace of a swap that is not what the market would do, everything else being consistent with it.
fn lie(trace: &mut Trace, claim: &mut Claim<Element>, order: Order, lie: fn(&mut SwapWitness)) {
    let state = state([10 << 96, 7], [3 << 90, 5 << 100]);
    let honest = super::order(false, order.sold.get(), 0).sign(&secret(1), &parameters());
    let (context, entry, mut witness) = swap(&state, &honest).unwrap();
    let SignedOrder { order, signature } = order.sign(&secret(1), &parameters());
    (witness.order, witness.signature) = (order, signature);
    lie(&mut witness);
    witness.pool.account = pool_after(&state, &witness);
    (*trace, *claim) = super::trace(&context, &entry, &[witness], 2);
}

/// The account that the witness takes for the pool's, once its trader has traded.
fn pool_after(state: &State<MemoryStore>, witness: &SwapWitness) -> AccountOpening {
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    let (trader, bought) = (index(TRADER), witness.trader.bought.balance.get());
    let sold = witness.trader.sold.balance.checked_sub(witness.order.sold).unwrap();
    let bought = Amount::new(bought + witness.price.bought.get());
    overlay.set_balance(trader, token(0), sold).unwrap();
    overlay.set_balance(trader, token(1), bought).unwrap();
    let account = overlay.account(trader).unwrap();
    let nonce = witness.order.nonce.next().unwrap();
    overlay.set_account(trader, account.key, account.address, nonce).unwrap();
    overlay.open_account(witness.pool.account.index).unwrap()
}

fn plain() -> Order {
    order(false, 1 << 90, 0)
}

const MARKET: &[Forgery] = &[
    Forgery {
        title: "a unit more than the price",
        edit: |trace, claim| {
            lie(trace, claim, plain(), |swap| {
                swap.price.bought = Amount::new(swap.price.bought.get() + 1);
            });
        },
        breaks: &["what is bought is the price of what is sold"],
    },
    Forgery {
        title: "a unit less than the price",
        edit: |trace, claim| {
            lie(trace, claim, plain(), |swap| {
                let divisor = 1000 * swap.price.reserve.get() + 997 * swap.order.sold.get();
                let price = &mut swap.price;
                price.bought = Amount::new(price.bought.get() - 1);
                price.remainder = Amount::new(price.remainder.get() + divisor);
            });
        },
        breaks: &["the price is rounded by less than a unit"],
    },
    Forgery {
        title: "a reserve of its own",
        edit: |trace, claim| {
            lie(trace, claim, plain(), |swap| {
                let balance = swap.pool.bought.balance;
                swap.price = Price::of(swap.order.sold, Amount::new(1), balance).unwrap();
            });
        },
        breaks: &["the reserve is the pool's balance"],
    },
    Forgery {
        title: "less than is wanted",
        edit: |trace, claim| {
            let least = Amount::new(5 << 100);
            lie(trace, claim, Order { least, ..plain() }, |_| {});
        },
        breaks: &["the trader gets what is wanted at least"],
    },
    Forgery {
        title: "an order of another nonce",
        edit: |trace, claim| {
            let nonce = Nonce::new(1).unwrap();
            lie(trace, claim, Order { nonce, ..plain() }, |_| {});
        },
        breaks: &["an account stands under the state root", "the order has the trader's nonce"],
    },
    Forgery {
        title: "an order that holds no more",
        edit: |trace, claim| {
            let valid_until = Timestamp::new(TIME - 1).unwrap();
            lie(trace, claim, Order { valid_until, ..plain() }, |_| {});
        },
        breaks: &["the margin is the time that the order has left"],
    },
    Forgery {
        title: "a pool of somebody's",
        edit: |trace, claim| {
            let pool = index(FALSE_POOL);
            lie(trace, claim, Order { pool, ..plain() }, |swap| {
                swap.pool.account.index = swap.order.pool;
            });
        },
        breaks: &["the pool's account is nobody's"],
    },
    Forgery {
        title: "a balance that the trader has not",
        edit: |trace, claim| {
            lie(trace, claim, plain(), |swap| swap.trader.sold.balance = Amount::MAX);
        },
        breaks: &[
            "an account stands under the state root",
            "an old token path ends at the held root",
        ],
    },
    Forgery {
        title: "the other token",
        edit: |trace, claim| {
            lie(trace, claim, plain(), |swap| {
                for side in [&mut swap.trader, &mut swap.pool] {
                    (side.sold.token, side.bought.token) = (token(2), token(3));
                }
            });
        },
        breaks: &[
            "an account stands under the state root",
            "the first word pays the pool",
            "the second word pays the trader",
            "what is bought is the other one",
            "what is sold is a token of the pool",
        ],
    },
    Forgery {
        title: "another trader",
        edit: |trace, claim| {
            lie(trace, claim, plain(), |swap| swap.trader.account.index = index(TRADER + 1));
        },
        breaks: &["an account stands under the state root", "the message is the order"],
    },
];

const RUNNING: &[Forgery] = &[
    Forgery {
        title: "another entry",
        edit: |_, claim| claim.entry[11] += Element::ONE,
        breaks: &["the first row is the claim's entry"],
    },
    Forgery {
        title: "another exit",
        edit: |_, claim| claim.exit[0] += Element::ONE,
        breaks: &["the last row is the claim's exit"],
    },
    Forgery {
        title: "a root from nowhere",
        edit: |trace, claim| running(trace, claim, ROWS + 9, |running| &mut running.state_root[2]),
        breaks: &["the root becomes that of the new path"],
    },
    Forgery {
        title: "a fee from nowhere",
        edit: |trace, claim| running(trace, claim, 9, |running| &mut running.fee_accumulator),
        breaks: &["a swap pays no fee to the operator"],
    },
    Forgery {
        title: "three transactions",
        edit: |trace, claim| running(trace, claim, 9, |running| &mut running.counter),
        breaks: &["a swap is two transactions"],
    },
    Forgery {
        title: "a word of padding",
        edit: |trace, claim| {
            running(trace, claim, ROWS + 214, |running| &mut running.words_digest[1]);
        },
        breaks: &["the digest takes every word"],
    },
    Forgery {
        title: "another value of the words",
        edit: |trace, claim| {
            running(trace, claim, ROWS + 214, |running| &mut running.words_evaluation[1]);
        },
        breaks: &["the value takes every word"],
    },
];

/// Adds 1 to what runs through the batch, from a row on.
fn running(
    trace: &mut Trace,
    claim: &mut Claim<Element>,
    from: usize,
    cell: fn(&mut RunningColumns<Element>) -> &mut Element,
) {
    for row in from..trace.height() {
        edit(trace, row, |row| *cell(&mut row.running) += Element::ONE);
    }
    let mut exit = RunningColumns::<()>::of(&claim.exit);
    *cell(&mut exit) += Element::ONE;
    let mut cells = vec![];
    RunningColumns::<()>::write(&exit, &mut cells);
    claim.exit[..12].copy_from_slice(&cells);
}

#[test]
fn every_constraint_is_needed() {
    let (trace, claim) = honest();
    let tables =
        [MARKET, RUNNING, rows::ROWS_AND_ORDER, paths::PATHS, lanes::LANES, signature::SIGNATURE];
    check_forgeries(&SwapAir, &trace, &claim, &tables.concat()).unwrap();
}

/// The constraints that a row with an edited permutation breaks, whose S-boxes are right.
fn broken_by_input(row: usize, element: usize) -> Vec<&'static str> {
    let (mut trace, claim) = honest();
    edit(&mut trace, row, |columns| {
        let mut input = columns.poseidon.input;
        input[element] += Element::ONE;
        columns.poseidon = poseidon::generate(input).0;
    });
    let violations = check_trace(&SwapAir, &trace, &claim, [row]);
    violations.into_iter().map(|violation| violation.name).collect()
}

#[test]
fn every_element_that_is_signed_published_or_the_pools_is_bound() {
    let rows = [
        (208, 0..8, "the message is the order"),
        (209, 0..8, "the message is the order"),
        (210, 0..8, "the message is the order"),
        (211, 0..5, "the challenge takes the encoded key"),
        (211, 5..8, "the challenge takes elements 0 to 2 of the message"),
        (212, 6..8, "the challenge is filled up with zeros"),
        (213, 0..4, "a word is added to the words before it"),
        (213, 4..8, "the first word pays the pool"),
        (214, 0..4, "a word is added to the words before it"),
        (214, 4..8, "the second word pays the trader"),
        (218, 0..8, "the pool's account is nobody's"),
    ];
    for (row, elements, name) in rows {
        for element in elements {
            let broken = broken_by_input(row, element);
            assert!(broken.contains(&name), "row {row}, element {element}: {broken:?}");
        }
    }
}

#[test]
fn chain_contract_time_and_point_are_the_claims() {
    let (trace, claim) = honest();
    let used = [CHAIN_ID.range(), CONTRACT.range(), TIMESTAMP.range(), WORDS_POINT.range()];
    for element in used.into_iter().flatten() {
        let mut other = claim;
        other.context[element] += Element::ONE;
        let violations = check_trace(&SwapAir, &trace, &other, 0..trace.height());
        assert!(!violations.is_empty(), "context element {element}");
    }
}
