//! Transactions as a transition that is proved.

use std::iter;

use starfold_transition::{Boundary, Context, TransactionWitness};

use super::TransactionAir;
use super::schedule::BLOCK_ROWS;
use super::trace::{SegmentTrace, TraceError};
use crate::air::Trace;
use crate::parameters::SegmentRate;
use crate::provable::{LeafSize, ProvableTransition};

/// The transactions of the built-in rollup: each takes a block of 256 rows.
#[derive(Clone, Copy, Debug)]
pub enum Transactions {}

impl ProvableTransition for Transactions {
    type Context = Context;
    type Boundary = Boundary;
    type Witness = TransactionWitness;
    type Air = TransactionAir;
    type Error = TraceError;

    const STEP_DEGREE_BITS: usize = BLOCK_ROWS.ilog2() as usize;

    /// Segments of 2^8 rows hold one transaction, those of 2^17 rows 512. Short ones are proved at a high rate, since
    /// there the leaf circuit is most of the cost, two of them in one circuit; long ones at a low rate, since there the
    /// trace is. More than two in one circuit would cost less time and two bits of its permutation argument.
    fn leaves() -> Vec<LeafSize> {
        let [lowest, low, _, highest] = SegmentRate::ALL;
        let single = |rate| move |degree_bits| LeafSize { degree_bits, rate, fan_in: 1 };
        let shortest = Self::STEP_DEGREE_BITS;
        iter::once(LeafSize { degree_bits: shortest, rate: highest, fan_in: 2 })
            .chain((shortest..=15).map(single(low)))
            .chain((13..=17).map(single(lowest)))
            .collect()
    }

    fn trace(
        context: &Context,
        entry: &Boundary,
        witnesses: &[TransactionWitness],
        steps: usize,
    ) -> Result<(Trace, Boundary), TraceError> {
        let SegmentTrace { rows, exit, .. } =
            SegmentTrace::generate(context, entry, witnesses, steps)?;
        Ok((rows, exit))
    }
}
