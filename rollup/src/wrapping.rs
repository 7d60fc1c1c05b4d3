//! Wrapping a batch proof for Ethereum, and verifying what comes out.

mod cache;
mod error;
mod file;
mod keys;
mod load;
mod progress;
mod report;
mod snarkjs;
mod submission;
#[cfg(test)]
mod tests;
mod verification;
mod wrap;

pub use error::{KeyLoadError, WrapError, WrappedError};
pub use file::{MAX_WRAPPED_BYTES, WrappedBatch};
pub use keys::{CeremonyError, ExportedCircuit, export_r1cs, import_ceremony};
pub use load::{WrapKey, development_key, load_wrapper, read_verifying_key};
pub use progress::{WrapNote, WrapProgress, WrapStep};
pub use report::{FinishedWrap, WrapReport, WrapStageSeconds};
pub use verification::VerifiedWrap;
pub use wrap::{Randomness, WrapRequest, wrap};

/// Keys of the wrap.
pub use starfold_l1_verifier::groth16::{
    CircuitDigest, KeyDigest, KeyKind, KeySummary, ProvingKey, VerifyingKey, write_proving_key,
};
