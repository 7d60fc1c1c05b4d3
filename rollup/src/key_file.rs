//! Secret keys in files, encrypted under a passphrase.
//!
//! A file is JSON: the public key in the clear, Argon2id's costs and salt, and the secret key under
//! XChaCha20-Poly1305, which also authenticates all the rest of the file.

use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use starfold_primitives::signature::{PublicKey, SecretKey};
use zeroize::Zeroizing;

use crate::file::{self, FileError};

/// The version of the format.
const FORMAT: u32 = 1;
/// The most bytes of a key file.
const MAX_BYTES: u64 = 4096;
/// Costs of new files: 64 MiB, three passes, one lane (RFC 9106, second recommendation, on one lane).
const COSTS: Costs = Costs { memory_kib: 64 << 10, passes: 3, lanes: 1 };
/// The greatest costs that a file may ask of its reader.
const MAX_COSTS: Costs = Costs { memory_kib: 1 << 20, passes: 16, lanes: 16 };

/// Why a key file cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The format is another version's.
    #[error("the key file has format {actual}, expected {expected}")]
    Format {
        /// The format of this version.
        expected: u32,
        /// The file's.
        actual: u32,
    },
    /// The file asks for more work than any honest file.
    #[error("the key file's {cost} is {actual}, expected 1 to {limit}")]
    Cost {
        /// Which cost.
        cost: &'static str,
        /// The most that is accepted.
        limit: u32,
        /// The file's.
        actual: u32,
    },
    /// The passphrase is empty.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// The passphrase is another, or the file was changed.
    #[error("the passphrase is wrong or the key file was changed")]
    Decryption,
    /// The decrypted bytes are no secret key of the public key that the file names.
    #[error("the key file does not hold the secret key of {public_key}")]
    OtherKey {
        /// The public key that the file names.
        public_key: PublicKey,
    },
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {reason}")]
    Randomness {
        /// What the system said.
        reason: String,
    },
    /// Argon2 refused, for lack of memory.
    #[error("deriving the encryption key: {reason}")]
    Derivation {
        /// What it said.
        reason: String,
    },
}

impl KeyFileError {
    /// Whether the content of the file or the passphrase is at fault.
    pub fn is_content(&self) -> bool {
        match self {
            Self::File(error) => error.is_content(),
            Self::EmptyPassphrase => false,
            _ => true,
        }
    }
}

/// Argon2id's costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Costs {
    /// Memory in KiB.
    memory_kib: u32,
    /// Passes over the memory.
    passes: u32,
    /// Lanes.
    lanes: u32,
}

impl Costs {
    fn check(&self) -> Result<(), KeyFileError> {
        let checks = [
            ("memory in KiB", self.memory_kib, MAX_COSTS.memory_kib),
            ("number of passes", self.passes, MAX_COSTS.passes),
            ("number of lanes", self.lanes, MAX_COSTS.lanes),
        ];
        for (cost, actual, limit) in checks {
            if actual == 0 || actual > limit {
                return Err(KeyFileError::Cost { cost, limit, actual });
            }
        }
        Ok(())
    }
}

/// The file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    header: Header,
    #[serde(with = "hex::serde")]
    ciphertext: Vec<u8>,
}

/// What is authenticated and not encrypted.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    starfold_key: u32,
    public_key: PublicKey,
    argon2id: Costs,
    #[serde(with = "hex::serde")]
    salt: [u8; 16],
    #[serde(with = "hex::serde")]
    nonce: [u8; 24],
}

impl Header {
    /// The bytes that the ciphertext is bound to: the header as JSON without spaces.
    fn associated_data(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("own types have string keys and serialize")
    }

    /// The cipher under the key that the passphrase gives.
    fn cipher(&self, passphrase: &str) -> Result<XChaCha20Poly1305, KeyFileError> {
        let failed = |error: argon2::Error| KeyFileError::Derivation { reason: error.to_string() };
        let Costs { memory_kib, passes, lanes } = self.argon2id;
        let params = Params::new(memory_kib, passes, lanes, Some(32)).map_err(failed)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &self.salt, &mut key[..])
            .map_err(failed)?;
        Ok(XChaCha20Poly1305::new_from_slice(&key[..]).expect("a key has 32 bytes"))
    }
}

/// Encrypts a key into a new file that only its owner may read.
///
/// # Errors
/// [`KeyFileError`]; an existing file is never overwritten.
pub fn write(path: &Path, key: &SecretKey, passphrase: &str) -> Result<(), KeyFileError> {
    if passphrase.is_empty() {
        return Err(KeyFileError::EmptyPassphrase);
    }
    let mut header = Header {
        starfold_key: FORMAT,
        public_key: key.public_key(),
        argon2id: COSTS,
        salt: [0; 16],
        nonce: [0; 24],
    };
    for bytes in [&mut header.salt[..], &mut header.nonce[..]] {
        getrandom::fill(bytes)
            .map_err(|error| KeyFileError::Randomness { reason: error.to_string() })?;
    }
    let secret = key.to_bytes();
    let payload = Payload { msg: &secret[..], aad: &header.associated_data() };
    let ciphertext = header
        .cipher(passphrase)?
        .encrypt(&XNonce::from(header.nonce), payload)
        .expect("forty bytes can be encrypted");
    Ok(file::write_secret(path, &file::json_bytes(&KeyFile { header, ciphertext }))?)
}

/// Decrypts the key of a file.
///
/// # Errors
/// [`KeyFileError`].
pub fn read(path: &Path, passphrase: &str) -> Result<SecretKey, KeyFileError> {
    decrypt(parse(path)?, passphrase)
}

/// The public key of a file, which needs no passphrase and is not authenticated.
///
/// # Errors
/// [`KeyFileError`].
pub fn public_key(path: &Path) -> Result<PublicKey, KeyFileError> {
    Ok(parse(path)?.header.public_key)
}

fn parse(path: &Path) -> Result<KeyFile, KeyFileError> {
    let bytes = file::read(path, MAX_BYTES)?;
    let content = |error: serde_json::Error| FileError::Content {
        path: path.to_owned(),
        reason: format!("no key file: {error}"),
    };
    Ok(serde_json::from_slice(&bytes).map_err(content)?)
}

fn decrypt(file: KeyFile, passphrase: &str) -> Result<SecretKey, KeyFileError> {
    let KeyFile { header, ciphertext } = file;
    if header.starfold_key != FORMAT {
        return Err(KeyFileError::Format { expected: FORMAT, actual: header.starfold_key });
    }
    header.argon2id.check()?;
    let payload = Payload { msg: &ciphertext, aad: &header.associated_data() };
    let secret = header
        .cipher(passphrase)?
        .decrypt(&XNonce::from(header.nonce), payload)
        .map_err(|_| KeyFileError::Decryption)?;
    let secret = Zeroizing::new(secret);
    let public_key = header.public_key;
    let key = secret.as_slice().try_into().ok().and_then(|bytes| SecretKey::from_bytes(bytes).ok());
    key.filter(|key| key.public_key() == public_key).ok_or(KeyFileError::OtherKey { public_key })
}

#[cfg(test)]
mod tests;
