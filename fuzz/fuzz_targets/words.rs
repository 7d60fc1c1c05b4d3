//! Words are decoded to transactions that have exactly these words, or refused with an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use starfold_primitives::word::{WORD_BYTES, Word};
use starfold_transition::decode;

fuzz_target!(|bytes: &[u8]| {
    let (words, _) = bytes.as_chunks::<WORD_BYTES>();
    let words: Vec<Word> = words.iter().map(Word::from_bytes).collect();
    if let Ok(transactions) = decode(&words) {
        let again: Vec<Word> = transactions.iter().flat_map(|t| t.to_words()).collect();
        assert_eq!(again, words, "the encoding is canonical");
    }
});
