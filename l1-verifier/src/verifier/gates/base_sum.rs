//! The gate that composes a number from bits.

use starfold_primitives::{Field as _, Goldilocks};

use super::{GateConstraints, Row};
use crate::goldilocks::Extension;
use crate::r1cs::{ConstraintSystem, Fault};

/// Wire 0 is the sum of the `count` wires that follow, low first, and each of these is a bit.
pub(super) fn constraints(
    system: &mut ConstraintSystem,
    count: usize,
    row: &Row<'_>,
) -> Result<GateConstraints, Fault> {
    let limbs = &row.wires[1..=count];
    let powers = Goldilocks::TWO.powers();
    let terms: Vec<Extension> =
        limbs.iter().zip(powers).map(|(limb, power)| limb.scaled(power)).collect();
    let mut sums = vec![Extension::sum(&terms).subtract(&row.wires[0])];
    for limb in limbs {
        sums.push(limb.square(system)?.subtract(limb));
    }
    Ok(sums.into())
}
