//! Linear combinations of variables.

use std::ops::{Add, Sub};

use ark_ff::{One as _, Zero as _};

use super::Fr;

/// A linear combination of variables and a constant, with its value.
///
/// The terms are kept only while a system is recorded; value and constancy always.
#[derive(Clone, Debug)]
pub struct LinearCombination {
    pub(super) value: Fr,
    pub(super) constant: Fr,
    /// Variables and their coefficients, variables rising, no coefficient zero.
    pub(super) terms: Vec<(u32, Fr)>,
    pub(super) is_constant: bool,
}

impl LinearCombination {
    /// A constant.
    #[must_use]
    pub fn constant(value: Fr) -> Self {
        Self { value, constant: value, terms: Vec::new(), is_constant: true }
    }

    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Self::constant(Fr::zero())
    }

    /// One.
    #[must_use]
    pub fn one() -> Self {
        Self::constant(Fr::one())
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> Fr {
        self.value
    }

    /// Whether it is the same in every assignment.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.is_constant
    }

    /// This multiplied by a constant.
    #[must_use]
    pub fn scaled(&self, factor: Fr) -> Self {
        if factor.is_zero() {
            return Self::zero();
        }
        Self {
            value: self.value * factor,
            constant: self.constant * factor,
            terms: self.terms.iter().map(|&(variable, c)| (variable, c * factor)).collect(),
            is_constant: self.is_constant,
        }
    }

    /// The sum of `factor * combination` over the pairs.
    #[must_use]
    pub fn weighted_sum<'a>(pairs: impl IntoIterator<Item = (Fr, &'a Self)>) -> Self {
        let mut sum = Self::zero();
        for (factor, combination) in pairs {
            if factor.is_zero() {
                continue;
            }
            sum.value += factor * combination.value;
            sum.constant += factor * combination.constant;
            sum.is_constant &= combination.is_constant;
            sum.terms.extend(combination.terms.iter().map(|&(variable, c)| (variable, c * factor)));
        }
        sum.terms.sort_unstable_by_key(|&(variable, _)| variable);
        sum.terms.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 += later.1;
            }
            same
        });
        sum.terms.retain(|(_, coefficient)| !coefficient.is_zero());
        sum
    }

    /// The sum of the combinations.
    #[must_use]
    pub fn sum<'a>(combinations: impl IntoIterator<Item = &'a Self>) -> Self {
        Self::weighted_sum(combinations.into_iter().map(|combination| (Fr::one(), combination)))
    }

    /// `self + factor * other`.
    #[must_use]
    pub(crate) fn plus_scaled(&self, factor: Fr, other: &Self) -> Self {
        Self::weighted_sum([(Fr::one(), self), (factor, other)])
    }
}

impl Add for &LinearCombination {
    type Output = LinearCombination;

    fn add(self, other: Self) -> LinearCombination {
        self.plus_scaled(Fr::one(), other)
    }
}

impl Sub for &LinearCombination {
    type Output = LinearCombination;

    fn sub(self, other: Self) -> LinearCombination {
        self.plus_scaled(-Fr::one(), other)
    }
}
