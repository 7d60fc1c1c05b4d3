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
    let refused = ["unknown_opcode", "unused_bits", "key_not_canonical", "withdraw_cut"];
    for name in [&refused[..], &["address_of_161_bits"]].concat() {
        assert!(!accepted.iter().any(|accepted| accepted == name), "{name} is refused");
    }
    let known = ["transfer", "creating_transfer", "set_key", "deposit", "withdraw", "forced_exit"];
    for name in [&known[..], &["l1_set_key", "collect_fee", "every_opcode"]].concat() {
        assert!(accepted.iter().any(|accepted| accepted == name), "{name} is accepted");
    }
}

#[test]
fn transactions_are_read_back_or_refused() {
    let [mut accepted, mut l1_accepted] = [Vec::new(), Vec::new()];
    for (name, bytes) in corpus("transactions") {
        if let Ok(transactions) = serde_json::from_slice::<Vec<SignedTransaction>>(&bytes) {
            let json = serde_json::to_vec(&transactions).unwrap();
            let again: Vec<SignedTransaction> = serde_json::from_slice(&json).unwrap();
            assert_eq!(again, transactions, "{name}");
            accepted.push(name.clone());
        }
        if let Ok(operations) = serde_json::from_slice::<Vec<L1Operation>>(&bytes) {
            let json = serde_json::to_vec(&operations).unwrap();
            assert_eq!(serde_json::from_slice::<Vec<L1Operation>>(&json).unwrap(), operations);
            l1_accepted.push(name);
        }
    }
    accepted.sort();
    assert_eq!(accepted, ["every_kind", "one_transfer"], "the honest ones, no other");
    assert_eq!(l1_accepted, ["l1_every_kind"]);
}
