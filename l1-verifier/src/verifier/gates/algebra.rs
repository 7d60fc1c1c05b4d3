//! The algebra over the extension in which gates on extension elements compute.

use starfold_primitives::{Field as _, Goldilocks};

use crate::goldilocks::Extension;
use crate::r1cs::{ConstraintSystem, Fault};

/// The square of the algebra's second basis element, as of the extension's.
const NON_RESIDUE: u64 = 7;

/// An element `a + b Y`, where `Y^2 = 7` and the coefficients are of the extension: a pair of wires at the point of the
/// openings.
#[derive(Clone, Debug)]
pub(super) struct Algebra(pub(super) [Extension; 2]);

impl Algebra {
    /// The sum of any number.
    pub(super) fn sum<'a>(elements: impl IntoIterator<Item = &'a Self>) -> Self {
        let elements: Vec<&Self> = elements.into_iter().collect();
        Self([0, 1].map(|place| Extension::sum(elements.iter().map(|element| &element.0[place]))))
    }

    /// The difference.
    pub(super) fn subtract(&self, other: &Self) -> Self {
        Self([0, 1].map(|place| self.0[place].subtract(&other.0[place])))
    }

    /// The product with a constant.
    pub(super) fn scaled(&self, factor: Goldilocks) -> Self {
        Self([0, 1].map(|place| self.0[place].scaled(factor)))
    }

    /// The sum with a constant.
    pub(super) fn plus_constant(&self, constant: Goldilocks) -> Self {
        let [low, high] = &self.0;
        let constant = Extension::constant(constant.into());
        Self([low.add(&constant), high.clone()])
    }

    /// The product, by nine multiplications.
    pub(super) fn multiply(
        &self,
        system: &mut ConstraintSystem,
        other: &Self,
    ) -> Result<Self, Fault> {
        let ([a, b], [c, d]) = (&self.0, &other.0);
        let low = a.multiply(system, c)?;
        let high = b.multiply(system, d)?;
        let cross = Extension::cross(system, [a, b], [c, d], [&low, &high])?;
        let constant = low.add(&high.scaled(Goldilocks::from_canonical_u64(NON_RESIDUE)));
        Ok(Self([constant, cross]))
    }

    /// The product with an element of the extension.
    pub(super) fn multiply_extension(
        &self,
        system: &mut ConstraintSystem,
        factor: &Extension,
    ) -> Result<Self, Fault> {
        let [low, high] = &self.0;
        Ok(Self([low.multiply(system, factor)?, high.multiply(system, factor)?]))
    }

    /// The same residue with short coefficients.
    pub(super) fn reduced(&self, system: &mut ConstraintSystem) -> Result<Self, Fault> {
        let [low, high] = &self.0;
        Ok(Self([low.reduced(system)?, high.reduced(system)?]))
    }
}
