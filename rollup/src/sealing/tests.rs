use super::*;
use crate::NewRollup;
use crate::record::SyncedBatch;
use crate::report::{BatchReport, FinishedBatch, StageSeconds};
use crate::workload::{self, Funding, RandomTransfers, Workload};
use starfold_primitives::quantities::{Amount, TokenId};
use starfold_transition::TokenName;

pub(crate) struct Fixture {
    pub(crate) rollup: Rollup,
    pub(crate) workload: Workload,
    _folder: tempfile::TempDir,
}

pub(crate) fn fixture(funding: Funding) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let mut rollup = Rollup::init(folder.path(), &NewRollup::development()).unwrap();
    let size = RandomTransfers { transfers: 6, accounts: 3, seed: 7 };
    let workload = rollup.simulate(&workload::random(size).unwrap(), funding).unwrap();
    Fixture { rollup, workload, _folder: folder }
}

pub(crate) fn inputs(workload: &Workload, timestamp: Option<u32>) -> BatchInputs {
    BatchInputs {
        transactions: workload.transactions.clone(),
        l1_operations: workload.l1_operations.clone(),
        timestamp: timestamp.map(|seconds| Timestamp::new(seconds).unwrap()),
        ..BatchInputs::default()
    }
}

/// Marks a batch as proved without a proof.
pub(crate) fn pretend_proof(rollup: &Rollup, record: &BatchRecord) {
    let context = record.sealed.context;
    let report = BatchReport {
        batch: context.batch,
        chain_id: context.chain_id,
        contract: context.contract,
        timestamp: context.timestamp,
        parameter_set: rollup.config.parameter_set,
        transactions: 0,
        l1_operations: 0,
        blocks: 0,
        noops: 0,
        accounts_touched: 0,
        segment: 0,
        segments: 0,
        fold_levels: 0,
        words: 0,
        proofs_made: 0,
        proofs_reused: 0,
        wall_seconds: 0.0,
        cpu_seconds: 0.0,
        stage_cpu_seconds: StageSeconds::default(),
        peak_rss_bytes: 0,
        proof_bytes: 5,
        file_bytes: 5,
        old_state_root: record.sealed.entry().state_root,
        new_state_root: record.sealed.exit().state_root,
        circuit_digest: starfold_primitives::Digest::ZERO,
        rejected: Vec::new(),
    };
    rollup.finish(record, &FinishedBatch { proof: b"proof".to_vec(), report }).unwrap();
}

#[test]
fn the_same_inputs_continue_the_sealed_batch_whenever_they_come() {
    let Fixture { mut rollup, workload, _folder } = fixture(Funding::Genesis);
    let first = rollup.seal(&inputs(&workload, Some(1_800_000_000))).unwrap();
    // without a timestamp: that of the sealed batch, not now
    assert_eq!(rollup.seal(&inputs(&workload, None)).unwrap(), first);
    assert_eq!(rollup.seal(&inputs(&workload, Some(1_800_000_000))).unwrap(), first);
    assert_eq!(rollup.state().head().batch.get(), 1);
    pretend_proof(&rollup, &first);
    assert_eq!(rollup.seal(&inputs(&workload, None)).unwrap(), first);
    assert_eq!(rollup.finished(&first).unwrap().unwrap().proof, b"proof");
}

#[test]
fn other_inputs_wait_for_the_proof_of_the_last_batch() {
    let Fixture { mut rollup, workload, _folder } = fixture(Funding::Genesis);
    let mut first = inputs(&workload, Some(1_800_000_000));
    let rest = first.transactions.split_off(2);
    let record = rollup.seal(&first).unwrap();
    let second = BatchInputs { transactions: rest, ..first.clone() };
    assert!(!rollup.is_proved(&record) && rollup.finished(&record).unwrap().is_none());
    let error = rollup.seal(&second).unwrap_err();
    assert!(matches!(error, SealingError::Unproved { batch } if batch.get() == 1), "{error}");
    // a second later is another batch
    let later = Timestamp::new(1_800_000_001).unwrap();
    let error = rollup.seal(&BatchInputs { timestamp: Some(later), ..first }).unwrap_err();
    assert!(matches!(error, SealingError::Unproved { .. }), "{error}");

    pretend_proof(&rollup, &record);
    assert!(rollup.is_proved(&record));
    let record = rollup.seal(&second).unwrap();
    assert_eq!(record.sealed.context.batch.get(), 2);
    assert!(!rollup.is_proved(&record));
}

#[test]
fn time_does_not_run_backwards() {
    let Fixture { mut rollup, workload, _folder } = fixture(Funding::Genesis);
    let mut first = inputs(&workload, Some(4_000_000_000));
    let rest = first.transactions.split_off(2);
    let record = rollup.seal(&first).unwrap();
    pretend_proof(&rollup, &record);
    let mut second = BatchInputs { transactions: rest, ..first };
    second.timestamp = Some(Timestamp::new(3_999_999_999).unwrap());
    let error = rollup.seal(&second).unwrap_err();
    assert!(matches!(error, SealingError::Timestamp { last, .. } if last.get() == 4_000_000_000));
    second.timestamp = None;
    let record = rollup.seal(&second).unwrap();
    assert_eq!(record.sealed.context.timestamp.get(), 4_000_000_000);
}

#[test]
fn all_rejections_are_named_and_nothing_is_sealed() {
    let Fixture { mut rollup, workload, _folder } = fixture(Funding::Genesis);
    let root = rollup.state().head().root;
    let mut wrong = inputs(&workload, None);
    wrong.transactions[1].signature = wrong.transactions[0].signature;
    wrong.transactions[4].signature = wrong.transactions[0].signature;
    let SealingError::Rejected { total: 6, rejected } = rollup.seal(&wrong).unwrap_err() else {
        panic!("other error");
    };
    let positions: Vec<u64> = rejected.iter().map(|rejected| rejected.position).collect();
    assert!(positions.contains(&1) && positions.contains(&4), "{rejected:?}");
    assert!(rejected[0].reason.contains("signature does not verify"), "{rejected:?}");
    assert_eq!(rollup.state().head().root, root);

    wrong.skip_invalid = true;
    let record = rollup.seal(&wrong).unwrap();
    assert_eq!(record.rejected, rejected);
    // the transfers that were left and the collected fees
    assert_eq!(record.sealed.transactions.len(), 6 - rejected.len() + 1);
}

#[test]
fn a_batch_of_nothing_is_refused() {
    let Fixture { mut rollup, workload, _folder } = fixture(Funding::Genesis);
    let error = rollup.seal(&BatchInputs::default()).unwrap_err();
    assert!(matches!(error, SealingError::Seal(SealError::Batch(BatchError::Empty))), "{error}");
    let mut wrong = inputs(&workload, Some(1));
    wrong.skip_invalid = true;
    let signature = wrong.transactions[0].signature;
    wrong.transactions.drain(..1);
    wrong.transactions.iter_mut().for_each(|signed| signed.signature = signature);
    let error = rollup.seal(&wrong).unwrap_err();
    assert!(matches!(error, SealingError::Rejected { total: 5, rejected } if rejected.len() == 5));
}

#[test]
fn deposits_fund_a_batch_and_keys_are_set_before_its_transfers() {
    let Fixture { mut rollup, workload, _folder } = fixture(Funding::Deposits);
    let record = rollup.seal(&inputs(&workload, None)).unwrap();
    assert!(record.rejected.is_empty());
    assert_eq!(record.sealed.l1_operations as usize, workload.l1_operations.len());
    assert_eq!(record.sealed.words.len(), workload.words);
}

#[test]
fn an_abandoned_batch_leaves_the_state_before_it() {
    let Fixture { mut rollup, workload, _folder } = fixture(Funding::Genesis);
    assert!(matches!(rollup.abandon(), Err(SealingError::NothingSealed)));
    let before = rollup.state().head();
    let record = rollup.seal(&inputs(&workload, Some(5))).unwrap();
    assert_eq!(rollup.abandon().unwrap().get(), 1);
    assert_eq!(rollup.state().head(), before);
    assert_eq!(rollup.last_batch().unwrap(), None);
    let again = rollup.seal(&inputs(&workload, Some(5))).unwrap();
    assert_eq!(again.sealed, record.sealed);
}

#[test]
fn an_operator_without_an_account_is_found_among_the_deposits() {
    let folder = tempfile::tempdir().unwrap();
    let mut new = NewRollup::development();
    new.operator = Address([0xaa; 20]);
    new.genesis = starfold_state::Genesis::default();
    let mut rollup = Rollup::init(folder.path(), &new).unwrap();
    let deposit = |to: Address| L1Operation::Deposit {
        to,
        token: TokenName::L1(Address::ZERO),
        amount: Amount::new(1),
    };
    let inputs = BatchInputs {
        l1_operations: vec![deposit(Address([1; 20])), deposit(new.operator)],
        ..BatchInputs::default()
    };
    let snapshot = rollup.state.snapshot();
    let batch = BatchNumber::new(1).unwrap();
    let seal_inputs = rollup.seal_inputs(&snapshot, &inputs, batch, Timestamp::ZERO).unwrap();
    assert_eq!(seal_inputs.operator.get(), 1);
    let record = rollup.seal(&inputs).unwrap();
    assert_eq!(record.sealed.transactions.len(), 2);
}

#[test]
fn fees_go_to_the_operator_or_to_nobody() {
    let Fixture { mut rollup, workload, _folder } = fixture(Funding::Genesis);
    let root = rollup.state().head().root;
    let operator = Address([0xaa; 20]);
    rollup.config.operator = operator;
    let error = rollup.seal(&inputs(&workload, None)).unwrap_err();
    assert!(
        matches!(error, SealingError::OperatorWithoutAccount { operator: named } if named == operator),
        "{error}"
    );
    assert_eq!(rollup.state().head().root, root);
}

#[test]
fn registered_tokens_are_there_when_their_deposits_execute() {
    let Fixture { mut rollup, workload, _folder } = fixture(Funding::Genesis);
    let [one, two] = [Address([1; 20]), Address([2; 20])];
    let first = u16::try_from(rollup.state().head().token_count).unwrap();
    let id = |offset| TokenId::new(first + offset).unwrap();
    let deposit = |offset| L1Operation::Deposit {
        to: Address([9; 20]),
        token: TokenName::Id(id(offset)),
        amount: Amount::new(5),
    };
    let tokens =
        vec![RegisteredToken { id: id(0), token: one }, RegisteredToken { id: id(1), token: two }];
    let without = BatchInputs { l1_operations: vec![deposit(1)], ..BatchInputs::default() };
    let error = rollup.seal(&without).unwrap_err();
    assert!(matches!(error, SealingError::Seal(SealError::L1Operation { .. })), "{error}");

    let with = BatchInputs { tokens: tokens.clone(), ..without };
    let record = rollup.seal(&with).unwrap();
    assert_eq!(rollup.state().snapshot().l1_token(id(1)).unwrap(), Some(two));
    // the same again, also where the contract knows more tokens by then
    assert_eq!(rollup.seal(&with).unwrap(), record);
    let third = RegisteredToken { id: id(2), token: Address([3; 20]) };
    let later = BatchInputs { tokens: [&tokens[..], &[third]].concat(), ..with.clone() };
    assert_eq!(rollup.seal(&later).unwrap(), record);
    // and where those that the batch registered are no longer told, for they are settled
    let settled = BatchInputs { tokens: vec![third], ..with.clone() };
    assert_eq!(rollup.seal(&settled).unwrap(), record);

    rollup.abandon().unwrap();
    assert_eq!(rollup.state().snapshot().l1_token(id(0)).unwrap(), None);
    let gap = BatchInputs { tokens: tokens[1..].to_vec(), ..with };
    let error = rollup.seal(&gap).unwrap_err();
    assert!(matches!(error, SealingError::Token(TokenError::OutOfOrder { .. })), "{error}");
    drop(workload);
}

#[test]
fn after_a_batch_from_l1_the_next_one_is_sealed() {
    let Fixture { mut rollup, workload, _folder } = fixture(Funding::Genesis);
    let timestamp = Timestamp::new(1_800_000_000).unwrap();
    let synced = SyncedBatch {
        timestamp,
        words_digest: starfold_primitives::Digest::ZERO,
        l1_operations: 2,
    };
    let changes = Overlay::new(&rollup.state.snapshot()).into_changes();
    rollup.state.commit(changes, &synced.to_bytes()).unwrap();
    let error = rollup.last_batch().unwrap_err();
    assert!(matches!(error, SealingError::Synced { batch } if batch.get() == 1), "{error}");
    let stored = rollup.stored_batch(rollup.state().head().batch).unwrap();
    assert_eq!(stored, Some(StoredBatch::Synced(synced)));

    let error = rollup.seal(&inputs(&workload, Some(1_799_999_999))).unwrap_err();
    assert!(matches!(error, SealingError::Timestamp { last, .. } if last == timestamp), "{error}");
    let record = rollup.seal(&inputs(&workload, Some(1_800_000_000))).unwrap();
    assert_eq!(record.sealed.context.batch.get(), 2);
}

#[test]
fn a_damaged_record_is_refused() {
    let Fixture { mut rollup, workload, _folder } = fixture(Funding::Genesis);
    let record = rollup.seal(&inputs(&workload, None)).unwrap();
    let bytes = record.to_bytes();
    let stored = StoredBatch::Sealed(Box::new(record.clone()));
    assert_eq!(StoredBatch::from_bytes(&bytes).unwrap(), stored);
    let refused = |bytes: &[u8]| -> RecordError { StoredBatch::from_bytes(bytes).unwrap_err() };
    let said = |error: &RecordError| error.to_string();
    let cut = refused(&bytes[..bytes.len() - 1]);
    assert!(said(&cut).starts_with("the record of the batch cannot be read: "), "{cut}");
    let longer = refused(&[&bytes[..], &[0]].concat());
    assert!(said(&longer).ends_with(": 1 bytes after its end"), "{longer}");
    let mut other = record;
    other.sealed.l1_operations += 1;
    let expected = other.sealed.check().unwrap_err().to_string();
    let error = refused(&other.to_bytes());
    assert!(said(&error).contains(&expected), "{error}");
    // and that is why nothing is sealed after it
    assert!(matches!(SealingError::from(error), SealingError::Record(_)));
}
