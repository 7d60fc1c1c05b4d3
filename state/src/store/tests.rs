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
    assert_eq!(error.operation, "open");
}

#[test]
fn a_folder_in_use_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let _store = SledStore::open(folder.path()).unwrap();
    let error = SledStore::open(folder.path()).unwrap_err();
    assert_eq!(error.operation, "open");
}

#[test]
fn a_damaged_database_is_an_error_or_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    let mut batch = WriteBatch::default();
    for i in 0..3000u16 {
        batch.put(i.to_be_bytes(), vec![i as u8; 50]);
    }
    store.apply(batch).unwrap();
    store.flush().unwrap();
    drop(store);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap()).map(|e| (e.path(), e.metadata().unwrap().len())).collect();
    println!("{names:?}");
    for name in ["db", "conf"] {
        let path = folder.path().join(name);
        let bytes = std::fs::read(&path).unwrap();
        for at in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x55;
            std::fs::write(&path, &damaged).unwrap();
            let result = std::panic::catch_unwind(|| match SledStore::open(folder.path()) {
                Err(error) => format!("open error {error}"),
                Ok(store) => {
                    let n = store.scan(b"").filter(|e| e.is_ok()).count();
                    let bad = store.scan(b"").filter(|e| e.is_err()).count();
                    format!("{n} ok {bad} bad")
                }
            });
            println!("{name} {at}: {:?}", result.map_err(|_| "PANIC"));
            for entry in std::fs::read_dir(folder.path()).unwrap() { let e = entry.unwrap(); if e.path().is_file() && e.file_name() != "db" && e.file_name() != "conf" { std::fs::remove_file(e.path()).unwrap(); } }
            std::fs::write(&path, &bytes).unwrap();
        }
    }
}
