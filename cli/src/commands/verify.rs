//! `starfold verify`

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use starfold_circuits::parameters::ParameterSet;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, BatchNumber, ChainId};
use starfold_rollup::wrapping::{KeySummary, WrappedError, read_verifying_key};
use starfold_rollup::{
    BatchProof, Expectations, MAX_PROOF_BYTES, Rollup, VerificationError, VerifiedBatch,
    VerifiedWrap, WrappedBatch, file,
};

use super::wrap::warn_of;
use crate::failure::Failure;
use crate::output::{Table, bytes, print_json, seconds};

#[derive(Debug, Args)]
#[command(after_help = "A proof by itself says only that some batch of some rollup was executed \
                        rightly, under the parameters that its file names: give a data directory or \
                        what you expect.")]
pub(crate) struct Arguments {
    /// The file of the proof.
    proof: PathBuf,
    /// The folder of the rollup that it must be of.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// The chain that it must be of.
    #[arg(long, conflicts_with = "data_dir")]
    chain_id: Option<ChainId>,
    /// The contract that it must be of.
    #[arg(long, conflicts_with = "data_dir")]
    contract: Option<Address>,
    /// The batch that it must be of.
    #[arg(long, conflicts_with = "data_dir")]
    batch: Option<BatchNumber>,
    /// The state root that it must start from.
    #[arg(long, conflicts_with = "data_dir")]
    old_root: Option<Digest>,
    /// The parameters that it must be made with, standard or conservative; without them those that the
    /// file names.
    #[arg(long, conflicts_with = "data_dir")]
    parameters: Option<ParameterSet>,
    /// The key that a wrapped batch must be made with: a proving key, or the JSON of a verifying key;
    /// without it the UNSAFE development key.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What is printed of a proof that holds.
#[derive(Debug, Serialize)]
struct Valid {
    valid: bool,
    #[serde(flatten)]
    verified: Verified,
    verify_milliseconds: f64,
}

/// What was verified.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Verified {
    Batch(VerifiedBatch),
    Wrap(VerifiedWrap),
}

/// What is printed of a proof that does not.
#[derive(Debug, Serialize)]
struct Invalid {
    valid: bool,
    error: String,
    verify_milliseconds: f64,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let started = Instant::now();
        let result = self.verify();
        let verify_milliseconds = started.elapsed().as_secs_f64() * 1e3;
        match result {
            Ok(verified) if self.json => {
                Ok(print_json(&Valid { valid: true, verified, verify_milliseconds })?)
            }
            Ok(verified) => verified.print(verify_milliseconds),
            Err(mut failure) => {
                if self.json {
                    let error = failure.error.clone();
                    print_json(&Invalid { valid: false, error, verify_milliseconds })?;
                    failure.reported = true;
                }
                Err(failure)
            }
        }
    }

    fn verify(&self) -> Result<Verified, Failure> {
        let bytes = file::read(&self.proof, MAX_PROOF_BYTES)?;
        if WrappedBatch::is_meant(&bytes) {
            return self.verify_wrapped(&WrappedBatch::from_bytes(&bytes)?).map(Verified::Wrap);
        }
        if self.key.is_some() {
            return Err(Failure::usage("--key is for wrapped batches, this is none"));
        }
        let proof = BatchProof::from_bytes(&bytes)?;
        let expected =
            self.expectations(|| Ok(proof.claim().map_err(VerificationError::from)?.batch))?;
        Ok(Verified::Batch(proof.verify(&expected)?))
    }

    fn verify_wrapped(&self, wrapped: &WrappedBatch) -> Result<VerifiedWrap, Failure> {
        let key = match &self.key {
            Some(path) => read_verifying_key(path)?,
            None => KeySummary::development().map_err(Failure::wrong)?,
        };
        let expected = self.expectations(|| Ok(wrapped.claim.batch))?;
        match wrapped.verify(&key.verifying_key, &expected) {
            Err(error @ WrappedError::OtherKey { .. }) if self.key.is_none() => {
                Err(Failure::wrong(format!(
                    "{error}, the development key; name the key that you trust with --key"
                )))
            }
            result => Ok(result?),
        }
    }

    fn expectations(
        &self,
        batch: impl FnOnce() -> Result<BatchNumber, Failure>,
    ) -> Result<Expectations, Failure> {
        let Some(folder) = &self.data_dir else {
            return Ok(Expectations {
                chain_id: self.chain_id,
                contract: self.contract,
                batch: self.batch,
                old_state_root: self.old_root,
                parameter_set: self.parameters,
                ..Expectations::default()
            });
        };
        let rollup = Rollup::open(folder)?;
        Ok(rollup.expectations_of(batch()?)?)
    }
}

impl Verified {
    fn print(&self, milliseconds: f64) -> Result<(), Failure> {
        let (claim, compared) = match self {
            Self::Batch(VerifiedBatch { claim, compared, .. })
            | Self::Wrap(VerifiedWrap { claim, compared, .. }) => (claim, compared),
        };
        let compared = if compared.is_empty() {
            "not compared with any rollup".to_owned()
        } else {
            compared.join(", ").replace('_', " ")
        };
        let mut table = Table::default();
        table
            .row("valid", format!("yes, in {}", seconds(milliseconds / 1e3)))
            .row("compared", compared)
            .row("chain", claim.chain_id)
            .row("contract", claim.contract)
            .row("batch", claim.batch)
            .row("timestamp", claim.timestamp)
            .row("transactions", claim.transactions)
            .row("old state root", claim.old_state_root)
            .row("new state root", claim.new_state_root);
        match self {
            Self::Batch(verified) => table
                .row("words", verified.words)
                .row("parameters", verified.parameter_set)
                .row("circuit", verified.circuit_digest)
                .row("proof", bytes(verified.proof_bytes)),
            Self::Wrap(verified) => table
                .row("words", verified.words)
                .row("parameters", verified.parameter_set)
                .row("circuit set", verified.circuit_set)
                .row("key", verified.key_kind)
                .row("verifying key", verified.verifying_key)
                .row("proof", bytes(verified.proof_bytes)),
        };
        table.print()?;
        if let Self::Wrap(verified) = self {
            warn_of(verified.key_kind);
        }
        Ok(())
    }
}
