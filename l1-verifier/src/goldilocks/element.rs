//! Elements as bounded integers.

use ark_ff::{AdditiveGroup as _, Field as _, PrimeField as _};
use starfold_primitives::{Field as _, GOLDILOCKS_ORDER, Goldilocks, PrimeField64 as _};

use crate::r1cs::{Bit, ConstraintSystem, Fault, Fr, LinearCombination, MAX_BITS};

/// Bits of an element that was range-checked. It may be p or more: only its residue counts.
pub const ELEMENT_BITS: u32 = 64;

/// Bits of half an element.
pub(crate) const HALF_BITS: u32 = ELEMENT_BITS / 2;

/// p as an element of the scalar field.
fn order() -> Fr {
    Fr::from(GOLDILOCKS_ORDER)
}

/// A combination whose value is an integer below `2^bits`, read modulo p.
#[derive(Clone, Debug)]
pub struct Element {
    integer: LinearCombination,
    bits: u32,
}

/// Quotient and remainder by p of a value as an integer.
fn divide(value: Fr) -> (Fr, u64) {
    let order = u128::from(GOLDILOCKS_ORDER);
    let limbs = value.into_bigint().0;
    let remainder =
        limbs.iter().rev().fold(0, |rest, &limb| (rest << 64 | u128::from(limb)) % order);
    let remainder = u64::try_from(remainder).expect("a remainder is below p");
    let inverse = self::order().inverse().expect("p is not zero in the scalar field");
    ((value - Fr::from(remainder)) * inverse, remainder)
}

/// The bits of a sum of integers below `2^bits[i]`.
fn sum_bits(mut bits: Vec<u32>) -> u32 {
    bits.sort_unstable();
    let (mut place, mut count) = (0, 0u32);
    for next in bits {
        // the sum so far is below count * 2^place
        while place < next && count > 1 {
            (place, count) = (place + 1, count.div_ceil(2));
        }
        (place, count) = (next, count + 1);
    }
    place + count.next_power_of_two().ilog2()
}

impl Element {
    /// A constant.
    #[must_use]
    pub fn constant(value: Goldilocks) -> Self {
        let value = value.to_canonical_u64();
        let bits = u64::BITS - value.leading_zeros();
        Self { integer: LinearCombination::constant(Fr::from(value)), bits }
    }

    /// A new element, range-checked to 64 bits.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] never, as the value is an element.
    pub fn allocate(system: &mut ConstraintSystem, value: Goldilocks) -> Result<Self, Fault> {
        let integer = system.allocate(Fr::from(value.to_canonical_u64()));
        system.decompose(&integer, ELEMENT_BITS)?;
        Ok(Self { integer, bits: ELEMENT_BITS })
    }

    /// A combination that something else bounds: the caller answers for `value < 2^bits`.
    #[must_use]
    pub fn from_bounded(integer: LinearCombination, bits: u32) -> Self {
        Self { integer, bits }
    }

    /// The integer whose bits these are, low first.
    #[must_use]
    pub(crate) fn from_bits(bits: &[Bit]) -> Self {
        let count = u32::try_from(bits.len()).expect("bits of one element");
        Self { integer: Bit::compose(bits), bits: count }
    }

    /// The integer.
    #[must_use]
    pub fn integer(&self) -> &LinearCombination {
        &self.integer
    }

    /// The integer is below two to this power.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// Its residue.
    #[must_use]
    pub fn value(&self) -> Goldilocks {
        Goldilocks::from_canonical_u64(divide(self.integer.value()).1)
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
        let integer = LinearCombination::sum(elements.iter().map(|element| &element.integer));
        Self { integer, bits: sum_bits(elements.iter().map(|element| element.bits).collect()) }
    }

    /// The product with a constant, taken as an integer below p.
    #[must_use]
    pub fn scaled(&self, factor: Goldilocks) -> Self {
        let factor = factor.to_canonical_u64();
        // below 2^bits times the factor
        let bits = self.bits + (u64::BITS - factor.saturating_sub(1).leading_zeros());
        Self { integer: self.integer.scaled(Fr::from(factor)), bits }
    }

    /// The additive inverse: a multiple of p, at least `2^bits`, minus the integer.
    #[must_use]
    pub fn negated(&self) -> Self {
        let doublings = self.bits.saturating_sub(63);
        let multiple = (0..doublings).fold(order(), |multiple, _| multiple.double());
        let multiple = LinearCombination::constant(multiple);
        Self { integer: &multiple - &self.integer, bits: ELEMENT_BITS + doublings }
    }

    /// The difference.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        self.add(&other.negated())
    }

    /// Refuses an integer that could be more than [`MAX_BITS`] long.
    fn fits(system: &ConstraintSystem, bits: u32) -> Result<(), Fault> {
        if bits > MAX_BITS {
            let section = system.section();
            return Err(Fault::TooManyBits { section, bits, limit: MAX_BITS });
        }
        Ok(())
    }

    /// The product of the integers. Costs a constraint unless a factor is constant.
    ///
    /// # Errors
    /// [`Fault::TooManyBits`] where it could be too long: reduce a factor first.
    pub fn multiply(&self, system: &mut ConstraintSystem, other: &Self) -> Result<Self, Fault> {
        let bits = self.bits + other.bits;
        Self::fits(system, bits)?;
        Ok(Self { integer: system.multiply(&self.integer, &other.integer)?, bits })
    }

    /// The same residue as an integer of 64 bits. Costs `bits + 2` constraints, none where it is short already.
    ///
    /// # Errors
    /// [`Fault::TooManyBits`] where the integer could be too long.
    pub fn reduced(&self, system: &mut ConstraintSystem) -> Result<Self, Fault> {
        if self.bits <= ELEMENT_BITS {
            return Ok(self.clone());
        }
        Self::fits(system, self.bits)?;
        let (quotient, remainder) = divide(self.integer.value());
        let quotient = system.allocate(quotient);
        system.decompose(&quotient, self.bits - 63)?;
        let remainder = Self::allocate(system, Goldilocks::from_canonical_u64(remainder))?;
        let composed = remainder.integer.plus_scaled(order(), &quotient);
        system.enforce_equal(&self.integer, &composed)?;
        Ok(remainder)
    }

    /// The same residue as `low + 2^32 * high`, both of 32 bits. Costs `bits + 2` constraints.
    ///
    /// # Errors
    /// [`Fault::TooManyBits`] where the integer could be too long.
    pub fn halved(&self, system: &mut ConstraintSystem) -> Result<[Self; 2], Fault> {
        Self::fits(system, self.bits)?;
        let (quotient, remainder) = divide(self.integer.value());
        let quotient = system.allocate(quotient);
        system.decompose(&quotient, self.bits.saturating_sub(63))?;
        let mut half = |value: u64| {
            let integer = system.allocate(Fr::from(value));
            system.decompose(&integer, HALF_BITS)?;
            Ok(Self { integer, bits: HALF_BITS })
        };
        let halves = [half(remainder & u64::from(u32::MAX))?, half(remainder >> HALF_BITS)?];
        let remainder =
            halves[0].integer.plus_scaled(Fr::from(1u64 << HALF_BITS), &halves[1].integer);
        system.enforce_equal(&self.integer, &remainder.plus_scaled(order(), &quotient))?;
        Ok(halves)
    }

    /// That the residue is zero. Costs `bits - 62` constraints.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] where it is not, [`Fault::TooManyBits`] where the integer could be too long.
    pub fn enforce_zero(&self, system: &mut ConstraintSystem) -> Result<(), Fault> {
        Self::fits(system, self.bits)?;
        let quotient = system.allocate(divide(self.integer.value()).0);
        system.decompose(&quotient, self.bits.saturating_sub(63))?;
        system.enforce_equal(&self.integer, &quotient.scaled(order()))
    }

    /// That two residues are equal.
    ///
    /// # Errors
    /// As for [`Self::enforce_zero`].
    pub fn enforce_equal(&self, system: &mut ConstraintSystem, other: &Self) -> Result<(), Fault> {
        self.subtract(other).enforce_zero(system)
    }
}
