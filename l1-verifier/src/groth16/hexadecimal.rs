//! 32 bytes as text: `0x` and 64 lower-case hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// 32 bytes that have a text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Hexadecimal(pub(super) [u8; 32]);

/// A text that is not `0x` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 0x and 64 lower-case hexadecimal digits")]
pub(super) struct HexadecimalError;

impl FromStr for Hexadecimal {
    type Err = HexadecimalError;

    fn from_str(text: &str) -> Result<Self, HexadecimalError> {
        let digits = text.strip_prefix("0x").ok_or(HexadecimalError)?;
        // one text for the same bytes
        if digits.bytes().any(|digit| digit.is_ascii_uppercase()) {
            return Err(HexadecimalError);
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| HexadecimalError)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Hexadecimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "0x{}", hex::encode(self.0))
    }
}

impl Serialize for Hexadecimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hexadecimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
