//! `starfold new-circuit`: a crate outside the workspace, built and tested as its author would.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::fixture::Fixture;

/// Runs a program in a folder, with nothing but the paths of the tools from this environment.
fn run(folder: &Path, target: &Path, arguments: &[&str]) -> String {
    let kept = ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME"];
    let kept = kept.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let output = Command::new("cargo")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(kept)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(output.status.success(), "{out}\n{err}");
    assert!(!err.contains("warning"), "{err}");
    out
}

#[test]
fn a_new_crate_proves_folds_and_verifies() {
    let fixture = Fixture::new();
    let made = fixture.json("new-circuit", &["new-circuit", "my-circuit", "--json"]);
    assert_eq!(made["name"], "my-circuit");
    let folder = fixture.path("my-circuit");
    for file in made["files"].as_array().unwrap() {
        assert!(folder.join(file.as_str().unwrap()).exists(), "{file}");
    }
    // kept from run to run, but apart from the workspace's own builds
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-circuit");
    let out = run(&folder, &target, &["test"]);
    assert!(out.contains("five_segments_are_folded_and_the_batch_proof_verifies ... ok"), "{out}");
    let out = run(&folder, &target, &["run"]);
    assert!(out.contains("proved and verified"), "{out}");

    let error = fixture.fails(2, &["new-circuit", "my-circuit"]);
    assert!(error.contains("the folder my-circuit"), "{error}");
}

#[test]
fn what_is_no_crate_or_no_source_tree_is_refused() {
    let fixture = Fixture::new();
    let error = fixture.fails(2, &["new-circuit", "My_Circuit"]);
    assert!(error.contains("small letters"), "{error}");
    let error = fixture.fails(2, &["new-circuit", "mine", "--source", "."]);
    assert!(error.contains("no source tree"), "{error}");
    let error = fixture.fails(2, &["new-circuit", "mine", "--source", "nowhere"]);
    assert!(error.contains("nowhere"), "{error}");
    assert!(!fixture.path("mine").exists());
    let url = "https://example.org/starfold.git";
    let made: Value =
        fixture.json("new-circuit", &["new-circuit", "mine", "--source", url, "--json"]);
    assert_eq!(made["source"], url);
    let manifest = fixture.read("mine/Cargo.toml");
    assert!(manifest.contains(&format!("starfold-circuits = {{ git = \"{url}\" }}")), "{manifest}");
}
