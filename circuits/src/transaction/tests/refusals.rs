//! What has no trace at all is refused with the reason.

use starfold_primitives::quantities::{Amount, FeeCount};
use starfold_primitives::signature::SignatureError;
use starfold_transition::{Kind, SealedBatch, TransactionWitness};

use super::fixture::{Case, batch};
use crate::provable::{ProvableRun, Run, TraceFailure};
use crate::transaction::Transactions;
use crate::transaction::trace::{SegmentTrace, TraceError};

fn refusal(transactions: &[TransactionWitness], blocks: usize) -> TraceError {
    let batch = batch();
    SegmentTrace::generate(&batch.context, batch.entry(), transactions, blocks).unwrap_err()
}

fn refusal_of(case: Case, edit: impl Fn(&mut TransactionWitness)) -> TraceError {
    let mut witness = case.witness();
    edit(&mut witness);
    refusal(&[TransactionWitness::NOOP, witness], 2)
}

#[test]
fn a_segment_has_a_power_of_two_of_blocks_and_no_more_transactions() {
    for actual in [0, 3] {
        assert_eq!(refusal(&[], actual), TraceError::BlockCount { actual });
    }
    let transactions =
        [TransactionWitness::NOOP, TransactionWitness::NOOP, TransactionWitness::NOOP];
    let expected = TraceError::TooMany { transactions: 3, blocks: 2 };
    assert_eq!(refusal(&transactions, 2), expected);
}

#[test]
fn an_incomplete_witness_is_refused() {
    let incomplete = |kind, missing| TraceError::Incomplete { position: 1, kind, missing };
    let error = refusal_of(Case::Transfer, |witness| witness.sender = None);
    assert_eq!(error, incomplete(Kind::Transfer, "its sender"));
    let error = refusal_of(Case::ForcedExit, |witness| witness.sender = None);
    assert_eq!(error, incomplete(Kind::ForcedExit, "its sender"));
    let error = refusal_of(Case::Deposit, |witness| witness.recipient = None);
    assert_eq!(error, incomplete(Kind::Deposit, "its recipient"));
    let error = refusal_of(Case::SetKey, |witness| witness.signature = None);
    assert_eq!(error, incomplete(Kind::SetKey, "its signature"));
}

#[test]
fn the_first_of_two_that_are_refused_is_named() {
    let [mut transfer, mut deposit] = [Case::Transfer, Case::Deposit].map(Case::witness);
    (transfer.sender, deposit.recipient) = (None, None);
    let error = refusal(&[TransactionWitness::NOOP, deposit.clone(), transfer.clone()], 4);
    assert!(matches!(error, TraceError::Incomplete { position: 1, .. }), "{error:?}");
    let error = refusal(&[transfer, deposit], 2);
    assert!(matches!(error, TraceError::Incomplete { position: 0, .. }), "{error:?}");
}

#[test]
fn a_run_of_any_transition_gives_the_reason_of_its_own() {
    let SealedBatch { context, boundaries, transactions, .. } = batch();
    let position = Case::Transfer as usize;
    let mut transactions = transactions.clone();
    transactions[position].sender = None;
    let run: Run<'_, Transactions> = Run::new(context, boundaries, &transactions).unwrap();
    let failure: TraceFailure = run.trace(position - 1..position + 1, 2).unwrap_err();
    let expected =
        TraceError::Incomplete { position: 1, kind: Kind::Transfer, missing: "its sender" };
    assert_eq!(failure.downcast_ref::<TraceError>(), Some(&expected));
    assert!(run.trace(0..position, position.next_power_of_two()).is_ok());
}

#[test]
fn a_signature_of_something_else_is_refused() {
    let error = refusal_of(Case::Transfer, |witness| witness.operation.amount = Amount::new(1));
    let TraceError::Signature { position: 1, source } = error else { panic!("{error:?}") };
    assert!(matches!(source, SignatureError::WrongChallenge { .. }), "{source:?}");
}

#[test]
fn an_effect_out_of_range_is_refused() {
    let effect = |rule| TraceError::Effect { position: 1, rule };
    let error = refusal_of(Case::ForcedExit, |witness| {
        witness.operation.amount = Amount::MAX;
    });
    assert_eq!(error, effect("the balance covers the amount"));
    let error = refusal_of(Case::ForcedExitUnmatched, |witness| {
        let access = witness.sender.as_mut().unwrap();
        access.fee_token.balance = Amount::ZERO;
        witness.operation.fee_count = FeeCount::new(1).unwrap();
    });
    assert_eq!(error, effect("the balance covers the fee"));
    let error = refusal_of(Case::Deposit, |witness| witness.operation.amount = Amount::MAX);
    assert_eq!(error, effect("the recipient's balance stays below 2^128"));
    let mut witness = Case::ForcedExitUnmatched.witness();
    witness.operation.fee_count = FeeCount::MAX;
    witness.sender.as_mut().unwrap().fee_token.balance = Amount::MAX;
    let overflow = TraceError::Effect { position: 1, rule: "fees of a batch below 2^32 units" };
    assert_eq!(refusal(&[witness.clone(), witness], 2), overflow);
}
