//! Interpreter 3: checks one trace in the clear and names what fails.

use starfold_primitives::claim::Claim;
use starfold_primitives::{Field, Goldilocks};

use super::builder::{Air, AirBuilder, Domain};
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
}

impl AirBuilder for TraceChecker {
    type Expr = Goldilocks;

    fn constant(&self, value: u64) -> Goldilocks {
        Goldilocks::from_canonical_u64(value)
    }

    fn assert_zero(&mut self, name: &'static str, domain: Domain, expr: Goldilocks) {
        let applies = match domain {
            Domain::EveryRow => true,
            Domain::FirstRow => self.row == 0,
            Domain::Transition => self.row + 1 < self.height,
            Domain::LastRow => self.row + 1 == self.height,
        };
        let violation = Violation { row: self.row, name };
        if applies && !expr.is_zero() && self.violations.last() != Some(&violation) {
            self.violations.push(violation);
        }
    }
}

/// Every constraint that `rows` of a trace do not satisfy, restricted to the rows in `window`: a change of one cell
/// concerns its row and the row before.
pub fn check_trace<A: Air>(
    air: &A,
    trace: &Trace,
    claim: &Claim<Goldilocks>,
    window: impl IntoIterator<Item = usize>,
) -> Vec<Violation> {
    let mut checker = TraceChecker { row: 0, height: trace.height(), violations: vec![] };
    let read = |row: usize| trace.row::<A::Columns>(row % trace.height());
    for row in window {
        checker.row = row;
        air.eval(&read(row), &read(row + 1), claim, &mut checker);
    }
    checker.violations
}
