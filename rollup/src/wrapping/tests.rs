use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use starfold_aggregator::{BatchProofFile, Silent};
use starfold_circuits::parameters::ParameterSet;
use starfold_l1_verifier::groth16::{
    KeyError, KeyKind, KeySummary, KeySummaryError, PointError, ProofBytesError, VerifyError,
    ZkeyError,
};
use starfold_primitives::quantities::{ChainId, Timestamp};
use starfold_primitives::word::Word;
use starfold_primitives::{Claim, Digest, Field as _, Goldilocks, PrimeField64 as _};
use starfold_transition::batch::MAX_WORDS;
use starfold_transition::claim_digest::claim_digest;

use super::*;
use crate::file::FileError;
use crate::{BatchProof, Expectations, Started, VerificationError};

/// Written by the tests of the command line.
const SAMPLE: &[u8] = include_bytes!("../../testdata/wrapped.json");

static KEY: LazyLock<KeySummary> = LazyLock::new(|| KeySummary::development().unwrap());

fn sample() -> WrappedBatch {
    WrappedBatch::from_bytes(SAMPLE).unwrap()
}

fn verify(wrapped: &WrappedBatch) -> Result<VerifiedWrap, WrappedError> {
    wrapped.verify(&KEY.verifying_key, &Expectations::default())
}

/// The error of a sample in which something was changed.
fn refusal(change: impl FnOnce(&mut WrappedBatch)) -> WrappedError {
    let mut wrapped = sample();
    change(&mut wrapped);
    verify(&wrapped).unwrap_err()
}

/// The error of reading a sample in which a field of the JSON was replaced.
fn unread(field: &str, value: Value) -> WrappedError {
    let mut json: Value = serde_json::from_slice(SAMPLE).unwrap();
    json[field] = value;
    WrappedBatch::from_bytes(json.to_string().as_bytes()).unwrap_err()
}

fn digest(seed: u64) -> Digest {
    Digest::from_canonical([seed, 1, 2, 3]).unwrap()
}

#[test]
fn the_sample_is_valid_and_is_written_as_it_was_read() {
    let wrapped = sample();
    let verified = verify(&wrapped).unwrap();
    assert_eq!(verified.key_kind, KeyKind::Development);
    assert_eq!(verified.verifying_key, KEY.verifying_key.digest());
    assert_eq!((verified.words, verified.proof_bytes), (wrapped.words.len() as u64, 256));
    assert!(verified.compared.is_empty());
    assert_eq!(wrapped.to_bytes(), SAMPLE);
    assert!(WrappedBatch::is_meant(SAMPLE));
}

#[test]
fn the_contract_is_told_what_the_claim_says() {
    let wrapped = sample();
    let header = wrapped.header();
    assert_eq!((header.timestamp, header.counter), (wrapped.claim.timestamp, 3));
    assert_eq!(header.exit_root, wrapped.claim.new_state_root);
    assert_eq!(header.words_digest, wrapped.claim.words_digest);
    let bytes = wrapped.words_bytes();
    let (words, rest) = bytes.as_chunks::<31>();
    assert!(rest.is_empty());
    assert!(words.iter().map(Word::from_bytes).eq(wrapped.words.iter().copied()));
    assert_eq!(wrapped.proof_bytes(), wrapped.proof.to_bytes());
}

#[test]
fn whatever_is_changed_in_the_claim_is_refused() {
    let changes: [fn(&mut WrappedBatch); 6] = [
        |wrapped| wrapped.claim.chain_id = ChainId::new(1).unwrap(),
        |wrapped| wrapped.claim.contract.0[3] ^= 1,
        |wrapped| wrapped.claim.timestamp = Timestamp::new(7).unwrap(),
        |wrapped| wrapped.claim.old_state_root = digest(1),
        |wrapped| wrapped.claim.new_state_root = digest(1),
        |wrapped| wrapped.claim.transactions += 1,
    ];
    for (position, change) in changes.into_iter().enumerate() {
        let error = refusal(change);
        assert!(matches!(error, WrappedError::ClaimDigest { .. }), "{position}: {error}");
        // with the digests that belong to the changed claim the proof is one of another statement
        let error = refusal(|wrapped| {
            change(wrapped);
            let compressed =
                claim_digest(&wrapped.claim.closed(&wrapped.words), wrapped.circuit_set);
            (wrapped.claim_digest, wrapped.exposed) = (compressed.digest, compressed.exposed);
        });
        let WrappedError::Proof(VerifyError::Pairing) = error else {
            panic!("{position}: {error}")
        };
    }
}

#[test]
fn each_other_field_has_its_error() {
    let error = refusal(|wrapped| wrapped.claim.words_digest = digest(1));
    assert!(matches!(error, WrappedError::WordsDigest { .. }), "{error}");
    let error = refusal(|wrapped| {
        let limbs = wrapped.words[0].limbs();
        wrapped.words[0] = Word::new([limbs[0] ^ 1, limbs[1], limbs[2], limbs[3]]).unwrap();
    });
    assert!(matches!(error, WrappedError::WordsDigest { .. }), "{error}");
    let error = refusal(|wrapped| wrapped.words.truncate(1));
    assert!(matches!(error, WrappedError::WordsDigest { .. }), "{error}");
    let error = refusal(|wrapped| wrapped.words = vec![Word::from_bytes(&[0; 31]); 4097]);
    assert!(matches!(error, WrappedError::TooManyWords { actual: 4097 }), "{error}");
    let error = refusal(|wrapped| wrapped.circuit_set = digest(1));
    assert!(matches!(error, WrappedError::CircuitSet { actual, .. } if actual == digest(1)));
    let error = refusal(|wrapped| wrapped.claim_digest = digest(1));
    assert!(matches!(error, WrappedError::ClaimDigest { actual, .. } if actual == digest(1)));
    let error = refusal(|wrapped| wrapped.exposed.0[2] += Goldilocks::ONE);
    assert!(matches!(error, WrappedError::Exposed { .. }), "{error}");
    let error = refusal(|wrapped| wrapped.key_kind = KeyKind::Ceremony);
    let (expected, actual) = (KeyKind::Development, KeyKind::Ceremony);
    assert!(
        matches!(error, WrappedError::KeyKind { expected: e, actual: a } if (e, a) == (expected, actual))
    );
}

#[test]
fn another_key_or_proof_is_refused() {
    let mut json: Value = serde_json::from_slice(SAMPLE).unwrap();
    json["verifying_key"] = json!(format!("0x{}", "1".repeat(64)));
    let other = WrappedBatch::from_bytes(json.to_string().as_bytes()).unwrap();
    let error = verify(&other).unwrap_err();
    assert!(matches!(error, WrappedError::OtherKey { .. }), "{error}");

    // -A is on the curve, and the proof is none
    let mut bytes = sample().proof_bytes();
    let y = negated(bytes[32..64].try_into().unwrap());
    bytes[32..64].copy_from_slice(&y);
    json = serde_json::from_slice(SAMPLE).unwrap();
    json["proof"] = json!(format!("0x{}", hex::encode(bytes)));
    let other = WrappedBatch::from_bytes(json.to_string().as_bytes()).unwrap();
    let error = verify(&other).unwrap_err();
    assert!(matches!(error, WrappedError::Proof(VerifyError::Pairing)), "{error}");
}

/// The order of BN254's base field less a coordinate.
fn negated(coordinate: [u8; 32]) -> [u8; 32] {
    let order = "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47";
    let order: [u8; 32] = hex::decode(order).unwrap().try_into().unwrap();
    let mut result = [0; 32];
    let mut borrow = 0;
    for place in (0..32).rev() {
        let difference = i16::from(order[place]) - i16::from(coordinate[place]) - borrow;
        borrow = i16::from(difference < 0);
        result[place] = u8::try_from(difference + 256 * borrow).unwrap();
    }
    result
}

#[test]
fn what_is_expected_is_compared() {
    let wrapped = sample();
    let chain_id = Some(ChainId::new(1).unwrap());
    let expected = Expectations { chain_id, ..Expectations::default() };
    let error = wrapped.verify(&KEY.verifying_key, &expected).unwrap_err();
    let WrappedError::Expected(VerificationError::Mismatch { what: "chain_id", .. }) = error else {
        panic!("{error}")
    };
    let parameter_set = Some(ParameterSet::Conservative);
    let expected = Expectations { parameter_set, ..Expectations::default() };
    let error = wrapped.verify(&KEY.verifying_key, &expected).unwrap_err();
    let WrappedError::Expected(VerificationError::ParameterSet { .. }) = error else {
        panic!("{error}")
    };
    let expected = Expectations { batch: Some(wrapped.claim.batch), ..Expectations::default() };
    assert_eq!(wrapped.verify(&KEY.verifying_key, &expected).unwrap().compared, ["batch"]);
}

#[test]
fn what_is_no_wrapped_batch_is_named() {
    for bytes in [&b""[..], b"{", b"[]", b"{}", b"null", b"\xff", &SAMPLE[..SAMPLE.len() / 2]] {
        let error = WrappedBatch::from_bytes(bytes).unwrap_err();
        assert!(matches!(error, WrappedError::Json { .. }), "{error}");
    }
    // another version may have other fields
    let error = WrappedBatch::from_bytes(br#"{"starfold_wrapped": 2, "x": 1}"#).unwrap_err();
    assert!(matches!(error, WrappedError::Version { expected: 1, actual: 2 }), "{error}");
    let zeros = |bytes: usize| json!(format!("0x{}", "00".repeat(bytes)));
    for (field, value) in [
        ("more", json!(1)),
        ("claim", json!({})),
        ("circuit_set", json!(format!("0x{}", "f".repeat(64)))),
        ("exposed", json!("0x00")),
        ("key_kind", json!("safe")),
        ("verifying_key", zeros(31)),
    ] {
        let error = unread(field, value);
        assert!(matches!(error, WrappedError::Json { .. }), "{field}: {error}");
    }
    for text in ["", "00", "0x0", "0xzz", "0xAA", "0x+0", "0xé0"] {
        let error = unread("words", json!(text));
        assert!(matches!(error, WrappedError::Hexadecimal { what: "the words" }), "{error}");
    }
    let error = unread("words", zeros(32));
    assert!(matches!(error, WrappedError::WordsLength { actual: 32 }), "{error}");
    let error = unread("words", zeros(31 * 4097));
    assert!(matches!(error, WrappedError::TooManyWords { actual: 4097 }), "{error}");
    let error = unread("proof", zeros(255));
    let WrappedError::ProofBytes(ProofBytesError::Length { actual: 255 }) = error else {
        panic!("{error}")
    };
    let error = unread("proof", zeros(256));
    let WrappedError::ProofBytes(ProofBytesError::Point { point: "A", error }) = error else {
        panic!("{error}")
    };
    assert_eq!(error, PointError::Infinity);
}

#[test]
fn files_have_a_length() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrapped.json");
    let error = WrappedBatch::read(&path).unwrap_err();
    assert!(!error.is_content(), "{error}");
    std::fs::write(&path, SAMPLE).unwrap();
    assert_eq!(WrappedBatch::read(&path).unwrap(), sample());
    // the largest that there can be
    let words = vec![Word::from_bytes(&[0xff; 31]); MAX_WORDS];
    let largest = WrappedBatch { words, ..sample() }.to_bytes();
    assert!(2 * largest.len() as u64 <= MAX_WRAPPED_BYTES, "{}", largest.len());
    std::fs::write(&path, &largest).unwrap();
    assert_eq!(WrappedBatch::read(&path).unwrap().words.len(), MAX_WORDS);
    std::fs::File::create(&path).unwrap().set_len(MAX_WRAPPED_BYTES + 1).unwrap();
    let error = WrappedBatch::read(&path).unwrap_err();
    assert!(matches!(error, WrappedError::File(FileError::TooLong { .. })), "{error}");
}

#[test]
fn the_proof_verifies_without_the_claim() {
    let mut proof = sample().wrapped_proof();
    assert_eq!(proof.exposed, sample().exposed);
    assert_eq!(proof.verify(&KEY.verifying_key), Ok(()));
    proof.exposed.0[3] += Goldilocks::ONE;
    assert_eq!(proof.verify(&KEY.verifying_key), Err(VerifyError::Pairing));
}

/// Of a decimal number, base 2^64, low first.
fn limbs_of(decimal: &str) -> [u64; 3] {
    decimal.bytes().fold([0; 3], |limbs, digit| {
        let mut carry = u128::from(digit - b'0');
        limbs.map(|limb: u64| {
            let sum = u128::from(limb) * 10 + carry;
            carry = sum >> 64;
            sum as u64
        })
    })
}

#[test]
fn snarkjs_gets_three_files() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("made/when/missing");
    sample().write_snarkjs(&KEY.verifying_key, &folder).unwrap();
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
    };
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 3);
    let proof = read("proof.json");
    assert_eq!((&proof["protocol"], &proof["curve"]), (&json!("groth16"), &json!("bn128")));
    // three elements of what is exposed in one number, the last in the other
    let public = read("public.json");
    let limbs = [0, 1].map(|input| limbs_of(public[input].as_str().unwrap()));
    let [a, b, c, d] = sample().exposed.0.map(|element| element.to_canonical_u64());
    assert_eq!(limbs, [[a, b, c], [d, 0, 0]]);
    let key = read("verification_key.json");
    assert_eq!((&key["nPublic"], key["IC"].as_array().unwrap().len()), (&json!(2), 3));
    // a file stands where the folder should
    let error = sample().write_snarkjs(&KEY.verifying_key, &folder.join("proof.json")).unwrap_err();
    assert!(matches!(error, FileError::Io { .. }), "{error}");
}

#[test]
fn the_circuit_of_a_ceremony_is_the_pinned_one() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing/wrap.r1cs");
    let error = export_r1cs(&missing).unwrap_err();
    assert!(matches!(error, CeremonyError::File(_)) && !error.is_content(), "{error}");
    let out = folder.path().join("wrap.r1cs");
    let ExportedCircuit { circuit, constraints, public_inputs } = export_r1cs(&out).unwrap();
    assert_eq!((circuit, constraints, public_inputs), (KEY.circuit, 864_318, 2));
    // header of the format: magic, version, sections; then each of the matrices has a row for a constraint
    let bytes = std::fs::read(&out).unwrap();
    assert_eq!(&bytes[..8], b"r1cs\x01\0\0\0");
    assert!(bytes.len() as u64 > 12 * constraints);
}

#[test]
fn what_is_no_key_of_a_ceremony_is_not_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let [zkey, out] = ["wrap.zkey", "wrap.key"].map(|name| folder.path().join(name));
    let error = import_ceremony(&zkey, &out, 1).unwrap_err();
    assert!(!error.is_content(), "{error}");
    std::fs::write(&zkey, b"wtns with more than a header").unwrap();
    let error = import_ceremony(&zkey, &out, 1).unwrap_err();
    assert!(matches!(error, CeremonyError::Zkey(ZkeyError::Magic)), "{error}");
    assert!(error.is_content() && !out.exists());
}

#[test]
fn missing_randomness_is_said_with_its_cause() {
    let randomness = Randomness { reason: "the device is closed".to_owned() };
    let expected = "no randomness from the operating system: the device is closed";
    assert_eq!(WrapError::from(randomness.clone()).to_string(), expected);
    assert_eq!(CeremonyError::from(randomness).to_string(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_changed_byte_never_makes_another_valid_batch(
        position in 0..SAMPLE.len(),
        byte in any::<u8>(),
    ) {
        let mut bytes = SAMPLE.to_vec();
        bytes[position] = byte;
        if let Ok(read) = WrappedBatch::from_bytes(&bytes) {
            prop_assert!(read == sample() || verify(&read).is_err());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(WrappedBatch::from_bytes(&bytes).is_err());
    }
}

fn batch_proof(parameters: ParameterSet) -> BatchProof {
    let claim = Claim::from_elements(&[Goldilocks::ZERO; 44]);
    let file = BatchProofFile::new(parameters, claim, Vec::new(), Vec::new());
    BatchProof::from_bytes(&file.to_bytes()).unwrap()
}

#[test]
fn only_valid_proofs_of_the_covered_parameters_are_wrapped() {
    let folder = tempfile::tempdir().unwrap();
    let wrapped = |parameters| {
        let proof = &batch_proof(parameters);
        let request = WrapRequest { proof, key: WrapKey::Development, cache: folder.path() };
        wrap(&request, &Silent, Started::now()).unwrap_err()
    };
    let error = wrapped(ParameterSet::Conservative);
    let (expected, actual) = (ParameterSet::Standard, ParameterSet::Conservative);
    assert!(
        matches!(error, WrapError::ParameterSet { expected: e, actual: a } if (e, a) == (expected, actual))
    );
    let error = wrapped(ParameterSet::Standard);
    assert!(matches!(error, WrapError::Batch(VerificationError::Verify(_))), "{error}");
    // before anything is built
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

fn read_key(folder: &Path, content: &[u8]) -> Result<KeySummary, KeyLoadError> {
    let path = folder.join("key");
    std::fs::write(&path, content).unwrap();
    read_verifying_key(&path)
}

#[test]
fn a_verifying_key_is_one_of_the_circuit_and_of_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    let read = |content: &[u8]| read_key(folder.path(), content);
    assert!(read(&KEY.to_json()).unwrap() == *KEY);
    let error = read(b"key").unwrap_err();
    let KeyLoadError::Summary { source: KeySummaryError::Json(_), .. } = error else {
        panic!("{error}")
    };
    let mut json: Value = serde_json::from_slice(&KEY.to_json()).unwrap();
    json["kind"] = json!("ceremony");
    let error = read(json.to_string().as_bytes()).unwrap_err();
    assert!(matches!(error, KeyLoadError::Kind { actual: KeyKind::Ceremony, .. }), "{error}");
    json["circuit"] = json!(format!("0x{}", "1".repeat(64)));
    let error = read(json.to_string().as_bytes()).unwrap_err();
    let KeyLoadError::Key { source: KeyError::OtherCircuit { .. }, .. } = error else {
        panic!("{error}")
    };
    // a key for wrapping is refused before anything is built
    let path = folder.path().join("key");
    let error = load_wrapper(WrapKey::File(&path), folder.path(), &Silent).unwrap_err();
    assert!(matches!(error, KeyLoadError::Key { .. }), "{error}");
}
