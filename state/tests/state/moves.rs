//! What a state refuses, and what it keeps besides the trees.

use starfold_primitives::quantities::{Address, Amount, BatchNumber};
use starfold_state::store::{Scan, WriteBatch};
use starfold_state::{
    Audit, EMPTY_ROOT, Genesis, GenesisAccount, GenesisBalance, GenesisError, MemoryStore,
    NodeStore, Overlay, Pruned, SledStore, State, StateError, StateReader, StoreError,
};

use crate::model::{address, index, key, token};

fn account(i: u32) -> GenesisAccount {
    GenesisAccount { index: index(i), key: key(1), address: address(1) }
}

fn balance(i: u32, t: u16) -> GenesisBalance {
    GenesisBalance { account: index(i), token: token(t), amount: Amount::new(1) }
}

fn refused(genesis: &Genesis) -> StateError {
    State::create(MemoryStore::default(), genesis).unwrap_err()
}

fn one_balance<S: NodeStore>(state: &State<S>, amount: u128) -> starfold_state::Changes {
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    overlay.set_balance(index(1), token(0), Amount::new(amount)).unwrap();
    overlay.into_changes()
}

#[test]
fn a_genesis_that_contradicts_itself_is_refused() {
    let twice = Genesis { accounts: vec![account(1), account(1)], ..Genesis::default() };
    assert_eq!(refused(&twice), GenesisError::DuplicateAccount { index: index(1) }.into());
    let nobody = GenesisAccount { address: Address::ZERO, ..account(1) };
    let nobodys = Genesis { accounts: vec![nobody], ..Genesis::default() };
    assert_eq!(refused(&nobodys), GenesisError::AddressZero { index: index(1) }.into());
    let stray = Genesis { balances: vec![balance(1, 0)], ..Genesis::default() };
    assert_eq!(refused(&stray), GenesisError::UnknownAccount { index: index(1) }.into());

    let with = |balances| Genesis { accounts: vec![account(1)], balances, tokens: Vec::new() };
    let error = GenesisError::UnknownToken { token: token(1), registered: 1 };
    assert_eq!(refused(&with(vec![balance(1, 1)])), error.into());
    let error = GenesisError::DuplicateBalance { index: index(1), token: token(0) };
    assert_eq!(refused(&with(vec![balance(1, 0), balance(1, 0)])), error.into());

    for tokens in [vec![address(3), address(3)], vec![Address::ZERO]] {
        let l1_token = tokens[0];
        let genesis = Genesis { tokens, ..Genesis::default() };
        assert_eq!(refused(&genesis), GenesisError::DuplicateToken { l1_token }.into());
    }
}

#[test]
fn a_genesis_is_batch_zero_and_stays() {
    let genesis = Genesis {
        accounts: vec![account(3), account(0)],
        balances: vec![balance(3, 1)],
        tokens: vec![address(7)],
    };
    let mut state = State::create(MemoryStore::default(), &genesis).unwrap();
    let snapshot = state.snapshot();
    assert_eq!(snapshot.accounts_of(address(1)).unwrap(), [index(0), index(3)]);
    assert_eq!(snapshot.next_index().unwrap(), index(1));
    assert_eq!(snapshot.token_of(address(7)).unwrap(), Some(token(1)));
    assert_eq!(snapshot.balance(index(3), token(1)).unwrap(), Amount::new(1));
    assert_eq!(state.payload(BatchNumber::ZERO).unwrap(), None);
    let error = StateError::AbandonSettled { batch: BatchNumber::ZERO };
    assert_eq!(state.abandon().unwrap_err(), error);
    assert_eq!(state.head().batch, BatchNumber::ZERO);
}

#[test]
fn a_store_holds_one_state() {
    assert_eq!(State::open(MemoryStore::default()).unwrap_err(), StateError::NotCreated);
    let state = State::create(MemoryStore::default(), &Genesis::default()).unwrap();
    let error = State::create(state.into_store(), &Genesis::default()).unwrap_err();
    assert_eq!(error, StateError::AlreadyCreated);
}

#[test]
fn changes_over_another_state_are_refused() {
    let mut state = State::create(MemoryStore::default(), &Genesis::default()).unwrap();
    let (first, second) = (one_balance(&state, 1), one_balance(&state, 2));
    let expected = state.commit(first, b"").unwrap().root;
    let error = StateError::StaleChanges { expected, actual: EMPTY_ROOT };
    assert_eq!(state.commit(second, b"").unwrap_err(), error);
    assert_eq!(state.head().batch.get(), 1);

    // a token alone leaves the root as it is
    let register = |state: &State<MemoryStore>, byte| {
        let snapshot = state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        overlay.register_token(address(byte)).unwrap();
        overlay.into_changes()
    };
    let (first, second) = (register(&state, 1), register(&state, 2));
    assert_eq!(state.commit(first, b"").unwrap().token_count, 2);
    let error = StateError::StaleTokens { expected: 2, actual: 1 };
    assert_eq!(state.commit(second, b"").unwrap_err(), error);
}

#[test]
fn an_abandoned_token_gives_its_number_back() {
    let mut state = State::create(MemoryStore::default(), &Genesis::default()).unwrap();
    for byte in [1, 2] {
        let snapshot = state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        assert_eq!(overlay.register_token(address(byte)).unwrap(), token(1));
        let changes = overlay.into_changes();
        state.commit(changes, b"").unwrap();
        let snapshot = state.snapshot();
        assert_eq!(snapshot.l1_token(token(1)).unwrap(), Some(address(byte)));
        assert_eq!(snapshot.token_of(address(3 - byte)).unwrap(), None);
        state.abandon().unwrap();
    }
}

fn metadata_is_apart_from_batches<S: NodeStore>(mut state: State<S>) {
    assert_eq!(state.metadata("proved").unwrap(), None);
    state.put_metadata("proved", b"batch 1").unwrap();
    state.put_metadata("proved/2", b"").unwrap();
    let changes = one_balance(&state, 1);
    state.commit(changes, b"").unwrap();
    state.abandon().unwrap();
    state.prune(BatchNumber::ZERO).unwrap();
    let mut state = State::open(state.into_store()).unwrap();
    assert_eq!(state.metadata("proved").unwrap(), Some(b"batch 1".to_vec()));
    assert_eq!(state.metadata("proved/2").unwrap(), Some(Vec::new()));
    state.remove_metadata("proved").unwrap();
    assert_eq!(state.metadata("proved").unwrap(), None);
}

#[test]
fn metadata_in_both_stores() {
    let genesis = Genesis::default();
    metadata_is_apart_from_batches(State::create(MemoryStore::default(), &genesis).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    metadata_is_apart_from_batches(State::create(store, &genesis).unwrap());
}

#[test]
fn pruning_removes_exactly_what_nothing_names() {
    let count = |state: &State<MemoryStore>| state.audit().unwrap();
    let mut state = State::create(MemoryStore::default(), &Genesis::default()).unwrap();
    for amount in 1..=3 {
        let changes = one_balance(&state, amount);
        state.commit(changes, b"payload").unwrap();
    }
    // a path of 32 and a path of 16 in each of three batches
    assert_eq!(count(&state), Audit { checkpoints: 4, accounts: 3, nodes: 3 * 48 });
    state.abandon().unwrap();
    state.keep(BatchNumber::new(2).unwrap()).unwrap();
    // the abandoned path, with its state leaf
    assert_eq!(state.prune(BatchNumber::ZERO).unwrap().nodes, 49);
    let pruned = state.prune(BatchNumber::new(2).unwrap()).unwrap();
    assert_eq!(pruned, Pruned { checkpoints: 2, nodes: 49 });
    assert_eq!(count(&state), Audit { checkpoints: 1, accounts: 1, nodes: 48 });
    let balance = state.snapshot().balance(index(1), token(0)).unwrap();
    assert_eq!(balance, Amount::new(2));
}

/// A store whose records can be read one by one, while a walk over them breaks after the first.
#[derive(Debug, Default)]
struct BreaksOff(MemoryStore);

fn broken() -> StoreError {
    StoreError { operation: "scan", message: "the disk is gone".to_owned() }
}

impl NodeStore for BreaksOff {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.get(key)
    }

    fn apply(&self, batch: WriteBatch) -> Result<(), StoreError> {
        self.0.apply(batch)
    }

    fn flush(&self) -> Result<(), StoreError> {
        self.0.flush()
    }

    fn scan<'s>(&'s self, prefix: &[u8]) -> Scan<'s> {
        let whole = self.0.scan(prefix);
        Box::new(whole.enumerate().map(|(i, entry)| if i == 0 { entry } else { Err(broken()) }))
    }
}

#[test]
fn a_walk_that_breaks_off_is_an_error_and_nothing_is_pruned() {
    let mut state = State::create(BreaksOff::default(), &Genesis::default()).unwrap();
    let changes = one_balance(&state, 1);
    state.commit(changes, b"").unwrap();
    state.keep(BatchNumber::new(1).unwrap()).unwrap();
    let error = StateError::Store(broken());
    assert_eq!(error.to_string(), "the store failed to scan: the disk is gone");
    assert_eq!(state.checkpoints().unwrap_err(), error);
    assert_eq!(state.audit().unwrap_err(), error);
    assert_eq!(state.prune(BatchNumber::new(1).unwrap()).unwrap_err(), error);
    let state = State::open(state.into_store().0).unwrap();
    assert_eq!(state.checkpoints().unwrap().len(), 2);
}
