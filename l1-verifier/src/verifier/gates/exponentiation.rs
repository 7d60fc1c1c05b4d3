//! The gate that raises a base to an exponent given in bits.

use starfold_primitives::{Field as _, Goldilocks};

use super::{GateConstraints, Row};
use crate::goldilocks::Extension;
use crate::r1cs::{ConstraintSystem, Fault};

/// Wire 0 is the base, then come `count` bits, low first, then the output, then the power after each bit, from the
/// highest one.
pub(super) fn constraints(
    system: &mut ConstraintSystem,
    count: usize,
    row: &Row<'_>,
) -> Result<GateConstraints, Fault> {
    let (bits, powers) = (&row.wires[1..=count], &row.wires[count + 2..2 * count + 2]);
    let one = Extension::constant(Goldilocks::ONE.into());
    // the base where the bit is one, else one, is bit * (base - 1) + 1
    let factor = row.wires[0].subtract(&one);
    let (mut sums, mut multiples) = (Vec::new(), Vec::new());
    for (step, (bit, power)) in bits.iter().rev().zip(powers).enumerate() {
        let (square, multiple) = match step.checked_sub(1) {
            None => (one.clone(), bit.clone()),
            Some(before) => {
                let square = powers[before].square(system)?;
                let multiple = square.multiply(system, bit)?;
                (square, multiple)
            }
        };
        sums.push(square.subtract(power));
        multiples.push(multiple);
    }
    if let Some(last) = powers.last() {
        sums.push(row.wires[count + 1].subtract(last));
        multiples.push(Extension::sum([]));
    }
    Ok(GateConstraints { sums, multiples: Some((factor, multiples)) })
}
