use super::*;
use proptest::prelude::*;
use starfold_primitives::GOLDILOCKS_ORDER;

const ROLLUP: Address = Address([0x77; 20]);

fn digests() -> impl Strategy<Value = Digest> {
    proptest::array::uniform4(0..GOLDILOCKS_ORDER)
        .prop_map(|elements| Digest::from_canonical(elements).unwrap())
}

fn submissions() -> impl Strategy<Value = Submission> {
    let words = proptest::collection::vec(any::<[u8; WORD_BYTES]>(), 0..40);
    let proof = proptest::collection::vec(any::<u8>(), PROOF_BYTES);
    let roots = (digests(), digests(), digests());
    (any::<[u32; 3]>(), roots, words, proof).prop_map(
        |([batch, timestamp, counter], (exit_root, words_digest, claim_digest), words, proof)| {
            let timestamp = Timestamp::new(timestamp).unwrap();
            Submission {
                batch: BatchNumber::new(batch).unwrap(),
                header: BatchHeader { timestamp, exit_root, words_digest, counter },
                claim_digest,
                words: words.iter().map(Word::from_bytes).collect(),
                proof: proof.try_into().unwrap(),
            }
        },
    )
}

fn sample(words: usize) -> Vec<u8> {
    let submission = Submission {
        batch: BatchNumber::new(7).unwrap(),
        header: BatchHeader {
            timestamp: Timestamp::new(1_800_000_000).unwrap(),
            exit_root: Digest::ZERO,
            words_digest: Digest::ZERO,
            counter: 3,
        },
        claim_digest: Digest::ZERO,
        words: vec![Word::from_bytes(&[0xab; WORD_BYTES]); words],
        proof: [0xcd; PROOF_BYTES],
    };
    submission.call(ROLLUP).data
}

/// The sample with the slot at a position replaced by a number.
fn with_slot(position: usize, value: u64) -> Vec<u8> {
    let mut data = sample(2);
    data[SELECTOR + position * SLOT..][..SLOT].fill(0);
    data[SELECTOR + position * SLOT + 24..][..8].copy_from_slice(&value.to_be_bytes());
    data
}

fn refusal(data: &[u8]) -> SubmissionError {
    Submission::decode(data).unwrap_err()
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(submission in submissions()) {
        let call = submission.call(ROLLUP);
        prop_assert_eq!(call.to, Some(ROLLUP));
        prop_assert_eq!(Submission::decode(&call.data), Ok(submission));
    }

    #[test]
    fn what_is_decoded_has_no_other_encoding(
        submission in submissions(), position: prop::sample::Index, change in 1u8..,
    ) {
        let mut data = submission.call(ROLLUP).data;
        *position.get_mut(&mut data) ^= change;
        if let Ok(decoded) = Submission::decode(&data) {
            prop_assert_ne!(&decoded, &submission);
            prop_assert_eq!(decoded.call(ROLLUP).data, data);
        }
    }

    #[test]
    fn every_truncation_is_refused(submission in submissions(), end: prop::sample::Index) {
        let data = submission.call(ROLLUP).data;
        let end = end.index(data.len());
        let error = refusal(&data[..end]);
        let short =
            matches!(error, SubmissionError::Length { .. } | SubmissionError::Selector { .. });
        prop_assert!(short, "{}", error);
    }

    #[test]
    fn arbitrary_bytes_are_refused_without_a_panic(bytes: Vec<u8>) {
        let data = [&submitBatchCall::SELECTOR[..], &bytes].concat();
        prop_assert!(Submission::decode(&data).is_err());
    }
}

#[test]
fn the_words_begin_where_the_contract_expects_them() {
    let data = sample(1);
    assert_eq!(data[292..292 + WORD_BYTES], [0xab; WORD_BYTES]);
    assert_eq!(data.len(), 292 + 32 + 32 + PROOF_BYTES);
}

#[test]
fn another_function_is_refused() {
    let mut data = sample(1);
    data[0] ^= 1;
    assert_eq!(refusal(&data), SubmissionError::Selector { actual: data[..4].to_vec() });
    assert_eq!(refusal(&[1]), SubmissionError::Selector { actual: vec![1] });
}

#[test]
fn numbers_beyond_their_types_are_refused() {
    let fields = ["the batch number", "the timestamp", "the counter"];
    for (position, field) in fields.into_iter().enumerate() {
        assert_eq!(refusal(&with_slot(position, 1 << 32)), SubmissionError::Range { field });
        assert!(Submission::decode(&with_slot(position, (1 << 32) - 1)).is_ok());
    }
}

#[test]
fn digests_with_a_second_encoding_are_refused() {
    for (position, expected) in [(3, "the exit root"), (4, "D"), (5, "C")] {
        let SubmissionError::Digest { field, .. } = refusal(&with_slot(position, GOLDILOCKS_ORDER))
        else {
            unreachable!("an element is p")
        };
        assert_eq!(field, expected);
    }
}

#[test]
fn offsets_that_contracts_would_follow_are_refused() {
    for (position, field, expected) in
        [(6, "the offset of the words", 256), (7, "the offset of the proof", 256 + 32 + 64)]
    {
        for actual in [0, expected - 1, expected + 32] {
            let error = refusal(&with_slot(position, actual as u64));
            assert_eq!(error, SubmissionError::Layout { field, expected, actual });
        }
        assert!(matches!(
            refusal(&with_slot(position, u64::MAX)),
            SubmissionError::Range { .. } | SubmissionError::Layout { .. }
        ));
    }
}

#[test]
fn lengths_beyond_the_call_are_refused_before_anything_is_allocated() {
    for length in [400, 1 << 31, u64::from(u32::MAX), 1 << 32, u64::MAX] {
        for position in [8, 11] {
            assert!(matches!(
                refusal(&with_slot(position, length)),
                SubmissionError::Length { .. }
                    | SubmissionError::Range { .. }
                    | SubmissionError::Layout { .. }
            ));
        }
    }
}

#[test]
fn a_proof_of_another_length_is_refused() {
    let mut data = sample(1);
    data.truncate(data.len() - 32);
    data[SELECTOR + 10 * SLOT..][..SLOT].fill(0);
    data[SELECTOR + 11 * SLOT - 1] = 224;
    let (field, expected, actual) = ("the length of the proof", 256, 224);
    assert_eq!(refusal(&data), SubmissionError::Layout { field, expected, actual });
}

#[test]
fn padding_and_bytes_behind_the_proof_are_refused() {
    let mut data = sample(1);
    let padding = 292 + WORD_BYTES;
    data[padding] = 1;
    assert_eq!(refusal(&data), SubmissionError::Padding { field: "words" });
    let mut data = sample(1);
    let expected = data.len();
    data.extend([0; 32]);
    let actual = data.len();
    assert_eq!(refusal(&data), SubmissionError::Length { expected, actual });
}

#[test]
fn parts_of_words_and_too_many_are_refused() {
    let mut data = with_slot(8, 61);
    data[292 + 61] = 0;
    let error = refusal(&data);
    assert_eq!(error, SubmissionError::WordsLength { length: 61 });
    assert!(Submission::decode(&sample(MAX_WORDS)).is_ok());
    let error = refusal(&sample(MAX_WORDS + 1));
    assert_eq!(error, SubmissionError::TooManyWords { actual: MAX_WORDS + 1 });
}
