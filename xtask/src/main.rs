//! Development tasks: `cargo xtask tidy` checks the project's own rules, `cargo xtask test` runs
//! every check there is.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program reports on its standard streams"
)]

mod api;
mod steps;
mod tidy;
mod vectors;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::{Parser, Subcommand};

/// Development tasks of Starfold.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Checks the project's own rules: imports, sizes, names, words.
    Tidy,
    /// Rebuilds every circuit and writes its digest to `circuits/pins.toml`; takes some minutes.
    Pin {
        /// Compares with the committed pins instead of writing them.
        #[arg(long)]
        check: bool,
    },
    /// Writes what the contracts share with the crates: constants, the claim's layout, test vectors.
    Vectors {
        /// Compares with the committed files instead of writing them.
        #[arg(long)]
        check: bool,
    },
    /// Writes the public interface of each library to `docs/api`.
    Api {
        /// Compares with the committed pages instead of writing them, and fails, too, where `--unused` does.
        #[arg(long)]
        check: bool,
        /// Lists what no test and no example names, and fails if there is any.
        #[arg(long, conflicts_with = "check")]
        unused: bool,
    },
    /// Changes every value of a wrapped proof, one at a time, and writes what refuses it to
    /// `docs/circuits/wrap-mutations.md`; fails if a change is accepted.
    MutateWrap {
        /// Compares with the committed page instead of writing it.
        #[arg(long)]
        check: bool,
    },
    /// Runs every check in order and stops at the first that fails.
    Test {
        /// Runs only this step; may be given more than once.
        #[arg(long, value_name = "STEP")]
        only: Vec<String>,
        /// Lists the steps and what each runs.
        #[arg(long)]
        list: bool,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    let root = workspace_root()?;
    match arguments.task {
        Task::Tidy => tidy::check(&root),
        Task::Pin { check } => {
            let command = "cargo run --release --quiet -p starfold-circuits --example pin";
            steps::command(&root, if check { steps::PIN_CHECK } else { command })
        }
        Task::Vectors { check: true } => vectors::check(&root),
        Task::Vectors { check: false } => vectors::write(&root),
        Task::Api { unused: true, .. } => api::check_uses(&root),
        Task::Api { check: true, .. } => api::check(&root),
        Task::Api { .. } => api::write(&root),
        Task::MutateWrap { check } => {
            let command =
                "cargo run --release --quiet -p starfold-l1-verifier --example mutate_wrap";
            steps::command(&root, if check { steps::MUTATION_CHECK } else { command })
        }
        Task::Test { list: true, .. } => {
            steps::list(steps::STEPS);
            Ok(())
        }
        Task::Test { only, .. } => steps::run(&root, steps::STEPS, &only),
    }
}

/// The folder above this crate: tasks do the same wherever they are called from.
fn workspace_root() -> anyhow::Result<PathBuf> {
    let manifest_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = manifest_folder.parent().context("the xtask crate lies in the workspace root")?;
    Ok(root.to_path_buf())
}
