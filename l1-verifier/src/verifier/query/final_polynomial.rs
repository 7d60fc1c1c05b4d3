//! The final polynomial at the last point.
//!
//! The coefficients are summed in blocks with small powers of the point, and the blocks with large ones, so that
//! integers of three times 64 bits suffice. All powers are read from tables over the index.

use super::context::QueryContext;
use super::index::Index;
use super::points::BLOCK;
use crate::goldilocks::{Element, Extension};
use crate::r1cs::{ConstraintSystem, Fault};

/// The sum of the first item and of the others times the factors.
///
/// # Errors
/// [`Fault::Length`] where an item has no factor.
pub(super) fn weighted(
    system: &mut ConstraintSystem,
    items: &[Extension],
    factors: &[Element],
) -> Result<Extension, Fault> {
    let (expected, actual) = (factors.len() + 1, items.len());
    if actual > expected {
        return Err(Fault::Length { what: "a sum with weights", expected, actual });
    }
    let mut terms = items[..1].to_vec();
    for (item, factor) in items[1..].iter().zip(factors) {
        terms.push(item.multiply_base(system, factor)?);
    }
    Ok(Extension::sum(&terms))
}

/// The value of the final polynomial at the point to which the index has been folded.
pub(super) fn evaluate(
    system: &mut ConstraintSystem,
    context: &QueryContext,
    index: &Index,
) -> Result<Extension, Fault> {
    let [steps, strides] = context.points.final_powers(system, index)?;
    let blocks: Vec<Extension> = context
        .final_polynomial
        .chunks(BLOCK)
        .map(|block| weighted(system, block, &steps))
        .collect::<Result<_, _>>()?;
    weighted(system, &blocks, &strides)
}
