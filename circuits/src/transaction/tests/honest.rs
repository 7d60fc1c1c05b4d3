//! Differential tests against the executor.

use starfold_transition::Kind;

use crate::air::{Air, AirStark, check_trace, constraint_table};
use crate::transaction::{COLUMNS, TransactionAir};

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
        let rows = 0..trace.rows.len();
        let violations = check_trace(&TransactionAir, &trace.rows, &trace.claim, rows);
        assert_eq!(violations, [], "seed {seed}");
    }
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Noop) {
        assert!(seen.iter().any(|(seen, _)| *seen == kind), "{kind:?} was never tried");
    }
}

#[test]
fn the_declared_degree_is_that_of_the_constraints() {
    let table = constraint_table(&TransactionAir);
    assert_eq!(table.degree(), <TransactionAir as Air<COLUMNS>>::DEGREE);
    let mut names: Vec<_> = table.constraints.iter().map(|constraint| constraint.name).collect();
    let named = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), named, "a name stands for one constraint");
}

#[test]
fn starky_finds_low_degree_and_equal_verifiers() {
    type Stark = AirStark<TransactionAir, COLUMNS>;
    type Config = plonky2::plonk::config::PoseidonGoldilocksConfig;
    let stark = Stark::new(TransactionAir);
    starky::stark_testing::test_stark_low_degree::<_, Stark, 2>(stark).unwrap();
    starky::stark_testing::test_stark_circuit_constraints::<_, Config, Stark, 2>(stark).unwrap();
}

#[test]
fn noops_fill_a_segment_up_and_leave_its_claim_alone() {
    let trace = whole_batch();
    assert_eq!(trace.claim, fixture::batch().claim);
    let rows = 0..trace.rows.len();
    assert_eq!(check_trace(&TransactionAir, &trace.rows, &trace.claim, rows), []);
}

#[test]
fn each_transaction_alone_is_a_segment() {
    let batch = fixture::batch();
    for case in Case::ALL {
        let trace = case.segment();
        let [entry, exit] = [case as usize, (case as usize + 1).min(batch.transactions.len())]
            .map(|position| batch.boundaries[position].to_elements());
        assert_eq!((trace.claim.entry, trace.claim.exit), (entry, exit), "{case:?}");
        let rows = 0..trace.rows.len();
        assert_eq!(check_trace(&TransactionAir, &trace.rows, &trace.claim, rows), [], "{case:?}");
    }
}
