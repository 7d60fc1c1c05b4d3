//! Integers modulo the group order.

use core::fmt;
use core::ops::{Add, Mul, Neg, Sub};

use crypto_bigint::modular::{ConstMontyForm, ConstMontyParams};
use crypto_bigint::{NonZero, U320};
use subtle::{Choice, ConstantTimeEq, ConstantTimeLess};
use zeroize::{DefaultIsZeroes, Zeroize};

crypto_bigint::const_monty_params!(
    GroupOrder,
    U320,
    "7ffffffd800000077ffffff1000000167fffffe6cfb80639e8885c39d724a09ce80fd996948bffe1",
    "The order n of the group, as a modulus."
);

type Residue = ConstMontyForm<GroupOrder, { GroupOrder::LIMBS }>;

const ORDER: NonZero<U320> = *GroupOrder::PARAMS.modulus().as_nz_ref();

/// 2^320 mod n: what one in Montgomery form looks like as an integer.
const TWO_TO_320: Residue = Residue::new(Residue::ONE.as_montgomery());

/// Bytes of an encoded scalar.
pub const SCALAR_BYTES: usize = 40;

/// An integer modulo the prime group order n, of 319 bits.
///
/// All operations take the same time for all values; the value is neither printed nor compared with
/// early exit. It is a `Copy` type: whoever keeps a secret scalar calls `zeroize` on it.
#[derive(Clone, Copy, Default)]
pub struct Scalar(U320);

/// An encoded scalar is not below the group order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the scalar is not below the group order")]
pub struct ScalarOutOfRange;

impl Scalar {
    /// Zero.
    pub const ZERO: Self = Self(U320::ZERO);
    /// One.
    pub const ONE: Self = Self(U320::ONE);

    /// Reads the canonical encoding: 40 bytes, little-endian.
    ///
    /// # Errors
    /// [`ScalarOutOfRange`] if the integer is not below n, so that every scalar has one encoding.
    pub fn from_bytes(bytes: &[u8; SCALAR_BYTES]) -> Result<Self, ScalarOutOfRange> {
        Self::in_range(U320::from_le_slice(bytes))
    }

    /// Takes five limbs of 64 bits, low first.
    ///
    /// # Errors
    /// [`ScalarOutOfRange`] if the integer is not below n.
    pub fn from_canonical_limbs(limbs: [u64; 5]) -> Result<Self, ScalarOutOfRange> {
        Self::in_range(U320::from_words(limbs))
    }

    fn in_range(value: U320) -> Result<Self, ScalarOutOfRange> {
        if bool::from(value.ct_lt(&ORDER)) { Ok(Self(value)) } else { Err(ScalarOutOfRange) }
    }

    /// Reduces a 512-bit little-endian integer modulo n.
    ///
    /// The result of 64 uniform bytes is uniform up to a bias of 2^-192.
    pub fn from_wide_bytes(bytes: &[u8; 64]) -> Self {
        let mut high_bytes = [0; SCALAR_BYTES];
        let (low, high) = bytes.split_at(SCALAR_BYTES);
        high_bytes[..high.len()].copy_from_slice(high);
        let low = Residue::new(&U320::from_le_slice(low));
        let high = Residue::new(&U320::from_le_slice(&high_bytes));
        high_bytes.zeroize();
        Self((low + high * TWO_TO_320).retrieve())
    }

    /// The integer of five limbs of 64 bits, low first, reduced modulo n.
    pub const fn from_limbs(limbs: [u64; 5]) -> Self {
        Self(Residue::new(&U320::from_words(limbs)).retrieve())
    }

    /// The five limbs of 64 bits, low first.
    pub const fn to_limbs(self) -> [u64; 5] {
        self.0.to_words()
    }

    /// The canonical encoding: 40 bytes, little-endian.
    pub fn to_bytes(self) -> [u8; SCALAR_BYTES] {
        let mut bytes = [0; SCALAR_BYTES];
        for (chunk, limb) in bytes.chunks_exact_mut(8).zip(self.to_limbs()) {
            chunk.copy_from_slice(&limb.to_le_bytes());
        }
        bytes
    }

    /// Whether this is zero.
    pub fn is_zero(self) -> bool {
        self.ct_eq(&Self::ZERO).into()
    }

    /// The bit of weight `2^index`; zero from 320 on.
    pub fn bit(self, index: usize) -> bool {
        let limbs = self.to_limbs();
        limbs.get(index / 64).is_some_and(|limb| limb >> (index % 64) & 1 == 1)
    }

    /// The 80 digits in base 16, low first.
    pub(super) fn to_digits(self) -> [u8; 80] {
        let limbs = self.to_limbs();
        core::array::from_fn(|index| (limbs[index / 16] >> (index % 16 * 4) & 15) as u8)
    }
}

impl Add for Scalar {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.add_mod(&other.0, &ORDER))
    }
}

impl Sub for Scalar {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.sub_mod(&other.0, &ORDER))
    }
}

impl Neg for Scalar {
    type Output = Self;

    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl Mul for Scalar {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self((Residue::new(&self.0) * Residue::new(&other.0)).retrieve())
    }
}

impl ConstantTimeEq for Scalar {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.to_limbs().ct_eq(&other.to_limbs())
    }
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Scalar {}

impl DefaultIsZeroes for Scalar {}

impl fmt::Debug for Scalar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Scalar(..)")
    }
}
