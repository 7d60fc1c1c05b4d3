//! The AIR accepts what the executor executes, and nothing else.

mod cheats;
mod circuit;
mod columns;
mod fixture;
mod forgery;
mod free_cells;
mod honest;
mod negative;
mod page;
mod refusals;
mod rejections;

use starfold_state::Overlay;
use starfold_transition::testing::arbitrary_batch;
use starfold_transition::{SealedBatch, seal};

use super::trace::SegmentTrace;

/// A random batch of all kinds, sealed.
fn batch(seed: u64, transactions: usize) -> SealedBatch {
    let (state, mut inputs) = arbitrary_batch(seed, transactions);
    inputs.skip_invalid = true;
    let snapshot = state.snapshot();
    seal(&mut Overlay::new(&snapshot), &inputs).unwrap().batch
}

/// The whole batch as one segment.
fn segment(batch: &SealedBatch) -> SegmentTrace {
    let blocks = batch.transactions.len().next_power_of_two();
    SegmentTrace::generate(&batch.context, batch.entry(), &batch.transactions, blocks).unwrap()
}
