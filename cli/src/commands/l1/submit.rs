//! `starfold l1 submit`

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, BatchNumber};
use starfold_rollup::{Expectations, WrappedBatch, now};
use starfold_settlement::{
    BatchTerms, BlockTag, ContractAt, Event, HistoryEntry, RollupReader, RollupStatus,
};

use super::sent::{SentReport, hash};
use super::target::{SenderOptions, Target, TargetOptions};
use crate::failure::Failure;
use crate::output::{Table, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "Everything is compared with the contract before anything is sent. A batch that \
                        the contract has accepted is not sent again."
)]
pub(crate) struct Arguments {
    /// The file that `starfold wrap` wrote.
    file: PathBuf,
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    sender: SenderOptions,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    contract: Address,
    batch: BatchNumber,
    state_root: Digest,
    accepted_before: bool,
    transaction: String,
    block: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    gas_used: Option<u64>,
    sent_before: bool,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let wrapped = WrappedBatch::read(&self.file)?;
        let (target, sender) = self.target.connect_as(&self.sender)?;
        let submission = wrapped.submission();
        let call = submission.call(target.rollup);
        // what an earlier run sent may be in the last block
        if !target.is_open(&sender, &call)? {
            let terms = terms(&wrapped);
            let contract = contract_at(&target, &wrapped)?;
            if let Some(accepted) = accepted(&target, &contract, &wrapped)? {
                return self.print(&report_of(&target, &wrapped, &accepted));
            }
            contract.check(&terms, sender.address())?;
        }
        let sent = target.send(&sender, &call)?;
        let is_accepted = |event: &Event| matches!(event, Event::BatchAccepted { batch, .. } if *batch == wrapped.claim.batch);
        if !sent.receipt.events(target.rollup)?.iter().any(is_accepted) {
            return Err(Failure::wrong("the contract accepted nothing: it is no rollup"));
        }
        let SentReport { transaction, block, gas_used, sent_before } = (&sent).into();
        self.print(&Report {
            contract: target.rollup,
            batch: wrapped.claim.batch,
            state_root: wrapped.claim.new_state_root,
            accepted_before: false,
            transaction,
            block,
            gas_used: Some(gas_used),
            sent_before,
        })
    }

    fn print(&self, report: &Report) -> Result<(), Failure> {
        if self.json {
            return Ok(print_json(report)?);
        }
        let before = if report.accepted_before { ", accepted before" } else { ", accepted" };
        let mut table = Table::default();
        table
            .row("batch", format!("{}{before}", report.batch))
            .row("contract", report.contract)
            .row("state root", report.state_root)
            .row("transaction", &report.transaction)
            .row("block", report.block);
        if let Some(gas) = report.gas_used {
            table.row("gas", gas);
        }
        Ok(table.print()?)
    }
}

fn report_of(target: &Target, wrapped: &WrappedBatch, accepted: &HistoryEntry) -> Report {
    Report {
        contract: target.rollup,
        batch: wrapped.claim.batch,
        state_root: wrapped.claim.new_state_root,
        accepted_before: true,
        transaction: hash(&accepted.transaction),
        block: accepted.block,
        gas_used: None,
        sent_before: true,
    }
}

fn terms(wrapped: &WrappedBatch) -> BatchTerms {
    let claim = &wrapped.claim;
    BatchTerms {
        chain_id: claim.chain_id,
        contract: claim.contract,
        batch: claim.batch,
        timestamp: claim.timestamp,
        entry_root: claim.old_state_root,
        fee_token: claim.fee_token,
        fee_unit: claim.fee_unit,
        circuit_set: wrapped.circuit_set,
        verifying_key: wrapped.verifying_key,
    }
}

/// The contract at the last block. The proof is verified under its key on the way.
fn contract_at(target: &Target, wrapped: &WrappedBatch) -> Result<ContractAt, Failure> {
    let mut at = target.node.at(BlockTag::Latest)?;
    // a local node makes its next block when it is asked to, with the time of then
    let time = at.block().timestamp.max(u64::from(now().get()));
    let status = RollupStatus::read(&mut at, target.rollup)?;
    let verifier = status.terms.verifier;
    let key = RollupReader::new(&mut at, target.rollup).verifying_key(verifier)?;
    wrapped.verify(&key, &Expectations::default())?;
    Ok(ContractAt {
        chain_id: target.node.chain_id(),
        contract: target.rollup,
        status,
        verifying_key: key.digest(),
        time,
    })
}

/// Where the contract accepted the batch, if it did; an error where it accepted another one of that number.
fn accepted(
    target: &Target,
    contract: &ContractAt,
    wrapped: &WrappedBatch,
) -> Result<Option<HistoryEntry>, Failure> {
    let claim = &wrapped.claim;
    if claim.contract != contract.contract || claim.batch > contract.status.batch {
        return Ok(None);
    }
    let from = target.config.as_ref().and_then(|config| config.deployment_block).unwrap_or(0);
    let found = target.node.accepted_batch(target.rollup, claim.batch, from)?;
    let Some(found) = found else { return Ok(None) };
    match found.event {
        Event::BatchAccepted { state_root, .. } if state_root != claim.new_state_root => {
            Err(Failure::wrong(format!(
                "the contract has accepted another batch {}: it leads to state root {state_root}, \
                 this one to {}",
                claim.batch, claim.new_state_root
            )))
        }
        _ => Ok(Some(found)),
    }
}
