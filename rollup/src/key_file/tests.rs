use super::*;
use crate::development;
use proptest::prelude::*;
use starfold_primitives::quantities::Address;

fn key() -> SecretKey {
    development::key_of(Address([3; 20]))
}

fn written() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.json");
    write(&path, &key(), "correct horse").unwrap();
    (folder, path)
}

#[test]
fn a_key_round_trips_under_its_passphrase_alone() {
    let (_folder, path) = written();
    assert_eq!(read(&path, "correct horse").unwrap().to_bytes(), key().to_bytes());
    assert_eq!(public_key(&path).unwrap(), key().public_key());
    assert!(matches!(read(&path, "correct hors"), Err(KeyFileError::Decryption)));
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains(&hex::encode(&key().to_bytes()[..])));
}

#[test]
fn a_changed_header_is_noticed() {
    let (_folder, path) = written();
    let text = std::fs::read_to_string(&path).unwrap();
    let other = development::key_of(Address([4; 20])).public_key().to_string();
    std::fs::write(&path, text.replace(&key().public_key().to_string(), &other)).unwrap();
    assert!(matches!(read(&path, "correct horse"), Err(KeyFileError::Decryption)));
}

#[test]
fn excessive_costs_are_refused_before_any_work() {
    let (_folder, path) = written();
    let text = std::fs::read_to_string(&path).unwrap();
    for (field, old, cost) in [
        ("memory_kib", "65536", "memory in KiB"),
        ("passes", "3", "number of passes"),
        ("lanes", "1", "number of lanes"),
    ] {
        for value in [0, u32::MAX] {
            let changed =
                text.replace(&format!("\"{field}\": {old}"), &format!("\"{field}\": {value}"));
            std::fs::write(&path, changed).unwrap();
            let error = read(&path, "correct horse").unwrap_err();
            assert!(
                matches!(error, KeyFileError::Cost { cost: c, actual, .. } if c == cost && actual == value),
                "{error}"
            );
        }
    }
}

#[test]
fn another_format_and_an_empty_passphrase_are_refused() {
    let (folder, path) = written();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"starfold_key\": 1", "\"starfold_key\": 2")).unwrap();
    let error = read(&path, "correct horse").unwrap_err();
    assert!(matches!(error, KeyFileError::Format { expected: 1, actual: 2 }), "{error}");
    let empty = write(&folder.path().join("other"), &key(), "").unwrap_err();
    assert!(matches!(empty, KeyFileError::EmptyPassphrase));
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_no_key_file(bytes: Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, &bytes).unwrap();
        let result = read(&path, "passphrase");
        let refused = matches!(result, Err(KeyFileError::File(FileError::Content { .. })));
        prop_assert!(refused, "{:?}", result);
    }

    #[test]
    fn a_truncated_file_is_no_key_file(length in 0usize..500) {
        let (_folder, path) = written_once();
        let bytes = std::fs::read(path).unwrap();
        prop_assume!(length + 2 < bytes.len());
        let cut = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(cut.path(), &bytes[..length]).unwrap();
        let result = read(cut.path(), "correct horse");
        let refused = matches!(result, Err(KeyFileError::File(FileError::Content { .. })));
        prop_assert!(refused, "{:?}", result);
    }
}

/// One file for all cases: writing one takes its time on purpose.
fn written_once() -> &'static (tempfile::TempDir, std::path::PathBuf) {
    static WRITTEN: std::sync::OnceLock<(tempfile::TempDir, std::path::PathBuf)> =
        std::sync::OnceLock::new();
    WRITTEN.get_or_init(written)
}
