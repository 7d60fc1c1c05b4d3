//! A state transition that can be proved.
//!
//! To prove a transition of your own:
//!
//! 1. Name the elements of its claim: what holds throughout a batch ([`ProvableTransition::Context`]) and where a batch
//!    stands between two steps ([`ProvableTransition::Boundary`]). [`columns!`](crate::air::columns!) declares both.
//! 2. Name the columns of its trace and state its constraints, once: an [`Air`]. Its first row is bound to the
//!    claim's entry, its last row to the exit.
//! 3. Say what proves one step, and fill the trace: [`ProvableTransition::Witness`], [`ProvableTransition::trace`].
//! 4. Say how many rows a step takes, and which leaf circuits there are: [`ProvableTransition::STEP_DEGREE_BITS`],
//!    [`ProvableTransition::leaves`].
//! 5. Test it with the module `testing`, which the feature of that name adds: honest traces, free cells, a forgery for each constraint.
//! 6. Put it into a [`Catalogue`](crate::recursion::Catalogue), derive and pin its circuits
//!    ([`ProvingSet`](crate::proving_set::ProvingSet)), and hand [`Run`]s of it to the aggregator's pipeline.
//!
//! The transactions of the built-in rollup are such a transition:
//! [`Transactions`](crate::transaction::Transactions).

use std::error::Error;
use std::ops::Range;

use starfold_primitives::Goldilocks;
use starfold_primitives::claim::{BOUNDARY_LEN, CONTEXT_LEN, ClaimPart};

use crate::air::{Air, Trace};
use crate::parameters::SegmentRate;
use crate::recursion::MAX_DEGREE_BITS;

/// A transition whose steps an AIR proves.
pub trait ProvableTransition: 'static {
    /// What holds throughout a batch.
    type Context: ClaimPart<CONTEXT_LEN> + Sync;
    /// Where a batch stands between two steps.
    type Boundary: ClaimPart<BOUNDARY_LEN> + Sync;
    /// What proves one step.
    type Witness: Sync;
    /// The constraints.
    type Air: Air + Default;
    /// Why steps have no trace.
    type Error: Error + Send + Sync + 'static;

    /// Logarithm of the rows of one step.
    const STEP_DEGREE_BITS: usize;

    /// The leaf circuits over this transition, in the order of the circuit set: traces of 2^8 and 2^13 rows, or of 1 and
    /// 32 steps where those are longer. Each costs seconds to build.
    fn leaves() -> Vec<LeafSize> {
        let rate = SegmentRate::for_degree(<Self::Air as Air>::DEGREE);
        let size = |degree_bits| LeafSize { degree_bits, rate, fan_in: 1 };
        vec![
            size(Self::STEP_DEGREE_BITS.max(8)),
            size((Self::STEP_DEGREE_BITS + 5).clamp(13, MAX_DEGREE_BITS)),
        ]
    }

    /// Fills a trace with room for `steps` steps, of which the last have no witness and change nothing. Returns it with
    /// the boundary that it leads to.
    ///
    /// # Errors
    /// Where a witness has no trace at all. A witness that is merely false gives a trace that breaks constraints.
    fn trace(
        context: &Self::Context,
        entry: &Self::Boundary,
        witnesses: &[Self::Witness],
        steps: usize,
    ) -> Result<(Trace, Self::Boundary), Self::Error>;
}

/// The segments that a leaf circuit takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeafSize {
    /// Logarithm of the rows of each.
    pub degree_bits: usize,
    /// Their rate.
    pub rate: SegmentRate,
    /// How many of them.
    pub fan_in: usize,
}

/// Steps of one transition, one after the other, as a part of a batch.
#[derive(Debug)]
pub struct Run<'a, T: ProvableTransition> {
    context: &'a T::Context,
    boundaries: &'a [T::Boundary],
    witnesses: &'a [T::Witness],
}

/// A run with too few or too many boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{steps} steps have {} boundaries, not {actual}", steps + 1)]
pub struct BoundaryCount {
    /// The number of steps.
    pub steps: usize,
    /// The number of boundaries.
    pub actual: usize,
}

impl<'a, T: ProvableTransition> Run<'a, T> {
    /// The run of steps with these witnesses; `boundaries` are where it stands before the first and after each.
    ///
    /// # Errors
    /// [`BoundaryCount`] where there is not one boundary more than witnesses.
    pub fn new(
        context: &'a T::Context,
        boundaries: &'a [T::Boundary],
        witnesses: &'a [T::Witness],
    ) -> Result<Self, BoundaryCount> {
        if boundaries.len() != witnesses.len() + 1 {
            return Err(BoundaryCount { steps: witnesses.len(), actual: boundaries.len() });
        }
        Ok(Self { context, boundaries, witnesses })
    }
}

/// Why steps have no trace, whatever the transition.
pub type TraceFailure = Box<dyn Error + Send + Sync>;

/// A [`Run`] of any transition.
pub trait ProvableRun: Send + Sync {
    /// The name of the AIR.
    fn air(&self) -> &'static str;

    /// The elements of the context.
    fn context(&self) -> [Goldilocks; CONTEXT_LEN];

    /// The elements of the boundaries, one more than steps.
    fn boundaries(&self) -> Vec<[Goldilocks; BOUNDARY_LEN]>;

    /// The trace of some of the steps, with room for `capacity`, and the boundary that it leads to.
    ///
    /// # Errors
    /// [`TraceFailure`] where a witness has no trace.
    fn trace(
        &self,
        steps: Range<usize>,
        capacity: usize,
    ) -> Result<(Trace, [Goldilocks; BOUNDARY_LEN]), TraceFailure>;
}

impl<T: ProvableTransition> ProvableRun for Run<'_, T> {
    fn air(&self) -> &'static str {
        <T::Air as Air>::NAME
    }

    fn context(&self) -> [Goldilocks; CONTEXT_LEN] {
        self.context.to_elements()
    }

    fn boundaries(&self) -> Vec<[Goldilocks; BOUNDARY_LEN]> {
        self.boundaries.iter().map(ClaimPart::to_elements).collect()
    }

    fn trace(
        &self,
        steps: Range<usize>,
        capacity: usize,
    ) -> Result<(Trace, [Goldilocks; BOUNDARY_LEN]), TraceFailure> {
        let entry = &self.boundaries[steps.start];
        let (trace, exit) = T::trace(self.context, entry, &self.witnesses[steps], capacity)?;
        Ok((trace, exit.to_elements()))
    }
}
