//! Typed quantities, so that an index is never taken for an amount (`docs/protocol.md`, section 2).

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::word::{LIMB_BITS, LIMB_MAX};
use crate::{Field, GOLDILOCKS_ORDER, Goldilocks};

/// Text or a number that is no quantity of a kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: expected {expected}, got {actual:?}")]
pub struct QuantityError {
    /// The quantity.
    pub what: &'static str,
    /// What is allowed.
    pub expected: &'static str,
    /// The beginning of what was given.
    pub actual: String,
}

impl QuantityError {
    fn new(what: &'static str, expected: &'static str, actual: impl fmt::Display) -> Self {
        Self { what, expected, actual: actual.to_string().chars().take(80).collect() }
    }
}

/// A quantity that is one integer: constructor, element, text, JSON number.
macro_rules! integer_quantity {
    ($(#[$doc:meta])* $name:ident($integer:ty), $max:expr, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name($integer);

        impl $name {
            /// Zero.
            pub const ZERO: Self = Self(0);
            /// The largest.
            pub const MAX: Self = Self($max);

            /// Takes an integer.
            ///
            /// # Errors
            /// [`QuantityError`] where it is out of range.
            pub fn new(value: $integer) -> Result<Self, QuantityError> {
                if value > $max {
                    return Err(QuantityError::new(stringify!($name), $expected, value));
                }
                Ok(Self(value))
            }

            /// The integer.
            pub const fn get(self) -> $integer {
                self.0
            }

            /// The field element.
            pub fn element(self) -> Goldilocks {
                Goldilocks::from_canonical_u64(u64::from(self.0))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = QuantityError;

            fn from_str(text: &str) -> Result<Self, QuantityError> {
                text.parse()
                    .ok()
                    .and_then(|value| Self::new(value).ok())
                    .ok_or_else(|| QuantityError::new(stringify!($name), $expected, text))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(<$integer>::deserialize(deserializer)?).map_err(D::Error::custom)
            }
        }
    };
}

integer_quantity! {
    /// Where an account stands in the account tree.
    AccountIndex(u32), u32::MAX, "an integer below 2^32"
}
integer_quantity! {
    /// A registered token; 0 is ETH.
    TokenId(u16), u16::MAX, "an integer below 2^16"
}
integer_quantity! {
    /// A fee, in fee units.
    FeeCount(u32), u32::MAX, "an integer below 2^32"
}
integer_quantity! {
    /// Base units of the fee token in one fee unit.
    FeeUnit(u32), (1 << 30) - 1, "an integer below 2^30"
}
integer_quantity! {
    /// How many times an account has authorised something.
    Nonce(u64), GOLDILOCKS_ORDER - 1, "an integer below the field order"
}
integer_quantity! {
    /// Seconds since 1970.
    Timestamp(u32), u32::MAX, "seconds below 2^32"
}
integer_quantity! {
    /// The number of an Ethereum chain.
    ChainId(u64), GOLDILOCKS_ORDER - 1, "an integer below the field order"
}
integer_quantity! {
    /// The number of a batch; the first is 1, 0 is the state before it.
    BatchNumber(u32), u32::MAX, "an integer below 2^32"
}

impl Nonce {
    /// The nonce after one more authorisation; the field order is out of reach.
    ///
    /// # Errors
    /// [`QuantityError`] after the largest.
    pub fn next(self) -> Result<Self, QuantityError> {
        Self::new(self.0 + 1)
    }
}

/// An amount of a token in its base units. As text a decimal number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(u128);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest, 2^128 - 1.
    pub const MAX: Self = Self(u128::MAX);

    /// Takes an integer.
    pub const fn new(value: u128) -> Self {
        Self(value)
    }

    /// The integer.
    pub const fn get(self) -> u128 {
        self.0
    }

    /// The four 32-bit limbs, low first.
    pub fn limbs(self) -> [u32; 4] {
        std::array::from_fn(|i| (self.0 >> (32 * i)) as u32)
    }

    /// Joins four 32-bit limbs, low first.
    pub fn from_limbs(limbs: [u32; 4]) -> Self {
        Self(limbs.into_iter().rev().fold(0, |sum, limb| sum << 32 | u128::from(limb)))
    }

    /// The limbs as field elements, low first.
    pub fn elements(self) -> [Goldilocks; 4] {
        self.limbs().map(Goldilocks::from_canonical_u32)
    }

    /// The sum, or nothing beyond 2^128.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or nothing below zero.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// A fee as an amount; below 2^62.
    pub fn of_fee(count: FeeCount, unit: FeeUnit) -> Self {
        Self(u128::from(count.get()) * u128::from(unit.get()))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Amount {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        // `parse` would also take a sign
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten().map(Self).ok_or_else(|| {
            QuantityError::new("Amount", "a decimal number of base units below 2^128", text)
        })
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
        } else {
            u128::deserialize(deserializer).map(Self)
        }
    }
}

/// An Ethereum address. As text `0x` and 40 hexadecimal digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(pub [u8; 20]);

impl Address {
    /// The address zero: of an empty account, and in place of ETH's contract.
    pub const ZERO: Self = Self([0; 20]);

    /// Limbs of 62, 62 and 36 bits of the big-endian integer, low first.
    pub fn limbs(self) -> [u64; 3] {
        let mut low = [0; 16];
        low.copy_from_slice(&self.0[4..]);
        let low = u128::from_be_bytes(low);
        let top = u32::from_be_bytes([self.0[0], self.0[1], self.0[2], self.0[3]]);
        let mask = u128::from(LIMB_MAX);
        [
            (low & mask) as u64,
            (low >> LIMB_BITS & mask) as u64,
            (low >> (2 * LIMB_BITS)) as u64 | u64::from(top) << 4,
        ]
    }

    /// Joins limbs of 62, 62 and 36 bits.
    ///
    /// # Errors
    /// [`QuantityError`] where a limb has more bits.
    pub fn from_limbs(limbs: [u64; 3]) -> Result<Self, QuantityError> {
        let [a, b, c] = limbs;
        if a > LIMB_MAX || b > LIMB_MAX || c >> 36 != 0 {
            let actual = format!("{limbs:?}");
            return Err(QuantityError::new("Address", "limbs of 62, 62 and 36 bits", actual));
        }
        let low = u128::from(a) | u128::from(b) << LIMB_BITS | u128::from(c) << (2 * LIMB_BITS);
        let mut bytes = [0; 20];
        bytes[..4].copy_from_slice(&((c >> 4) as u32).to_be_bytes());
        bytes[4..].copy_from_slice(&low.to_be_bytes());
        Ok(Self(bytes))
    }

    /// The limbs as field elements, low first.
    pub fn elements(self) -> [Goldilocks; 3] {
        self.limbs().map(Goldilocks::from_canonical_u64)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Address {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let mut bytes = [0; 20];
        text.strip_prefix("0x")
            .and_then(|digits| hex::decode_to_slice(digits, &mut bytes).ok())
            .map(|()| Self(bytes))
            .ok_or_else(|| QuantityError::new("Address", "0x and 40 hexadecimal digits", text))
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
        } else {
            <[u8; 20]>::deserialize(deserializer).map(Self)
        }
    }
}

#[cfg(test)]
mod tests;
