//! Elements of the quadratic extension `GF(p)[X] / (X^2 - 7)`.

use starfold_primitives::{Field as _, Goldilocks};

use super::Element;
use crate::r1cs::{ConstraintSystem, Fault, LinearCombination};
use starfold_primitives::word::Quadratic;

/// The non-residue X^2.
const NON_RESIDUE: u64 = 7;

/// An element of the extension, constant coefficient first.
#[derive(Clone, Debug)]
pub struct Extension(pub [Element; 2]);

impl Extension {
    /// A constant.
    #[must_use]
    pub fn constant(value: Quadratic) -> Self {
        Self(value.0.map(Element::constant))
    }

    /// An element of the base field.
    #[must_use]
    pub fn from_base(element: Element) -> Self {
        Self([element, Element::constant(Goldilocks::ZERO)])
    }

    /// A new element whose coefficients are range-checked.
    ///
    /// # Errors
    /// As for [`Element::allocate`].
    pub fn allocate(system: &mut ConstraintSystem, value: Quadratic) -> Result<Self, Fault> {
        let [low, high] = value.0;
        Ok(Self([Element::allocate(system, low)?, Element::allocate(system, high)?]))
    }

    /// Its residue.
    #[must_use]
    pub fn value(&self) -> Quadratic {
        Quadratic { 0: [self.0[0].value(), self.0[1].value()] }
    }

    /// The larger bound of its coefficients.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.0[0].bits().max(self.0[1].bits())
    }

    fn map(&self, mut change: impl FnMut(&Element) -> Element) -> Self {
        Self([change(&self.0[0]), change(&self.0[1])])
    }

    /// The sum.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        Self::sum([self, other])
    }

    /// The sum of any number.
    #[must_use]
    pub fn sum<'a>(elements: impl IntoIterator<Item = &'a Self>) -> Self {
        let elements: Vec<&Self> = elements.into_iter().collect();
        Self([0, 1].map(|place| Element::sum(elements.iter().map(|element| &element.0[place]))))
    }

    /// The additive inverse.
    #[must_use]
    pub fn negated(&self) -> Self {
        self.map(Element::negated)
    }

    /// The difference.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        self.add(&other.negated())
    }

    /// The product with a constant of the base field.
    #[must_use]
    pub fn scaled(&self, factor: Goldilocks) -> Self {
        self.map(|coefficient| coefficient.scaled(factor))
    }

    /// The product with an element of the base field. Two constraints.
    ///
    /// # Errors
    /// [`Fault::TooManyBits`] where it could be too long.
    pub fn multiply_base(
        &self,
        system: &mut ConstraintSystem,
        factor: &Element,
    ) -> Result<Self, Fault> {
        let [low, high] = &self.0;
        Ok(Self([low.multiply(system, factor)?, high.multiply(system, factor)?]))
    }

    /// The product, by Karatsuba's three multiplications.
    ///
    /// # Errors
    /// [`Fault::TooManyBits`] where it could be too long: reduce a factor first.
    pub fn multiply(&self, system: &mut ConstraintSystem, other: &Self) -> Result<Self, Fault> {
        let ([a, b], [c, d]) = (&self.0, &other.0);
        let low = a.multiply(system, c)?;
        let high = b.multiply(system, d)?;
        let both = a.add(b).multiply(system, &c.add(d))?;
        // both - low - high = a d + b c as integers, which is not negative
        let cross = &(both.integer() - low.integer()) - high.integer();
        let cross_bits = (a.bits() + d.bits()).max(b.bits() + c.bits()) + 1;
        let constant = low.add(&high.scaled(Goldilocks::from_canonical_u64(NON_RESIDUE)));
        Ok(Self([constant, Element::from_bounded(cross, cross_bits)]))
    }

    /// `a d + b c` from `[a c, b d]`, by one more multiplication.
    ///
    /// # Errors
    /// [`Fault::TooManyBits`] where it could be too long.
    pub(crate) fn cross(
        system: &mut ConstraintSystem,
        [a, b]: [&Self; 2],
        [c, d]: [&Self; 2],
        straight: [&Self; 2],
    ) -> Result<Self, Fault> {
        let all = a.add(b).multiply(system, &c.add(d))?;
        let most = (a.bits() + d.bits()).max(b.bits() + c.bits());
        // two products, whose coefficients are (1 + 7) and 2 products of coefficients
        let bounds = [most + 4, most + 2];
        Ok(Self([0, 1].map(|place| {
            let [ac, bd] = straight.map(|product| product.0[place].integer());
            // as integers, so that the difference is not negative
            let rest = &(all.0[place].integer() - ac) - bd;
            Element::from_bounded(rest, bounds[place])
        })))
    }

    /// The square, by two multiplications.
    ///
    /// # Errors
    /// [`Fault::TooManyBits`] where it could be too long.
    pub fn square(&self, system: &mut ConstraintSystem) -> Result<Self, Fault> {
        let [a, b] = &self.0;
        let low = a.multiply(system, a)?;
        let high = b.multiply(system, b)?;
        let cross = a.multiply(system, b)?.scaled(Goldilocks::TWO);
        let constant = low.add(&high.scaled(Goldilocks::from_canonical_u64(NON_RESIDUE)));
        Ok(Self([constant, cross]))
    }

    /// The same residue with coefficients of 64 bits.
    ///
    /// # Errors
    /// [`Fault::TooManyBits`] where a coefficient could be too long.
    pub fn reduced(&self, system: &mut ConstraintSystem) -> Result<Self, Fault> {
        let [low, high] = &self.0;
        Ok(Self([low.reduced(system)?, high.reduced(system)?]))
    }

    /// That the residue is zero.
    ///
    /// # Errors
    /// As for [`Element::enforce_zero`].
    pub fn enforce_zero(&self, system: &mut ConstraintSystem) -> Result<(), Fault> {
        let [low, high] = &self.0;
        low.enforce_zero(system)?;
        high.enforce_zero(system)
    }

    /// That two residues are equal.
    ///
    /// # Errors
    /// As for [`Self::enforce_zero`].
    pub fn enforce_equal(&self, system: &mut ConstraintSystem, other: &Self) -> Result<(), Fault> {
        self.subtract(other).enforce_zero(system)
    }

    /// The coefficients as integers.
    #[must_use]
    pub fn integers(&self) -> [&LinearCombination; 2] {
        [self.0[0].integer(), self.0[1].integer()]
    }
}
