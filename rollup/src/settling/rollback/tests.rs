use super::*;
use crate::BatchInputs;
use crate::sealing::tests::{Fixture, fixture, inputs, pretend_proof};
use crate::workload::Funding;

fn batch(number: u32) -> BatchNumber {
    BatchNumber::new(number).unwrap()
}

/// Three batches of two transfers each, and the state roots from the genesis on.
fn three_batches() -> (Fixture, Vec<Digest>) {
    let mut fixture = fixture(Funding::Genesis);
    let all = inputs(&fixture.workload, Some(1_800_000_000));
    let mut roots = vec![fixture.rollup.state().head().root];
    for transactions in all.transactions.chunks(2) {
        let inputs = BatchInputs { transactions: transactions.to_vec(), ..all.clone() };
        let record = fixture.rollup.seal(&inputs).unwrap();
        pretend_proof(&fixture.rollup, &record);
        roots.push(record.sealed.exit().state_root);
    }
    (fixture, roots)
}

#[test]
fn a_rollback_leads_to_a_checkpoint() {
    let (Fixture { mut rollup, .. }, roots) = three_batches();
    assert_eq!(rollup.rollback(batch(3)).unwrap().abandoned, []);
    let rolled_back = rollup.rollback(batch(1)).unwrap();
    let expected =
        RolledBack { abandoned: vec![batch(3), batch(2)], batch: batch(1), state_root: roots[1] };
    assert_eq!(rolled_back, expected);
    assert_eq!(rollup.state().head().root, roots[1]);
    assert_eq!(rollup.rollback(batch(0)).unwrap().state_root, roots[0]);
}

#[test]
fn settled_and_missing_batches_are_refused() {
    let (Fixture { mut rollup, .. }, roots) = three_batches();
    rollup.settle(batch(2)).unwrap();
    let error = RollbackError::Settled { settled: batch(2), to: batch(1) };
    assert_eq!(rollup.rollback(batch(1)), Err(error));
    let error = RollbackError::NoSuchBatch { head: batch(3), to: batch(4) };
    assert_eq!(rollup.rollback(batch(4)), Err(error));
    assert_eq!(rollup.state().head().root, roots[3]);
    rollup.rollback(batch(2)).unwrap();
    assert_eq!(rollup.state().head().root, roots[2]);
    assert!(matches!(rollup.settle(batch(3)), Err(StateError::UnknownCheckpoint { .. })));
}
