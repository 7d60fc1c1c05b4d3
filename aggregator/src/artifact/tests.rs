use std::fs;

use starfold_primitives::claim::{CLAIM_LEN, Claim};
use starfold_primitives::{Digest, Field, Goldilocks};

use super::*;

fn digest(i: u64) -> Digest {
    Digest::from_canonical([i, 0, 0, 0]).unwrap()
}

fn claim(i: u64) -> Claim<Goldilocks> {
    Claim::from_elements(&[Goldilocks::from_canonical_u64(i); CLAIM_LEN])
}

fn key(kind: ArtifactKind) -> ArtifactKey {
    ArtifactKey::new(kind, digest(1), digest(2), &claim(3))
}

fn accept(bytes: &[u8]) -> Result<Vec<u8>, String> {
    if bytes == b"wrong" { Err("it does not verify".to_owned()) } else { Ok(bytes.to_vec()) }
}

fn store() -> (tempfile::TempDir, ArtifactStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = ArtifactStore::open(&folder.path().join("new/folder")).unwrap();
    (folder, store)
}

#[test]
fn every_part_of_a_key_counts() {
    let base = key(ArtifactKind::Leaf);
    let mut moved = claim(3);
    (moved.entry[3], moved.entry[4]) = (Goldilocks::ONE, Goldilocks::TWO);
    let others = [
        key(ArtifactKind::Fold),
        ArtifactKey::new(ArtifactKind::Leaf, digest(9), digest(2), &claim(3)),
        ArtifactKey::new(ArtifactKind::Leaf, digest(1), digest(9), &claim(3)),
        ArtifactKey::new(ArtifactKind::Leaf, digest(1), digest(2), &moved),
    ];
    for (i, other) in others.iter().enumerate() {
        assert_ne!(base.file_name(), other.file_name());
        assert!(others[..i].iter().all(|earlier| earlier.hash() != other.hash()));
    }
    for kind in ArtifactKind::ALL {
        assert_eq!(ArtifactKind::from_code(kind.code()), Some(kind));
    }
}

#[test]
fn what_is_saved_is_loaded_and_nothing_else_lies_about() {
    let (_folder, store) = store();
    let [leaf, fold] = [ArtifactKind::Leaf, ArtifactKind::Fold].map(key);
    assert!(matches!(store.load(&leaf, accept), Ok(None)));
    store.save(&leaf, b"first").unwrap();
    store.save(&leaf, b"second").unwrap();
    assert_eq!(store.load(&leaf, accept).unwrap().as_deref(), Some(b"second".as_slice()));
    assert!(matches!(store.load(&fold, accept), Ok(None)));
    assert_eq!(fs::read_dir(&store.folder).unwrap().count(), 1);
}

#[test]
fn a_file_that_is_not_the_proof_is_a_fault() {
    let (_folder, store) = store();
    let [leaf, fold] = [ArtifactKind::Leaf, ArtifactKind::Fold].map(key);
    let path = store.path(&leaf);
    let reason = || {
        let fault = store.load(&leaf, accept).unwrap_err();
        let text = fault.to_string();
        let ArtifactFault { path: faulty, reason } = fault;
        assert_eq!(faulty, path);
        assert_eq!(text, format!("the stored proof {} is not usable: {reason}", path.display()));
        reason
    };

    store.save(&leaf, b"wrong").unwrap();
    assert!(matches!(reason(), FaultReason::Proof { reason } if reason == "it does not verify"));

    store.save(&fold, b"proof").unwrap();
    fs::copy(store.path(&fold), &path).unwrap();
    assert!(matches!(reason(), FaultReason::Foreign));

    store.save(&leaf, b"proof").unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    assert!(matches!(reason(), FaultReason::Codec(CodecError::Length { .. })));

    fs::write(&path, b"").unwrap();
    assert!(matches!(reason(), FaultReason::Codec(CodecError::Truncated { actual: 0 })));

    fs::File::create(&path).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
    assert!(matches!(reason(), FaultReason::Read(ReadError::TooLarge { .. })));
}

#[test]
fn a_folder_that_is_a_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, b"").unwrap();
    let error = ArtifactStore::open(&path).unwrap_err();
    assert_eq!((error.action, error.path), ("create", path));
}
