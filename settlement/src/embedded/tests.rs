use super::*;
use crate::DEVELOPMENT_CHAIN;

const ALICE: Address = Address([0xa1; 20]);
const BOB: Address = Address([0xb0; 20]);

fn chain() -> EmbeddedChain {
    let time = Timestamp::new(1_800_000_000).unwrap();
    let mut chain = EmbeddedChain::new(ChainId::new(DEVELOPMENT_CHAIN).unwrap(), time);
    chain.fund(ALICE, Amount::new(1000));
    chain
}

/// Creates a contract of this code.
fn create(chain: &mut EmbeddedChain, code: &[u8]) -> Address {
    // copies what stands behind its 12 bytes and returns it
    let length = u8::try_from(code.len()).unwrap();
    let mut data = vec![0x60, length, 0x60, 12, 0x60, 0, 0x39, 0x60, length, 0x60, 0, 0xf3];
    data.extend(code);
    let call = Call { to: None, data, value: Amount::ZERO };
    chain.execute(ALICE, &call).unwrap().created.unwrap()
}

fn call(to: Address, value: u128) -> Call {
    Call { to: Some(to), data: Vec::new(), value: Amount::new(value) }
}

/// Returns what an instruction without operands leaves.
fn answer(chain: &mut EmbeddedChain, instruction: u8) -> U256 {
    let code = [instruction, 0x60, 0, 0x52, 0x60, 32, 0x60, 0, 0xf3];
    let contract = create(chain, &code);
    U256::from_be_slice(&chain.view(&call(contract, 0)).unwrap())
}

#[test]
fn money_moves_and_transactions_are_counted() {
    let mut chain = chain();
    let receipt = chain.execute(ALICE, &call(BOB, 400)).unwrap();
    assert_eq!((receipt.gas_used, receipt.block), (21_000, 1));
    assert_eq!((chain.balance(ALICE).get(), chain.balance(BOB).get()), (600, 400));
    assert_eq!((chain.nonce(ALICE), chain.nonce(BOB)), (1, 0));
    let again = chain.execute(ALICE, &call(BOB, 400)).unwrap();
    assert_ne!(again.transaction, receipt.transaction);
    let error = chain.execute(ALICE, &call(BOB, 400)).unwrap_err();
    assert!(matches!(error, EmbeddedError::Invalid { .. }), "{error}");
    assert_eq!((chain.nonce(ALICE), chain.block()), (2, 2));
}

#[test]
fn contracts_see_the_chain_and_its_clock() {
    let mut chain = chain();
    assert_eq!(answer(&mut chain, 0x46), U256::from(DEVELOPMENT_CHAIN));
    assert_eq!(answer(&mut chain, 0x42), U256::from(1_800_000_000));
    chain.set_time(Timestamp::new(1_900_000_000).unwrap());
    chain.set_time(Timestamp::new(1_700_000_000).unwrap());
    assert_eq!(answer(&mut chain, 0x42), U256::from(1_900_000_000));
    let next = chain.block() + 2;
    assert_eq!(answer(&mut chain, 0x43), U256::from(next));
}

#[test]
fn an_address_is_known_before_its_contract() {
    let mut chain = chain();
    chain.execute(ALICE, &call(BOB, 1)).unwrap();
    let expected = crate::contract_address(ALICE, 1);
    assert_eq!(create(&mut chain, &[0]), expected);
}

#[test]
fn a_revert_counts_and_is_explained() {
    let mut chain = chain();
    let contract = create(&mut chain, &[0x60, 0, 0x60, 0, 0xfd]);
    let error = chain.execute(ALICE, &call(contract, 5)).unwrap_err();
    let EmbeddedError::Reverted { revert, gas_used } = error else { unreachable!("it reverts") };
    assert_eq!(revert, Revert::decode(&[]));
    assert!((21_000..22_000).contains(&gas_used), "{gas_used}");
    assert_eq!((chain.nonce(ALICE), chain.balance(ALICE).get()), (2, 1000));
}

#[test]
fn a_transaction_has_no_more_gas_than_on_ethereum() {
    let mut chain = chain();
    // jumps to its own beginning for ever
    let contract = create(&mut chain, &[0x5b, 0x60, 0, 0x56]);
    let error = chain.execute(ALICE, &call(contract, 0)).unwrap_err();
    let EmbeddedError::Stopped { gas_used, .. } = error else { unreachable!("it never ends") };
    assert_eq!(gas_used, TRANSACTION_GAS_LIMIT);
}

#[test]
fn a_view_changes_nothing() {
    let mut chain = chain();
    // stores what a slot holds, plus one, and returns it
    let code =
        [0x60, 0, 0x54, 0x60, 1, 0x01, 0x80, 0x60, 0, 0x55, 0x60, 0, 0x52, 0x60, 32, 0x60, 0, 0xf3];
    let contract = create(&mut chain, &code);
    let before = (chain.block(), chain.nonce(Address::ZERO));
    for _ in 0..2 {
        let answer = chain.view(&call(contract, 0)).unwrap();
        assert_eq!(U256::from_be_slice(&answer), U256::from(1));
    }
    assert_eq!((chain.block(), chain.nonce(Address::ZERO)), before);
    chain.execute(ALICE, &call(contract, 0)).unwrap();
    let answer = chain.view(&call(contract, 0)).unwrap();
    assert_eq!(U256::from_be_slice(&answer), U256::from(2));
}
