//! What a market does, beside what it proves.

use starfold_circuits::provable::BoundaryCount;
use starfold_primitives::Digest;
use starfold_primitives::word::Word;
use starfold_state::{Overlay, StateReader as _};
use starfold_transition::replay_words;
use starfold_transition::transition::ExecuteError;

use super::*;
use crate::market::{BatchRuns, MarketError, OrderRejection, TraceError};
use crate::pool::is_pool;

fn signed(order: Order) -> SignedOrder {
    order.sign(&secret(1), &parameters())
}

fn rejection(state: &State<MemoryStore>, order: &SignedOrder) -> OrderRejection {
    match swap(state, order) {
        Err(MarketError::Order(rejection)) => rejection,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_order_that_breaks_a_rule_is_refused_by_name() {
    let state = state([1_000, 0], [500, 600]);
    let trader = index(TRADER);
    let nonce = Nonce::new(3).unwrap();
    let wrong = signed(Order { nonce, ..order(false, 10, 0) });
    let expected = OrderRejection::Nonce { trader, expected: Nonce::ZERO, actual: nonce };
    assert_eq!(rejection(&state, &wrong), expected);

    let (valid_until, timestamp) =
        (Timestamp::new(TIME - 1).unwrap(), Timestamp::new(TIME).unwrap());
    let late = signed(Order { valid_until, ..order(false, 10, 0) });
    let expected = OrderRejection::Expired { valid_until, timestamp };
    assert_eq!(rejection(&state, &late), expected);

    let of_another = order(false, 10, 0).sign(&secret(2), &parameters());
    assert!(matches!(rejection(&state, &of_another), OrderRejection::Signature { .. }));
    let changed = SignedOrder { order: order(false, 10, 1), ..signed(order(false, 10, 0)) };
    assert!(matches!(rejection(&state, &changed), OrderRejection::Signature { .. }));

    let expected = OrderRejection::Balance {
        trader,
        token: token(0),
        required: Amount::new(1_001),
        available: Amount::new(1_000),
    };
    assert_eq!(rejection(&state, &signed(order(false, 1_001, 0))), expected);

    // floor(997 * 100 * 600 / (1000 * 500 + 997 * 100))
    let (least, actual) = (Amount::new(100), Amount::new(99));
    let expected = OrderRejection::TooLittle { least, actual };
    assert_eq!(rejection(&state, &signed(order(false, 100, 100))), expected);
    let (_, _, witness) = swap(&state, &signed(order(false, 100, 99))).unwrap();
    assert_eq!(witness.price.bought, actual);
}

#[test]
fn a_pool_that_cannot_trade_is_refused_by_name() {
    let empty = state([1_000, 0], [0, 600]);
    let expected = OrderRejection::NoPrice { reserve: Amount::ZERO, sold: Amount::new(10) };
    assert_eq!(rejection(&empty, &signed(order(false, 10, 0))), expected);
    let huge = state([1_000, 0], [u128::MAX >> 1, 600]);
    let expected =
        OrderRejection::NoPrice { reserve: Amount::new(u128::MAX >> 1), sold: Amount::new(10) };
    assert_eq!(rejection(&huge, &signed(order(false, 10, 0))), expected);
    let full = state([1 << 100, u128::MAX], [1, 600]);
    let expected = OrderRejection::Overflow { account: index(TRADER), token: token(1) };
    assert_eq!(rejection(&full, &signed(order(false, 1 << 100, 0))), expected);
    for account in [TRADER, FALSE_POOL, 4].map(index) {
        let order = signed(Order { pool: account, ..order(false, 1, 0) });
        assert_eq!(rejection(&full, &order), OrderRejection::NoPool { account });
    }
}

/// Applies words as the rollup does, which knows nothing of the market.
fn replayed(state: &State<MemoryStore>, words: &[Word]) -> Digest {
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    let (time, batch) = (Timestamp::new(TIME).unwrap(), BatchNumber::new(1).unwrap());
    let mut rollup = RollupTransition::new(&mut overlay, parameters(), batch, time);
    assert_eq!(replay_words(&mut rollup, words), Ok(words.len()));
    overlay.root()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn swaps_keep_the_product_and_are_followed_by_their_words(
        pool in [1..1_u128 << 117, 0..1_u128 << 117],
        trader in [0..1_u128 << 117, 0..1_u128 << 117],
        shift in 0_u32..120,
        sells_second: bool,
    ) {
        let state = state(trader, pool);
        let [x, y] = if sells_second { [pool[1], pool[0]] } else { pool };
        let sold = trader[usize::from(sells_second)] >> shift;
        let order = signed(order(sells_second, sold, 0));
        prop_assume!(x > 0);
        let (context, entry, witness) = swap(&state, &order).unwrap();
        let bought = witness.price.bought.get();

        // by the definition of a price, in integers of any size
        let big = num_bigint::BigUint::from;
        let worth = big(sold) * 997_u32 * big(y) / (big(x) * 1000_u32 + big(sold) * 997_u32);
        prop_assert_eq!(&worth, &big(bought));
        prop_assert!(big(x + sold) * big(y - bought) >= big(x) * big(y));

        let (trace, claim) = trace(&context, &entry, &[witness], 1);
        prop_assert_eq!(check_honest(&SwapAir, &trace, &claim), Ok(()));

        let snapshot = state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        let (time, batch) = (Timestamp::new(TIME).unwrap(), BatchNumber::new(1).unwrap());
        let rollup = RollupTransition::new(&mut overlay, parameters(), batch, time);
        let execution = execute(&mut Market { rollup }, &[MarketOperation::Swap(order)]).unwrap();
        prop_assert_eq!(replayed(&state, &execution.words), overlay.root());
        prop_assert_eq!(overlay.root(), execution.boundaries[1].state_root);
    }
}

#[test]
fn nothing_is_changed_by_an_order_that_is_refused() {
    let state = state([1_000, 0], [500, 600]);
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    let (time, batch) = (Timestamp::new(TIME).unwrap(), BatchNumber::new(1).unwrap());
    let orders = [order(false, 100, 100), order(false, 1_001, 0)].map(signed);
    for order in orders {
        let operations = [MarketOperation::Swap(order)];
        let mut market =
            Market { rollup: RollupTransition::new(&mut overlay, parameters(), batch, time) };
        let refused = execute(&mut market, &operations);
        assert!(matches!(refused, Err(ExecuteError::Rejected { position: 0, .. })));
    }
    assert_eq!(overlay.root(), snapshot.root());
    assert!(is_pool(&overlay.account(index(POOL)).unwrap()));
}

#[test]
fn what_has_no_trace_or_no_boundary_is_refused_by_name() {
    let state = state([1_000, 0], [500, 600]);
    let (context, entry, honest) = swap(&state, &signed(order(false, 100, 0))).unwrap();
    let refused = |swaps: &[SwapWitness], steps| {
        Swaps::trace(&context, &entry, swaps, steps).map(drop).unwrap_err()
    };
    let expected = TraceError::TooMany { swaps: 2, blocks: 1 };
    assert_eq!(refused(&[honest, honest], 1), expected);
    let mut other = honest;
    other.order.least = Amount::new(1);
    assert!(matches!(refused(&[other], 1), TraceError::Signature { position: 0, .. }));
    let mut overdrawn = honest;
    overdrawn.pool.bought.balance = Amount::ZERO;
    let expected = TraceError::Range { position: 0, value: "a balance" };
    assert_eq!(refused(&[overdrawn], 1), expected);

    let runs = BatchRuns::new(vec![MarketWitness::Swap(Box::new(honest))]);
    let error = runs.runs(&context, &[entry]).map(drop).unwrap_err();
    assert_eq!(error, BoundaryCount { steps: 1, actual: 1 });
    assert_eq!(runs.runs(&context, &[entry; 2]).unwrap().len(), 1);
}
