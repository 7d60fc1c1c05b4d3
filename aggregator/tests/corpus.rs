//! Replays the fuzzers' corpus: no input panics, and none is a batch proof.

use std::fs;
use std::path::Path;

use starfold_aggregator::BatchProofFile;

#[test]
fn no_file_of_the_corpus_is_a_batch_proof() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/batch_proof");
    let paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!paths.is_empty(), "there is a corpus");
    let mut read = Vec::new();
    for path in paths {
        let bytes = fs::read(&path).unwrap();
        let Ok(file) = BatchProofFile::from_bytes(&bytes) else { continue };
        assert_eq!(file.to_bytes(), bytes, "{}", path.display());
        assert!(file.verify().is_err(), "{}", path.display());
        read.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    read.sort();
    assert_eq!(read, ["other_words", "proof_of_zeros", "without_a_proof"], "files of the format");
}
