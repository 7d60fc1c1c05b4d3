//! `starfold l1 cancel`

use clap::Args;
use serde::Serialize;
use starfold_primitives::quantities::{Address, Amount, TokenId};
use starfold_settlement::{BlockTag, Call, Event, RollupReader, RollupStatus};
use starfold_transition::{L1Operation, TokenName};

use super::claim::{Claim, claim};
use super::sent::SentReport;
use super::target::{Sender, SenderOptions, Target, TargetOptions};
use crate::failure::Failure;
use crate::output::{Table, amount, print, print_json};

/// Of how many blocks the history is read at a time.
const SPAN: u64 = 10_000;

#[derive(Debug, Args)]
#[command(
    after_help = "For a frozen rollup: deposits that no batch executed go back to whoever made \
                        them, or whom they name for that."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    sender: SenderOptions,
    /// The deposit's place in the queue; all that the sender may take back by default.
    #[arg(long, value_name = "N")]
    id: Option<u64>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    cancelled: Vec<Cancelled>,
    claims: Vec<Claim>,
}

#[derive(Debug, Serialize)]
struct Cancelled {
    queue_id: u64,
    token: TokenId,
    amount: Amount,
    #[serde(flatten)]
    sent: SentReport,
}

/// A deposit in the queue.
#[derive(Clone, Copy, Debug)]
struct Deposit {
    id: u64,
    to: Address,
    depositor: Address,
    token: TokenId,
    amount: Amount,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (target, sender) = self.target.connect_as(&self.sender)?;
        let status = RollupStatus::read(&mut &target.node, target.rollup)?;
        if !status.frozen {
            return Err(Failure::usage("the rollup is not frozen: the deposit will be executed"));
        }
        let mine = |deposit: &Deposit| match self.id {
            Some(id) => deposit.id == id,
            None => deposit.depositor == sender.address(),
        };
        let mut tokens = Vec::new();
        let mut cancelled = Vec::new();
        for deposit in deposits(&target, status.queue_head)?.into_iter().filter(mine) {
            // what an earlier run took back may still have to be claimed
            tokens.push(deposit.token);
            cancelled.extend(cancel(&target, &sender, deposit)?);
        }
        tokens.sort_unstable();
        tokens.dedup();
        let mut claims = Vec::new();
        for token in tokens {
            claims.extend(claim(&target, &sender, token, sender.address())?);
        }
        if let (Some(id), true) = (self.id, cancelled.is_empty() && claims.is_empty()) {
            return Err(Failure::usage(format!(
                "place {id} of the queue holds no deposit: it was executed, cancelled or is another \
                 operation"
            )));
        }
        let report = Report { cancelled, claims };
        if self.json {
            return Ok(print_json(&report)?);
        }
        report.print(sender.address())
    }
}

/// The deposits from a place in the queue on.
fn deposits(target: &Target, queue_head: u64) -> Result<Vec<Deposit>, Failure> {
    let known = target.config.as_ref().and_then(|config| config.deployment_block);
    let mut next = match known {
        Some(block) => block,
        None => target.node.deployment_block(target.rollup)?,
    };
    let latest = target.node.block(BlockTag::Latest)?.number;
    let mut deposits = Vec::new();
    while next <= latest {
        let end = latest.min(next.saturating_add(SPAN - 1));
        for entry in target.node.history(target.rollup, next, end)? {
            if let Event::Queued(queued) = entry.event
                && queued.id >= queue_head
                && let Some(depositor) = queued.depositor
                && let L1Operation::Deposit { to, token: TokenName::Id(token), amount } =
                    queued.operation
            {
                deposits.push(Deposit { id: queued.id, to, depositor, token, amount });
            }
        }
        next = end.saturating_add(1);
    }
    Ok(deposits)
}

/// Takes a deposit back, unless that was done before.
fn cancel(
    target: &Target,
    sender: &Sender,
    deposit: Deposit,
) -> Result<Option<Cancelled>, Failure> {
    let Deposit { id, to, token, amount, .. } = deposit;
    let call = Call::cancel_deposit(target.rollup, id, to, token, amount);
    let mut view = &target.node;
    let entry = RollupReader::new(&mut view, target.rollup).queue_entry(id)?;
    if entry.is_none() && !target.is_open(sender, &call)? {
        return Ok(None);
    }
    let sent = target.send(sender, &call)?;
    Ok(Some(Cancelled { queue_id: id, token, amount, sent: (&sent).into() }))
}

impl Report {
    fn print(&self, owner: Address) -> Result<(), Failure> {
        if self.cancelled.is_empty() {
            print(&format!("{owner} has no deposit to cancel"))?;
        }
        for one in &self.cancelled {
            let mut table = Table::default();
            table
                .row("place in the queue", one.queue_id)
                .row("deposit", format!("{} base units of token {}", one.amount, one.token));
            one.sent.rows(&mut table);
            table.print()?;
        }
        for claim in &self.claims {
            let mut table = Table::default();
            table.row("paid", amount(claim.amount, claim.l1_token)).row("to", owner);
            claim.sent.rows(&mut table);
            table.print()?;
        }
        Ok(())
    }
}
