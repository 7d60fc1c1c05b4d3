//! A file that claims to be a batch proof is refused with an error, or verifies.
#![no_main]

use libfuzzer_sys::fuzz_target;
use starfold_aggregator::BatchProofFile;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(file) = BatchProofFile::from_bytes(bytes) {
        assert_eq!(file.to_bytes(), bytes, "the encoding is canonical");
        let _ = file.verify();
    }
});
