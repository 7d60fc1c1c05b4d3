use super::*;
use crate::{EMPTY_ROOT, Genesis, MemoryStore, State};

fn empty() -> State<MemoryStore> {
    State::create(MemoryStore::default(), &Genesis::default()).unwrap()
}

fn index(index: u32) -> AccountIndex {
    AccountIndex::new(index).unwrap()
}

fn address(byte: u8) -> Address {
    Address([byte; 20])
}

#[test]
fn an_owner_never_changes() {
    let state = empty();
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    overlay.set_account(index(3), PublicKey::NONE, address(1), Nonce::ZERO).unwrap();
    let before = overlay.open_account(index(3)).unwrap();
    for other in [address(2), Address::ZERO] {
        let error = overlay.set_account(index(3), PublicKey::NONE, other, Nonce::MAX).unwrap_err();
        let expected =
            StateError::OtherAddress { index: index(3), expected: address(1), actual: other };
        assert_eq!(error, expected);
    }
    assert_eq!(overlay.open_account(index(3)).unwrap(), before);
    assert_eq!(overlay.accounts_of(address(2)).unwrap(), []);
}

#[test]
fn an_overlay_over_an_overlay_sees_its_changes() {
    let state = empty();
    let snapshot = state.snapshot();
    let mut lower = Overlay::new(&snapshot);
    lower.set_account(index(0), PublicKey::NONE, address(1), Nonce::ZERO).unwrap();
    lower.set_balance(index(0), TokenId::ZERO, Amount::new(5)).unwrap();
    assert_eq!(lower.register_token(address(9)).unwrap().get(), 1);

    let mut upper = Overlay::new(&lower);
    assert_eq!(upper.root(), lower.root());
    assert_eq!(upper.balance(index(0), TokenId::ZERO).unwrap(), Amount::new(5));
    upper.set_balance(index(0), TokenId::ZERO, Amount::new(6)).unwrap();
    upper.set_account(index(1), PublicKey::NONE, address(1), Nonce::ZERO).unwrap();
    assert_eq!(upper.register_token(address(9)).unwrap().get(), 1);
    assert_eq!(upper.register_token(address(8)).unwrap().get(), 2);
    assert_eq!(upper.accounts_of(address(1)).unwrap(), [index(0), index(1)]);
    assert_eq!(upper.next_index().unwrap(), index(2));
    assert_eq!(lower.next_index().unwrap(), index(1));
    upper.open_account(index(1)).unwrap().verify(upper.root()).unwrap();
    assert_ne!(upper.root(), lower.root());
}

#[test]
fn taking_everything_back_leads_to_the_first_root() {
    let state = empty();
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    overlay.set_balance(index(7), TokenId::MAX, Amount::MAX).unwrap();
    assert_ne!(overlay.root(), EMPTY_ROOT);
    overlay.set_balance(index(7), TokenId::MAX, Amount::ZERO).unwrap();
    assert_eq!(overlay.root(), EMPTY_ROOT);
    let changes = overlay.into_changes();
    assert!(changes.account_branches.is_empty() && changes.token_branches.is_empty());
}

#[test]
fn the_next_index_passes_over_used_ones_and_ends() {
    let state = empty();
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    for used in [2, 1, 4] {
        overlay.set_account(index(used), PublicKey::NONE, address(1), Nonce::ZERO).unwrap();
        assert_eq!(overlay.next_index().unwrap(), index(0));
    }
    overlay.set_account(index(0), PublicKey::NONE, address(1), Nonce::ZERO).unwrap();
    assert_eq!(overlay.next_index().unwrap(), index(3));
    overlay.next_index = Some(Some(AccountIndex::MAX));
    overlay.set_balance(AccountIndex::MAX, TokenId::ZERO, Amount::new(1)).unwrap();
    assert_eq!(overlay.next_index().unwrap_err(), StateError::AccountsExhausted);
    overlay.set_balance(AccountIndex::MAX, TokenId::ZERO, Amount::new(2)).unwrap();
    let upper = Overlay::new(&overlay);
    assert_eq!(upper.next_index().unwrap_err(), StateError::AccountsExhausted);
}

#[test]
fn the_registry_ends_at_its_last_number() {
    let state = empty();
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    assert_eq!(overlay.register_token(Address::ZERO).unwrap(), TokenId::ZERO);
    let numbered = |i: u32| {
        let mut bytes = [1; 20];
        bytes[..4].copy_from_slice(&i.to_be_bytes());
        Address(bytes)
    };
    for i in 1..u32::from(u16::MAX) {
        assert_eq!(u32::from(overlay.register_token(numbered(i)).unwrap().get()), i);
    }
    assert_eq!(overlay.register_token(address(1)).unwrap(), TokenId::MAX);
    assert_eq!(overlay.register_token(address(2)).unwrap_err(), StateError::TokensExhausted);
    assert_eq!(overlay.l1_token(TokenId::MAX).unwrap(), Some(address(1)));
}
