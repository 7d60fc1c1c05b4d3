//! What is told of a key without its lists: a verifying key with its origin, also as JSON.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::circuit::CircuitDigest;
use super::hexadecimal::Hexadecimal;
use super::key_file::{KeyFileError, MAGIC, read_key_summary};
use super::keys::{KeyDigest, KeyError, KeyKind, ProvingKey, VerifyingKey, VerifyingKeyWords};

/// The version of the JSON.
const VERSION: u32 = 1;
/// The most bytes of the JSON: a key of two public inputs has 2 KiB.
const MAX_JSON_BYTES: u64 = 1 << 16;

/// The committed summary of the wrap's development key.
const DEVELOPMENT: &[u8] = include_bytes!("../../artifacts/development-verifying-key.json");

/// A verifying key, the circuit to which it belongs, and where its secrets come from.
#[derive(Clone, Debug, PartialEq)]
pub struct KeySummary {
    /// Where the secrets come from.
    pub kind: KeyKind,
    /// The circuit to which the key belongs.
    pub circuit: CircuitDigest,
    /// The verifying key.
    pub verifying_key: VerifyingKey,
}

/// Why JSON is no summary of a key.
#[derive(Debug, thiserror::Error)]
pub enum KeySummaryError {
    /// The file cannot be read.
    #[error("the key cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The file is too long for JSON, and does not begin as a proving key does.
    #[error("the file is neither a proving key nor the JSON of a verifying key")]
    Neither,
    /// It is a proving key, and a damaged one.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// It is no JSON of a verifying key.
    #[error("the file is no verifying key: {0}")]
    Json(#[from] serde_json::Error),
    /// The JSON is of another version of the format.
    #[error("the verifying key has the format {actual}, this program reads {VERSION}")]
    Version {
        /// The file's.
        actual: u32,
    },
    /// The key is refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The coordinates are those of another key than the one that is named.
    #[error("the verifying key has the digest {expected}, the file names {actual}")]
    Digest {
        /// The digest of the coordinates.
        expected: KeyDigest,
        /// The digest that the file names.
        actual: KeyDigest,
    },
}

/// The JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    starfold_verifying_key: u32,
    kind: KeyKind,
    circuit: CircuitDigest,
    digest: KeyDigest,
    alpha: [Hexadecimal; 2],
    beta: [Hexadecimal; 4],
    gamma: [Hexadecimal; 4],
    delta: [Hexadecimal; 4],
    inputs: Vec<[Hexadecimal; 2]>,
}

impl KeySummary {
    /// The summary of a proving key.
    #[must_use]
    pub fn of(key: &ProvingKey) -> Self {
        let verifying_key = key.verifying_key().clone();
        Self { kind: key.kind(), circuit: key.circuit(), verifying_key }
    }

    /// The committed summary of the wrap's development key, and with it the digest of the wrap's circuit.
    ///
    /// # Errors
    /// [`KeySummaryError`] where this program's own file is damaged.
    pub fn development() -> Result<Self, KeySummaryError> {
        Self::from_json(DEVELOPMENT)
    }

    /// Reads a proving key's head or the JSON of a verifying key, whichever the file is.
    ///
    /// # Errors
    /// [`KeySummaryError`], as its variants say. What is read is bounded.
    pub fn read(path: &Path) -> Result<Self, KeySummaryError> {
        let mut start = Vec::new();
        File::open(path)?.take(MAX_JSON_BYTES + 1).read_to_end(&mut start)?;
        if start.starts_with(&MAGIC) {
            return Ok(read_key_summary(path)?);
        }
        if start.len() as u64 > MAX_JSON_BYTES {
            return Err(KeySummaryError::Neither);
        }
        Self::from_json(&start)
    }

    /// The JSON: kind, circuit, and the coordinates in the order in which the contract takes them.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let words = self.verifying_key.words();
        let json = Json {
            starfold_verifying_key: VERSION,
            kind: self.kind,
            circuit: self.circuit,
            digest: self.verifying_key.digest(),
            alpha: words.alpha.map(Hexadecimal),
            beta: words.beta.map(Hexadecimal),
            gamma: words.gamma.map(Hexadecimal),
            delta: words.delta.map(Hexadecimal),
            inputs: words.inputs.into_iter().map(|point| point.map(Hexadecimal)).collect(),
        };
        let mut bytes = serde_json::to_vec_pretty(&json).expect("names are strings");
        bytes.push(b'\n');
        bytes
    }

    /// Reads the JSON, and checks that each point lies in its group and that the digest is theirs.
    ///
    /// # Errors
    /// [`KeySummaryError`], as its variants say.
    pub fn from_json(bytes: &[u8]) -> Result<Self, KeySummaryError> {
        let json: Json = serde_json::from_slice(bytes)?;
        if json.starfold_verifying_key != VERSION {
            return Err(KeySummaryError::Version { actual: json.starfold_verifying_key });
        }
        let verifying_key = VerifyingKey::from_words(&VerifyingKeyWords {
            alpha: json.alpha.map(|word| word.0),
            beta: json.beta.map(|word| word.0),
            gamma: json.gamma.map(|word| word.0),
            delta: json.delta.map(|word| word.0),
            inputs: json.inputs.into_iter().map(|point| point.map(|word| word.0)).collect(),
        })?;
        let (expected, actual) = (verifying_key.digest(), json.digest);
        if actual != expected {
            return Err(KeySummaryError::Digest { expected, actual });
        }
        Ok(Self { kind: json.kind, circuit: json.circuit, verifying_key })
    }

    /// Whether the key is one of this circuit.
    ///
    /// # Errors
    /// [`KeyError::OtherCircuit`].
    pub fn check_circuit(&self, expected: CircuitDigest) -> Result<(), KeyError> {
        let actual = self.circuit;
        if actual == expected { Ok(()) } else { Err(KeyError::OtherCircuit { expected, actual }) }
    }
}
