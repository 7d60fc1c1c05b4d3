//! `starfold l1`: the rollup's contract on Ethereum.

mod cancel;
mod claim;
mod deploy;
mod deposit;
mod exit;
mod freeze;
mod register_token;
mod request_exit;
mod sent;
mod set_key;
mod status;
mod submit;
mod sync;
mod target;

use clap::Subcommand;

use crate::failure::Failure;

pub(super) use sync::{Followed, follow};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Deploy the contracts of a rollup, and attach its data directory to them.
    Deploy(Box<deploy::Arguments>),
    /// Deposit ETH or an ERC-20 token for an address.
    Deposit(deposit::Arguments),
    /// Give an ERC-20 token the next number.
    RegisterToken(register_token::Arguments),
    /// Replace the key of an account.
    SetKey(set_key::Arguments),
    /// Submit a wrapped batch.
    Submit(submit::Arguments),
    /// Pay out what an owner may claim.
    Claim(claim::Arguments),
    /// Ask for the whole balance of a token of an account.
    RequestExit(request_exit::Arguments),
    /// Freeze a rollup whose queue is past a deadline.
    Freeze(freeze::Arguments),
    /// Rebuild state and openings from the contract's transactions, or follow them.
    Sync(sync::Arguments),
    /// Take balances out of a frozen rollup.
    Exit(exit::Arguments),
    /// Take deposits back that no batch of a frozen rollup executed.
    Cancel(cancel::Arguments),
    /// Show what the contract says.
    Status(status::Arguments),
}

impl Command {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Deploy(arguments) => arguments.run(),
            Self::Deposit(arguments) => arguments.run(),
            Self::RegisterToken(arguments) => arguments.run(),
            Self::SetKey(arguments) => arguments.run(),
            Self::Submit(arguments) => arguments.run(),
            Self::Claim(arguments) => arguments.run(),
            Self::RequestExit(arguments) => arguments.run(),
            Self::Freeze(arguments) => arguments.run(),
            Self::Sync(arguments) => arguments.run(),
            Self::Exit(arguments) => arguments.run(),
            Self::Cancel(arguments) => arguments.run(),
            Self::Status(arguments) => arguments.run(),
        }
    }

    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Deploy(arguments) => arguments.json,
            Self::Deposit(arguments) => arguments.json,
            Self::RegisterToken(arguments) => arguments.json,
            Self::SetKey(arguments) => arguments.json,
            Self::Submit(arguments) => arguments.json,
            Self::Claim(arguments) => arguments.json,
            Self::RequestExit(arguments) => arguments.json,
            Self::Freeze(arguments) => arguments.json,
            Self::Sync(arguments) => arguments.json,
            Self::Exit(arguments) => arguments.json,
            Self::Cancel(arguments) => arguments.json,
            Self::Status(arguments) => arguments.json,
        }
    }
}
