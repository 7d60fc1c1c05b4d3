//! A file that claims to hold signed transactions is refused with an error, or read and written back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use starfold_transition::{L1Operation, SignedTransaction};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(transactions) = serde_json::from_slice::<Vec<SignedTransaction>>(bytes) {
        let json = serde_json::to_vec(&transactions).expect("transactions have a JSON form");
        assert_eq!(serde_json::from_slice::<Vec<SignedTransaction>>(&json).ok(), Some(transactions));
    }
    let _ = serde_json::from_slice::<Vec<L1Operation>>(bytes);
});
