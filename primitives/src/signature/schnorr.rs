//! Signatures, the challenge and verification.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::chain::{ChainChord, VerificationChain};
use super::keys::PublicKey;
use super::text;
use crate::ecgfp5::{Gfp5, PointDecodingError, SCALAR_BYTES, Scalar, ScalarOutOfRange};
use crate::poseidon::{self, Domain};
use crate::{Digest, Goldilocks, NotCanonical, PrimeField64, canonical};

/// Bytes of an encoded signature: the challenge's 24, the response's 40.
pub const SIGNATURE_BYTES: usize = 64;

/// Bytes of an encoded challenge.
const CHALLENGE_BYTES: usize = 24;

/// A signature `(e, s)`, always in its one canonical form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    challenge: [u64; 3],
    response: Scalar,
}

/// Why bytes or text are no signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureDecodingError {
    /// The text is not `0x` and 128 hexadecimal digits.
    #[error("a signature is 0x and 128 hexadecimal digits, not {text:?}")]
    Text {
        /// The beginning of the text.
        text: String,
    },
    /// An element of the challenge is not below the field order.
    #[error("element {index} of the challenge: {source}")]
    Challenge {
        /// Which of the three.
        index: usize,
        /// Its value.
        source: NotCanonical,
    },
    /// The response is not below the group order.
    #[error("response: {0}")]
    Response(#[from] ScalarOutOfRange),
}

/// Why a signature is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The key is zero or encodes no point; nothing verifies under it.
    #[error("the key cannot sign: {0}")]
    UndecodableKey(PointDecodingError),
    /// A chord of the chain passes through two points of the same x.
    ///
    /// Honest signatures never do this; a signer can arrange it for a signature of his own, which
    /// then cannot be proved.
    #[error("step {step} of the verification has no chord for {chord:?}: it cannot be proved")]
    Exceptional {
        /// The step, 0 to 191; 192 is the idle step after them.
        step: usize,
        /// Which chord.
        chord: ChainChord,
    },
    /// The challenge of `R = s G + e Q` is another one: this key did not sign this message so.
    #[error("the challenge is {actual:?}, but key, message and response give {expected:?}")]
    WrongChallenge {
        /// The challenge of the point that the signature leads to.
        expected: [u64; 3],
        /// The challenge of the signature.
        actual: [u64; 3],
    },
}

impl Signature {
    /// Takes a challenge and a response.
    ///
    /// # Errors
    /// [`SignatureDecodingError::Challenge`] where an element of the challenge is not below the
    /// field order.
    pub fn new(challenge: [u64; 3], response: Scalar) -> Result<Self, SignatureDecodingError> {
        for (index, value) in challenge.into_iter().enumerate() {
            canonical(value)
                .map_err(|source| SignatureDecodingError::Challenge { index, source })?;
        }
        Ok(Self { challenge, response })
    }

    /// Joins what [`challenge`] gave with a response.
    pub(super) const fn from_parts(challenge: [u64; 3], response: Scalar) -> Self {
        Self { challenge, response }
    }

    /// The challenge e: three canonical elements, low first.
    pub const fn challenge(&self) -> [u64; 3] {
        self.challenge
    }

    /// The response s.
    pub const fn response(&self) -> Scalar {
        self.response
    }

    /// The 64 bytes: the challenge's elements, then the response, all little-endian.
    pub fn to_bytes(&self) -> [u8; SIGNATURE_BYTES] {
        let mut bytes = [0; SIGNATURE_BYTES];
        let limbs = self.challenge.into_iter().chain(self.response.to_limbs());
        for (chunk, limb) in bytes.chunks_exact_mut(8).zip(limbs) {
            chunk.copy_from_slice(&limb.to_le_bytes());
        }
        bytes
    }

    /// Reads what [`Self::to_bytes`] writes.
    ///
    /// # Errors
    /// [`SignatureDecodingError`] where the challenge or the response is not canonical.
    pub fn from_bytes(bytes: &[u8; SIGNATURE_BYTES]) -> Result<Self, SignatureDecodingError> {
        let mut challenge = [0; 3];
        for (element, chunk) in challenge.iter_mut().zip(bytes.chunks_exact(8)) {
            *element = u64::from_le_bytes(chunk.try_into().expect("chunks of eight bytes"));
        }
        let mut response = [0; SCALAR_BYTES];
        response.copy_from_slice(&bytes[CHALLENGE_BYTES..]);
        Self::new(challenge, Scalar::from_bytes(&response)?)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.to_bytes()))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Signature {
    type Err = SignatureDecodingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text::decode(text)
            .ok_or_else(|| SignatureDecodingError::Text { text: text::beginning(text) })?;
        Self::from_bytes(&bytes)
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            (self.challenge, self.response.to_limbs()).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
        } else {
            let (challenge, response) = <([u64; 3], [u64; 5])>::deserialize(deserializer)?;
            Scalar::from_canonical_limbs(response)
                .map_err(SignatureDecodingError::from)
                .and_then(|response| Self::new(challenge, response))
                .map_err(D::Error::custom)
        }
    }
}

/// The challenge of a key, a message and the encoding `w(R)`: the first three elements of their
/// hash.
pub fn challenge(key: &PublicKey, message: Digest, encoded_point: Gfp5) -> [u64; 3] {
    let mut elements = [Goldilocks::default(); 14];
    elements[..5].copy_from_slice(&key.elements());
    elements[5..9].copy_from_slice(&message.0);
    elements[9..].copy_from_slice(&encoded_point.elements());
    let Digest([e0, e1, e2, _]) = poseidon::hash(Domain::Challenge, &elements);
    [e0, e1, e2].map(|element| element.to_canonical_u64())
}

/// Verifies a signature by the chain that a proof shows, and hands the chain out.
///
/// # Errors
/// [`SignatureError`]: the key encodes no point, the chain hits an exceptional chord, or the
/// challenge is not that of the point the chain leads to.
pub fn verify(
    key: &PublicKey,
    message: Digest,
    signature: &Signature,
) -> Result<VerificationChain, SignatureError> {
    let chain = VerificationChain::run(*key, message, signature.challenge, signature.response)?;
    let expected = challenge(key, message, chain.encoded_end());
    if expected != signature.challenge {
        return Err(SignatureError::WrongChallenge { expected, actual: signature.challenge });
    }
    Ok(chain)
}
