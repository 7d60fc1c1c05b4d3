//! `starfold l1 exit`

use std::collections::BTreeSet;

use clap::Args;
use serde::Serialize;
use starfold_primitives::quantities::{AccountIndex, Address, Amount, TokenId};
use starfold_rollup::Rollup;
use starfold_settlement::{BalanceOpening, Call, RollupReader, RollupStatus};

use super::claim::{Claim, claim};
use super::sent::SentReport;
use super::target::{Sender, SenderOptions, Target, TargetOptions};
use crate::failure::Failure;
use crate::output::{Table, amount, print, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "For a frozen rollup. The folder must hold the contract's last state, as `starfold \
                        l1 sync` leaves it. Whoever sends the transactions, the address is paid. \
                        What is out already is left out."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    sender: SenderOptions,
    /// Whose balances; those of whoever sends, by default.
    #[arg(long, value_name = "ADDRESS")]
    address: Option<Address>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    address: Address,
    exits: Vec<Exit>,
    claims: Vec<Claim>,
}

#[derive(Debug, Serialize)]
struct Exit {
    account: AccountIndex,
    token: TokenId,
    amount: Amount,
    /// Nothing where the balance was out before.
    #[serde(flatten)]
    sent: Option<SentReport>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Some(data_dir) = self.target.data_dir.as_deref() else {
            return Err(Failure::usage("openings come from a folder: name it with --data-dir"));
        };
        let (target, sender) = self.target.connect_as(&self.sender)?;
        let address = self.address.unwrap_or(sender.address());
        let openings = openings(&Rollup::open(data_dir)?, &target, address)?;
        let mut exits = Vec::new();
        for opening in &openings {
            exits.push(exit(&target, &sender, opening)?);
        }
        let mut claims = Vec::new();
        for token in openings.iter().map(|opening| opening.token).collect::<BTreeSet<_>>() {
            claims.extend(claim(&target, &sender, token, address)?);
        }
        let report = Report { address, exits, claims };
        if self.json {
            return Ok(print_json(&report)?);
        }
        report.print()
    }
}

/// The openings of all balances of an address under the contract's last state root.
fn openings(
    rollup: &Rollup,
    target: &Target,
    address: Address,
) -> Result<Vec<BalanceOpening>, Failure> {
    let status = RollupStatus::read(&mut &target.node, target.rollup)?;
    if !status.frozen {
        return Err(Failure::usage(
            "the rollup is not frozen: withdraw, or ask for a forced exit with `starfold l1 \
             request-exit`",
        ));
    }
    let head = rollup.state().head().batch;
    let has_state =
        status.batch <= head && rollup.state().checkpoint(status.batch)?.root == status.state_root;
    if !has_state {
        return Err(Failure::wrong(format!(
            "the folder has not the contract's last state, that of batch {}; `starfold l1 sync` \
             rebuilds it",
            status.batch
        )));
    }
    Ok(rollup.balance_openings(address, status.batch)?)
}

/// Takes a balance out, unless that was done before.
fn exit(target: &Target, sender: &Sender, opening: &BalanceOpening) -> Result<Exit, Failure> {
    let call = Call::exit(target.rollup, opening);
    let (account, token) = (opening.index, opening.token);
    let mut view = &target.node;
    let exited = RollupReader::new(&mut view, target.rollup).exited(account, token)?;
    let sent = if exited && !target.is_open(sender, &call)? {
        None
    } else {
        Some((&target.send(sender, &call)?).into())
    };
    Ok(Exit { account, token, amount: opening.balance, sent })
}

impl Report {
    fn print(&self) -> Result<(), Failure> {
        if self.exits.is_empty() {
            print(&format!("{} has no balance in the last state", self.address))?;
        }
        for exit in &self.exits {
            let mut table = Table::default();
            table
                .row("account", exit.account)
                .row("balance", format!("{} base units of token {}", exit.amount, exit.token));
            match &exit.sent {
                Some(sent) => sent.rows(&mut table),
                None => {
                    table.row("taken out", "before");
                }
            }
            table.print()?;
        }
        for claim in &self.claims {
            let mut table = Table::default();
            table.row("paid", amount(claim.amount, claim.l1_token)).row("to", self.address);
            claim.sent.rows(&mut table);
            table.print()?;
        }
        Ok(())
    }
}
