//! The gates `c0 x y + c1 z = output`, over the field and over the extension, and `c0 x y = output`.

use super::{GateConstraints, Row};
use crate::goldilocks::Extension;
use crate::r1cs::{ConstraintSystem, Fault};

fn with_products(sums: Vec<Extension>, products: Vec<Extension>, row: &Row<'_>) -> GateConstraints {
    GateConstraints { sums, multiples: Some((row.constants[0].negated(), products)) }
}

/// Operations on x, y, z and output, each a wire.
pub(super) fn base(
    system: &mut ConstraintSystem,
    operations: usize,
    row: &Row<'_>,
) -> Result<GateConstraints, Fault> {
    let (mut sums, mut products) = (Vec::new(), Vec::new());
    for wires in row.wires.chunks_exact(4).take(operations) {
        let addend = wires[2].multiply(system, &row.constants[1])?;
        sums.push(wires[3].subtract(&addend));
        products.push(wires[0].multiply(system, &wires[1])?);
    }
    Ok(with_products(sums, products, row))
}

/// Operations on x, y, z and output, each a pair of wires.
pub(super) fn extension(
    system: &mut ConstraintSystem,
    operations: usize,
    row: &Row<'_>,
) -> Result<GateConstraints, Fault> {
    let (mut sums, mut products) = (Vec::new(), Vec::new());
    for wire in (0..operations).map(|operation| 8 * operation) {
        let addend = row.pair(wire + 4).multiply_extension(system, &row.constants[1])?;
        sums.extend(row.pair(wire + 6).subtract(&addend).0);
        products.extend(row.pair(wire).multiply(system, &row.pair(wire + 2))?.0);
    }
    Ok(with_products(sums, products, row))
}

/// Operations on x, y and output, each a pair of wires.
pub(super) fn multiplication(
    system: &mut ConstraintSystem,
    operations: usize,
    row: &Row<'_>,
) -> Result<GateConstraints, Fault> {
    let (mut sums, mut products) = (Vec::new(), Vec::new());
    for wire in (0..operations).map(|operation| 6 * operation) {
        sums.extend(row.pair(wire + 4).0);
        products.extend(row.pair(wire).multiply(system, &row.pair(wire + 2))?.0);
    }
    Ok(with_products(sums, products, row))
}
