//! `starfold l1 freeze`

use clap::Args;
use serde::Serialize;
use starfold_primitives::Digest;
use starfold_primitives::quantities::BatchNumber;
use starfold_settlement::{Call, Event};

use super::sent::SentReport;
use super::target::{SenderOptions, TargetOptions};
use crate::failure::Failure;
use crate::output::{Table, print_json};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
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
    batch: BatchNumber,
    state_root: Digest,
    #[serde(flatten)]
    sent: SentReport,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (target, sender) = self.target.connect_as(&self.sender)?;
        let sent = target.send(&sender, &Call::freeze(target.rollup))?;
        let frozen =
            sent.receipt.events(target.rollup)?.into_iter().find_map(|event| match event {
                Event::Frozen { batch, state_root } => Some((batch, state_root)),
                _ => None,
            });
        let (batch, state_root) = frozen.ok_or_else(|| {
            Failure::wrong("the transaction froze nothing: the contract is no rollup")
        })?;
        let report = Report { batch, state_root, sent: (&sent).into() };
        if self.json {
            return Ok(print_json(&report)?);
        }
        let mut table = Table::default();
        table.row("frozen after batch", batch).row("state root", state_root);
        report.sent.rows(&mut table);
        Ok(table.print()?)
    }
}
