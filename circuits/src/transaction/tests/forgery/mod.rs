//! Traces as an attacker makes them: edited by column names, and consistent again wherever that is possible.
//!
//! A forgery is one block with its claim. [`Forgery::derive`] makes the cells that follow from the registers
//! (indices, message, words, range checks, flags), [`Forgery::rehash`] everything that follows from hashing; what
//! was edited in between stays as a lie.

mod derive;
mod fill;
mod lanes;
mod rehash;
mod signature;

use std::collections::BTreeSet;

use starfold_primitives::claim::Claim;
use starfold_primitives::{Field, Goldilocks};

use crate::air::{Layout, Trace, check_trace};
use crate::transaction::TransactionAir;
use crate::transaction::columns::{OperationColumns, TransactionColumns};
use crate::transaction::schedule::{BLOCK_ROWS, STEPS};
use crate::transaction::trace::SegmentTrace;

use super::fixture::Case;

pub(super) use crate::gadgets::tests::forging::{Point, doubled, third};
pub(super) use fill::Deed;

pub(super) type Row = TransactionColumns<Goldilocks>;
pub(super) type Operation = OperationColumns<Goldilocks>;

pub(super) const ONE: Goldilocks = Goldilocks::ONE;
pub(super) const ZERO: Goldilocks = Goldilocks::ZERO;
pub(super) const TWO: Goldilocks = Goldilocks::TWO;

pub(super) fn field(value: u64) -> Goldilocks {
    Goldilocks::from_canonical_u64(value)
}

pub(super) const fn row_of(group: usize, step: usize) -> usize {
    group * STEPS + step
}

/// One block and its claim.
#[derive(Clone, Debug)]
pub(super) struct Forgery {
    pub(super) rows: Vec<Row>,
    pub(super) claim: Claim<Goldilocks>,
}

impl Forgery {
    /// The honest block of a case.
    pub(super) fn of(case: Case) -> Self {
        Self::from_trace(&case.segment())
    }

    pub(super) fn from_trace(trace: &SegmentTrace) -> Self {
        assert_eq!(trace.rows.height(), BLOCK_ROWS);
        let rows = (0..BLOCK_ROWS).map(|row| trace.rows.row::<TransactionColumns<()>>(row));
        Self { rows: rows.collect(), claim: trace.claim }
    }

    pub(super) fn at(&mut self, group: usize, step: usize) -> &mut Row {
        &mut self.rows[row_of(group, step)]
    }

    /// Edits the rows from one to another, both included.
    pub(super) fn between(
        &mut self,
        first: (usize, usize),
        last: (usize, usize),
        edit: impl Fn(&mut Row),
    ) {
        self.rows[row_of(first.0, first.1)..=row_of(last.0, last.1)].iter_mut().for_each(edit);
    }

    /// Edits the rows from one to the block's end.
    pub(super) fn from(&mut self, group: usize, step: usize, edit: impl Fn(&mut Row)) {
        self.between((group, step), (15, 15), edit);
    }

    pub(super) fn all(&mut self, edit: impl Fn(&mut Row)) {
        self.rows.iter_mut().for_each(edit);
    }

    /// Edits the transaction.
    pub(super) fn operation(&mut self, edit: impl Fn(&mut Operation)) {
        self.all(|row| edit(&mut row.operation));
    }

    /// The transaction.
    pub(super) fn registers(&self) -> Operation {
        self.rows[0].operation
    }

    /// Makes the boundaries of the claim those of the trace.
    pub(super) fn claim_follows(&mut self) {
        let elements = |row: &Row| {
            let running = row.running;
            let (root, digest) = (running.state_root, running.words_digest);
            let y = running.words_evaluation;
            let mut elements = [ZERO; 16];
            elements[..4].copy_from_slice(&root);
            elements[4..8].copy_from_slice(&digest);
            elements[8..10].copy_from_slice(&y);
            (elements[10], elements[11]) = (running.fee_accumulator, running.counter);
            elements
        };
        self.claim.entry = elements(&self.rows[0]);
        self.claim.exit = elements(&self.rows[BLOCK_ROWS - 1]);
    }

    /// The block as a trace.
    pub(super) fn encode(&self) -> Trace {
        Trace::from_rows::<TransactionColumns<()>>(self.rows.iter().copied())
    }

    /// The names of the constraints that the block breaks.
    pub(super) fn broken(&self) -> BTreeSet<&'static str> {
        let rows = self.encode();
        let violations = check_trace(&TransactionAir, &rows, &self.claim, 0..rows.height());
        violations.into_iter().map(|violation| violation.name).collect()
    }
}

#[test]
fn deriving_and_hashing_again_changes_nothing_honest() {
    for case in Case::ALL {
        let honest = case.segment();
        let mut forgery = Forgery::of(case);
        forgery.settle();
        assert_eq!(forgery.claim, honest.claim, "{case:?}");
        for (row, (made, expected)) in forgery.encode().rows().zip(honest.rows.rows()).enumerate() {
            let mut columns = vec![];
            TransactionColumns::<()>::describe("", "", &mut columns);
            for (column, info) in columns.iter().enumerate() {
                assert_eq!(made[column], expected[column], "{case:?}, row {row}, {}", info.name);
            }
        }
    }
}
