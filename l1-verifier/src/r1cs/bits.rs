//! Bits, ranges and selection.

use ark_ff::{BigInteger as _, One as _, PrimeField as _};

use super::{ConstraintSystem, Fault, Fr, LinearCombination};

/// Integers of so many bits are below the order of the scalar field, with any sum of two of them.
pub const MAX_BITS: u32 = 252;

/// A linear combination that is zero or one.
#[derive(Clone, Debug)]
pub struct Bit(LinearCombination);

impl Bit {
    /// The combination.
    #[must_use]
    pub fn combination(&self) -> &LinearCombination {
        &self.0
    }

    /// Whether it is one.
    #[must_use]
    pub fn value(&self) -> bool {
        self.0.value().is_one()
    }

    /// The same bit as a variable of its own, which keeps later rows short. Costs a constraint.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] never, as the variable is equal by construction.
    pub fn materialized(&self, system: &mut ConstraintSystem) -> Result<Self, Fault> {
        Ok(Self(system.materialize(&self.0)?))
    }

    /// The sum of `2^i * bits[i]`, which is an integer where `bits` has at most [`MAX_BITS`] items.
    #[must_use]
    pub fn compose(bits: &[Self]) -> LinearCombination {
        let powers = std::iter::successors(Some(Fr::one()), |power| Some(*power + power));
        LinearCombination::weighted_sum(powers.zip(bits.iter().map(Self::combination)))
    }
}

impl ConstraintSystem {
    fn enforce_bit(&mut self, combination: LinearCombination) -> Result<Bit, Fault> {
        let complement = &combination - &LinearCombination::one();
        self.enforce(&combination, &complement, &LinearCombination::zero())?;
        Ok(Bit(combination))
    }

    /// A new bit.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] never, as the value is a bit.
    pub fn allocate_bit(&mut self, value: bool) -> Result<Bit, Fault> {
        let variable = self.allocate(Fr::from(value));
        self.enforce_bit(variable)
    }

    /// The bits of a combination, low first: proves that it is an integer of `count` bits. As many constraints as
    /// bits, since the lowest is what the others leave.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] where the value has more bits, [`Fault::TooManyBits`] where `count` exceeds
    /// [`MAX_BITS`].
    pub fn decompose(
        &mut self,
        combination: &LinearCombination,
        count: u32,
    ) -> Result<Vec<Bit>, Fault> {
        if count > MAX_BITS {
            let section = self.section();
            return Err(Fault::TooManyBits { section, bits: count, limit: MAX_BITS });
        }
        if count == 0 {
            self.enforce_equal(combination, &LinearCombination::zero())?;
            return Ok(Vec::new());
        }
        let integer = combination.value().into_bigint();
        let mut bits = Vec::with_capacity(count as usize);
        for place in 1..count {
            bits.push(self.allocate_bit(integer.get_bit(place as usize))?);
        }
        let upper = Bit::compose(&bits);
        let lowest = self.enforce_bit(combination.plus_scaled(-Fr::from(2u64), &upper))?;
        bits.insert(0, lowest);
        Ok(bits)
    }

    /// `on` where the bit is one, else `off`.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] never, as the selection is right by construction.
    pub fn select(
        &mut self,
        bit: &Bit,
        on: &LinearCombination,
        off: &LinearCombination,
    ) -> Result<LinearCombination, Fault> {
        Ok(off + &self.multiply(bit.combination(), &(on - off))?)
    }

    /// The value at the index whose bits are given, low first.
    ///
    /// # Errors
    /// [`Fault::Length`] where there are not `2^bits` values.
    pub fn look_up(
        &mut self,
        index: &[Bit],
        values: &[LinearCombination],
    ) -> Result<LinearCombination, Fault> {
        let (expected, actual) = (1 << index.len(), values.len());
        if actual != expected {
            return Err(Fault::Length { what: "a table", expected, actual });
        }
        let mut remaining = values.to_vec();
        for bit in index {
            remaining = remaining
                .chunks(2)
                .map(|pair| self.select(bit, &pair[1], &pair[0]))
                .collect::<Result<_, _>>()?;
        }
        Ok(remaining.swap_remove(0))
    }
}
