//! `starfold verify`

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use starfold_circuits::parameters::ParameterSet;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, BatchNumber, ChainId};
use starfold_rollup::{BatchProof, Expectations, Rollup, VerificationError, VerifiedBatch};

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
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What is printed of a proof that holds.
#[derive(Debug, Serialize)]
struct Valid {
    valid: bool,
    #[serde(flatten)]
    verified: VerifiedBatch,
    verify_milliseconds: f64,
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
            Ok(verified) => print_verified(&verified, verify_milliseconds),
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

    fn verify(&self) -> Result<VerifiedBatch, Failure> {
        let proof = BatchProof::read(&self.proof)?;
        let expected = self.expectations(&proof)?;
        Ok(proof.verify(&expected)?)
    }

    fn expectations(&self, proof: &BatchProof) -> Result<Expectations, Failure> {
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
        rollup.expectations(proof).map_err(|error: VerificationError| error.into())
    }
}

fn print_verified(verified: &VerifiedBatch, milliseconds: f64) -> Result<(), Failure> {
    let VerifiedBatch { claim, .. } = verified;
    let compared = if verified.compared.is_empty() {
        "not compared with any rollup".to_owned()
    } else {
        verified.compared.join(", ").replace('_', " ")
    };
    Table::default()
        .row("valid", format!("yes, in {}", seconds(milliseconds / 1e3)))
        .row("compared", compared)
        .row("chain", claim.chain_id)
        .row("contract", claim.contract)
        .row("batch", claim.batch)
        .row("timestamp", claim.timestamp)
        .row("transactions", claim.transactions)
        .row("old state root", claim.old_state_root)
        .row("new state root", claim.new_state_root)
        .row("words", verified.words)
        .row("parameters", verified.parameter_set)
        .row("circuit", verified.circuit_digest)
        .row("proof", bytes(verified.proof_bytes))
        .print()?;
    Ok(())
}
