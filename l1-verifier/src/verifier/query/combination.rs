//! The combination of all columns at a query's point, from which FRI starts.
//!
//! With A and B the sums of the columns opened at zeta and of those opened at the next row g zeta, each column times a
//! power of alpha, and R, S the same sums of their openings, plonky2 starts from
//! `alpha^b (A - R) / (x - zeta) + (B - S) / (x - g zeta)`, where b columns are in B. This must be the evaluation e
//! that the first fold opens at x, and it is enforced as
//!
//! * `q (x - g zeta) = B - S`, with q a witness of two integers of 64 bits,
//! * `(e - q) (x - zeta) = alpha^b (A - R)`.
//!
//! Neither divisor is zero: x is in the base field, and the context enforces that zeta, and so g zeta, is not. So q
//! and e are determined modulo p.
//!
//! A column's power of alpha is a product of two, one by its place in a block of columns and one by the block: this
//! saves most of the powers. The second includes `alpha^b`.

use starfold_primitives::Field as _;
use starfold_primitives::word::Quadratic;

use super::context::{CombinationPowers, QueryContext};
use super::expect_length;
use crate::goldilocks::{Element, Extension};
use crate::r1cs::{ConstraintSystem, Fault};

/// Columns in a block.
pub(super) const BLOCK_COLUMNS: usize = 16;

/// The columns of a query, by tree.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub(super) constants: Vec<Element>,
    pub(super) wires: Vec<Element>,
    pub(super) permutation: Vec<Element>,
    pub(super) quotients: Vec<Element>,
}

/// How a power of alpha is multiplied with what it weighs.
type Multiply<T> = fn(&Extension, &mut ConstraintSystem, &T) -> Result<Extension, Fault>;

/// The sum of at most a block, each item times a power from zero on.
///
/// # Errors
/// [`Fault::Length`] for more items than powers.
pub(super) fn within_block<T>(
    system: &mut ConstraintSystem,
    within: &[Extension],
    items: &[T],
    multiply: Multiply<T>,
) -> Result<Extension, Fault> {
    let (expected, actual) = (within.len(), items.len());
    if actual > expected {
        return Err(Fault::Length { what: "a block of columns", expected, actual });
    }
    let products: Vec<_> = within
        .iter()
        .zip(items)
        .map(|(power, item)| multiply(power, system, item))
        .collect::<Result<_, _>>()?;
    Ok(Extension::sum(&products))
}

impl CombinationPowers {
    /// The sum of all items, each times its power. As many items as columns are in the batch.
    ///
    /// # Errors
    /// [`Fault::Length`] for another number of blocks.
    pub(super) fn sum<T>(
        &self,
        system: &mut ConstraintSystem,
        items: &[T],
        multiply: Multiply<T>,
    ) -> Result<Extension, Fault> {
        let blocks = items.len().div_ceil(BLOCK_COLUMNS);
        expect_length("the blocks of columns", blocks, self.blocks.len())?;
        let mut sums = Vec::with_capacity(blocks);
        for (block, power) in items.chunks(BLOCK_COLUMNS).zip(&self.blocks) {
            let sum = within_block(system, &self.within, block, multiply)?;
            sums.push(sum.multiply(system, power)?);
        }
        Ok(Extension::sum(&sums))
    }
}

impl Columns {
    /// All columns in the order of plonky2's batch at zeta.
    fn in_order(&self) -> Vec<Element> {
        let Self { constants, wires, permutation, quotients } = self;
        [constants, wires, permutation, quotients].into_iter().flatten().cloned().collect()
    }
}

/// That the combination of the columns at the point is the evaluation.
///
/// # Errors
/// [`Fault::Unsatisfied`] where it is not.
pub(super) fn enforce_combination(
    system: &mut ConstraintSystem,
    context: &QueryContext,
    columns: &Columns,
    point: &Element,
    evaluation: &Extension,
) -> Result<(), Fault> {
    let powers = &context.powers;
    let next = &columns.permutation[..context.lengths.next];
    let sum = within_block(system, &powers.within, next, Extension::multiply_base)?;
    let difference = sum.subtract(&context.openings_next);
    let point = Extension::from_base(point.clone());
    let divisor = point.subtract(&context.zeta_next);
    let inverse = divisor.value().try_inverse().unwrap_or(Quadratic::ZERO);
    let quotient = Extension::allocate(system, difference.value() * inverse)?;
    quotient.multiply(system, &divisor)?.enforce_equal(system, &difference)?;

    let sum = powers.sum(system, &columns.in_order(), Extension::multiply_base)?;
    let difference = sum.subtract(&context.openings);
    let divisor = point.subtract(&context.zeta);
    let product = evaluation.subtract(&quotient).multiply(system, &divisor)?;
    product.enforce_equal(system, &difference)
}
