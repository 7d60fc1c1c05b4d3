//! A hash: one element of the scalar field.

use ark_ff::{BigInteger as _, PrimeField as _};
use plonky2::plonk::config::GenericHashOut;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use starfold_primitives::{Field as _, Goldilocks};

use super::limbs;
use crate::r1cs::Fr;

/// Bits of each of the five elements as which a transcript reads a hash, low first. All are below p, and together
/// they are the hash.
pub const CHUNK_BITS: [u32; 5] = [56, 56, 56, 56, 30];

/// Bytes of a hash.
pub(super) const HASH_BYTES: usize = 32;

/// A hash of a row or a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeHash(pub Fr);

/// Thirty-two bytes that are no element of the scalar field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the hash {limbs:x?}, in limbs of 64 bits, is not below the order of the scalar field")]
pub struct NotBelowOrder {
    /// The integer, low limb first.
    pub limbs: [u64; 4],
}

impl NodeHash {
    /// Reads the little-endian integer.
    ///
    /// # Errors
    /// [`NotBelowOrder`] where it is not below the field's order.
    pub fn from_canonical(bytes: [u8; HASH_BYTES]) -> Result<Self, NotBelowOrder> {
        let (words, _) = bytes.as_chunks::<8>();
        Self::from_limbs(std::array::from_fn(|i| u64::from_le_bytes(words[i])))
    }

    fn from_limbs(limbs: [u64; 4]) -> Result<Self, NotBelowOrder> {
        Fr::from_bigint(ark_ff::BigInt(limbs)).map(Self).ok_or(NotBelowOrder { limbs })
    }
}

impl GenericHashOut<Goldilocks> for NodeHash {
    fn to_bytes(&self) -> Vec<u8> {
        self.0.into_bigint().to_bytes_le()
    }

    /// Reduces: plonky2 leaves no room for an error here. Bytes that others made are read by
    /// [`NodeHash::from_canonical`].
    fn from_bytes(bytes: &[u8]) -> Self {
        Self(Fr::from_le_bytes_mod_order(bytes))
    }

    fn to_vec(&self) -> Vec<Goldilocks> {
        let chunk = |bytes: &[u8]| {
            let integer = bytes.iter().rev().fold(0, |high, &byte| high << 8 | u64::from(byte));
            Goldilocks::from_canonical_u64(integer)
        };
        self.to_bytes().chunks(7).map(chunk).collect()
    }
}

impl Serialize for NodeHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        limbs(self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for NodeHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_limbs(<[u64; 4]>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
