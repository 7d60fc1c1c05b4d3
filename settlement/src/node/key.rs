//! The key that signs transactions of Ethereum.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use alloy::signers::local::PrivateKeySigner;
use serde::Deserialize;
use starfold_primitives::quantities::Address;
use zeroize::Zeroizing;

use crate::convert::from_evm_address;

/// The most bytes of a key file.
const MAX_FILE_BYTES: u64 = 1 << 16;
/// The most bytes of memory that a keystore may ask for.
const MAX_KEYSTORE_MEMORY: u64 = 1 << 30;
/// The most rounds of work that a keystore may ask for.
const MAX_KEYSTORE_ROUNDS: u32 = 10_000_000;
/// The most repetitions of scrypt that a keystore may ask for.
const MAX_KEYSTORE_PARALLELISM: u32 = 16;

/// A secret key of an address on Ethereum.
pub struct EthereumKey {
    pub(super) signer: PrivateKeySigner,
}

impl fmt::Debug for EthereumKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EthereumKey")
            .field("address", &self.address())
            .finish_non_exhaustive()
    }
}

/// Why a key file holds no key.
#[derive(Debug, thiserror::Error)]
pub enum EthereumKeyError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is longer than any key.
    #[error("{} is longer than {MAX_FILE_BYTES} bytes, the most that a key file has", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// The file is neither 64 digits nor a keystore.
    #[error(
        "{} holds no key: expected 0x and 64 hexadecimal digits, or a keystore of version 3",
        path.display()
    )]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// The number is zero, or not below the order of the curve.
    #[error("the key in {} is 0 or not below the order of secp256k1", path.display())]
    OutOfRange {
        /// The file.
        path: PathBuf,
    },
    /// A field of a keystore is not what can be used.
    #[error("{}: {field} is {actual}, expected {expected}", path.display())]
    Keystore {
        /// The file.
        path: PathBuf,
        /// The field.
        field: &'static str,
        /// What can be used.
        expected: String,
        /// What it is.
        actual: String,
    },
    /// The passphrase opens another keystore.
    #[error("the passphrase does not open {}", path.display())]
    Passphrase {
        /// The file.
        path: PathBuf,
    },
}

impl EthereumKeyError {
    /// Whether the content of a file is at fault, not the way of use.
    #[must_use]
    pub fn is_content(&self) -> bool {
        !matches!(self, Self::Io { .. } | Self::Passphrase { .. })
    }
}

/// The part of a keystore that says how it is opened.
#[derive(Deserialize)]
struct Keystore {
    version: u64,
    crypto: Crypto,
}

#[derive(Deserialize)]
struct Crypto {
    cipher: String,
    cipherparams: CipherParameters,
    ciphertext: String,
    mac: String,
    kdf: String,
    kdfparams: KdfParameters,
}

#[derive(Deserialize)]
struct CipherParameters {
    iv: String,
}

#[derive(Deserialize)]
struct KdfParameters {
    dklen: u64,
    #[serde(default)]
    n: u32,
    #[serde(default)]
    r: u32,
    #[serde(default)]
    p: u32,
    #[serde(default)]
    c: u32,
    #[serde(default)]
    prf: String,
}

impl EthereumKey {
    /// Reads a key from a file: `0x` and 64 hexadecimal digits, or a web3 keystore of version 3, for which the
    /// passphrase is asked.
    ///
    /// # Errors
    /// [`EthereumKeyError`], or what asking for the passphrase fails with.
    pub fn read<E: From<EthereumKeyError>>(
        path: &Path,
        passphrase: impl FnOnce() -> Result<Zeroizing<String>, E>,
    ) -> Result<Self, E> {
        let bytes = read_file(path)?;
        let text = bytes.trim_ascii();
        if text.first() == Some(&b'{') {
            check_keystore(path, text)?;
            return Ok(open_keystore(path, &passphrase()?)?);
        }
        let no_key = || EthereumKeyError::NoKey { path: path.to_owned() };
        let digits = text.strip_prefix(b"0x").ok_or_else(no_key)?;
        let mut secret = Zeroizing::new([0; 32]);
        hex::decode_to_slice(digits, secret.as_mut()).map_err(|_| no_key())?;
        let out_of_range = |_| EthereumKeyError::OutOfRange { path: path.to_owned() };
        Ok(Self { signer: PrivateKeySigner::from_slice(secret.as_ref()).map_err(out_of_range)? })
    }

    /// The address of the key.
    #[must_use]
    pub fn address(&self) -> Address {
        from_evm_address(self.signer.address())
    }
}

fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, EthereumKeyError> {
    let failed = |source| EthereumKeyError::Io { path: path.to_owned(), source };
    // room for all of it at once: a vector that grows leaves copies behind
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_FILE_BYTES as usize + 1));
    let file = File::open(path).map_err(failed)?;
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(EthereumKeyError::TooLong { path: path.to_owned() });
    }
    Ok(bytes)
}

/// Refuses a keystore that asks for more than it may, or has lengths that opening it does not expect.
fn check_keystore(path: &Path, text: &[u8]) -> Result<(), EthereumKeyError> {
    let keystore: Keystore = serde_json::from_slice(text)
        .map_err(|error| field(path, "the keystore", "version 3", error.to_string()))?;
    let crypto = &keystore.crypto;
    let is = |name, expected: &str, actual: &str| {
        if expected == actual {
            Ok(())
        } else {
            Err(field(path, name, expected, actual.to_owned()))
        }
    };
    let digits = |name, bytes: usize, actual: &str| match hex::decode(actual) {
        Ok(decoded) if decoded.len() == bytes => Ok(()),
        _ => Err(field(path, name, &format!("{bytes} bytes"), format!("{actual:.80?}"))),
    };
    is("version", "3", &keystore.version.to_string())?;
    is("cipher", "aes-128-ctr", &crypto.cipher)?;
    digits("iv", 16, &crypto.cipherparams.iv)?;
    digits("ciphertext", 32, &crypto.ciphertext)?;
    digits("mac", 32, &crypto.mac)?;
    is("dklen", "32", &crypto.kdfparams.dklen.to_string())?;
    check_derivation(path, crypto)
}

fn check_derivation(path: &Path, crypto: &Crypto) -> Result<(), EthereumKeyError> {
    let KdfParameters { n, r, p, c, prf, .. } = &crypto.kdfparams;
    match crypto.kdf.as_str() {
        "scrypt" => {
            if *c != 0 {
                return Err(field(path, "scrypt", "no c", format!("c = {c}")));
            }
            let memory = 128 * u64::from(*n) * u64::from(*r);
            if !n.is_power_of_two() || *n < 2 || *r == 0 || memory > MAX_KEYSTORE_MEMORY {
                let expected =
                    format!("n a power of two and 128 n r at most {MAX_KEYSTORE_MEMORY}");
                return Err(field(path, "scrypt", &expected, format!("n = {n}, r = {r}")));
            }
            if *p == 0 || *p > MAX_KEYSTORE_PARALLELISM {
                let expected = format!("1 to {MAX_KEYSTORE_PARALLELISM}");
                return Err(field(path, "p", &expected, p.to_string()));
            }
        }
        "pbkdf2" => {
            if *c == 0 || *c > MAX_KEYSTORE_ROUNDS {
                let expected = format!("1 to {MAX_KEYSTORE_ROUNDS}");
                return Err(field(path, "c", &expected, c.to_string()));
            }
            if prf != "hmac-sha256" {
                return Err(field(path, "prf", "hmac-sha256", format!("{prf:.40?}")));
            }
        }
        other => return Err(field(path, "kdf", "scrypt or pbkdf2", format!("{other:.40?}"))),
    }
    Ok(())
}

fn field(path: &Path, field: &'static str, expected: &str, actual: String) -> EthereumKeyError {
    EthereumKeyError::Keystore {
        path: path.to_owned(),
        field,
        expected: expected.to_owned(),
        actual,
    }
}

fn open_keystore(path: &Path, passphrase: &str) -> Result<EthereumKey, EthereumKeyError> {
    use alloy::signers::local::LocalSignerError;

    match PrivateKeySigner::decrypt_keystore(path, passphrase) {
        Ok(signer) => Ok(EthereumKey { signer }),
        Err(LocalSignerError::EcdsaError(_)) => {
            Err(EthereumKeyError::OutOfRange { path: path.to_owned() })
        }
        Err(LocalSignerError::EthKeystoreError(error)) => {
            let text = error.to_string();
            if text.to_lowercase().contains("mac mismatch") {
                return Err(EthereumKeyError::Passphrase { path: path.to_owned() });
            }
            Err(field(path, "the keystore", "version 3", text))
        }
        Err(error) => Err(field(path, "the keystore", "version 3", error.to_string())),
    }
}
