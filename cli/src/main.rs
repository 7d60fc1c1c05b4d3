//! The `starfold` command: it parses, calls the library and prints.
//!
//! Results go to standard output, everything else to standard error. The exit status is 0 only where
//! everything holds, 1 for a proof, a transaction or a file that is wrong, 2 for wrong use.

mod commands;
mod failure;
mod output;
mod passphrase;
mod progress;
mod sizes;

use std::process::ExitCode;

use clap::Parser as _;

use crate::commands::Cli;
use crate::failure::Failure;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.json();
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure, json);
            failure.exit_code()
        }
    }
}

fn report(failure: &Failure, json: bool) {
    if json && !failure.reported && output::print_json(failure).is_err() {
        output::note("standard output is closed");
    }
    output::note(&format!("error: {}", failure.error));
    for rejected in &failure.rejected {
        output::note(&format!("  transaction {}: {}", rejected.position, rejected.reason));
    }
}
