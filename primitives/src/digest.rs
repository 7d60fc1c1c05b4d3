//! Digests of four field elements and their 32-byte form (`docs/protocol.md`, section 1).

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Field, Goldilocks, NotCanonical, PrimeField64, canonical};

/// A Poseidon digest: four field elements, about 128 bits of collision resistance.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [Goldilocks; 4]);

/// Why text or bytes are no digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// The text is not `0x` and 64 hexadecimal digits.
    #[error("a digest is 0x and 64 hexadecimal digits, not {text:?}")]
    Text {
        /// The beginning of the text.
        text: String,
    },
    /// An element is not below the field order.
    #[error("element {index} of the digest: {source}")]
    Element {
        /// Which of the four.
        index: usize,
        /// Its value.
        source: NotCanonical,
    },
}

impl Digest {
    /// Four zeros: the digest of no words, the bottom of an empty token tree.
    pub const ZERO: Self = Self([Goldilocks::ZERO; 4]);

    /// Makes a digest from four canonical integers, element 0 first.
    ///
    /// # Errors
    /// [`DigestError::Element`] where one is not below the field order.
    pub fn from_canonical(elements: [u64; 4]) -> Result<Self, DigestError> {
        let mut digest = Self::ZERO;
        for (index, value) in elements.into_iter().enumerate() {
            digest.0[index] =
                canonical(value).map_err(|source| DigestError::Element { index, source })?;
        }
        Ok(digest)
    }

    /// The elements as canonical integers, element 0 first.
    pub fn to_canonical(self) -> [u64; 4] {
        self.0.map(|element| element.to_canonical_u64())
    }

    /// The 256-bit integer `d0 + d1 2^64 + d2 2^128 + d3 2^192`, big-endian.
    pub fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (chunk, element) in bytes.rchunks_exact_mut(8).zip(self.to_canonical()) {
            chunk.copy_from_slice(&element.to_be_bytes());
        }
        bytes
    }

    /// Reads what [`Self::to_bytes`] writes.
    ///
    /// # Errors
    /// [`DigestError::Element`] where an element is not below the field order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, DigestError> {
        let mut elements = [0; 4];
        for (element, chunk) in elements.iter_mut().zip(bytes.rchunks_exact(8)) {
            *element = u64::from_be_bytes(chunk.try_into().expect("chunks of eight bytes"));
        }
        Self::from_canonical(elements)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.to_bytes()))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let mut bytes = [0; 32];
        text.strip_prefix("0x")
            .and_then(|digits| hex::decode_to_slice(digits, &mut bytes).ok())
            .ok_or_else(|| DigestError::Text { text: text.chars().take(80).collect() })?;
        Self::from_bytes(&bytes)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.to_bytes().serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
        } else {
            Self::from_bytes(&<[u8; 32]>::deserialize(deserializer)?).map_err(D::Error::custom)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GOLDILOCKS_ORDER;
    use proptest::prelude::*;

    #[test]
    fn element_zero_is_the_lowest_of_the_integer() {
        let digest = Digest::from_canonical([1, 2, 3, 4]).unwrap();
        let text = "0x0000000000000004000000000000000300000000000000020000000000000001";
        assert_eq!(digest.to_string(), text);
        assert_eq!(text.parse::<Digest>().unwrap(), digest);
    }

    #[test]
    fn an_element_of_the_order_is_refused() {
        let error = Digest::from_canonical([0, 0, GOLDILOCKS_ORDER, 0]).unwrap_err();
        let source = NotCanonical { value: GOLDILOCKS_ORDER };
        assert_eq!(error, DigestError::Element { index: 2, source });
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "0x", "1234", &"0".repeat(66), &format!("0x{}", "g".repeat(64))] {
            assert!(matches!(text.parse::<Digest>(), Err(DigestError::Text { .. })), "{text}");
        }
    }

    proptest! {
        #[test]
        fn bytes_text_and_json_round_trip(elements: [u32; 4], high: [u16; 4]) {
            let elements: [u64; 4] =
                std::array::from_fn(|i| u64::from(high[i]) << 32 | u64::from(elements[i]));
            let digest = Digest::from_canonical(elements).unwrap();
            prop_assert_eq!(Digest::from_bytes(&digest.to_bytes()).unwrap(), digest);
            prop_assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
            let json = serde_json::to_string(&digest).unwrap();
            prop_assert_eq!(serde_json::from_str::<Digest>(&json).unwrap(), digest);
        }
    }
}
