//! Public and secret keys.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shake::Shake256;
use shake::digest::{ExtendableOutput, Update, XofReader};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::schnorr::{Signature, challenge};
use super::text;
use crate::ecgfp5::{
    AffinePoint, Gfp5, Point, PointDecodingError, SCALAR_BYTES, Scalar, ScalarOutOfRange,
};
use crate::{Digest, Goldilocks, NotCanonical, canonical};

/// Bytes of an encoded public key.
pub const KEY_BYTES: usize = 40;

/// Separates nonces from all other uses of the hash.
const NONCE_TAG: &[u8] = b"starfold/signature/nonce/v1";

/// The encoding of a point, or any other five elements: then nothing verifies under it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PublicKey([Goldilocks; 5]);

/// Why bytes or text are no public key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyDecodingError {
    /// The text is not `0x` and 80 hexadecimal digits.
    #[error("a key is 0x and 80 hexadecimal digits, not {text:?}")]
    Text {
        /// The beginning of the text.
        text: String,
    },
    /// An element is not below the field order.
    #[error("element {index} of the key: {source}")]
    Element {
        /// Which of the five.
        index: usize,
        /// Its value.
        source: NotCanonical,
    },
}

impl PublicKey {
    /// Five zeros: an account without a key.
    pub const NONE: Self = Self(Gfp5::ZERO.elements());

    /// Takes any five elements.
    pub const fn new(elements: [Goldilocks; 5]) -> Self {
        Self(elements)
    }

    /// Takes five canonical integers, element 0 first.
    ///
    /// # Errors
    /// [`KeyDecodingError::Element`] where one is not below the field order.
    pub fn from_canonical(elements: [u64; 5]) -> Result<Self, KeyDecodingError> {
        let mut key = Self::NONE;
        for (index, value) in elements.into_iter().enumerate() {
            key.0[index] =
                canonical(value).map_err(|source| KeyDecodingError::Element { index, source })?;
        }
        Ok(key)
    }

    /// The elements as canonical integers, element 0 first.
    pub fn to_canonical(self) -> [u64; 5] {
        Gfp5::new(self.0).to_canonical_u64s()
    }

    /// The five elements.
    pub const fn elements(&self) -> [Goldilocks; 5] {
        self.0
    }

    /// Whether all elements are zero: no key.
    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }

    /// The point that the key encodes.
    ///
    /// # Errors
    /// [`PointDecodingError`] where there is none.
    pub fn decode(&self) -> Result<AffinePoint, PointDecodingError> {
        AffinePoint::decode(Gfp5::new(self.0))
    }

    /// The 40 bytes: element 0 first, each little-endian.
    pub fn to_bytes(self) -> [u8; KEY_BYTES] {
        let mut bytes = [0; KEY_BYTES];
        for (chunk, element) in bytes.chunks_exact_mut(8).zip(self.to_canonical()) {
            chunk.copy_from_slice(&element.to_le_bytes());
        }
        bytes
    }

    /// Reads what [`Self::to_bytes`] writes.
    ///
    /// # Errors
    /// [`KeyDecodingError::Element`] where an element is not below the field order.
    pub fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Result<Self, KeyDecodingError> {
        let mut elements = [0; 5];
        for (element, chunk) in elements.iter_mut().zip(bytes.chunks_exact(8)) {
            *element = u64::from_le_bytes(chunk.try_into().expect("chunks of eight bytes"));
        }
        Self::from_canonical(elements)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.to_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PublicKey {
    type Err = KeyDecodingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text::decode(text)
            .ok_or_else(|| KeyDecodingError::Text { text: text::beginning(text) })?;
        Self::from_bytes(&bytes)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.to_canonical().serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
        } else {
            Self::from_canonical(<[u64; 5]>::deserialize(deserializer)?).map_err(D::Error::custom)
        }
    }
}

/// A secret key `d`, 0 < d < n. It is wiped when dropped, and never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey {
    scalar: Scalar,
    #[zeroize(skip)]
    public: PublicKey,
}

/// Why bytes are no secret key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretKeyError {
    /// Not below the group order.
    #[error("secret key: {0}")]
    OutOfRange(#[from] ScalarOutOfRange),
    /// Zero, whose public key would be the neutral element.
    #[error("the secret key is zero")]
    Zero,
}

/// The operating system gave no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no randomness from the operating system: {0}")]
pub struct RandomnessError(getrandom::Error);

impl SecretKey {
    /// Takes a new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`RandomnessError`] where the operating system has none.
    pub fn generate() -> Result<Self, RandomnessError> {
        let mut bytes = Zeroizing::new([0; 64]);
        loop {
            getrandom::fill(&mut bytes[..]).map_err(RandomnessError)?;
            if let Ok(key) = Self::from_uniform_bytes(&bytes) {
                return Ok(key);
            }
        }
    }

    /// Reads the canonical encoding: 40 bytes, little-endian.
    ///
    /// # Errors
    /// [`SecretKeyError`] for zero, and for integers not below the group order.
    pub fn from_bytes(bytes: &[u8; SCALAR_BYTES]) -> Result<Self, SecretKeyError> {
        Self::from_scalar(Scalar::from_bytes(bytes)?)
    }

    /// Reduces 64 uniform bytes to a key.
    ///
    /// # Errors
    /// [`SecretKeyError::Zero`], which uniform bytes do not reach.
    pub fn from_uniform_bytes(bytes: &[u8; 64]) -> Result<Self, SecretKeyError> {
        Self::from_scalar(Scalar::from_wide_bytes(bytes))
    }

    fn from_scalar(scalar: Scalar) -> Result<Self, SecretKeyError> {
        if scalar.is_zero() {
            return Err(SecretKeyError::Zero);
        }
        let public = PublicKey(Point::mul_base_secret(&scalar).encode().elements());
        Ok(Self { scalar, public })
    }

    /// The 40 bytes that [`Self::from_bytes`] reads. They are the secret.
    pub fn to_bytes(&self) -> Zeroizing<[u8; SCALAR_BYTES]> {
        Zeroizing::new(self.scalar.to_bytes())
    }

    /// The public key.
    pub const fn public_key(&self) -> PublicKey {
        self.public
    }

    /// Signs a message, with fresh randomness mixed into the nonce.
    ///
    /// # Errors
    /// [`RandomnessError`] where the operating system has none.
    pub fn sign(&self, message: Digest) -> Result<Signature, RandomnessError> {
        let mut randomness = Zeroizing::new([0; 32]);
        getrandom::fill(&mut randomness[..]).map_err(RandomnessError)?;
        Ok(self.sign_with_randomness(message, &randomness))
    }

    /// Signs a message, always with the same signature.
    ///
    /// As safe as [`Self::sign`] except against faults and side channels of a machine that signs
    /// one message twice; for reproducible workloads.
    pub fn sign_deterministic(&self, message: Digest) -> Signature {
        self.sign_with_randomness(message, &[0; 32])
    }

    /// Signs a message with a nonce from key, message and the given randomness, which may be
    /// anything.
    pub fn sign_with_randomness(&self, message: Digest, randomness: &[u8; 32]) -> Signature {
        let mut nonce = self.nonce(message, randomness);
        let encoded_point = Point::mul_base_secret(&nonce).encode();
        let challenge = challenge(&self.public, message, encoded_point);
        let [e0, e1, e2] = challenge;
        let response = nonce - Scalar::from_limbs([e0, e1, e2, 0, 0]) * self.scalar;
        nonce.zeroize();
        Signature::from_parts(challenge, response)
    }

    /// The nonce: 512 bits of SHAKE256 reduced modulo n.
    ///
    /// A nonce of zero, with probability 2^-319, would sign with the neutral element as R and not
    /// verify.
    fn nonce(&self, message: Digest, randomness: &[u8; 32]) -> Scalar {
        let mut bytes = Zeroizing::new([0; 64]);
        let mut hasher = Shake256::default();
        hasher.update(NONCE_TAG);
        hasher.update(&self.to_bytes()[..]);
        hasher.update(&self.public.to_bytes());
        hasher.update(&message.to_bytes());
        hasher.update(randomness);
        hasher.finalize_xof().read(&mut bytes[..]);
        Scalar::from_wide_bytes(&bytes)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey").field("public", &self.public).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_randomness_is_said_with_its_cause() {
        let cause = getrandom::Error::UNSUPPORTED;
        let error = RandomnessError(cause);
        let expected = format!("no randomness from the operating system: {cause}");
        assert_eq!(error.to_string(), expected);
    }
}
