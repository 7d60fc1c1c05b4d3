//! The test command: a list of steps, each a command or a check, run in order.

#[cfg(test)]
mod tests;

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};

use crate::{api, tidy, vectors};

/// One check of the test command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    name: &'static str,
    task: Task,
    when: When,
}

/// What a step does.
#[derive(Clone, Copy, Debug)]
enum Task {
    /// Runs a command, its words separated by spaces, with extra environment variables.
    Run(&'static str, &'static [(&'static str, &'static str)]),
    /// Calls a function with the workspace root.
    Call(fn(&Path) -> anyhow::Result<()>),
}

/// Where a step runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Always,
    /// Only where `CI=true`: a developer's tree may hold changes.
    ContinuousIntegration,
}

const fn step(name: &'static str, command: &'static str) -> Step {
    let task = Task::Run(command, &[]);
    Step { name, task, when: When::Always }
}

/// Rebuilds every circuit and compares digests and verifier data with what is committed.
pub(crate) const PIN_CHECK: &str =
    "cargo run --release --quiet -p starfold-circuits --example pin -- --check";

/// Changes every value of a wrapped proof and compares what refuses it with the committed page.
pub(crate) const MUTATION_CHECK: &str =
    "cargo run --release --quiet -p starfold-l1-verifier --example mutate_wrap -- --check";

/// The steps of `cargo xtask test`, in order.
pub(crate) const STEPS: &[Step] = &[
    step("fmt", "cargo fmt --all --check"),
    Step { task: Task::Call(tidy::check), ..step("tidy", "") },
    Step { task: Task::Call(api::check), ..step("api", "") },
    step("clippy", "cargo clippy --release --workspace --all-targets -- -D warnings"),
    Step {
        task: Task::Run(
            "cargo doc --release --workspace --no-deps --document-private-items",
            &[("RUSTDOCFLAGS", "-D warnings")],
        ),
        ..step("doc", "")
    },
    step("build", "cargo build --release --workspace"),
    step("pins", PIN_CHECK),
    Step { task: Task::Call(vectors::check), ..step("vectors", "") },
    // before the tests, which start the local node that is in it
    step("npm", "npm ci --ignore-scripts --no-audit --no-fund --prefix l1-verifier/contracts"),
    step("nextest", "cargo nextest run --release --workspace"),
    step("doctest", "cargo test --release --workspace --doc"),
    step("mutations", MUTATION_CHECK),
    step("deny", "cargo deny check licenses bans sources"),
    step("forge-fmt", "npm run --silent --prefix l1-verifier/contracts fmt"),
    step("forge-test", "npm run --silent --prefix l1-verifier/contracts test"),
    step("gas", "npm run --silent --prefix l1-verifier/contracts snapshot:check"),
    step("artifacts", "npm run --silent --prefix l1-verifier/contracts artifacts:check"),
    Step {
        when: When::ContinuousIntegration,
        ..step("clean-diff", "git --no-pager diff --exit-code")
    },
];

/// How one step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    /// The step is for continuous integration only.
    Skipped,
    /// An earlier step failed.
    NotRun,
}

impl Outcome {
    const fn label(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::Skipped => "skipped (only with CI=true)",
            Self::NotRun => "not run",
        }
    }
}

/// One line of the summary.
#[derive(Debug)]
struct Row {
    name: &'static str,
    outcome: Outcome,
    time: Duration,
}

/// Prints the name of each step and what it runs.
pub(crate) fn list(steps: &[Step]) {
    for step in steps {
        println!("{:<12} {}", step.name, describe(step));
    }
}

/// Runs the steps named in `only`, or all of them, and prints a summary.
///
/// # Errors
///
/// Names the first step that failed, after which no other runs, or a name that is no step's.
pub(crate) fn run(root: &Path, steps: &[Step], only: &[String]) -> anyhow::Result<()> {
    let continuous = std::env::var("CI").is_ok_and(|value| value == "true");
    let chosen = choose(steps, only)?;
    let rows = run_in_order(root, &chosen, continuous);
    print_summary(&rows);
    match rows.iter().find(|row| row.outcome == Outcome::Failed) {
        Some(row) => bail!("step {:?} failed: run it again with --only {}", row.name, row.name),
        None => Ok(()),
    }
}

fn choose(steps: &[Step], only: &[String]) -> anyhow::Result<Vec<Step>> {
    for name in only {
        ensure!(
            steps.iter().any(|step| step.name == name),
            "no step is named {name:?}: expected one of {}",
            steps.iter().map(|step| step.name).collect::<Vec<_>>().join(", ")
        );
    }
    let wanted = |step: &&Step| only.is_empty() || only.iter().any(|name| name == step.name);
    Ok(steps.iter().filter(wanted).copied().collect())
}

fn run_in_order(root: &Path, steps: &[Step], continuous: bool) -> Vec<Row> {
    let mut failed = false;
    let mut rows = Vec::with_capacity(steps.len());
    for step in steps {
        let start = Instant::now();
        let outcome = if failed {
            Outcome::NotRun
        } else if step.when == When::ContinuousIntegration && !continuous {
            Outcome::Skipped
        } else {
            println!("\n== {}: {}", step.name, describe(step));
            match perform(root, step.task) {
                Ok(()) => Outcome::Passed,
                Err(error) => {
                    eprintln!("{}: {error:#}", step.name);
                    failed = true;
                    Outcome::Failed
                }
            }
        };
        rows.push(Row { name: step.name, outcome, time: start.elapsed() });
    }
    rows
}

fn perform(root: &Path, task: Task) -> anyhow::Result<()> {
    let (command, variables) = match task {
        Task::Call(check) => return check(root),
        Task::Run(command, variables) => (command, variables),
    };
    command_with(root, command, variables)
}

/// Runs a command line in the workspace root.
pub(crate) fn command(root: &Path, command: &str) -> anyhow::Result<()> {
    command_with(root, command, &[])
}

fn command_with(root: &Path, command: &str, variables: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut words = command.split_whitespace();
    let program = words.next().context("a step names a program")?;
    let status = Command::new(program)
        .args(words)
        .envs(variables.iter().copied())
        .current_dir(root)
        .status()
        .with_context(|| format!("`{program}` could not be started"))?;
    ensure!(status.success(), "expected success of `{command}`, got {status}");
    Ok(())
}

fn describe(step: &Step) -> String {
    match step.task {
        Task::Call(_) => format!("cargo xtask {}", step.name),
        Task::Run(command, variables) => {
            let variables = variables.iter().map(|(name, value)| format!("{name}={value:?} "));
            variables.collect::<String>() + command
        }
    }
}

fn print_summary(rows: &[Row]) {
    println!("\n{:<12} {:>9}  result", "step", "seconds");
    for row in rows {
        let seconds = row.time.as_secs_f64();
        println!("{:<12} {seconds:>9.1}  {}", row.name, row.outcome.label());
    }
    let total: Duration = rows.iter().map(|row| row.time).sum();
    println!("{:<12} {:>9.1}", "total", total.as_secs_f64());
}
