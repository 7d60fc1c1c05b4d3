use starfold_primitives::quantities::{FeeCount, Timestamp};
use starfold_primitives::{Field, PrimeField64};
use starfold_state::Overlay;

use super::*;
use crate::seal::seal;
use crate::testing::{arbitrary_batch, fee_count};
use starfold_primitives::Digest;

fn batch() -> SealedBatch {
    let (state, inputs) = arbitrary_batch(3, 12);
    let snapshot = state.snapshot();
    seal(&mut Overlay::new(&snapshot), &inputs).unwrap().batch
}

fn check(change: impl FnOnce(&mut SealedBatch)) -> Result<(), BatchError> {
    let mut batch = batch();
    change(&mut batch);
    batch.check()
}

#[test]
fn a_sealed_batch_is_consistent() {
    assert_eq!(check(|_| {}), Ok(()));
}

#[test]
fn a_batch_without_transactions_or_boundaries_is_refused() {
    assert_eq!(check(|batch| batch.transactions.clear()), Err(BatchError::Empty));
    let transactions = batch().transactions.len();
    let (expected, actual) = (transactions + 1, 0);
    let error = BatchError::BoundaryCount { transactions, expected, actual };
    assert_eq!(check(|batch| batch.boundaries.clear()), Err(error));
    let word = batch().words[0];
    let error = BatchError::TooManyWords { actual: 5_000 };
    assert_eq!(check(|batch| batch.words.resize(5_000, word)), Err(error));
}

#[test]
fn words_are_those_of_the_transactions() {
    assert_eq!(check(|batch| batch.words.swap(0, 2)), Err(BatchError::Words { position: 0 }));
    let last = batch().words.len() - 1;
    let error = BatchError::Words { position: last };
    assert_eq!(check(|batch| batch.words.truncate(last)), Err(error));
}

#[test]
fn the_point_is_that_of_the_words() {
    let z1 = batch().context.z1;
    let changed = [z1[0] + Goldilocks::ONE, z1[1]];
    let error = BatchError::Point { expected: z1, actual: changed };
    assert_eq!(check(|batch| batch.context.z1 = changed), Err(error));
}

#[test]
fn boundaries_follow_from_transactions() {
    let changes: [fn(&mut Boundary); 4] = [
        |boundary| boundary.counter += 1,
        |boundary| boundary.fee_accumulator = fee_count(boundary.fee_accumulator.get() + 1),
        |boundary| boundary.words_digest = Digest::ZERO,
        |boundary| boundary.words_evaluation[1] += Goldilocks::ONE,
    ];
    for change in changes {
        for index in [1, 5, 13] {
            let result = check(|batch| change(&mut batch.boundaries[index]));
            assert_eq!(result, Err(BatchError::Boundary { index }));
        }
    }
    let result = check(|batch| batch.boundaries[0].counter = 1);
    assert_eq!(result, Err(BatchError::Boundary { index: 0 }));
}

#[test]
fn counts_and_claim_follow_from_the_rest() {
    let expected = batch().accounts_touched;
    let error = BatchError::Count { what: "accounts", expected, actual: 0 };
    assert_eq!(check(|batch| batch.accounts_touched = 0), Err(error));
    let expected = batch().l1_operations;
    let error = BatchError::Count { what: "L1 operations", expected, actual: 99 };
    assert_eq!(check(|batch| batch.l1_operations = 99), Err(error));
    let result = check(|batch| batch.context.timestamp = Timestamp::ZERO);
    assert_eq!(result, Err(BatchError::Claim));
    let result = check(|batch| batch.claim.exit[0] += Goldilocks::ONE);
    assert_eq!(result, Err(BatchError::Claim));
}

#[test]
fn a_batch_is_checked_as_it_is_read() {
    let mut broken = batch();
    broken.boundaries.clear();
    let configuration = bincode::config::standard();
    let bytes = bincode::serde::encode_to_vec(&broken, configuration).unwrap();
    let error = bincode::serde::decode_from_slice::<SealedBatch, _>(&bytes, configuration);
    let text = error.unwrap_err().to_string();
    let expected = broken.check().unwrap_err().to_string();
    assert!(text.contains(&expected), "{text}");
}

#[test]
fn fees_that_nobody_collected_leave_the_claim_open() {
    let result = check(|batch| {
        // leave out CollectFee, the last transaction of one word
        batch.transactions.pop();
        batch.boundaries.pop();
        batch.words.pop();
        let execution = Execution {
            context: batch.context,
            boundaries: std::mem::take(&mut batch.boundaries),
            witnesses: std::mem::take(&mut batch.transactions),
            words: std::mem::take(&mut batch.words),
        };
        let error = SealedBatch::assemble(execution, batch.input_digest).unwrap_err();
        let BatchError::NotClosed(error) = error else { panic!("{error}") };
        assert_eq!(error.name, "exit_fee_accumulator");
        assert_ne!(error.actual, 0);
    });
    assert_eq!(result, Err(BatchError::Empty));
}

#[test]
fn elements_stand_where_section_6_puts_them() {
    let batch = batch();
    let values = |elements: &[Goldilocks]| -> Vec<u64> {
        elements.iter().map(|element| element.to_canonical_u64()).collect()
    };
    let context = values(&batch.context.to_elements());
    assert_eq!(context[0], 31_337);
    // 20 bytes of 0xc0 in limbs of 62, 62 and 36 bits
    assert_eq!(context[1..4], [0x00c0_c0c0_c0c0_c0c0, 0x0303_0303_0303_0303, 0xc_0c0c_0c0c]);
    assert_eq!(context[4..6], [1, 1_700_000_000]);
    let parameters = batch.context.parameters();
    assert_eq!(context[6], u64::from(parameters.fee_token.get()));
    assert_eq!(context[7], u64::from(parameters.fee_unit.get()));
    assert_eq!(context[8..10], values(&batch.context.z1));
    assert_eq!(context[10..], [0, 0]);
    let boundary = &batch.boundaries[5];
    let elements = values(&boundary.to_elements());
    assert_eq!(elements[..4], boundary.state_root.to_canonical());
    assert_eq!(elements[4..8], boundary.words_digest.to_canonical());
    assert_eq!(elements[8..10], values(&boundary.words_evaluation));
    assert_eq!(elements[10], u64::from(boundary.fee_accumulator.get()));
    assert_eq!(elements[11..], [5, 0, 0, 0, 0]);
}

#[test]
fn a_noop_changes_no_boundary() {
    let boundary = batch().boundaries[5];
    let z1 = [Goldilocks::TWO; 2];
    let after = boundary.after(&crate::Operation::NOOP, boundary.state_root, z1);
    assert_eq!(after, Some(boundary));
}

#[test]
fn an_accumulator_of_2_to_the_32_has_no_boundary() {
    let mut boundary = batch().boundaries[5];
    boundary.fee_accumulator = FeeCount::MAX;
    let operation = crate::Operation {
        kind: crate::Kind::SetKey,
        fee_count: fee_count(1),
        ..crate::Operation::NOOP
    };
    assert_eq!(boundary.after(&operation, boundary.state_root, [Goldilocks::ONE; 2]), None);
}
