//! Groth16 over BN254 for recorded constraint systems.
//!
//! Keys come from [`development_key`] or from a snarkjs ceremony; both prove the same way and verify in the same
//! contract.

mod circuit;
mod development;
mod encoding;
mod hexadecimal;
mod key_file;
mod key_summary;
mod keys;
mod proof;
mod prover;
mod r1cs_file;
mod reduction;
mod snarkjs;
#[cfg(test)]
mod tests;
mod zkey;
mod zkey_matrices;

pub use circuit::{Circuit, CircuitDigest};
pub use development::{DEVELOPMENT_SEED, development_key};
pub use encoding::{Coordinate, PointError};
pub use key_file::{KeyFileError, read_key_summary, read_proving_key, write_proving_key};
pub use key_summary::{KeySummary, KeySummaryError};
pub use keys::{KeyDigest, KeyError, KeyKind, ProvingKey, VerifyingKey, VerifyingKeyWords};
pub use proof::{Groth16Proof, PROOF_BYTES, ProofBytesError};
pub use prover::{ProveError, VerifyError, prove, verify};
pub use r1cs_file::write_r1cs;
pub use snarkjs::{proof_json, public_inputs_json, verifying_key_json};
pub use zkey::{CeremonyKey, ZkeyError, import_zkey};
