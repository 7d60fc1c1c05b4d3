//! `starfold l1 claim`

use clap::Args;
use serde::Serialize;
use starfold_primitives::quantities::{Address, Amount, TokenId};
use starfold_settlement::{Call, Event, RollupReader, RollupStatus, Sent};

use super::sent::SentReport;
use super::target::{Sender, SenderOptions, Target, TargetOptions};
use crate::failure::Failure;
use crate::output::{Table, amount, print, print_json};

#[derive(Debug, Args)]
#[command(after_help = "Whoever sends the transactions, the owner is paid.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    sender: SenderOptions,
    /// Who is paid; whoever sends, by default.
    #[arg(long, value_name = "ADDRESS")]
    owner: Option<Address>,
    /// The number of the token; all by default.
    #[arg(long)]
    token: Option<TokenId>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    owner: Address,
    claims: Vec<Claim>,
}

#[derive(Debug, Serialize)]
pub(super) struct Claim {
    token: TokenId,
    pub(super) l1_token: Address,
    pub(super) amount: Amount,
    #[serde(flatten)]
    pub(super) sent: SentReport,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (target, sender) = self.target.connect_as(&self.sender)?;
        let owner = self.owner.unwrap_or(sender.address());
        let mut claims = Vec::new();
        for token in self.tokens(&target)? {
            claims.extend(claim(&target, &sender, token, owner)?);
        }
        let report = Report { owner, claims };
        if self.json {
            return Ok(print_json(&report)?);
        }
        if report.claims.is_empty() {
            print(&format!("{owner} has nothing to claim"))?;
        }
        for claim in &report.claims {
            let mut table = Table::default();
            table.row("paid", amount(claim.amount, claim.l1_token)).row("to", owner);
            claim.sent.rows(&mut table);
            table.print()?;
        }
        Ok(())
    }

    fn tokens(&self, target: &Target) -> Result<Vec<TokenId>, Failure> {
        if let Some(token) = self.token {
            return Ok(vec![token]);
        }
        let count = RollupStatus::read(&mut &target.node, target.rollup)?.token_count;
        let number = |number: u32| u16::try_from(number).ok().and_then(|id| TokenId::new(id).ok());
        Ok((0..count).map_while(number).collect())
    }
}

/// Claims what there is of a token, or goes on with a claim that an earlier run sent.
pub(super) fn claim(
    target: &Target,
    sender: &Sender,
    token: TokenId,
    owner: Address,
) -> Result<Option<Claim>, Failure> {
    let mut view = &target.node;
    let mut reader = RollupReader::new(&mut view, target.rollup);
    let call = Call::claim(target.rollup, token, owner);
    if reader.claimable(owner, token)? == Amount::ZERO && !target.is_open(sender, &call)? {
        return Ok(None);
    }
    let l1_token = reader.token_address(token)?.unwrap_or(Address::ZERO);
    let sent = target.send(sender, &call)?;
    let amount = paid(&sent, target.rollup)?;
    Ok(Some(Claim { token, l1_token, amount, sent: (&sent).into() }))
}

fn paid(sent: &Sent, rollup: Address) -> Result<Amount, Failure> {
    let amount = sent.receipt.events(rollup)?.into_iter().find_map(|event| match event {
        Event::Claimed { amount, .. } => Some(amount),
        _ => None,
    });
    amount.ok_or_else(|| Failure::wrong("the transaction paid nothing: the contract is no rollup"))
}
