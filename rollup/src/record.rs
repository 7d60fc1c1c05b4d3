//! What the state keeps of a batch, in one committed record.

use serde::{Deserialize, Serialize};
use starfold_primitives::Digest;
use starfold_primitives::quantities::Timestamp;
use starfold_transition::SealedBatch;

/// The most bytes of a record; a full batch has about a tenth of it.
const MAX_BYTES: usize = 1 << 28;

/// A signed transaction that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Its position in the file of transactions, from 0.
    pub position: u64,
    /// The rule that it breaks.
    pub reason: String,
}

/// A sealed batch, and what was left out of it: everything that proving needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchRecord {
    /// The batch.
    pub sealed: SealedBatch,
    /// The transactions that were left out.
    pub rejected: Vec<Rejected>,
    /// Seconds of processor time that executing and sealing took.
    pub execute_seconds: f64,
}

/// A batch that was rebuilt from its words on L1. It has a proof there, and none here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncedBatch {
    /// The time of the batch.
    pub timestamp: Timestamp,
    /// The digest of its words.
    pub words_digest: Digest,
    /// How many entries of the L1 queue it executes.
    pub l1_operations: u32,
}

/// What the state keeps of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StoredBatch {
    /// It was sealed here.
    Sealed(Box<BatchRecord>),
    /// It came from L1.
    Synced(SyncedBatch),
}

/// The same as it is written: without a copy of the witnesses.
#[derive(Serialize)]
enum Borrowed<'a> {
    Sealed(&'a BatchRecord),
    Synced(&'a SyncedBatch),
}

impl Borrowed<'_> {
    fn to_bytes(&self) -> Vec<u8> {
        bincode::serde::encode_to_vec(self, bincode::config::standard())
            .expect("own types have known lengths")
    }
}

impl BatchRecord {
    /// The bytes that are committed with the state.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        Borrowed::Sealed(self).to_bytes()
    }
}

impl SyncedBatch {
    /// The bytes that are committed with the state.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        Borrowed::Synced(&self).to_bytes()
    }
}

/// Bytes that are no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record of the batch cannot be read: {reason}")]
pub struct RecordError {
    /// What is wrong.
    reason: String,
}

impl StoredBatch {
    /// The time of the batch.
    pub fn timestamp(&self) -> Timestamp {
        match self {
            Self::Sealed(record) => record.sealed.context.timestamp,
            Self::Synced(batch) => batch.timestamp,
        }
    }

    /// The digest of its words.
    pub fn words_digest(&self) -> Digest {
        match self {
            Self::Sealed(record) => record.sealed.exit().words_digest,
            Self::Synced(batch) => batch.words_digest,
        }
    }

    /// How many entries of the L1 queue it executes.
    pub fn l1_operations(&self) -> u32 {
        match self {
            Self::Sealed(record) => record.sealed.l1_operations,
            Self::Synced(batch) => batch.l1_operations,
        }
    }

    /// Reads what is committed with the state, and checks that the parts of a sealed batch agree.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        let config = bincode::config::standard().with_limit::<MAX_BYTES>();
        let (stored, length): (Self, usize) = bincode::serde::decode_from_slice(bytes, config)
            .map_err(|error| RecordError { reason: error.to_string() })?;
        if length != bytes.len() {
            let reason = format!("{} bytes after its end", bytes.len() - length);
            return Err(RecordError { reason });
        }
        if let Self::Sealed(record) = &stored {
            record.sealed.check().map_err(|error| RecordError { reason: error.to_string() })?;
        }
        Ok(stored)
    }
}
