//! What a step is, and how the trace is filled.

use std::convert::Infallible;

use starfold_circuits::air::{Element, Field, Trace};
use starfold_circuits::provable::ProvableTransition;

use crate::air::{Count, CounterAir, CounterColumns};

/// Counting.
#[derive(Debug)]
pub enum Counter {}

impl ProvableTransition for Counter {
    type Context = ();
    type Boundary = Count<Element>;
    type Witness = ();
    type Air = CounterAir;
    type Error = Infallible;
    const STEP_DEGREE_BITS: usize = 0;

    fn trace(
        (): &(),
        entry: &Count<Element>,
        witnesses: &[()],
        steps: usize,
    ) -> Result<(Trace, Count<Element>), Infallible> {
        let mut count = entry.count;
        let rows = (0..steps).map(|row| {
            let is_step = Element::from_bool(row < witnesses.len());
            count += is_step;
            CounterColumns { count: count - is_step, is_step }
        });
        Ok((Trace::from_rows::<CounterColumns<()>>(rows), Count { count }))
    }
}
