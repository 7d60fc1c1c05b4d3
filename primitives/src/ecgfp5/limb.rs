//! Goldilocks on bare `u64` limbs, without branches on values.
//!
//! plonky2's own operations branch when a rare carry occurs. Here secrets pass through, so every
//! carry is folded back by arithmetic. Inputs and outputs are any `u64`, read modulo p; only
//! [`canonical`] reduces below p.

/// The order of the field, p = 2^64 - 2^32 + 1.
pub(super) const ORDER: u64 = 0xffff_ffff_0000_0001;

/// 2^64 mod p.
const EPSILON: u64 = 0xffff_ffff;

/// `EPSILON` if the carry is set, else 0.
#[inline(always)]
const fn epsilon_if(carry: bool) -> u64 {
    (carry as u64).wrapping_neg() & EPSILON
}

/// The representative below p.
#[inline(always)]
pub(super) const fn canonical(a: u64) -> u64 {
    let (reduced, borrow) = a.overflowing_sub(ORDER);
    reduced.wrapping_add((borrow as u64).wrapping_neg() & ORDER)
}

/// `a + b`.
#[inline(always)]
pub(super) const fn add(a: u64, b: u64) -> u64 {
    let (sum, carry) = a.overflowing_add(b);
    let (sum, carry) = sum.overflowing_add(epsilon_if(carry));
    sum.wrapping_add(epsilon_if(carry))
}

/// `a - b`.
#[inline(always)]
pub(super) const fn sub(a: u64, b: u64) -> u64 {
    let (difference, borrow) = a.overflowing_sub(b);
    let (difference, borrow) = difference.overflowing_sub(epsilon_if(borrow));
    difference.wrapping_sub(epsilon_if(borrow))
}

/// `a * b`.
#[inline(always)]
pub(super) const fn mul(a: u64, b: u64) -> u64 {
    let product = (a as u128).wrapping_mul(b as u128);
    reduce(product as u64, (product >> 64) as u64, 0)
}

/// `low + 2^64 middle + 2^128 high` for `high < 2^30`.
#[inline(always)]
const fn reduce(low: u64, middle: u64, high: u64) -> u64 {
    // 2^64 = 2^32 - 1, 2^96 = -1 and 2^128 = -2^32 modulo p.
    let subtrahend = (high << 32).wrapping_add(middle >> 32);
    let (difference, borrow) = low.overflowing_sub(subtrahend);
    // After a borrow the difference is at least 2^64 - 2^63, so this cannot borrow again.
    let difference = difference.wrapping_sub(epsilon_if(borrow));
    let addend = (middle & EPSILON).wrapping_mul(EPSILON);
    let (sum, carry) = difference.overflowing_add(addend);
    // After a carry the sum is below the addend, at most (2^32 - 1)^2, so this cannot carry again.
    sum.wrapping_add(epsilon_if(carry))
}

/// `a^(2^count)`.
#[inline]
pub(super) const fn square_times(a: u64, count: u32) -> u64 {
    let mut power = a;
    let mut done = 0;
    while done < count {
        power = mul(power, power);
        done += 1;
    }
    power
}

/// `a^(2^31 - 1)`.
const fn power_31_ones(a: u64) -> u64 {
    let ones_2 = mul(square_times(a, 1), a);
    let ones_3 = mul(square_times(ones_2, 1), a);
    let ones_6 = mul(square_times(ones_3, 3), ones_3);
    let ones_12 = mul(square_times(ones_6, 6), ones_6);
    let ones_24 = mul(square_times(ones_12, 12), ones_12);
    let ones_30 = mul(square_times(ones_24, 6), ones_6);
    mul(square_times(ones_30, 1), a)
}

/// `1 / a`, or 0 for 0: the power p - 2.
pub(super) const fn inverse_or_zero(a: u64) -> u64 {
    // p - 2 = 2^64 - 2^32 - 1 = (2^31 - 1) 2^33 + (2^32 - 1).
    let ones_31 = power_31_ones(a);
    let ones_32 = mul(square_times(ones_31, 1), a);
    mul(square_times(ones_31, 33), ones_32)
}

/// Whether `a` is a square, zero included: the power (p - 1) / 2.
pub(super) const fn is_square(a: u64) -> bool {
    // (p - 1) / 2 = (2^32 - 1) 2^31.
    let ones_32 = mul(square_times(power_31_ones(a), 1), a);
    canonical(square_times(ones_32, 31)) <= 1
}

/// A square root by Tonelli and Shanks, in time that depends on the value.
pub(super) fn sqrt(a: u64) -> Option<u64> {
    /// 7^(2^32 - 1): it generates the group of order 2^32.
    const ROOT_OF_UNITY: u64 = 1_753_635_133_440_165_772;
    if canonical(a) == 0 {
        return Some(0);
    }
    if !is_square(a) {
        return None;
    }
    // p - 1 = 2^32 (2^32 - 1); half of the odd part, rounded down, is 2^31 - 1.
    let half = power_31_ones(a);
    let mut root = mul(half, a);
    let mut error = mul(root, half);
    let mut generator = ROOT_OF_UNITY;
    let mut order_bits = 32;
    while canonical(error) != 1 {
        let mut bits = 0;
        let mut power = error;
        while canonical(power) != 1 {
            power = mul(power, power);
            bits += 1;
        }
        let step = square_times(generator, order_bits - bits - 1);
        generator = mul(step, step);
        order_bits = bits;
        root = mul(root, step);
        error = mul(error, generator);
    }
    Some(root)
}

/// A sum of products that is reduced once: `low + 2^64 high`.
///
/// It holds up to 2^20 products of two limbs.
#[derive(Clone, Copy)]
pub(super) struct ProductSum {
    low: u128,
    high: u128,
}

impl ProductSum {
    /// The single product `a * b`.
    #[inline(always)]
    pub(super) const fn of(a: u64, b: u64) -> Self {
        let product = (a as u128).wrapping_mul(b as u128);
        Self { low: product as u64 as u128, high: product >> 64 }
    }

    /// `self + other`.
    #[inline(always)]
    pub(super) const fn plus(self, other: Self) -> Self {
        Self { low: self.low.wrapping_add(other.low), high: self.high.wrapping_add(other.high) }
    }

    /// `factor * self`, for a factor of at most 6.
    #[inline(always)]
    pub(super) const fn times(self, factor: u64) -> Self {
        Self {
            low: self.low.wrapping_mul(factor as u128),
            high: self.high.wrapping_mul(factor as u128),
        }
    }

    /// The sum modulo p.
    #[inline(always)]
    pub(super) const fn reduce(self) -> u64 {
        let upper = self.high.wrapping_add(self.low >> 64);
        reduce(self.low as u64, upper as u64, (upper >> 64) as u64)
    }
}
