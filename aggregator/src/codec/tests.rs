use proptest::collection::vec;
use proptest::prelude::*;
use starfold_primitives::word::LIMB_MAX;
use starfold_primitives::{Digest, Field, GOLDILOCKS_ORDER};

use super::*;

/// Bytes of the header of a batch proof file: magic, version, parameter set, claim, two lengths.
const HEADER: usize = 8 + 2 + 1 + 44 * 8 + 4 + 4;
const CLAIM_AT: usize = 11;

fn file() -> impl Strategy<Value = BatchProofFile> {
    let claim = vec(0..GOLDILOCKS_ORDER, CLAIM_LEN);
    let words = vec([0..=LIMB_MAX, 0..=LIMB_MAX, 0..=LIMB_MAX, 0..=LIMB_MAX], 0..5);
    let parameters = prop::sample::select(ParameterSet::ALL.as_slice());
    (claim, words, parameters, vec(any::<u8>(), 0..100)).prop_map(
        |(claim, words, parameters, proof)| {
            let claim = std::array::from_fn(|i| Goldilocks::from_canonical_u64(claim[i]));
            let words = words.into_iter().map(|limbs| Word::new(limbs).unwrap()).collect();
            BatchProofFile::new(parameters, Claim::from_elements(&claim), words, proof)
        },
    )
}

fn key() -> ArtifactKey {
    let claim = Claim::from_elements(&[Goldilocks::ONE; CLAIM_LEN]);
    ArtifactKey::new(ArtifactKind::Fold, Digest::ZERO, Digest::ZERO, &claim)
}

fn sample() -> BatchProofFile {
    let claim = std::array::from_fn(Goldilocks::from_canonical_usize);
    let words = vec![Word::new([1, 2, 3, LIMB_MAX]).unwrap(); 3];
    BatchProofFile::new(ParameterSet::Standard, Claim::from_elements(&claim), words, vec![1, 2, 3])
}

proptest! {
    #[test]
    fn files_survive_their_bytes(file in file()) {
        let bytes = file.to_bytes();
        prop_assert_eq!(bytes.len(), HEADER + 32 * file.words.len() + file.proof.len());
        prop_assert_eq!(BatchProofFile::from_bytes(&bytes), Ok(file));
    }

    #[test]
    fn a_file_has_one_length(file in file(), cut in any::<prop::sample::Index>(), more in 1..50usize) {
        let mut bytes = file.to_bytes();
        let cut = cut.index(bytes.len());
        let error = BatchProofFile::from_bytes(&bytes[..cut]).unwrap_err();
        if cut < HEADER {
            prop_assert_eq!(error, CodecError::Truncated { actual: cut });
        } else {
            let expected = bytes.len() as u64;
            prop_assert_eq!(error, CodecError::Length { expected, actual: cut });
        }
        let expected = bytes.len() as u64;
        bytes.resize(bytes.len() + more, 0);
        let actual = bytes.len();
        let longer = BatchProofFile::from_bytes(&bytes);
        prop_assert_eq!(longer, Err(CodecError::Length { expected, actual }));
    }

    #[test]
    fn whatever_is_accepted_is_what_would_be_written(file in file(), at in any::<prop::sample::Index>(), flip in 1..=255u8) {
        let mut bytes = file.to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(other) = BatchProofFile::from_bytes(&bytes) {
            prop_assert_eq!(other.to_bytes(), bytes);
            prop_assert_ne!(other, file);
        }
    }

    #[test]
    fn random_bytes_are_refused(bytes in vec(any::<u8>(), 0..2000)) {
        prop_assert!(BatchProofFile::from_bytes(&bytes).is_err());
        prop_assert!(decode_artifact(&bytes).is_err());
    }

    #[test]
    fn artifacts_survive_their_bytes_and_no_others(
        proof in vec(any::<u8>(), 0..100),
        cut in any::<prop::sample::Index>(),
    ) {
        let key = key();
        let bytes = encode_artifact(&key, &proof);
        let decoded = DecodedArtifact { kind: key.kind(), hash: key.hash(), proof: &proof };
        prop_assert_eq!(decode_artifact(&bytes), Ok(decoded));
        prop_assert!(decode_artifact(&bytes[..cut.index(bytes.len())]).is_err());
    }
}

fn refused(change: impl FnOnce(&mut Vec<u8>)) -> CodecError {
    let mut bytes = sample().to_bytes();
    change(&mut bytes);
    BatchProofFile::from_bytes(&bytes).unwrap_err()
}

#[test]
fn each_part_has_its_error() {
    assert_eq!(refused(|bytes| bytes[0] = b'X'), CodecError::Magic { expected: "SFBATCH" });
    assert_eq!(sample().to_bytes()[8..10], [1, 0]);
    assert_eq!(BATCH_PROOF_VERSION, 1);
    let version = CodecError::Version { expected: BATCH_PROOF_VERSION, actual: 2 };
    assert_eq!(refused(|bytes| bytes[8] = 2), version);
    assert_eq!(refused(|bytes| bytes[10] = 9), CodecError::ParameterSet { code: 9 });
    let claim = refused(|bytes| {
        let at = CLAIM_AT + 5 * 8;
        bytes[at..at + 8].copy_from_slice(&GOLDILOCKS_ORDER.to_le_bytes());
    });
    let source = NotCanonical { value: GOLDILOCKS_ORDER };
    assert_eq!(claim, CodecError::Claim { index: 5, source });
    let word = refused(|bytes| bytes[HEADER + 32 + 15] = 0xff);
    assert!(matches!(word, CodecError::Word { index: 1, source } if source.index == 1), "{word:?}");
}

#[test]
fn announced_lengths_are_checked_before_anything_is_allocated() {
    let words_at = CLAIM_AT + CLAIM_LEN * 8;
    let huge = refused(|bytes| bytes[words_at..words_at + 4].copy_from_slice(&[0xff; 4]));
    assert_eq!(huge, CodecError::TooManyWords { actual: u32::MAX });
    let most =
        refused(|bytes| bytes[words_at..words_at + 4].copy_from_slice(&4096u32.to_le_bytes()));
    assert!(matches!(most, CodecError::Length { .. }), "{most:?}");
    let proof = refused(|bytes| bytes[words_at + 4..words_at + 8].copy_from_slice(&[0xff; 4]));
    assert!(matches!(proof, CodecError::Length { .. }), "{proof:?}");
}

#[test]
fn an_unknown_kind_of_artifact_is_refused() {
    let mut bytes = encode_artifact(&key(), b"proof");
    bytes[10] = 7;
    assert_eq!(decode_artifact(&bytes), Err(CodecError::Kind { code: 7 }));
    bytes[0] = 0;
    assert_eq!(decode_artifact(&bytes), Err(CodecError::Magic { expected: "SFPROOF" }));
}
