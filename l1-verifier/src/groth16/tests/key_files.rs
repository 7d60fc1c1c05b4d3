use std::path::PathBuf;
use std::sync::LazyLock;

use proptest::prelude::*;
use tempfile::TempDir;

use super::sample::{assignment, circuit, generator, key, public_inputs};
use crate::groth16::key_file::block_checksum;
use crate::groth16::{
    KeyError, KeyFileError, KeyKind, PointError, ProveError, prove, read_key_summary,
    read_proving_key, write_proving_key,
};

const SQUARES: usize = 5;

fn written() -> (TempDir, PathBuf, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrap.key");
    write_proving_key(&path, &key(&circuit(SQUARES))).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    (folder, path, bytes)
}

#[test]
fn a_key_is_read_as_it_was_written() {
    let (folder, path, bytes) = written();
    let circuit = circuit(SQUARES);
    let key = key(&circuit);
    assert!(read_proving_key(&path, &circuit).unwrap() == key);
    let summary = read_key_summary(&path).unwrap();
    assert_eq!((summary.kind, summary.circuit), (KeyKind::Development, circuit.digest()));
    assert_eq!(&summary.verifying_key, key.verifying_key());
    assert!(bytes[..64].windows(6).any(|window| window == b"UNSAFE"));
    // nothing is left beside the file
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn lists_of_several_blocks_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrap.key");
    let circuit = circuit(8_200);
    let key = key(&circuit);
    write_proving_key(&path, &key).unwrap();
    assert!(read_proving_key(&path, &circuit).unwrap() == key);
}

#[test]
fn a_key_of_another_circuit_is_refused() {
    let (_folder, path, _) = written();
    let other = circuit(SQUARES + 1);
    let actual = circuit(SQUARES).digest();
    let error = read_proving_key(&path, &other).unwrap_err();
    let expected = KeyError::OtherCircuit { expected: other.digest(), actual };
    assert!(matches!(error, KeyFileError::Key(error) if error == expected));
}

/// What the reader says to the bytes.
fn refusal(path: &std::path::Path, bytes: &[u8]) -> KeyFileError {
    std::fs::write(path, bytes).unwrap();
    let error = read_proving_key(path, &circuit(SQUARES)).unwrap_err();
    // the summary never panics, and agrees where the head is at fault
    let _ = read_key_summary(path);
    error
}

#[test]
fn each_part_of_the_head_is_checked() {
    let (_folder, path, bytes) = written();
    let changed = |at: usize, to: &[u8]| {
        let mut changed = bytes.clone();
        changed[at..at + to.len()].copy_from_slice(to);
        changed
    };
    assert!(matches!(refusal(&path, &changed(0, b"S")), KeyFileError::Magic));
    let version = refusal(&path, &changed(16, &[9]));
    assert!(matches!(version, KeyFileError::Version { actual: 9 }));
    assert!(matches!(refusal(&path, &changed(20, b"safe  ")), KeyFileError::Kind));
    let ceremony = refusal(&path, &changed(20, b"key of a ceremony                   "));
    assert!(matches!(ceremony, KeyFileError::Checksum { part: "the head" }));
    let digest = refusal(&path, &changed(56, &[bytes[56] ^ 1]));
    assert!(matches!(digest, KeyFileError::Checksum { part: "the head" }));
    for number in 0..3 {
        for value in [u64::MAX, 1 << 40, 0, 1] {
            if number == 0 && value > 1 {
                continue;
            }
            let error = refusal(&path, &changed(88 + 8 * number, &value.to_le_bytes()));
            // a public input less is a witness more: the file keeps its length
            let other_split = number == 0 && value < 2;
            let damaged = matches!(error, KeyFileError::Checksum { part: "the head" });
            assert!(damaged == other_split, "{error}");
            assert!(damaged || matches!(error, KeyFileError::Length { .. }), "{error}");
        }
    }
    for value in [u64::MAX, (1 << 16) + 1] {
        let many = refusal(&path, &changed(88, &value.to_le_bytes()));
        assert!(matches!(many, KeyFileError::PublicInputs { actual } if actual == value), "{many}");
    }
    let point = refusal(&path, &changed(112, &[bytes[112] ^ 1]));
    assert!(matches!(point, KeyFileError::Checksum { part: "the head" }));
    let last = bytes.len() - 1;
    let list = refusal(&path, &changed(last, &[bytes[last] ^ 1]));
    assert!(matches!(list, KeyFileError::Checksum { part: "the list L" }));
}

#[test]
fn files_that_are_cut_or_extended_are_refused() {
    let (_folder, path, bytes) = written();
    for length in [0, 1, 15, 16, 50, 111, 112, 500, bytes.len() / 2, bytes.len() - 1] {
        let error = refusal(&path, &bytes[..length]);
        assert!(matches!(error, KeyFileError::Length { .. }), "{length}: {error}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(matches!(refusal(&path, &longer), KeyFileError::Length { .. }));
    std::fs::remove_file(&path).unwrap();
    let missing = read_proving_key(&path, &circuit(SQUARES)).unwrap_err();
    assert!(matches!(missing, KeyFileError::Io(_)));
}

#[test]
fn lists_of_two_keys_do_not_mix() {
    let (_folder, path, bytes) = written();
    // the same sizes, and other secrets, as the digests differ
    let mut other_circuit = circuit(SQUARES).recorded().clone();
    std::mem::swap(&mut other_circuit.matrices.a, &mut other_circuit.matrices.b);
    let other = crate::groth16::Circuit::new(other_circuit);
    assert_ne!(other.digest(), circuit(SQUARES).digest());
    write_proving_key(&path, &key(&other)).unwrap();
    let mut mixed = std::fs::read(&path).unwrap();
    assert_eq!(mixed.len(), bytes.len());
    let middle = mixed.len() / 2;
    mixed[..middle].copy_from_slice(&bytes[..middle]);
    assert!(matches!(refusal(&path, &mixed), KeyFileError::Checksum { .. }));
}

/// Where the head's checksum begins: after 112 bytes, three points of each group and three of the inputs.
const HEAD: usize = 112 + 3 * 64 + 3 * 128 + 3 * 64;

#[test]
fn a_forged_head_with_a_right_checksum_is_refused() {
    let (_folder, path, bytes) = written();
    let forge = |at: usize, to: &[u8]| {
        let mut forged = bytes.clone();
        forged[at..at + to.len()].copy_from_slice(to);
        let checksum = blake3::hash(&forged[..HEAD]);
        forged[HEAD..HEAD + 32].copy_from_slice(checksum.as_bytes());
        refusal(&path, &forged)
    };
    let (alpha, gamma, delta) = (112, 112 + 3 * 64 + 128, 112 + 3 * 64 + 256);
    let equal = forge(delta, &bytes[gamma..gamma + 128]);
    assert!(matches!(equal, KeyFileError::Key(KeyError::DeltaEqualsGamma)), "{equal}");
    let off_curve = forge(gamma, &[bytes[gamma] ^ 1]);
    let curve = KeyError::Point { point: "gamma", error: PointError::Curve };
    assert!(matches!(&off_curve, KeyFileError::Key(error) if *error == curve), "{off_curve}");
    let infinity = forge(alpha, &[0; 64]);
    let expected = KeyError::Point { point: "alpha", error: PointError::Infinity };
    assert!(matches!(&infinity, KeyFileError::Key(error) if *error == expected), "{infinity}");
    let large = forge(alpha, &[255; 32]);
    assert!(matches!(large, KeyFileError::Coordinate { part: "the head" }), "{large}");
}

#[test]
fn lists_that_are_longer_than_the_circuit_demands_are_not_read() {
    let (_folder, path, bytes) = written();
    let expected = circuit(SQUARES).recorded().variables();
    // a variable more: three points of the first group and one of the second
    let mut forged = [&bytes[..], &[0; 3 * 64 + 128]].concat();
    forged[96..104].copy_from_slice(&(expected as u64 + 1).to_le_bytes());
    let checksum = blake3::hash(&forged[..HEAD]);
    forged[HEAD..HEAD + 32].copy_from_slice(checksum.as_bytes());
    let length = KeyError::Length { list: "A", expected, actual: expected + 1 };
    let longer = refusal(&path, &forged);
    assert!(matches!(&longer, KeyFileError::Key(error) if *error == length), "{longer}");
}

#[test]
fn a_forged_list_with_a_right_checksum_is_refused() {
    let (_folder, path, mut bytes) = written();
    let circuit = circuit(SQUARES);
    let head: [u8; 32] = bytes[HEAD..HEAD + 32].try_into().unwrap();
    let list = bytes.len() - 32 - 64 * circuit.recorded().witnesses;
    let end = bytes.len() - 32;
    bytes[list..list + 32].fill(255);
    let checksum = block_checksum(&head, 4, 0, &bytes[list..end]);
    bytes[end..].copy_from_slice(&checksum);
    let large = refusal(&path, &bytes);
    assert!(matches!(large, KeyFileError::Coordinate { part: "the list L" }), "{large}");

    // a point off its curve is read, and the key then proves nothing
    bytes[list..list + 32].fill(1);
    let checksum = block_checksum(&head, 4, 0, &bytes[list..end]);
    bytes[end..].copy_from_slice(&checksum);
    std::fs::write(&path, &bytes).unwrap();
    let damaged = read_proving_key(&path, &circuit).unwrap();
    let values = assignment(SQUARES, public_inputs([1; 4]), 1);
    let result = prove(&damaged, &circuit, &values, &mut generator(1));
    assert_eq!(result, Err(ProveError::Unsatisfied));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_flipped_bit_is_found(place in any::<prop::sample::Index>(), bit in 0u8..8) {
        static WRITTEN: LazyLock<(TempDir, PathBuf, Vec<u8>)> = LazyLock::new(written);
        let (folder, _, bytes) = &*WRITTEN;
        let (path, mut bytes) = (folder.path().join("flipped.key"), bytes.clone());
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        std::fs::write(&path, &bytes).unwrap();
        prop_assert!(read_proving_key(&path, &circuit(SQUARES)).is_err());
    }
}
