//! The runner over steps of its own: order, first failure, choice, environment.

use std::{collections::BTreeSet, path::Path};

use anyhow::bail;

use super::{Outcome, STEPS, Step, Task, When, choose, perform, run, run_in_order};

const fn call(name: &'static str, check: fn(&Path) -> anyhow::Result<()>) -> Step {
    Step { name, task: Task::Call(check), when: When::Always }
}

fn pass(_: &Path) -> anyhow::Result<()> {
    Ok(())
}

fn fail(_: &Path) -> anyhow::Result<()> {
    bail!("on purpose")
}

fn outcomes(steps: &[Step], continuous: bool) -> Vec<(&'static str, Outcome)> {
    let rows = run_in_order(Path::new("."), steps, continuous);
    rows.iter().map(|row| (row.name, row.outcome)).collect()
}

#[test]
fn nothing_runs_after_the_first_failure() {
    let steps = [call("first", pass), call("second", fail), call("third", pass)];
    assert_eq!(
        outcomes(&steps, false),
        [("first", Outcome::Passed), ("second", Outcome::Failed), ("third", Outcome::NotRun)]
    );
    let error = run(Path::new("."), &steps, &[]).unwrap_err().to_string();
    assert!(error.contains("\"second\""), "the error names the step: {error}");
}

#[test]
fn a_step_for_continuous_integration_runs_only_there() {
    let steps = [Step { when: When::ContinuousIntegration, ..call("clean", fail) }];
    assert_eq!(outcomes(&steps, false), [("clean", Outcome::Skipped)]);
    assert_eq!(outcomes(&steps, true), [("clean", Outcome::Failed)]);
}

#[test]
fn a_choice_keeps_the_order_and_refuses_unknown_names() {
    let steps = [call("first", pass), call("second", pass), call("third", pass)];
    let chosen = choose(&steps, &["third".into(), "first".into()]).unwrap();
    assert_eq!(chosen.iter().map(|step| step.name).collect::<Vec<_>>(), ["first", "third"]);

    let error = choose(&steps, &["fourth".into()]).unwrap_err().to_string();
    assert_eq!(error, "no step is named \"fourth\": expected one of first, second, third");
}

#[test]
fn a_command_is_judged_by_its_exit_status() {
    let root = Path::new(".");
    perform(root, Task::Run("git --version", &[])).unwrap();

    let error = perform(root, Task::Run("git no-such-subcommand", &[])).unwrap_err();
    assert!(error.to_string().starts_with("expected success of `git no-such-subcommand`, got"));

    let error = perform(root, Task::Run("no-such-program", &[])).unwrap_err();
    assert_eq!(error.to_string(), "`no-such-program` could not be started");
}

#[test]
fn a_command_sees_the_variables_of_its_step() {
    let command = "printenv A_VARIABLE_OF_THE_STEP";
    let root = Path::new(".");
    perform(root, Task::Run(command, &[("A_VARIABLE_OF_THE_STEP", "1")])).unwrap();
    perform(root, Task::Run(command, &[])).unwrap_err();
}

#[test]
fn the_steps_have_names_of_their_own_and_build_for_release() {
    let names: BTreeSet<_> = STEPS.iter().map(|step| step.name).collect();
    assert_eq!(names.len(), STEPS.len());
    for step in STEPS {
        let Task::Run(command, _) = step.task else {
            continue;
        };
        let compiles = ["build", "clippy", "doc", "nextest", "test"];
        if compiles.iter().any(|subcommand| command.starts_with(&format!("cargo {subcommand}"))) {
            assert!(command.contains("--release"), "{} uses another profile", step.name);
        }
    }
}
