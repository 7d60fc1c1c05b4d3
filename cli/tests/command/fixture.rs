//! A folder of its own for each test, and the program in it.

use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;

use crate::schemas::check;

/// A temporary folder in which the program runs.
pub(crate) struct Fixture {
    folder: tempfile::TempDir,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With a development rollup in `rollup`.
    pub(crate) fn with_rollup() -> Self {
        let fixture = Self::new();
        fixture.succeeds(&["init", "--data-dir", "rollup"]);
        fixture
    }

    /// With random transfers in `txs.json`.
    pub(crate) fn with_workload(transfers: u32) -> Self {
        let fixture = Self::with_rollup();
        fixture.simulate(transfers);
        fixture
    }

    pub(crate) fn simulate(&self, transfers: u32) {
        let transfers = transfers.to_string();
        self.succeeds(&[
            "simulate",
            "--data-dir",
            "rollup",
            "--random",
            &transfers,
            "--accounts",
            "3",
            "--seed",
            "5",
            "--out",
            "txs.json",
        ]);
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        Command::cargo_bin("starfold")
            .unwrap()
            .current_dir(self.folder.path())
            .env("STARFOLD_PASSPHRASE", "correct horse battery staple")
            // what a command leaves there goes with the fixture
            .env("TMPDIR", self.folder.path())
            .args(arguments)
            .output()
            .unwrap()
    }

    /// Starts a run and kills it a while later, wherever it is then.
    pub(crate) fn killed(&self, arguments: &[&str], after: Duration) {
        let program = assert_cmd::cargo::cargo_bin("starfold");
        let mut child = std::process::Command::new(program)
            .current_dir(self.folder.path())
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Standard output of a run that must succeed.
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The JSON of a run that must succeed, checked against a schema.
    pub(crate) fn json(&self, schema: &str, arguments: &[&str]) -> Value {
        let value = serde_json::from_str(&self.succeeds(arguments)).unwrap();
        check(schema, &value);
        value
    }

    /// Standard error of a run that must end with a status.
    pub(crate) fn fails(&self, status: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}");
        assert!(!text.contains("panicked"), "{arguments:?}: {text}");
        text
    }

    /// The JSON of a run that must fail.
    pub(crate) fn fails_with_json(&self, status: i32, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", stderr(&output));
        let value = serde_json::from_slice(&output.stdout).unwrap();
        check("error", &value);
        value
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
