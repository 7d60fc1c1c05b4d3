//! Lanes in registers of AVX-512.
#![expect(
    unsafe_code,
    reason = "an instruction that the machine may not have is unsafe to name, and so is a load from a pointer"
)]

use std::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_cmplt_epu64_mask, _mm512_loadu_si512,
    _mm512_mask_add_epi64, _mm512_mask_shuffle_epi32, _mm512_mask_sub_epi64, _mm512_mul_epu32,
    _mm512_set1_epi64, _mm512_slli_epi64, _mm512_srli_epi64, _mm512_storeu_si512, _mm512_sub_epi64,
};

use plonky2::field::goldilocks_field::GoldilocksField;

use crate::lanes::{Lanes, Pair};
use crate::{LANES, States, WIDTH};

/// Whether the machine has the instructions of this file.
pub(crate) fn is_available() -> bool {
    is_x86_feature_detected!("avx512f")
}

/// Permutes every state, or says that the machine cannot.
pub(crate) fn permute(states: &mut States) -> bool {
    if !is_available() {
        return false;
    }
    // SAFETY: the machine has the instructions.
    unsafe { permute_with_avx512(states) };
    true
}

/// Multiplies every state by the matrix of a round, or says that the machine cannot.
pub(crate) fn multiply(states: &mut States) -> bool {
    if !is_available() {
        return false;
    }
    // SAFETY: the machine has the instructions.
    unsafe { multiply_with_avx512(states) };
    true
}

#[target_feature(enable = "avx512f")]
fn permute_with_avx512(states: &mut States) {
    let mut state = load(states);
    crate::permutation::permute(&mut state);
    store(state, states);
}

#[target_feature(enable = "avx512f")]
fn multiply_with_avx512(states: &mut States) {
    let mut state = load(states);
    crate::permutation::multiply(&mut state);
    store(state, states);
}

#[inline(always)]
fn load(states: &States) -> [Pair<Eight>; WIDTH] {
    let mut state = [Pair(Eight::splat(0), Eight::splat(0)); WIDTH];
    for (pair, column) in state.iter_mut().zip(states) {
        let (first, second) = halves(column);
        *pair = Pair(Eight::load(first), Eight::load(second));
    }
    state
}

#[inline(always)]
fn store(state: [Pair<Eight>; WIDTH], states: &mut States) {
    for (Pair(first, second), column) in state.into_iter().zip(states.iter_mut()) {
        let (low, high) = column.split_at_mut(LANES / 2);
        first.store(low.try_into().expect("eight of sixteen"));
        second.store(high.try_into().expect("the other eight"));
    }
}

fn halves(column: &[GoldilocksField; LANES]) -> (&[GoldilocksField; 8], &[GoldilocksField; 8]) {
    let (first, second) = column.split_at(LANES / 2);
    (first.try_into().expect("eight of sixteen"), second.try_into().expect("the other eight"))
}

/// Eight lanes. A value is only made below [`permute_with_avx512`] and [`multiply_with_avx512`], which are only entered
/// where the machine has AVX-512: that is why each method may use its instructions.
#[derive(Clone, Copy, Debug)]
struct Eight(__m512i);

impl Eight {
    #[inline(always)]
    fn load(elements: &[GoldilocksField; 8]) -> Self {
        // SAFETY: AVX-512 is there, and the pointer is to 64 readable bytes: an element is one `u64`.
        Self(unsafe { _mm512_loadu_si512(elements.as_ptr().cast()) })
    }

    #[inline(always)]
    fn store(self, elements: &mut [GoldilocksField; 8]) {
        // SAFETY: AVX-512 is there, and the pointer is to 64 bytes that may be written: an element is one `u64` of any
        // value.
        unsafe { _mm512_storeu_si512(elements.as_mut_ptr().cast(), self.0) }
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
        Self(unsafe { _mm512_and_si512(self.0, _mm512_set1_epi64(i64::from(u32::MAX))) })
    }

    #[inline(always)]
    fn mul_low(self, other: Self) -> Self {
        // SAFETY: AVX-512 is there.
        Self(unsafe { _mm512_mul_epu32(self.0, other.0) })
    }

    /// One instruction: of `high`, its low 32 bits twice, and of that only the upper half of each lane.
    #[inline(always)]
    fn join(self, high: Self) -> Self {
        const LOW_TWICE: i32 = 0b10_10_00_00;
        const UPPER_HALVES: u16 = 0b1010_1010_1010_1010;
        // SAFETY: AVX-512 is there.
        Self(unsafe { _mm512_mask_shuffle_epi32::<LOW_TWICE>(self.0, UPPER_HALVES, high.0) })
    }

    #[inline(always)]
    fn add_where_less(self, left: Self, right: Self, addend: Self) -> Self {
        // SAFETY: AVX-512 is there.
        Self(unsafe {
            let is_less = _mm512_cmplt_epu64_mask(left.0, right.0);
            _mm512_mask_add_epi64(self.0, is_less, self.0, addend.0)
        })
    }

    #[inline(always)]
    fn sub_where_less(self, left: Self, right: Self, subtrahend: Self) -> Self {
        // SAFETY: AVX-512 is there.
        Self(unsafe {
            let is_less = _mm512_cmplt_epu64_mask(left.0, right.0);
            _mm512_mask_sub_epi64(self.0, is_less, self.0, subtrahend.0)
        })
    }
}
