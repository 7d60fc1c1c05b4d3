//! What every part of Starfold is written in: field elements and digests, Poseidon, the curve and its
//! signatures, typed quantities, words and claims. The encodings are fixed in `docs/protocol.md`.

pub mod claim;
pub mod digest;
pub mod ecgfp5;
pub mod poseidon;
pub mod quantities;
pub mod signature;
pub mod wallet;
pub mod word;

pub use claim::Claim;
pub use digest::Digest;

/// The field of everything that is proved: integers modulo 2^64 - 2^32 + 1.
pub type Goldilocks = plonky2::field::goldilocks_field::GoldilocksField;

/// The order of [`Goldilocks`], 2^64 - 2^32 + 1.
pub const GOLDILOCKS_ORDER: u64 = 0xffff_ffff_0000_0001;

pub use plonky2::field::types::{Field, Field64, PrimeField64};

/// Reads a canonical field element.
///
/// # Errors
/// [`NotCanonical`] where `value` is not below the order.
pub fn canonical(value: u64) -> Result<Goldilocks, NotCanonical> {
    if value < GOLDILOCKS_ORDER {
        Ok(Goldilocks::from_canonical_u64(value))
    } else {
        Err(NotCanonical { value })
    }
}

/// A 64-bit integer that is no canonical field element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{value} is not below the field order {GOLDILOCKS_ORDER}")]
pub struct NotCanonical {
    /// The integer.
    pub value: u64,
}
