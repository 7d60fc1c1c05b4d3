//! Replays the fuzzers' corpus: no input panics, and what is accepted is canonical.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::fs;
use std::path::Path;

use starfold_primitives::word::{WORD_BYTES, Word};
use starfold_transition::{L1Operation, SignedTransaction, decode};

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = entries
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap())
        })
        .collect();
    assert!(!files.is_empty(), "{target} has a corpus");
    files
}

#[test]
fn words_are_canonical_or_refused() {
    let accepted: Vec<_> = corpus("words")
        .into_iter()
        .filter(|(name, bytes)| {
            let (words, _) = bytes.as_chunks::<WORD_BYTES>();
            let words: Vec<Word> = words.iter().map(Word::from_bytes).collect();
            let Ok(transactions) = decode(&words) else { return false };
            let again: Vec<Word> = transactions.iter().flat_map(|t| t.to_words()).collect();
            assert_eq!(again, words, "{name}");
            true
        })
        .map(|(name, _)| name)
        .collect();
    for name in ["unknown_opcode", "unused_bits", "key_not_canonical", "withdraw_cut"] {
        assert!(!accepted.iter().any(|accepted| accepted == name), "{name} is refused");
    }
    for name in ["transfer", "creating_transfer", "set_key"] {
        assert!(accepted.iter().any(|accepted| accepted == name), "{name} is accepted");
    }
}

#[test]
fn transactions_are_read_back_or_refused() {
    let mut accepted = 0;
    for (name, bytes) in corpus("transactions") {
        if let Ok(transactions) = serde_json::from_slice::<Vec<SignedTransaction>>(&bytes) {
            accepted += 1;
            let json = serde_json::to_vec(&transactions).unwrap();
            let again: Vec<SignedTransaction> = serde_json::from_slice(&json).unwrap();
            assert_eq!(again, transactions, "{name}");
        }
        let _ = serde_json::from_slice::<Vec<L1Operation>>(&bytes);
    }
    assert_eq!(accepted, 1, "only the honest transfer is one");
}
