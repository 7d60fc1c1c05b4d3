//! The gate that reads a list at an index.

use plonky2::gates::random_access::RandomAccessGate;
use starfold_primitives::{Field as _, Goldilocks};

use super::{GateConstraints, Row};
use crate::goldilocks::Extension;
use crate::r1cs::{ConstraintSystem, Fault};

/// For each number of so many bits, low first, the polynomial in the bits that is one at that number and zero at the
/// others. Short, with a sum of one.
fn indicators(system: &mut ConstraintSystem, bits: &[Extension]) -> Result<Vec<Extension>, Fault> {
    let one = Extension::constant(Goldilocks::ONE.into());
    let mut indicators = vec![one];
    for bit in bits {
        // all of them add up to the bit, which saves the first product
        let mut on = vec![bit.clone()];
        for indicator in &indicators[1..] {
            let product = indicator.multiply(system, bit)?.reduced(system)?;
            on[0] = on[0].subtract(&product);
            on.push(product);
        }
        let off: Vec<_> = indicators.iter().zip(&on).map(|(all, on)| all.subtract(on)).collect();
        indicators = [off, on].concat();
    }
    Ok(indicators)
}

fn inner_product(
    system: &mut ConstraintSystem,
    left: &[Extension],
    right: &[Extension],
) -> Result<Extension, Fault> {
    let products = left.iter().zip(right).map(|(left, right)| left.multiply(system, right));
    Ok(Extension::sum(&products.collect::<Result<Vec<_>, _>>()?))
}

/// The item of the list at the index. With all the bits 0 or 1 it is the folded list of plonky2's gate, and both are
/// linear in each bit.
fn item(
    system: &mut ConstraintSystem,
    bits: &[Extension],
    list: &[Extension],
) -> Result<Extension, Fault> {
    let (low, high) = bits.split_at(bits.len() / 2);
    let (low, high) = (indicators(system, low)?, indicators(system, high)?);
    let parts = list.chunks(low.len()).map(|part| inner_product(system, &low, part));
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    inner_product(system, &high, &parts)
}

/// Each copy has wires for index, claimed item and list; after those of all copies come wires for the gate's constants,
/// then the bits of each index, low first.
pub(super) fn constraints(
    system: &mut ConstraintSystem,
    gate: &RandomAccessGate<Goldilocks, 2>,
    row: &Row<'_>,
) -> Result<GateConstraints, Fault> {
    let copy_wires = 2 + (1 << gate.bits);
    let constant_wires = copy_wires * gate.num_copies;
    let bit_wires = constant_wires + gate.num_extra_constants;
    let mut sums = Vec::new();
    for copy in 0..gate.num_copies {
        let wires = &row.wires[copy_wires * copy..][..copy_wires];
        let bits = &row.wires[bit_wires + gate.bits * copy..][..gate.bits];
        for bit in bits {
            sums.push(bit.square(system)?.subtract(bit));
        }
        let weights = bits.iter().zip(Goldilocks::TWO.powers());
        let index: Vec<_> = weights.map(|(bit, weight)| bit.scaled(weight)).collect();
        sums.push(Extension::sum(&index).subtract(&wires[0]));
        let item = item(system, bits, &wires[2..])?;
        sums.push(item.subtract(&wires[1]).reduced(system)?);
    }
    let constants = row.constants.iter().zip(&row.wires[constant_wires..bit_wires]);
    sums.extend(constants.map(|(constant, wire)| constant.subtract(wire)));
    Ok(sums.into())
}
