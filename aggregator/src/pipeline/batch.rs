//! The runs of a batch as one row of transactions.

use std::ops::Range;

use starfold_circuits::air::Trace;
use starfold_circuits::provable::ProvableRun;
use starfold_primitives::Goldilocks;
use starfold_primitives::claim::{BOUNDARY_LEN, BrokenChain, CONTEXT_LEN, Claim};

use crate::error::ProveError;

/// Runs that follow one another.
pub(super) struct Batch<'a> {
    context: [Goldilocks; CONTEXT_LEN],
    /// Before the first transaction and after each.
    boundaries: Vec<[Goldilocks; BOUNDARY_LEN]>,
    runs: Vec<(Range<usize>, &'a dyn ProvableRun)>,
}

impl<'a> Batch<'a> {
    /// Lines up runs.
    ///
    /// # Errors
    /// [`ProveError::BrokenRuns`] where one has another context than the one before or does not begin where that ends.
    pub(super) fn new(runs: &[&'a dyn ProvableRun]) -> Result<Self, ProveError> {
        let context =
            runs.first().map_or([Goldilocks::default(); CONTEXT_LEN], |run| run.context());
        let mut batch = Self { context, boundaries: vec![], runs: vec![] };
        for (index, &run) in runs.iter().enumerate() {
            let boundaries = run.boundaries();
            let Some(&entry) = boundaries.first() else {
                return Err(ProveError::NoBoundary { run: index });
            };
            let broken = |source| ProveError::BrokenRuns { run: index, source };
            let before = *batch.boundaries.last().unwrap_or(&entry);
            let left = Claim { context, entry: before, exit: before };
            let right = Claim { context: run.context(), entry, exit: entry };
            left.compose(&right).map_err(|source: BrokenChain| broken(source))?;
            let first = batch.boundaries.len().saturating_sub(1);
            let skipped = usize::from(index > 0);
            batch.boundaries.extend(boundaries.into_iter().skip(skipped));
            batch.runs.push((first..batch.boundaries.len() - 1, run));
        }
        Ok(batch)
    }

    /// The name of the AIR of each run, and its number of transactions.
    pub(super) fn runs(&self) -> Vec<(&'static str, usize)> {
        self.runs.iter().map(|(range, run)| (run.air(), range.len())).collect()
    }

    /// The claim of some of the transactions.
    pub(super) fn claim(&self, transactions: &Range<usize>) -> Claim<Goldilocks> {
        Claim {
            context: self.context,
            entry: self.boundaries[transactions.start],
            exit: self.boundaries[transactions.end],
        }
    }

    /// The trace of a segment, which lies within one run.
    ///
    /// # Errors
    /// [`ProveError::Trace`], [`ProveError::TraceClaim`].
    pub(super) fn trace(
        &self,
        transactions: &Range<usize>,
        blocks: usize,
    ) -> Result<Trace, ProveError> {
        let holds = |range: &Range<usize>| {
            range.start <= transactions.start && transactions.end <= range.end
        };
        let (range, run) = self
            .runs
            .iter()
            .find(|(range, _)| holds(range))
            .expect("a plan leaves no segment between two runs");
        let steps = transactions.start - range.start..transactions.end - range.start;
        let (trace, exit) = run
            .trace(steps, blocks)
            .map_err(|source| ProveError::Trace { transactions: transactions.clone(), source })?;
        let expected = self.boundaries[transactions.end];
        match exit.iter().zip(&expected).position(|(actual, expected)| actual != expected) {
            None => Ok(trace),
            Some(element) => Err(ProveError::TraceClaim {
                transactions: transactions.clone(),
                element,
                expected: expected[element],
                actual: exit[element],
            }),
        }
    }
}
