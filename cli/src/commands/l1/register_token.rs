//! `starfold l1 register-token`

use clap::Args;
use serde::Serialize;
use starfold_primitives::quantities::{Address, Amount, TokenId};
use starfold_settlement::{Call, Event, RollupTerms};

use super::sent::SentReport;
use super::target::{SenderOptions, TargetOptions};
use crate::failure::Failure;
use crate::output::{Table, amount, print_json};

#[derive(Debug, Args)]
#[command(after_help = "Tokens that take a fee from a transfer, or change balances by \
                        themselves, must not be registered.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    sender: SenderOptions,
    /// The contract of the ERC-20 token.
    #[arg(long, value_name = "ADDRESS")]
    token: Address,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    token: TokenId,
    l1_token: Address,
    fee: Amount,
    #[serde(flatten)]
    sent: SentReport,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (target, sender) = self.target.connect_as(&self.sender)?;
        let terms = RollupTerms::read(&mut &target.node, target.rollup)?;
        let is_governor = terms.governor == Some(sender.address());
        let fee = if is_governor { Amount::ZERO } else { terms.registration_fee };
        let call = Call::register_token(target.rollup, self.token, fee);
        let sent = target.send(&sender, &call)?;
        let registered =
            sent.receipt.events(target.rollup)?.into_iter().find_map(|event| match event {
                Event::TokenRegistered { id, .. } => Some(id),
                _ => None,
            });
        let token = registered.ok_or_else(|| {
            Failure::wrong("the transaction registered nothing: the contract is no rollup")
        })?;
        let report = Report { token, l1_token: self.token, fee, sent: (&sent).into() };
        if self.json {
            return Ok(print_json(&report)?);
        }
        let mut table = Table::default();
        table
            .row("token", token)
            .row("contract", self.token)
            .row("fee", amount(fee, Address::ZERO));
        report.sent.rows(&mut table);
        Ok(table.print()?)
    }
}
