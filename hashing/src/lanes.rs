//! The few operations on 64-bit integers side by side that a permutation needs.

/// Integers of 64 bits side by side. Every operation treats all lanes alike, and arithmetic wraps.
pub(crate) trait Lanes: Copy {
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
    /// The low 32 bits.
    fn low(self) -> Self;
    /// The product of the low 32 bits of both.
    fn mul_low(self, other: Self) -> Self;
    /// The low 32 bits of `self`, and above them the low 32 bits of `high`.
    fn join(self, high: Self) -> Self;
    /// `self + addend` where `left < right`, elsewhere `self`.
    fn add_where_less(self, left: Self, right: Self, addend: Self) -> Self;
    /// `self - subtrahend` where `left < right`, elsewhere `self`.
    fn sub_where_less(self, left: Self, right: Self, subtrahend: Self) -> Self;
}

/// Two groups of lanes: while one waits for a result, the other has work for the same instructions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<L>(pub(crate) L, pub(crate) L);

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
    fn mul_low(self, other: Self) -> Self {
        Self(self.0.mul_low(other.0), self.1.mul_low(other.1))
    }

    #[inline(always)]
    fn join(self, high: Self) -> Self {
        Self(self.0.join(high.0), self.1.join(high.1))
    }

    #[inline(always)]
    fn add_where_less(self, left: Self, right: Self, addend: Self) -> Self {
        Self(
            self.0.add_where_less(left.0, right.0, addend.0),
            self.1.add_where_less(left.1, right.1, addend.1),
        )
    }

    #[inline(always)]
    fn sub_where_less(self, left: Self, right: Self, subtrahend: Self) -> Self {
        Self(
            self.0.sub_where_less(left.0, right.0, subtrahend.0),
            self.1.sub_where_less(left.1, right.1, subtrahend.1),
        )
    }
}
