//! What the state keeps of a batch: everything that proving needs, in one committed record.

use serde::{Deserialize, Serialize};
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

/// A sealed batch, and what was left out of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchRecord {
    /// The batch.
    pub sealed: SealedBatch,
    /// The transactions that were left out.
    pub rejected: Vec<Rejected>,
    /// Seconds of processor time that executing and sealing took.
    pub execute_seconds: f64,
}

/// Bytes that are no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record of the batch cannot be read: {reason}")]
pub struct RecordError {
    /// What is wrong.
    reason: String,
}

impl BatchRecord {
    /// The bytes that are committed with the state.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        bincode::serde::encode_to_vec(self, bincode::config::standard())
            .expect("own types have known lengths")
    }

    /// Reads what [`Self::to_bytes`] writes, and checks that the parts of the batch agree.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        let config = bincode::config::standard().with_limit::<MAX_BYTES>();
        let (record, length): (Self, usize) = bincode::serde::decode_from_slice(bytes, config)
            .map_err(|error| RecordError { reason: error.to_string() })?;
        if length != bytes.len() {
            let reason = format!("{} bytes after its end", bytes.len() - length);
            return Err(RecordError { reason });
        }
        record.sealed.check().map_err(|error| RecordError { reason: error.to_string() })?;
        Ok(record)
    }
}
