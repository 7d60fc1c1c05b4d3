//! GF(p^5) = GF(p)\[z\] / (z^5 - 3), the base field of the curve.

use core::ops::{Add, Mul, Neg, Sub};

use plonky2::field::goldilocks_field::GoldilocksField;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::DefaultIsZeroes;

use super::limb::{self, ProductSum};
use crate::Goldilocks;

/// `3^((p-1)/5)` to the powers 0..5: what the Frobenius map multiplies the coefficients with.
const FROBENIUS: [u64; 5] = [
    1,
    1_041_288_259_238_279_555,
    15_820_824_984_080_659_046,
    211_587_555_138_949_697,
    1_373_043_270_956_696_022,
];

/// 1/2 modulo p.
const HALF: u64 = 9_223_372_034_707_292_161;

/// An element of GF(p^5): five coefficients, that of z^0 first.
///
/// Arithmetic takes the same time for all values, except where a name or a comment says otherwise.
/// Equality compares values, not representations.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq, Hash)]
pub struct Gfp5([Goldilocks; 5]);

impl Gfp5 {
    /// Zero.
    pub const ZERO: Self = Self::from_u64s([0; 5]);
    /// One.
    pub const ONE: Self = Self::from_u64s([1, 0, 0, 0, 0]);

    /// The element with the given coefficients.
    pub const fn new(coefficients: [Goldilocks; 5]) -> Self {
        Self(coefficients)
    }

    /// The element with the given coefficients, read modulo p.
    pub const fn from_u64s(coefficients: [u64; 5]) -> Self {
        let [c0, c1, c2, c3, c4] = coefficients;
        Self::from_limbs([
            limb::canonical(c0),
            limb::canonical(c1),
            limb::canonical(c2),
            limb::canonical(c3),
            limb::canonical(c4),
        ])
    }

    /// The coefficients.
    pub const fn elements(self) -> [Goldilocks; 5] {
        self.0
    }

    /// The coefficients as integers below p.
    pub fn to_canonical_u64s(self) -> [u64; 5] {
        self.limbs().map(limb::canonical)
    }

    /// Whether this is zero.
    pub fn is_zero(self) -> bool {
        self.ct_eq(&Self::ZERO).into()
    }

    /// `self * self`.
    #[must_use]
    pub fn square(self) -> Self {
        let [a0, a1, a2, a3, a4] = self.limbs();
        let p = ProductSum::of;
        let c0 = p(a0, a0).plus(p(a1, a4).plus(p(a2, a3)).times(6));
        let c1 = p(a0, a1).times(2).plus(p(a2, a4).times(6)).plus(p(a3, a3).times(3));
        let c2 = p(a0, a2).times(2).plus(p(a1, a1)).plus(p(a3, a4).times(6));
        let c3 = p(a0, a3).plus(p(a1, a2)).times(2).plus(p(a4, a4).times(3));
        let c4 = p(a0, a4).plus(p(a1, a3)).times(2).plus(p(a2, a2));
        Self::from_limbs([c0, c1, c2, c3, c4].map(ProductSum::reduce))
    }

    /// `2 * self`.
    #[must_use]
    pub fn double(self) -> Self {
        self + self
    }

    /// `factor * self` for a small integer.
    #[must_use]
    pub fn times(self, factor: u32) -> Self {
        self.scale(u64::from(factor))
    }

    /// `self / 2`.
    #[must_use]
    pub fn halve(self) -> Self {
        self.scale(HALF)
    }

    /// `self * coefficient * z`, three times cheaper than a full product.
    #[must_use]
    pub(super) fn times_z_multiple(self, coefficient: u32) -> Self {
        let [a0, a1, a2, a3, a4] = self.limbs();
        let factor = u64::from(coefficient);
        let wrapped = limb::mul(a4, 3 * factor);
        Self::from_limbs([
            wrapped,
            limb::mul(a0, factor),
            limb::mul(a1, factor),
            limb::mul(a2, factor),
            limb::mul(a3, factor),
        ])
    }

    /// `1 / self`; none for zero.
    #[must_use]
    pub fn inverse(self) -> Option<Self> {
        (!self.is_zero()).then(|| self.inverse_or_zero())
    }

    /// `1 / self`, or zero for zero.
    ///
    /// Itoh and Tsujii: with `r = 1 + p + p^2 + p^3 + p^4`, the power `self^r` is the norm and lies
    /// in GF(p), so that one inversion there is enough.
    #[must_use]
    pub fn inverse_or_zero(self) -> Self {
        let conjugates = self.conjugate_product();
        conjugates.scale(limb::inverse_or_zero(self.norm(conjugates)))
    }

    /// Whether this is a square, zero included.
    pub fn is_square(self) -> bool {
        // r is odd, so an element is a square exactly when its norm is one.
        limb::is_square(self.norm(self.conjugate_product()))
    }

    /// A square root, in time that depends on the value; none for a non-square.
    ///
    /// With `e = self^((r-1)/2)` one has `self = self^r / e^2`, and `self^r` lies in GF(p).
    #[must_use]
    pub fn sqrt(self) -> Option<Self> {
        // (p + 1) / 2 = 1 + 2^63 - 2^31.
        let low = self.square_times(31);
        let half_power = self * low.square_times(32) * low.inverse_or_zero();
        let e = (half_power * half_power.frobenius::<2>()).frobenius::<1>();
        let root_of_norm = limb::sqrt(self.norm(e.square()))?;
        Some(e.inverse_or_zero().scale(root_of_norm))
    }

    /// `self^(p^POWER)`.
    pub(super) fn frobenius<const POWER: usize>(self) -> Self {
        let mut coefficients = self.limbs();
        for (index, coefficient) in coefficients.iter_mut().enumerate() {
            *coefficient = limb::mul(*coefficient, FROBENIUS[index * POWER % 5]);
        }
        Self::from_limbs(coefficients)
    }

    /// `self^(p + p^2 + p^3 + p^4)`.
    fn conjugate_product(self) -> Self {
        let first = self.frobenius::<1>();
        let second = first * first.frobenius::<1>();
        second * second.frobenius::<2>()
    }

    /// The coefficient of z^0 of `self * conjugates`; the others are zero.
    fn norm(self, conjugates: Self) -> u64 {
        let [a0, a1, a2, a3, a4] = self.limbs();
        let [b0, b1, b2, b3, b4] = conjugates.limbs();
        let p = ProductSum::of;
        let wrapped = p(a1, b4).plus(p(a2, b3)).plus(p(a3, b2)).plus(p(a4, b1));
        p(a0, b0).plus(wrapped.times(3)).reduce()
    }

    fn square_times(self, count: u32) -> Self {
        (0..count).fold(self, |power, _| power.square())
    }

    fn scale(self, factor: u64) -> Self {
        Self::from_limbs(self.limbs().map(|limb| limb::mul(limb, factor)))
    }

    const fn from_limbs(limbs: [u64; 5]) -> Self {
        let [l0, l1, l2, l3, l4] = limbs;
        Self([
            GoldilocksField(l0),
            GoldilocksField(l1),
            GoldilocksField(l2),
            GoldilocksField(l3),
            GoldilocksField(l4),
        ])
    }

    fn limbs(self) -> [u64; 5] {
        self.0.map(|element| element.0)
    }
}

impl Add for Gfp5 {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        let (a, b) = (self.limbs(), other.limbs());
        Self::from_limbs(core::array::from_fn(|i| limb::add(a[i], b[i])))
    }
}

impl Sub for Gfp5 {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        let (a, b) = (self.limbs(), other.limbs());
        Self::from_limbs(core::array::from_fn(|i| limb::sub(a[i], b[i])))
    }
}

impl Neg for Gfp5 {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl Mul for Gfp5 {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let [a0, a1, a2, a3, a4] = self.limbs();
        let [b0, b1, b2, b3, b4] = other.limbs();
        let p = ProductSum::of;
        let wrapped0 = p(a1, b4).plus(p(a2, b3)).plus(p(a3, b2)).plus(p(a4, b1));
        let wrapped1 = p(a2, b4).plus(p(a3, b3)).plus(p(a4, b2));
        let wrapped2 = p(a3, b4).plus(p(a4, b3));
        let wrapped3 = p(a4, b4);
        let c0 = p(a0, b0).plus(wrapped0.times(3));
        let c1 = p(a0, b1).plus(p(a1, b0)).plus(wrapped1.times(3));
        let c2 = p(a0, b2).plus(p(a1, b1)).plus(p(a2, b0)).plus(wrapped2.times(3));
        let c3 = p(a0, b3).plus(p(a1, b2)).plus(p(a2, b1)).plus(p(a3, b0)).plus(wrapped3.times(3));
        let c4 = p(a0, b4).plus(p(a1, b3)).plus(p(a2, b2)).plus(p(a3, b1)).plus(p(a4, b0));
        Self::from_limbs([c0, c1, c2, c3, c4].map(ProductSum::reduce))
    }
}

impl ConstantTimeEq for Gfp5 {
    fn ct_eq(&self, other: &Self) -> Choice {
        let difference = (*self - *other).limbs().map(limb::canonical);
        difference.iter().fold(0, |all, limb| all | limb).ct_eq(&0)
    }
}

impl ConditionallySelectable for Gfp5 {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        let (a, b) = (a.limbs(), b.limbs());
        Self::from_limbs(core::array::from_fn(|i| u64::conditional_select(&a[i], &b[i], choice)))
    }
}

impl DefaultIsZeroes for Gfp5 {}
