//! Interpreter 3: checks one trace in the clear and names what fails.

use plonky2::hash::poseidon::Poseidon;
use starfold_primitives::claim::Claim;
use starfold_primitives::poseidon::WIDTH;
use starfold_primitives::{Field, Goldilocks};

use super::builder::{Air, AirBuilder, Domain, state_constraints};
use super::trace::Trace;

/// A constraint that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    /// The row of the trace.
    pub row: usize,
    /// The constraint.
    pub name: &'static str,
}

struct TraceChecker {
    row: usize,
    height: usize,
    violations: Vec<Violation>,
    /// How many violations are listed.
    most: usize,
    /// How many there are.
    count: usize,
    last: Option<Violation>,
}

impl AirBuilder for TraceChecker {
    type Expr = Goldilocks;

    fn constant(&self, value: u64) -> Goldilocks {
        Goldilocks::from_canonical_u64(value)
    }

    fn mds_layer(&self, state: [Goldilocks; WIDTH]) -> [Goldilocks; WIDTH] {
        Goldilocks::mds_layer(&state)
    }

    fn assert_zero(&mut self, name: &'static str, domain: Domain, expr: Goldilocks) {
        let applies = match domain {
            Domain::EveryRow => true,
            Domain::FirstRow => self.row == 0,
            Domain::Transition => self.row + 1 < self.height,
            Domain::LastRow => self.row + 1 == self.height,
        };
        let violation = Violation { row: self.row, name };
        if applies && !expr.is_zero() && self.last != Some(violation) {
            self.last = Some(violation);
            self.count += 1;
            if self.violations.len() < self.most {
                self.violations.push(violation);
            }
        }
    }
}

/// Every constraint that `rows` of a trace do not satisfy, restricted to the rows in `window`: a change of one cell
/// concerns its row and the row before.
///
/// # Panics
/// Where the trace has no row, or another width than the AIR.
pub fn check_trace<A: Air>(
    air: &A,
    trace: &Trace,
    claim: &Claim<Goldilocks>,
    window: impl IntoIterator<Item = usize>,
) -> Vec<Violation> {
    check_rows(air, trace, claim, window, usize::MAX).violations
}

/// The first constraint that a trace does not satisfy, and how often constraints are broken besides.
pub(crate) fn first_violation<A: Air>(
    air: &A,
    trace: &Trace,
    claim: &Claim<Goldilocks>,
) -> Option<(Violation, usize)> {
    let checker = check_rows(air, trace, claim, 0..trace.height(), 1);
    checker.violations.first().map(|&first| (first, checker.count - 1))
}

fn check_rows<A: Air>(
    air: &A,
    trace: &Trace,
    claim: &Claim<Goldilocks>,
    window: impl IntoIterator<Item = usize>,
    most: usize,
) -> TraceChecker {
    let height = trace.height();
    let mut checker =
        TraceChecker { row: 0, height, violations: vec![], most, count: 0, last: None };
    let read = |row: usize| trace.row::<A::Columns>(row % height);
    for row in window {
        checker.row = row;
        state_constraints(air, &read(row), &read(row + 1), claim, &mut checker);
    }
    checker
}
