//! `starfold inspect`

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use starfold_circuits::parameters::ParameterSet;
use starfold_rollup::claim::BatchClaim;
use starfold_rollup::{BatchProof, VerificationError};
use starfold_transition::layout::Opcode;

use crate::failure::Failure;
use crate::output::{Table, bytes, print_json};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The file of the proof.
    file: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a file says of itself.
#[derive(Debug, Serialize)]
struct Report {
    verified: bool,
    claim: BatchClaim,
    parameter_set: ParameterSet,
    words: u64,
    published: BTreeMap<&'static str, u64>,
    file_bytes: u64,
    proof_bytes: u64,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let proof = BatchProof::read(&self.file)?;
        let transactions = proof.transactions().map_err(VerificationError::from)?;
        let mut published = BTreeMap::new();
        for transaction in transactions {
            *published.entry(name(transaction.opcode)).or_default() += 1;
        }
        let report = Report {
            verified: false,
            claim: proof.claim().map_err(VerificationError::from)?,
            parameter_set: proof.parameter_set(),
            words: proof.word_count(),
            published,
            file_bytes: proof.file_bytes(),
            proof_bytes: proof.proof_bytes(),
        };
        if self.json {
            return Ok(print_json(&report)?);
        }
        report.print()
    }
}

impl Report {
    fn print(&self) -> Result<(), Failure> {
        let Self { claim, .. } = self;
        let mut table = Table::default();
        table
            .row("claims", "not verified")
            .row("chain", claim.chain_id)
            .row("contract", claim.contract)
            .row("batch", claim.batch)
            .row("timestamp", claim.timestamp)
            .row("fees", format!("units of {} of token {}", claim.fee_unit, claim.fee_token))
            .row("old state root", claim.old_state_root)
            .row("new state root", claim.new_state_root)
            .row("words digest", claim.words_digest)
            .row("words", self.words)
            .row("transactions", claim.transactions);
        for (name, count) in &self.published {
            table.row(format!("  {}", name.replace('_', " ")), count);
        }
        table
            .row("parameters", self.parameter_set)
            .row("proof", format!("{} of {}", bytes(self.proof_bytes), bytes(self.file_bytes)))
            .print()?;
        Ok(())
    }
}

fn name(opcode: Opcode) -> &'static str {
    match opcode {
        Opcode::Transfer => "transfer",
        Opcode::TransferNew => "transfer_new",
        Opcode::SetKey => "set_key",
        Opcode::CollectFee => "collect_fee",
        Opcode::Withdraw => "withdraw",
        Opcode::Deposit => "deposit",
        Opcode::ForcedExit => "forced_exit",
        Opcode::L1SetKey => "l1_set_key",
    }
}
