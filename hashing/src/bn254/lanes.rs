//! The few operations on 64-bit integers side by side that a permutation needs.

/// Integers of 64 bits side by side. Every operation treats all lanes alike, and sums wrap.
pub(super) trait Lanes: Copy {
    /// The same integer in every lane.
    fn splat(value: u64) -> Self;
    /// `self + other`.
    fn add(self, other: Self) -> Self;
    /// `self - other`.
    fn sub(self, other: Self) -> Self;
    /// `self << BITS`.
    fn left<const BITS: u32>(self) -> Self;
    /// `self >> BITS`.
    fn right<const BITS: u32>(self) -> Self;
    /// The low 52 bits.
    fn low(self) -> Self;
    /// `self`, and the low 52 bits of the product of the low 52 bits of both factors.
    fn add_low_product(self, left: Self, right: Self) -> Self;
    /// `self`, and the high 52 bits of the product of the low 52 bits of both factors.
    fn add_high_product(self, left: Self, right: Self) -> Self;
}

/// Two groups of lanes: while one waits for a result, the other has work for the same instructions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<L>(pub(super) L, pub(super) L);

impl<L: Lanes> Lanes for Pair<L> {
    #[inline(always)]
    fn splat(value: u64) -> Self {
        Self(L::splat(value), L::splat(value))
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0.add(other.0), self.1.add(other.1))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(self.0.sub(other.0), self.1.sub(other.1))
    }

    #[inline(always)]
    fn left<const BITS: u32>(self) -> Self {
        Self(self.0.left::<BITS>(), self.1.left::<BITS>())
    }

    #[inline(always)]
    fn right<const BITS: u32>(self) -> Self {
        Self(self.0.right::<BITS>(), self.1.right::<BITS>())
    }

    #[inline(always)]
    fn low(self) -> Self {
        Self(self.0.low(), self.1.low())
    }

    #[inline(always)]
    fn add_low_product(self, left: Self, right: Self) -> Self {
        Self(self.0.add_low_product(left.0, right.0), self.1.add_low_product(left.1, right.1))
    }

    #[inline(always)]
    fn add_high_product(self, left: Self, right: Self) -> Self {
        Self(self.0.add_high_product(left.0, right.0), self.1.add_high_product(left.1, right.1))
    }
}
