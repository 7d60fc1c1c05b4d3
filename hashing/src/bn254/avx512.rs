//! Lanes in registers of AVX-512.
#![expect(
    unsafe_code,
    reason = "an instruction that the machine may not have is unsafe to name, and so is a load from a pointer"
)]

use std::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_loadu_si512, _mm512_madd52hi_epu64,
    _mm512_madd52lo_epu64, _mm512_set1_epi64, _mm512_slli_epi64, _mm512_srli_epi64,
    _mm512_storeu_si512, _mm512_sub_epi64,
};

use super::constants::Constants;
use super::field::LaneWords;
use super::integer::LIMB_MASK;
use super::lanes::{Lanes, Pair};
use super::permutation;
use super::{Element, States};
use crate::LANES;

/// Whether the machine has the instructions of this file.
pub(super) fn is_available() -> bool {
    is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma")
}

/// Permutes every state, or says that the machine cannot.
pub(super) fn permute<const WIDTH: usize>(
    constants: &Constants<WIDTH>,
    states: &mut States<WIDTH>,
) -> bool {
    if !is_available() {
        return false;
    }
    // SAFETY: the machine has the instructions.
    unsafe { permute_with_avx512(constants, states) };
    true
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn permute_with_avx512<const WIDTH: usize>(
    constants: &Constants<WIDTH>,
    states: &mut States<WIDTH>,
) {
    let mut words = [[Pair(Eight::splat(0), Eight::splat(0)); _]; WIDTH];
    for (words, column) in words.iter_mut().zip(states.iter()) {
        *words = load(column);
    }
    permutation::permute(constants, &mut words);
    for (words, column) in words.iter().zip(states) {
        store(words, column);
    }
}

/// What the tests do with lanes, in registers where the machine has them.
#[cfg(test)]
pub(super) fn operations(inputs: &[[u64; 8]; 3]) -> Option<Vec<[u64; 8]>> {
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn with_avx512(inputs: &[[u64; 8]; 3]) -> Vec<[u64; 8]> {
        let [x, y, z] = inputs;
        let results = super::tests::operations(Eight::load(x), Eight::load(y), Eight::load(z));
        results.iter().map(|result| result.integers()).collect()
    }
    // SAFETY: the machine has the instructions.
    is_available().then(|| unsafe { with_avx512(inputs) })
}

#[inline(always)]
fn load(column: &[Element; LANES]) -> LaneWords<Pair<Eight>> {
    let mut words = [Pair(Eight::splat(0), Eight::splat(0)); _];
    for (i, Pair(first, second)) in words.iter_mut().enumerate() {
        let mut integers = [0; LANES];
        for (integer, element) in integers.iter_mut().zip(column) {
            *integer = element[i];
        }
        let [low, high] = halves(&integers);
        *first = Eight::load(low);
        *second = Eight::load(high);
    }
    words
}

#[inline(always)]
fn store(words: &LaneWords<Pair<Eight>>, column: &mut [Element; LANES]) {
    for (i, Pair(first, second)) in words.iter().enumerate() {
        let integers = [first.integers(), second.integers()];
        for (element, integer) in column.iter_mut().zip(integers.iter().flatten()) {
            element[i] = *integer;
        }
    }
}

#[inline(always)]
fn halves(integers: &[u64; LANES]) -> [&[u64; 8]; 2] {
    let (first, second) = integers.split_at(LANES / 2);
    [first.try_into().expect("eight of sixteen"), second.try_into().expect("the other eight")]
}

/// Eight lanes. A value is only made below [`permute_with_avx512`], or in a test below `with_avx512`, which are only entered
/// where the machine has the instructions: that is why each method may use them.
#[derive(Clone, Copy, Debug)]
struct Eight(__m512i);

impl Eight {
    #[inline(always)]
    fn load(integers: &[u64; 8]) -> Self {
        // SAFETY: AVX-512 is there, and the pointer is to 64 readable bytes.
        Self(unsafe { _mm512_loadu_si512(integers.as_ptr().cast()) })
    }

    #[inline(always)]
    fn integers(self) -> [u64; 8] {
        let mut integers = [0; 8];
        // SAFETY: AVX-512 is there, and the pointer is to 64 bytes that may be written.
        unsafe { _mm512_storeu_si512(integers.as_mut_ptr().cast(), self.0) };
        integers
    }
}

impl Lanes for Eight {
    #[inline(always)]
    fn splat(value: u64) -> Self {
        // SAFETY: AVX-512 is there.
        Self(unsafe { _mm512_set1_epi64(value.cast_signed()) })
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: AVX-512 is there.
        Self(unsafe { _mm512_add_epi64(self.0, other.0) })
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: AVX-512 is there.
        Self(unsafe { _mm512_sub_epi64(self.0, other.0) })
    }

    #[inline(always)]
    fn left<const BITS: u32>(self) -> Self {
        // SAFETY: AVX-512 is there.
        Self(unsafe { _mm512_slli_epi64::<BITS>(self.0) })
    }

    #[inline(always)]
    fn right<const BITS: u32>(self) -> Self {
        // SAFETY: AVX-512 is there.
        Self(unsafe { _mm512_srli_epi64::<BITS>(self.0) })
    }

    #[inline(always)]
    fn low(self) -> Self {
        // SAFETY: AVX-512 is there.
        Self(unsafe { _mm512_and_si512(self.0, _mm512_set1_epi64(LIMB_MASK.cast_signed())) })
    }

    #[inline(always)]
    fn add_low_product(self, left: Self, right: Self) -> Self {
        // SAFETY: AVX-512 is there, and with it its multiplications of 52 bits.
        Self(unsafe { _mm512_madd52lo_epu64(self.0, left.0, right.0) })
    }

    #[inline(always)]
    fn add_high_product(self, left: Self, right: Self) -> Self {
        // SAFETY: AVX-512 is there, and with it its multiplications of 52 bits.
        Self(unsafe { _mm512_madd52hi_epu64(self.0, left.0, right.0) })
    }
}
