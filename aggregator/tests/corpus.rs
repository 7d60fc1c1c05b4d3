//! Replays the fuzzers' corpus: no input panics, and none is a batch proof.

use std::fs;
use std::path::Path;

use starfold_aggregator::BatchProofFile;

#[test]
fn no_file_of_the_corpus_is_a_batch_proof() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/batch_proof");
    let paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!paths.is_empty(), "there is a corpus");
    for path in paths {
        let bytes = fs::read(&path).unwrap();
        let refused = BatchProofFile::from_bytes(&bytes).map(|file| file.verify().is_err());
        assert!(refused.unwrap_or(true), "{}", path.display());
    }
}
