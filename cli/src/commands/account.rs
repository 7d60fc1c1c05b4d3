//! `starfold account`

use std::path::PathBuf;

use clap::Args;
use starfold_primitives::quantities::Address;
use starfold_rollup::{AccountReport, Rollup};

use crate::failure::Failure;
use crate::output::{Table, amount, print, print_json};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folder of the rollup.
    #[arg(long)]
    data_dir: PathBuf,
    /// The address.
    address: Address,
    /// Print JSON with the Merkle openings of accounts and balances.
    #[arg(long)]
    pub(crate) proof: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let rollup = Rollup::open(&self.data_dir)?;
        let report = rollup.accounts_of(self.address, self.proof)?;
        if self.json || self.proof {
            return Ok(print_json(&report)?);
        }
        if report.accounts.is_empty() {
            print(&format!("{} has no account after batch {}", report.address, report.batch))?;
        }
        for account in &report.accounts {
            print_account(account)?;
        }
        Ok(())
    }
}

fn print_account(account: &AccountReport) -> Result<(), Failure> {
    let key = account.key.map_or_else(|| "none".to_owned(), |key| key.to_string());
    let mut table = Table::default();
    table.row("account", account.index).row("nonce", account.nonce).row("key", key);
    for balance in &account.balances {
        let name = format!("token {}", balance.token);
        table.row(name, amount(balance.amount, balance.l1_token));
    }
    table.print()?;
    Ok(())
}
