use starfold_primitives::quantities::Amount;
use starfold_state::EMPTY_ROOT;

use super::*;
use crate::status::RollupTerms;

fn contract() -> ContractAt {
    let address = Address([1; 20]);
    let terms = RollupTerms {
        verifier: address,
        circuit_set: EMPTY_ROOT,
        genesis_root: EMPTY_ROOT,
        governor: None,
        fee_token: TokenId::ZERO,
        fee_unit: FeeUnit::new(1).unwrap(),
        operation_fee: Amount::ZERO,
        registration_fee: Amount::ZERO,
        queue_period: 9,
        batch_window: 10,
        operator_delay: 9,
        is_unsafe: true,
    };
    let status = RollupStatus {
        terms,
        operator: address,
        named_operator: None,
        state_root: EMPTY_ROOT,
        batch: BatchNumber::new(6).unwrap(),
        timestamp: Timestamp::new(100).unwrap(),
        frozen: false,
        queue_head: 0,
        queue_tail: 0,
        token_count: 1,
    };
    ContractAt {
        chain_id: ChainId::new(5).unwrap(),
        contract: address,
        status,
        verifying_key: key(),
        time: 112,
    }
}

fn key() -> KeyDigest {
    starfold_l1_verifier::groth16::KeySummary::development().unwrap().verifying_key.digest()
}

fn batch() -> BatchTerms {
    BatchTerms {
        chain_id: ChainId::new(5).unwrap(),
        contract: Address([1; 20]),
        batch: BatchNumber::new(7).unwrap(),
        timestamp: Timestamp::new(102).unwrap(),
        entry_root: EMPTY_ROOT,
        fee_token: TokenId::ZERO,
        fee_unit: FeeUnit::new(1).unwrap(),
        circuit_set: EMPTY_ROOT,
        verifying_key: key(),
    }
}

fn refused(change: impl FnOnce(&mut ContractAt, &mut BatchTerms)) -> AcceptanceError {
    let (mut contract, mut batch) = (contract(), batch());
    change(&mut contract, &mut batch);
    contract.check(&batch, Address([1; 20])).unwrap_err()
}

fn time(seconds: u32) -> Timestamp {
    Timestamp::new(seconds).unwrap()
}

#[test]
fn the_next_batch_of_the_contract_is_accepted() {
    contract().check(&batch(), Address([1; 20])).unwrap();
    for seconds in [102, 112] {
        let batch = BatchTerms { timestamp: time(seconds), ..batch() };
        contract().check(&batch, Address([1; 20])).unwrap();
    }
}

#[test]
fn what_was_made_for_another_contract_is_refused() {
    let named = |change: fn(&mut BatchTerms)| match refused(|_, batch| change(batch)) {
        AcceptanceError::Other { what, .. } => what,
        error => panic!("{error}"),
    };
    assert_eq!(named(|batch| batch.chain_id = ChainId::new(6).unwrap()), "chain");
    assert_eq!(named(|batch| batch.contract = Address([2; 20])), "contract");
    assert_eq!(named(|batch| batch.circuit_set = other_root()), "circuit set");
    assert_eq!(named(|batch| batch.fee_token = TokenId::new(1).unwrap()), "fee token");
    assert_eq!(named(|batch| batch.fee_unit = FeeUnit::new(2).unwrap()), "fee unit");
}

fn other_root() -> Digest {
    Digest::from_canonical([1, 2, 3, 4]).unwrap()
}

#[test]
fn the_rules_of_the_contract_have_names() {
    use AcceptanceError as E;

    assert!(matches!(refused(|contract, _| contract.status.frozen = true), E::Frozen { .. }));
    let number = |number| {
        move |_: &mut ContractAt, batch: &mut BatchTerms| {
            batch.batch = BatchNumber::new(number).unwrap();
        }
    };
    assert!(matches!(refused(number(6)), E::Number { expected: 7, .. }));
    assert!(matches!(refused(number(8)), E::Number { expected: 7, .. }));
    let root = refused(|_, batch| batch.entry_root = other_root());
    assert!(matches!(root, E::EntryRoot { actual, .. } if actual == other_root()));
    let at = |seconds| refused(move |_, batch| batch.timestamp = time(seconds));
    assert!(matches!(at(99), E::BeforeLast { .. }));
    assert!(matches!(at(101), E::TooOld { age: 11, window: 10, .. }));
    assert!(matches!(at(113), E::Future { time: 112, .. }));
    let operator = refused(|contract, _| contract.status.operator = Address([3; 20]));
    assert!(matches!(operator, E::NotOperator { actual, .. } if actual == Address([1; 20])));
}
