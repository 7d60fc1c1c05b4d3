use super::*;

/// What every store must do.
fn obeys_the_contract(store: &dyn NodeStore) {
    assert_eq!(store.get(b"a").unwrap(), None);
    let mut batch = WriteBatch::default();
    assert!(batch.is_empty());
    for (key, value) in [("ab", "2"), ("a", "1"), ("b", "3"), ("ac", "first")] {
        batch.put(key, value);
    }
    batch.put("ac", "second");
    batch.delete("b");
    batch.delete("never there");
    assert_eq!(batch.len(), 5);
    store.apply(batch).unwrap();
    store.flush().unwrap();
    assert_eq!(store.get(b"ac").unwrap(), Some(b"second".to_vec()));
    assert_eq!(store.get(b"b").unwrap(), None);

    let scan = |prefix: &[u8]| -> Vec<Entry> { store.scan(prefix).map(Result::unwrap).collect() };
    let all = vec![
        (b"a".to_vec(), b"1".to_vec()),
        (b"ab".to_vec(), b"2".to_vec()),
        (b"ac".to_vec(), b"second".to_vec()),
    ];
    assert_eq!(scan(b"a"), all);
    assert_eq!(scan(b""), all);
    assert_eq!(scan(b"ab"), all[1..2]);
    assert_eq!(scan(b"b"), []);

    let mut batch = WriteBatch::default();
    batch.put("\u{7f}", "");
    batch.delete("a");
    store.apply(batch).unwrap();
    assert_eq!(store.get(b"\x7f").unwrap(), Some(Vec::new()));
    assert_eq!(scan(b"").len(), 3);
    removes_during_a_scan(store);
}

fn removes_during_a_scan(store: &dyn NodeStore) {
    let mut batch = WriteBatch::default();
    for i in 0..2000u16 {
        batch.put([b"x", i.to_be_bytes().as_slice()].concat(), vec![1; 40]);
    }
    store.apply(batch).unwrap();
    let mut seen = 0;
    for entry in store.scan(b"x") {
        let mut batch = WriteBatch::default();
        batch.delete(entry.unwrap().0);
        store.apply(batch).unwrap();
        seen += 1;
    }
    assert_eq!((seen, store.scan(b"x").count()), (2000, 0));
}

#[test]
fn memory_obeys_the_contract() {
    obeys_the_contract(&MemoryStore::default());
}

#[test]
fn sled_obeys_the_contract_and_remembers() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    obeys_the_contract(&store);
    drop(store);
    let store = SledStore::open(folder.path()).unwrap();
    assert_eq!(store.get(b"ac").unwrap(), Some(b"second".to_vec()));
    assert_eq!(store.scan(b"").count(), 3);
}

#[test]
fn a_folder_that_is_a_file_is_an_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = SledStore::open(file.path()).unwrap_err();
    let StoreError { operation, message } = &error;
    assert!(*operation == "open" && !message.is_empty(), "{error:?}");
    assert_eq!(error.to_string(), format!("the store failed to open: {message}"));
}

#[test]
fn a_folder_in_use_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let _store = SledStore::open(folder.path()).unwrap();
    let error = SledStore::open(folder.path()).unwrap_err();
    assert_eq!(error.operation, "open");
}

/// Sled gives a closed database's lock back late, as this holder of the lock does.
#[test]
fn a_folder_that_becomes_free_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let locked = std::fs::File::create(folder.path().join("db")).unwrap();
    locked.lock().unwrap();
    std::thread::scope(|scope| {
        let opening = scope.spawn(|| SledStore::open(folder.path()).map(drop));
        std::thread::sleep(std::time::Duration::from_millis(100));
        assert!(!opening.is_finished());
        drop(locked);
        opening.join().unwrap().unwrap();
    });
}

/// Damage on the disk is an error, or the batches are there as wholes.
#[test]
fn a_damaged_database_is_refused_or_loses_whole_batches() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    for number in 0..5u8 {
        let mut batch = WriteBatch::default();
        for i in 0..500u16 {
            batch.put(
                [number.to_be_bytes().as_slice(), &i.to_be_bytes()].concat(),
                vec![number; 50],
            );
        }
        store.apply(batch).unwrap();
        store.flush().unwrap();
    }
    drop(store);
    for (name, steps) in [("conf", 8), ("db", 24)] {
        let length = std::fs::metadata(folder.path().join(name)).unwrap().len() as usize;
        for offset in (0..length).step_by(length / steps) {
            let damaged = copy_with_damage(folder.path(), name, offset);
            let Ok(store) = SledStore::open(damaged.path()) else { continue };
            for number in 0..5u8 {
                let found = store.scan(&[number]).filter(Result::is_ok).count();
                assert!(
                    found == 0 || found == 500,
                    "{name} at {offset}: {found} of batch {number}"
                );
            }
        }
    }
}

fn copy_with_damage(folder: &std::path::Path, name: &str, offset: usize) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in ["conf", "db"] {
        let mut bytes = std::fs::read(folder.join(file)).unwrap();
        if file == name {
            bytes[offset] ^= 0x55;
        }
        std::fs::write(copy.path().join(file), bytes).unwrap();
    }
    copy
}
