//! Sums with weights, so arranged that few integers must be reduced.
//!
//! A weight of 64 bits is kept in halves of 32 bits too. A value of up to 211 bits, which the whole weight would make too
//! long, is multiplied with each half, and only the sum over the high halves is reduced.

#[cfg(test)]
mod tests;

use starfold_primitives::{Field as _, Goldilocks};

use crate::goldilocks::{ELEMENT_BITS, Element, Extension, HALF_BITS};
use crate::r1cs::{ConstraintSystem, Fault};

/// A product of this length can be summed up and multiplied with half a weight.
const PRODUCT_BITS: u32 = 206;

/// Values of this length can be multiplied with half a weight and summed up.
const VALUE_BITS: u32 = 211;

/// How many powers of a challenge are kept as weights. The next ones come from those and multiples of this exponent.
const POWERS: usize = 31;

/// What a value can be multiplied with.
pub(super) trait Factor: Sized {
    /// Bits that multiplication adds to those of value and factor.
    const GROWTH: u32;

    /// The factor as `low + 2^32 * high`.
    fn halved(&self, system: &mut ConstraintSystem) -> Result<[Self; 2], Fault>;

    /// The factor with these halves.
    fn composed(halves: &[Self; 2]) -> Self;

    /// The product.
    fn times(&self, system: &mut ConstraintSystem, value: &Extension) -> Result<Extension, Fault>;
}

impl Factor for Element {
    const GROWTH: u32 = 0;

    fn halved(&self, system: &mut ConstraintSystem) -> Result<[Self; 2], Fault> {
        Self::halved(self, system)
    }

    fn composed([low, high]: &[Self; 2]) -> Self {
        let shifted = high.scaled(Goldilocks::from_canonical_u64(1 << HALF_BITS));
        // two halves of 32 bits
        Self::from_bounded(low.add(&shifted).integer().clone(), ELEMENT_BITS)
    }

    fn times(&self, system: &mut ConstraintSystem, value: &Extension) -> Result<Extension, Fault> {
        value.multiply_base(system, self)
    }
}

impl Factor for Extension {
    /// A coefficient of a product is at most eight products of coefficients.
    const GROWTH: u32 = 4;

    fn halved(&self, system: &mut ConstraintSystem) -> Result<[Self; 2], Fault> {
        let [low, high] = &self.0;
        let ([a, b], [c, d]) = (low.halved(system)?, high.halved(system)?);
        Ok([Self([a, c]), Self([b, d])])
    }

    fn composed(halves: &[Self; 2]) -> Self {
        Self([0, 1].map(|place| {
            Element::composed(&[halves[0].0[place].clone(), halves[1].0[place].clone()])
        }))
    }

    fn times(&self, system: &mut ConstraintSystem, value: &Extension) -> Result<Extension, Fault> {
        self.multiply(system, value)
    }
}

/// A factor of 64 bits and its halves.
#[derive(Clone, Debug)]
pub(super) struct Weight<T> {
    whole: T,
    halves: [T; 2],
}

impl<T: Factor> Weight<T> {
    /// The weight of a factor, which is reduced.
    pub(super) fn new(system: &mut ConstraintSystem, factor: &T) -> Result<Self, Fault> {
        let halves = factor.halved(system)?;
        Ok(Self { whole: T::composed(&halves), halves })
    }

    /// The sum of `weight * value` over the pairs. It is not reduced.
    ///
    /// # Errors
    /// [`Fault::TooManyBits`] where half a weight times a value could be too long.
    pub(super) fn sum<'a>(
        system: &mut ConstraintSystem,
        pairs: impl IntoIterator<Item = (&'a Self, &'a Extension)>,
    ) -> Result<Extension, Fault>
    where
        T: 'a,
    {
        let (mut low, mut high) = (Vec::new(), Vec::new());
        for (weight, value) in pairs {
            if value.bits() + ELEMENT_BITS + T::GROWTH <= PRODUCT_BITS {
                low.push(weight.whole.times(system, value)?);
            } else {
                low.push(weight.halves[0].times(system, value)?);
                high.push(weight.halves[1].times(system, value)?);
            }
        }
        if !high.is_empty() {
            let high = Extension::sum(&high).reduced(system)?;
            low.push(high.scaled(Goldilocks::from_canonical_u64(1 << HALF_BITS)));
        }
        Ok(Extension::sum(&low))
    }
}

/// The value, reduced unless half a weight can be multiplied with it.
pub(super) fn shortened(
    system: &mut ConstraintSystem,
    value: Extension,
) -> Result<Extension, Fault> {
    if value.bits() <= VALUE_BITS { Ok(value) } else { value.reduced(system) }
}

/// The powers of a challenge as weights.
#[derive(Debug)]
pub(super) struct Powers {
    /// The exponents below [`POWERS`].
    weights: Vec<Weight<Element>>,
    /// The multiples of [`POWERS`].
    strides: Vec<Element>,
}

impl Powers {
    /// The powers of the challenge with exponents below `count`.
    pub(super) fn new(
        system: &mut ConstraintSystem,
        challenge: &Element,
        count: usize,
    ) -> Result<Self, Fault> {
        let one = Element::constant(Goldilocks::ONE);
        let zero = Element::constant(Goldilocks::ZERO);
        let mut weights = vec![Weight { whole: one.clone(), halves: [one.clone(), zero] }];
        let mut next = challenge.clone();
        for _ in 1..POWERS.min(count) {
            let weight = Weight::new(system, &next)?;
            next = weight.whole.multiply(system, challenge)?;
            weights.push(weight);
        }
        let mut strides = vec![one];
        if count > POWERS {
            let stride = next.reduced(system)?;
            for exponent in 1..count.div_ceil(POWERS) {
                strides.push(strides[exponent - 1].multiply(system, &stride)?.reduced(system)?);
            }
        }
        Ok(Self { weights, strides })
    }

    /// The power with this exponent, which must be below the count.
    pub(super) fn power(
        &self,
        system: &mut ConstraintSystem,
        exponent: usize,
    ) -> Result<Element, Fault> {
        let weight = &self.weights[exponent % POWERS].whole;
        weight.multiply(system, &self.strides[exponent / POWERS])?.reduced(system)
    }

    /// The sum of the values, each multiplied with the power whose exponent is its place. It is not reduced.
    ///
    /// # Errors
    /// [`Fault::Length`] where there are more values than powers, [`Fault::TooManyBits`] as for
    /// [`Weight::sum`].
    pub(super) fn combine(
        &self,
        system: &mut ConstraintSystem,
        values: &[Extension],
    ) -> Result<Extension, Fault> {
        let most = self.strides.len() * self.weights.len();
        if values.len() > most {
            let actual = values.len();
            return Err(Fault::Length { what: "a list of constraints", expected: most, actual });
        }
        let mut sums = Vec::with_capacity(self.strides.len());
        for (part, stride) in values.chunks(POWERS).zip(&self.strides) {
            let sum = Weight::sum(system, self.weights.iter().zip(part))?;
            sums.push(if stride.integer().is_constant() {
                sum
            } else {
                sum.reduced(system)?.multiply_base(system, stride)?
            });
        }
        Ok(Extension::sum(&sums))
    }
}
