//! Openings show one value under one root and nothing else.

use proptest::prelude::*;
use starfold_primitives::quantities::{Amount, Nonce};
use starfold_primitives::{Digest, Field, Goldilocks};
use starfold_state::{
    Account, AccountOpening, EMPTY_ROOT, Genesis, GenesisAccount, GenesisBalance, MemoryStore,
    OpeningError, State, StateReader, TokenOpening,
};

use crate::model::{address, index, key, token};

/// An account with balances among others, and the root above it.
fn openings() -> (AccountOpening, TokenOpening, Digest) {
    let account =
        |i| GenesisAccount { index: index(i), key: key(u64::from(i)), address: address(1) };
    let balance = |i, t, amount| {
        let (account, token) = (index(i), token(t));
        GenesisBalance { account, token, amount: Amount::new(amount) }
    };
    let genesis = Genesis {
        accounts: vec![account(5), account(4), account(u32::MAX)],
        balances: vec![balance(5, 0, 7), balance(5, 1, 1 << 100), balance(4, 0, 7)],
        tokens: vec![address(9)],
    };
    let state = State::create(MemoryStore::default(), &genesis).unwrap();
    let snapshot = state.snapshot();
    let opening = snapshot.open_account(index(5)).unwrap();
    (opening, snapshot.open_token(index(5), token(1)).unwrap(), snapshot.root())
}

fn account_is_refused(opening: &AccountOpening, expected: Digest) {
    let error = OpeningError::Account { index: opening.index, expected, actual: opening.root() };
    assert_eq!(opening.verify(expected).unwrap_err(), error);
}

fn token_is_refused(opening: &TokenOpening, expected: Digest) {
    let error = OpeningError::Token { token: opening.token, expected, actual: opening.root() };
    assert_eq!(opening.verify(expected).unwrap_err(), error);
}

#[test]
fn an_opening_is_of_its_root_alone() {
    let (account, balance, root) = openings();
    account.verify(root).unwrap();
    balance.verify(account.account.token_root).unwrap();
    account_is_refused(&account, EMPTY_ROOT);
    account_is_refused(&account, Digest::ZERO);
    token_is_refused(&balance, root);
}

#[test]
fn another_content_is_refused() {
    let (opening, balance, root) = openings();
    let account = opening.account;
    let others = [
        Account { key: key(6), ..account },
        Account { address: address(2), ..account },
        Account { nonce: Nonce::new(1).unwrap(), ..account },
        Account { token_root: Digest::ZERO, ..account },
        Account::EMPTY,
    ];
    for account in others {
        account_is_refused(&AccountOpening { account, ..opening }, root);
    }
    for i in [4, 7, 5 | 1 << 31, 0] {
        account_is_refused(&AccountOpening { index: index(i), ..opening }, root);
    }
    let token_root = account.token_root;
    for amount in [0, 7, (1 << 100) + 1, u128::MAX] {
        token_is_refused(&TokenOpening { balance: Amount::new(amount), ..balance }, token_root);
    }
    for t in [0, 3, 1 | 1 << 15] {
        token_is_refused(&TokenOpening { token: token(t), ..balance }, token_root);
    }
}

#[test]
fn an_unused_index_opens_as_the_empty_account() {
    let state = State::create(MemoryStore::default(), &Genesis::default()).unwrap();
    let snapshot = state.snapshot();
    assert_eq!(snapshot.root(), EMPTY_ROOT);
    for i in [0, 1, u32::MAX] {
        let opening = snapshot.open_account(index(i)).unwrap();
        assert!(opening.account.is_empty());
        opening.verify(EMPTY_ROOT).unwrap();
    }
}

#[test]
fn openings_survive_json() {
    let (account, balance, root) = openings();
    let text = serde_json::to_string(&(account, balance)).unwrap();
    let (again, tokens): (AccountOpening, TokenOpening) = serde_json::from_str(&text).unwrap();
    assert_eq!((again, tokens), (account, balance));
    again.verify(root).unwrap();
}

proptest! {
    #[test]
    fn another_sibling_is_refused(level in 0..32usize, element in 0..4usize, by in 1..1u64 << 32) {
        let (mut account, mut balance, root) = openings();
        let by = Goldilocks::from_canonical_u64(by);
        account.siblings[level].0[element] += by;
        account_is_refused(&account, root);
        balance.siblings[level % 16].0[element] += by;
        token_is_refused(&balance, account.account.token_root);
    }
}
