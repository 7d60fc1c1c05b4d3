//! The gates that evaluate a polynomial by Horner's rule, with coefficients of the field or of the extension.
//!
//! The pairs of wires at 0, 2 and 4 are output, point and first accumulator; then come the coefficients, then the
//! accumulators between the first and the output.

use super::algebra::Algebra;
use super::{GateConstraints, Row};
use crate::goldilocks::Extension;
use crate::r1cs::{ConstraintSystem, Fault};

/// The first wire of the coefficients.
const COEFFICIENTS: usize = 6;

/// That each accumulator is the one before it times the point, plus a coefficient.
fn steps(
    system: &mut ConstraintSystem,
    coefficients: Vec<Algebra>,
    first_accumulator: usize,
    row: &Row<'_>,
) -> Result<GateConstraints, Fault> {
    let (point, mut before) = (row.pair(2), row.pair(4));
    let last = coefficients.len().saturating_sub(1);
    let mut sums = Vec::with_capacity(2 * coefficients.len());
    for (step, coefficient) in coefficients.iter().enumerate() {
        let wire = if step == last { 0 } else { first_accumulator + 2 * step };
        let accumulator = row.pair(wire);
        let product = before.multiply(system, &point)?;
        sums.extend(Algebra::sum([&product, coefficient]).subtract(&accumulator).0);
        before = accumulator;
    }
    Ok(sums.into())
}

/// Coefficients that are wires.
pub(super) fn base(
    system: &mut ConstraintSystem,
    count: usize,
    row: &Row<'_>,
) -> Result<GateConstraints, Fault> {
    let zero = Extension::sum([]);
    let coefficients = row.wires[COEFFICIENTS..COEFFICIENTS + count].iter();
    let coefficients = coefficients.map(|wire| Algebra([wire.clone(), zero.clone()])).collect();
    steps(system, coefficients, COEFFICIENTS + count, row)
}

/// Coefficients that are pairs of wires.
pub(super) fn extension(
    system: &mut ConstraintSystem,
    count: usize,
    row: &Row<'_>,
) -> Result<GateConstraints, Fault> {
    let coefficients = (0..count).map(|place| row.pair(COEFFICIENTS + 2 * place)).collect();
    steps(system, coefficients, COEFFICIENTS + 2 * count, row)
}
