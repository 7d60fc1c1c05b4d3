//! A store that was tampered with gives typed errors that name the record, and never a panic.

use proptest::prelude::*;
use starfold_primitives::quantities::{Amount, Nonce};
use starfold_state::store::{Entry, WriteBatch};
use starfold_state::{
    Genesis, GenesisAccount, GenesisBalance, MemoryStore, NodeStore, Overlay, State, StateError,
    StateReader,
};

use crate::model::{address, index, key, token};

/// A state of two batches with accounts, balances and tokens.
fn store() -> MemoryStore {
    let genesis = Genesis {
        accounts: vec![GenesisAccount { index: index(1), key: key(1), address: address(1) }],
        balances: vec![GenesisBalance {
            account: index(1),
            token: token(1),
            amount: Amount::new(5),
        }],
        tokens: vec![address(9)],
    };
    let mut state = State::create(MemoryStore::default(), &genesis).unwrap();
    for (batch, owner) in [(2, 2), (3, 1)] {
        let snapshot = state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        overlay.set_account(index(batch), key(2), address(owner), Nonce::ZERO).unwrap();
        overlay.set_balance(index(1), token(0), Amount::new(u128::from(batch))).unwrap();
        overlay.register_token(address(owner)).unwrap();
        let changes = overlay.into_changes();
        state.commit(changes, b"payload").unwrap();
    }
    state.into_store()
}

fn records(store: &MemoryStore) -> Vec<Entry> {
    store.scan(b"").map(Result::unwrap).collect()
}

fn with(key: &[u8], value: Option<&[u8]>) -> MemoryStore {
    let store = store();
    let mut batch = WriteBatch::default();
    match value {
        Some(value) => batch.put(key, value),
        None => batch.delete(key),
    }
    store.apply(batch).unwrap();
    store
}

fn copy(store: &MemoryStore) -> MemoryStore {
    let copy = MemoryStore::default();
    let mut batch = WriteBatch::default();
    records(store).into_iter().for_each(|(key, value)| batch.put(key, value));
    copy.apply(batch).unwrap();
    copy
}

/// Uses everything that a state offers.
fn use_all(store: &MemoryStore) -> Result<(), StateError> {
    let mut state = State::open(copy(store))?;
    for checkpoint in state.checkpoints()? {
        let snapshot = state.snapshot_at(checkpoint.batch)?;
        for i in 0..4 {
            snapshot.open_account(index(i))?;
            snapshot.open_token(index(i), token(0))?;
            snapshot.open_token(index(i), token(1))?;
        }
        for byte in 0..10 {
            snapshot.accounts_of(address(byte))?;
            snapshot.token_of(address(byte))?;
        }
        for t in 0..4 {
            snapshot.l1_token(token(t))?;
        }
        state.payload(checkpoint.batch)?;
    }
    state.audit()?;
    state.abandon()?;
    state.abandon()?;
    state.prune(state.settled())?;
    Ok(())
}

/// The record that is corrupt, and why.
fn corrupt(store: &MemoryStore) -> (String, String) {
    match use_all(store) {
        Err(StateError::Corrupt { record, reason }) => (record, reason),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_untouched_store_is_sound() {
    use_all(&store()).unwrap();
}

/// Whatever is missing, or has a byte more or less, is named; the payload is the caller's.
#[test]
fn every_record_is_guarded() {
    for (key, value) in records(&store()) {
        let named = match key[0] {
            b'A' => "account node 0x",
            b'L' => "state leaf 0x",
            b'T' => "token node 0x",
            b'C' => "the checkpoint of batch ",
            b'U' => "the additions of batch ",
            b'E' => "the number of token 0x",
            b'I' => "the contract of token ",
            b'O' => "account ",
            b'h' => "the head",
            b's' => "the last settled batch",
            b'f' => "the format",
            _ => continue,
        };
        let longer = [value.as_slice(), &[0]].concat();
        for bytes in [&longer, &value[1..]] {
            let (record, reason) = corrupt(&with(&key, Some(bytes)));
            assert!(record.starts_with(named), "{record}");
            let length = format!("the record has {} bytes, expected {}", bytes.len(), value.len());
            // the length of additions follows from their content
            assert!(reason == length || key[0] == b'U', "{record}: {reason}");
        }
        let missing = with(&key, None);
        match key[0] {
            b'f' => assert_eq!(use_all(&missing).unwrap_err(), StateError::NotCreated),
            // a checkpoint that is not there may have been pruned, a token may be unregistered
            b'C' | b'E' => _ = use_all(&missing),
            _ => {
                let (record, reason) = corrupt(&missing);
                let contradicted = record.starts_with("the additions") && key[0] == b'O';
                assert!(contradicted || record.starts_with(named), "{record}");
                assert!(contradicted || reason == "the record is missing", "{reason}");
            }
        }
    }
}

#[test]
fn additions_of_another_batch_are_refused() {
    let additions = |batch: u8| [&[b'U'][..], &[0, 0, 0, batch]].concat();
    let all = store();
    let others = all.get(&additions(1)).unwrap().unwrap();
    let (record, reason) = corrupt(&with(&additions(2), Some(&others)));
    assert_eq!(record, "the additions of batch 2");
    assert_eq!(reason, "it names another batch's account");
    let token = [&[0, 0, 0, 0, 0, 1][..], &[9; 20]].concat();
    let (record, reason) = corrupt(&with(&additions(2), Some(&token)));
    assert_eq!(record, "the additions of batch 2");
    assert_eq!(reason, "it names another batch's token");
}

#[test]
fn a_node_under_another_name_is_refused() {
    let all = records(&store());
    for kind in [b'A', b'L', b'T'] {
        let same: Vec<_> = all.iter().filter(|(key, _)| key[0] == kind).collect();
        for pair in same.windows(2) {
            let error = use_all(&with(&pair[0].0, Some(&pair[1].1))).unwrap_err();
            let StateError::Corrupt { reason, .. } = &error else { panic!("{error}") };
            assert!(reason.starts_with("its content hashes to 0x"), "{error}");
        }
    }
}

#[test]
fn an_index_that_contradicts_the_trees_is_refused() {
    let owned = |owner: u8, i: u8| [&[b'O'][..], &[owner; 20], &[0, 0, 0, i]].concat();
    let error = use_all(&with(&owned(5, 1), Some(&[0; 4]))).unwrap_err();
    let expected = StateError::Corrupt {
        record: format!("account 1 of {}", address(5)),
        reason: "the account has another address".to_owned(),
    };
    assert_eq!(error, expected);
    let number = [&[b'E'][..], &[5; 20]].concat();
    let error = use_all(&with(&number, Some(&[0, 1]))).unwrap_err();
    let expected = StateError::Corrupt {
        record: format!("the number of token {}", address(5)),
        reason: "the number is another token's".to_owned(),
    };
    assert_eq!(error, expected);
}

#[test]
fn a_head_that_is_nowhere_is_refused() {
    let error = use_all(&with(b"h", Some(&[0, 0, 0, 9]))).unwrap_err();
    let record = "the checkpoint of batch 9".to_owned();
    let reason = "the record is missing".to_owned();
    assert_eq!(error, StateError::Corrupt { record, reason });
    let error = use_all(&with(b"s", Some(&[0, 0, 0, 9]))).unwrap_err();
    let record = "the last settled batch".to_owned();
    let reason = "a batch after the head is settled".to_owned();
    assert_eq!(error, StateError::Corrupt { record, reason });
    let error = use_all(&with(b"f", Some(&[0, 0, 0, 2]))).unwrap_err();
    assert_eq!(error, StateError::Format { expected: 1, actual: 2 });
}

proptest! {
    #[test]
    fn arbitrary_records_never_panic(
        which in any::<prop::sample::Index>(),
        value in prop::collection::vec(any::<u8>(), 0..110),
        keep_length in any::<bool>(),
    ) {
        let all = records(&store());
        let (key, old) = &all[which.index(all.len())];
        let mut value = value;
        if keep_length {
            value.resize(old.len(), 0);
        }
        // either an error or, for what only the caller understands, nothing
        let _ = use_all(&with(key, Some(&value)));
    }

    #[test]
    fn a_flipped_bit_in_a_node_is_found(which in any::<prop::sample::Index>(), bit in any::<prop::sample::Index>()) {
        let all = records(&store());
        let nodes: Vec<_> = all.iter().filter(|(key, _)| matches!(key[0], b'A' | b'L' | b'T')).collect();
        let (key, value) = nodes[which.index(nodes.len())];
        let mut value = value.clone();
        let bit = bit.index(8 * value.len());
        value[bit / 8] ^= 1 << (bit % 8);
        let error = use_all(&with(key, Some(&value))).unwrap_err();
        let corrupt = matches!(error, StateError::Corrupt { .. });
        prop_assert!(corrupt, "{}", error);
    }
}
