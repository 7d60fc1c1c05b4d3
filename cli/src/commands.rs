//! The commands, one module each.

mod abandon;
mod account;
mod batch_prove;
mod bench;
mod calibrate;
mod circuits;
mod demo;
mod init;
mod inspect;
mod key;
mod keys;
mod l1;
mod new_circuit;
mod rollback;
mod sign;
mod simulate;
mod soundness;
mod verify;
mod wrap;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// A ZK rollup that one person can run.
#[derive(Debug, Parser)]
#[command(name = "starfold", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play the whole story with real transfers, in a folder of its own.
    Demo(demo::Arguments),
    /// Make a rollup in a new or empty data directory.
    Init(Box<init::Arguments>),
    /// Make and look at signing keys.
    #[command(subcommand)]
    Key(key::Command),
    /// Give a new rollup funded accounts, and write signed transactions between them.
    Simulate(simulate::Arguments),
    /// Sign one transaction and print it as JSON.
    #[command(subcommand)]
    Sign(sign::Command),
    /// Seal signed transactions as the next batch and prove it, or go on where that was interrupted.
    BatchProve(batch_prove::Arguments),
    /// Wrap a batch proof for Ethereum.
    Wrap(wrap::Arguments),
    /// Make, import and look at keys of the wrap.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Verify a batch proof or a wrapped batch, and compare what it claims.
    Verify(verify::Arguments),
    /// Deploy and use the rollup's contract on Ethereum.
    #[command(subcommand)]
    L1(l1::Command),
    /// Give up the last sealed batch, which is not settled.
    Abandon(abandon::Arguments),
    /// Go back to the state after an earlier batch, which is not before the last settled one.
    Rollback(rollback::Arguments),
    /// Show the accounts of an address.
    Account(account::Arguments),
    /// Show what a batch proof claims, without verifying it.
    Inspect(inspect::Arguments),
    /// Show the circuits: digests, gates, columns.
    Circuits(circuits::Arguments),
    /// Show the bits of soundness of each layer.
    Soundness(soundness::Arguments),
    /// Measure what proofs cost on this machine: plans use it from then on.
    Calibrate(calibrate::Arguments),
    /// Measure what proving costs, and draw it.
    #[command(subcommand)]
    Bench(bench::Command),
    /// Make a crate with a state transition of its own, in a new folder here.
    NewCircuit(new_circuit::Arguments),
}

impl Cli {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Init(arguments) => arguments.run(),
            Command::Key(command) => command.run(),
            Command::Simulate(arguments) => arguments.run(),
            Command::Sign(command) => command.run(),
            Command::Abandon(arguments) => arguments.run(),
            Command::Rollback(arguments) => arguments.run(),
            Command::Account(arguments) => arguments.run(),
            Command::BatchProve(arguments) => arguments.run(),
            Command::Wrap(arguments) => arguments.run(),
            Command::Keys(command) => command.run(),
            Command::L1(command) => command.run(),
            Command::Verify(arguments) => arguments.run(),
            Command::Inspect(arguments) => arguments.run(),
            Command::Circuits(arguments) => arguments.run(),
            Command::Soundness(arguments) => arguments.run(),
            Command::Calibrate(arguments) => arguments.run(),
            Command::Bench(command) => command.run(),
            Command::Demo(arguments) => arguments.run(),
            Command::NewCircuit(arguments) => arguments.run(),
        }
    }

    /// Whether standard output is to be JSON, failures included.
    pub(crate) fn json(&self) -> bool {
        match &self.command {
            Command::Init(arguments) => arguments.json,
            Command::Simulate(arguments) => arguments.json,
            Command::Abandon(arguments) => arguments.json,
            Command::Rollback(arguments) => arguments.json,
            Command::Account(arguments) => arguments.json || arguments.proof,
            Command::BatchProve(arguments) => arguments.json,
            Command::Wrap(arguments) => arguments.json,
            Command::Keys(command) => command.json(),
            Command::L1(command) => command.json(),
            Command::Verify(arguments) => arguments.json,
            Command::Inspect(arguments) => arguments.json,
            Command::Circuits(arguments) => arguments.json,
            Command::Soundness(arguments) => arguments.json,
            Command::Calibrate(arguments) => arguments.json,
            Command::Bench(command) => command.json(),
            Command::Demo(arguments) => arguments.json,
            Command::NewCircuit(arguments) => arguments.json,
            Command::Key(command) => command.json(),
            Command::Sign(_) => false,
        }
    }
}
