//! `starfold l1 deposit`

use clap::Args;
use serde::Serialize;
use starfold_primitives::quantities::{Address, Amount, TokenId};
use starfold_settlement::{Call, Sent, TokenReader};
use starfold_transition::{L1Operation, TokenName};

use super::sent::{QueuedReport, SentReport, queued};
use super::target::{Sender, SenderOptions, Target, TargetOptions};
use crate::failure::Failure;
use crate::output::{Table, amount, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "An ERC-20 token is approved first, where the contract may not take that much."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    sender: SenderOptions,
    /// The token's contract, or 0 for ETH.
    #[arg(long, value_parser = token)]
    token: Address,
    /// The amount, in base units.
    #[arg(long)]
    amount: Amount,
    /// The address that is credited in the rollup.
    #[arg(long)]
    to: Address,
    /// Who may take the deposit back after a freeze; whoever sends it, by default.
    #[arg(long, value_name = "ADDRESS")]
    refund_to: Option<Address>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    token: TokenId,
    to: Address,
    /// As it arrived: a token may keep a part.
    amount: Amount,
    approvals: Vec<SentReport>,
    #[serde(flatten)]
    queued: QueuedReport,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        if self.amount == Amount::ZERO {
            return Err(Failure::usage("the amount is 0, expected 1 or more"));
        }
        let (target, sender) = self.target.connect_as(&self.sender)?;
        let call = self.call(&target)?;
        // once it is sent, the allowance may be spent
        let approvals = if self.token == Address::ZERO || target.is_open(&sender, &call)? {
            Vec::new()
        } else {
            self.approve(&target, &sender)?
        };
        let sent = target.send(&sender, &call)?;
        let queued = queued(&sent.receipt.events(target.rollup)?)?;
        // whoever asked the node now could fail, and the deposit would be made again
        let L1Operation::Deposit { to, token: TokenName::Id(token), amount } = queued.operation
        else {
            return Err(Failure::wrong("the transaction queued no deposit"));
        };
        let report = Report {
            token,
            to,
            amount,
            approvals: approvals.iter().map(SentReport::from).collect(),
            queued: QueuedReport::new(&queued, &sent),
        };
        self.print(&report)
    }

    fn call(&self, target: &Target) -> Result<Call, Failure> {
        let (rollup, fee) = (target.rollup, target.operation_fee()?);
        let refund_to = self.refund_to.unwrap_or(Address::ZERO);
        if self.token == Address::ZERO {
            return Call::deposit_eth(rollup, self.to, refund_to, self.amount, fee)
                .ok_or_else(|| Failure::usage("amount and fee are 2^128 wei or more"));
        }
        Ok(Call::deposit_token(rollup, self.token, self.to, refund_to, self.amount, fee))
    }

    /// Lets the rollup take the amount. Some tokens change an allowance only from or to zero.
    fn approve(&self, target: &Target, sender: &Sender) -> Result<Vec<Sent>, Failure> {
        let mut sent = Vec::new();
        let approve = |amount| Call::approve(self.token, target.rollup, amount);
        let mut view = &target.node;
        let allowance =
            TokenReader::new(&mut view, self.token).allowance(sender.address(), target.rollup)?;
        if allowance >= self.amount {
            return Ok(sent);
        }
        if allowance != Amount::ZERO {
            sent.push(target.send(sender, &approve(Amount::ZERO))?);
        }
        sent.push(target.send(sender, &approve(self.amount))?);
        Ok(sent)
    }

    fn print(&self, report: &Report) -> Result<(), Failure> {
        if self.json {
            return Ok(print_json(report)?);
        }
        let mut table = Table::default();
        table.row("deposit", amount(report.amount, self.token)).row("for", report.to);
        for approval in &report.approvals {
            table.row("approved in", &approval.transaction);
        }
        report.queued.rows(&mut table);
        Ok(table.print()?)
    }
}

/// A token by its contract; ETH has none.
fn token(text: &str) -> Result<Address, String> {
    if text == "0" {
        return Ok(Address::ZERO);
    }
    text.parse::<Address>().map_err(|error| format!("{error}; 0 is ETH"))
}
