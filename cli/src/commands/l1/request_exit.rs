//! `starfold l1 request-exit`

use clap::Args;
use starfold_primitives::quantities::{AccountIndex, TokenId};
use starfold_settlement::Call;

use super::sent::{QueuedReport, queued};
use super::target::{SenderOptions, TargetOptions};
use crate::failure::Failure;
use crate::output::{Table, print_json};

#[derive(Debug, Args)]
#[command(after_help = "An account of another address is left alone.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    sender: SenderOptions,
    /// The account.
    #[arg(long)]
    index: AccountIndex,
    /// The number of the token.
    #[arg(long)]
    token: TokenId,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (target, sender) = self.target.connect_as(&self.sender)?;
        let fee = target.operation_fee()?;
        let call = Call::request_forced_exit(target.rollup, self.index, self.token, fee);
        let sent = target.send(&sender, &call)?;
        let report = QueuedReport::new(&queued(&sent.receipt.events(target.rollup)?)?, &sent);
        if self.json {
            return Ok(print_json(&report)?);
        }
        let mut table = Table::default();
        table.row("account", self.index).row("token", self.token);
        report.rows(&mut table);
        Ok(table.print()?)
    }
}
