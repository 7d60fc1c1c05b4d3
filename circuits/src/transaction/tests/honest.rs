//! Differential tests against the executor.

use starfold_transition::Kind;

use crate::testing::{check_agreement, check_degree, check_honest};
use crate::transaction::TransactionAir;
use crate::transaction::trace::SegmentTrace;

use super::fixture::{self, Case, whole_batch};
use super::{batch, segment};

#[test]
fn a_batch_of_any_kinds_satisfies_the_constraints_and_has_the_executors_claim() {
    let mut seen = std::collections::HashSet::new();
    for seed in 0..12 {
        let batch = batch(seed, 14);
        seen.extend(batch.transactions.iter().map(|t| (t.operation.kind, t.operation.created)));
        let trace = segment(&batch);
        assert_eq!(trace.claim, batch.claim, "seed {seed}");
        let checked = check_honest(&TransactionAir, &trace.rows, &trace.claim);
        assert_eq!(checked, Ok(()), "seed {seed}");
    }
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Noop) {
        assert!(seen.iter().any(|(seen, _)| *seen == kind), "{kind:?} was never tried");
    }
}

/// More blocks than are computed side by side, with Noops after the last transaction.
#[test]
fn a_long_segment_goes_on_where_its_first_blocks_end() {
    let batch = batch(77, 90);
    assert!(batch.transactions.len() > 64, "{}", batch.transactions.len());
    let trace = segment(&batch);
    assert_eq!(trace.claim, batch.claim);
    assert_eq!(check_honest(&TransactionAir, &trace.rows, &trace.claim), Ok(()));
    let first =
        SegmentTrace::generate(&batch.context, batch.entry(), &batch.transactions[..64], 64);
    let first = first.unwrap().rows;
    assert!(first.rows().eq(trace.rows.rows().take(first.height())));
}

#[test]
fn the_declared_degree_is_that_of_the_constraints() {
    assert_eq!(check_degree(&TransactionAir), Ok(()));
}

#[test]
fn the_recursive_verifier_computes_what_the_native_one_does() {
    assert_eq!(check_agreement(TransactionAir, 1), Ok(()));
}

#[test]
fn noops_fill_a_segment_up_and_leave_its_claim_alone() {
    let trace = whole_batch();
    assert_eq!(trace.claim, fixture::batch().claim);
    assert_eq!(check_honest(&TransactionAir, &trace.rows, &trace.claim), Ok(()));
}

#[test]
fn each_transaction_alone_is_a_segment() {
    let batch = fixture::batch();
    for case in Case::ALL {
        let trace = case.segment();
        let [entry, exit] = [case as usize, (case as usize + 1).min(batch.transactions.len())]
            .map(|position| batch.boundaries[position].to_elements());
        assert_eq!((trace.claim.entry, trace.claim.exit), (entry, exit), "{case:?}");
        let checked = check_honest(&TransactionAir, &trace.rows, &trace.claim);
        assert_eq!(checked, Ok(()), "{case:?}");
    }
}
