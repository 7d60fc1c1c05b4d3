//! One batch of three transfers, proved; everything that is asked of a proved batch hangs on it.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::fixture::Fixture;
use crate::schemas::check;

const PROVE: [&str; 7] =
    ["batch-prove", "--data-dir", "rollup", "--transactions", "txs.json", "--out", "batch.proof"];

fn prove<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&PROVE[..], more].concat()
}

#[test]
fn a_batch_is_proved_verified_and_known_again() {
    let fixture = Fixture::with_workload(3);
    unproved(&fixture);
    let report = fixture.json("batch-prove", &prove(&["--json", "--timestamp", "1800000000"]));
    assert_eq!((&report["transactions"], &report["l1_operations"]), (&3.into(), &0.into()));
    assert_eq!(report["rejected"], Value::Array(Vec::new()));
    let blocks = report["blocks"].as_u64().unwrap();
    // three transfers and CollectFee
    assert_eq!(blocks - report["noops"].as_u64().unwrap(), 4);
    let length = fixture.path("batch.proof").metadata().unwrap().len();
    assert_eq!(report["file_bytes"], length);
    assert!(report["proof_bytes"].as_u64().unwrap() < 140_000);

    known_again(&fixture, &report);
    verified(&fixture, &report);
    refused(&fixture);
    next_batch(&fixture);
}

/// A batch that is sealed and has no proof: other inputs are refused, and the refusal names both ways
/// on. Whenever a run is killed, the next one goes on.
fn unproved(fixture: &Fixture) {
    // a file where the folder of proofs should be: sealing succeeds, proving does not
    fixture.write("rollup/artifacts", "");
    fixture.fails(1, &prove(&["--timestamp", "1800000000"]));
    let text = fixture.fails(2, &prove(&["--timestamp", "1800000001"]));
    for part in ["batch 1 is sealed from other inputs", "--continue", "starfold abandon"] {
        assert!(text.contains(part), "{text}");
    }
    std::fs::remove_file(fixture.path("rollup/artifacts")).unwrap();
    for milliseconds in [100, 1500] {
        let arguments = prove(&["--timestamp", "1800000000"]);
        fixture.killed(&arguments, Duration::from_millis(milliseconds));
    }
}

/// The same inputs give the same result, at any time and under any plan.
fn known_again(fixture: &Fixture, report: &Value) {
    std::fs::remove_file(fixture.path("batch.proof")).unwrap();
    let again = prove(&["--json", "--segment", "1", "--fan-in", "2"]);
    assert_eq!(fixture.json("batch-prove", &again), *report);
    assert!(fixture.path("batch.proof").exists());
    let continued =
        ["batch-prove", "--data-dir", "rollup", "--continue", "--out", "batch.proof", "--json"];
    assert_eq!(fixture.json("batch-prove", &continued), *report);
}

fn verified(fixture: &Fixture, report: &Value) {
    let started = Instant::now();
    let alone = fixture.json("verify", &["verify", "batch.proof", "--json"]);
    assert!(started.elapsed().as_secs_f64() < 1.0, "{:?}", started.elapsed());
    assert_eq!((&alone["valid"], &alone["compared"]), (&true.into(), &Value::Array(Vec::new())));
    assert_eq!(alone["claim"]["old_state_root"], report["old_state_root"]);
    assert_eq!(alone["claim"]["new_state_root"], report["new_state_root"]);
    let text = fixture.succeeds(&["verify", "batch.proof"]);
    assert!(text.contains("not compared with any rollup"), "{text}");

    let with = ["verify", "batch.proof", "--data-dir", "rollup", "--json"];
    let compared = fixture.json("verify", &with);
    assert_eq!(compared["compared"].as_array().unwrap().len(), 8);
    let old_root = report["old_state_root"].as_str().unwrap();
    let contract = "0x0000000000000000000000000000000000000000";
    let expected = [
        "verify",
        "batch.proof",
        "--chain-id",
        "31337",
        "--contract",
        contract,
        "--batch",
        "1",
        "--old-root",
        old_root,
        "--parameters",
        "standard",
    ];
    fixture.succeeds(&expected);
    let inspected = fixture.json("inspect", &["inspect", "batch.proof", "--json"]);
    assert_eq!(inspected["published"]["collect_fee"], 1);
    assert_eq!(inspected["claim"], compared["claim"]);
}

/// What does not hold has status 1, in words and as JSON.
fn refused(fixture: &Fixture) {
    let root = format!("0x{}", "0".repeat(64));
    let address = "0x0101010101010101010101010101010101010101";
    for (option, value, what) in [
        ("--chain-id", "1", "chain_id 31337, expected 1"),
        ("--contract", address, "contract 0x0000000000000000000000000000000000000000"),
        ("--batch", "2", "batch 1, expected 2"),
        ("--old-root", &root, "old_state_root"),
        ("--parameters", "conservative", "parameter set standard, expected conservative"),
    ] {
        let text = fixture.fails(1, &["verify", "batch.proof", option, value]);
        assert!(text.contains(what), "{text}");
    }
    fixture.succeeds(&["init", "--data-dir", "other"]);
    let text = fixture.fails(1, &["verify", "batch.proof", "--data-dir", "other"]);
    assert!(text.contains("the proof is of batch 1"), "{text}");

    let whole = std::fs::read(fixture.path("batch.proof")).unwrap();
    for position in (0..whole.len()).step_by(whole.len() / 24) {
        let mut changed = whole.clone();
        changed[position] ^= 1;
        fixture.write("changed.proof", changed);
        let output = fixture.run(&["verify", "changed.proof", "--json"]);
        assert_eq!(output.status.code(), Some(1), "byte {position}");
        let value: Value = serde_json::from_slice(&output.stdout).unwrap();
        check("verify", &value);
        assert_eq!(value["valid"], false);
    }
    for changed in [&whole[..whole.len() - 1], &[&whole[..], &[0]].concat()] {
        fixture.write("changed.proof", changed);
        fixture.fails(1, &["verify", "changed.proof"]);
    }
}

/// After its proof other inputs are the next batch; an abandoned batch makes room again.
fn next_batch(fixture: &Fixture) {
    // used nonces: rejected, all of them, and nothing is sealed
    let late = prove(&["--timestamp", "1800000001", "--json"]);
    let failure = fixture.fails_with_json(1, &late);
    assert_eq!(failure["rejected"].as_array().unwrap().len(), 3);
    let abandoned = fixture.json("abandon", &["abandon", "--data-dir", "rollup", "--json"]);
    assert_eq!(abandoned["abandoned"], 1);
    let text = fixture.fails(1, &["verify", "batch.proof", "--data-dir", "rollup"]);
    assert!(text.contains("the proof is of batch 1"), "{text}");
}

#[test]
fn wrong_use_of_batch_prove_has_status_2() {
    let fixture = Fixture::with_workload(2);
    fixture.fails(2, &prove(&["--max-memory", "much"]));
    fixture.fails(2, &prove(&["--segment", "3"]));
    let nowhere = [&PROVE[..6], &["missing/batch.proof"]].concat();
    assert!(fixture.fails(2, &nowhere).contains("there is no folder missing"));
    let folder = [&PROVE[..6], &["rollup"]].concat();
    assert!(fixture.fails(2, &folder).contains("rollup is a folder"));
    fixture.fails(2, &prove(&["--timestamp", "-1"]));
    fixture.fails(2, &prove(&["--continue"]));
    fixture.fails(2, &["batch-prove", "--data-dir", "rollup", "--out", "batch.proof"]);
    let continued = ["batch-prove", "--data-dir", "rollup", "--continue", "--out", "batch.proof"];
    let text = fixture.fails(2, &continued);
    assert!(text.contains("there is no sealed batch"), "{text}");
    fixture.write("empty.json", "[]");
    let empty =
        ["batch-prove", "--data-dir", "rollup", "--transactions", "empty.json", "--out", "p"];
    let text = fixture.fails(1, &empty);
    assert!(text.contains("the batch has no transaction"), "{text}");
}

#[test]
fn a_batch_that_does_not_fit_into_a_transaction_of_ethereum_is_refused() {
    let fixture = Fixture::with_rollup();
    let address = "0x0101010101010101010101010101010101010101";
    let exit = serde_json::json!({
        "kind": "forced_exit", "from": 7, "address": address, "token": 0,
    });
    let key = format!("0x{}", "0".repeat(80));
    let set_key = serde_json::json!({
        "kind": "l1_set_key", "from": 7, "address": address, "new_key": key,
    });
    for (entry, count, expected) in [
        (exit, 471, "gas on L1, the limit is 15728640"),
        (set_key, 1366, "4098 words, more than 4096"),
    ] {
        fixture.write("l1.json", Value::Array(vec![entry; count]).to_string());
        let arguments =
            ["batch-prove", "--data-dir", "rollup", "--l1-operations", "l1.json", "--out", "p"];
        let text = fixture.fails(1, &arguments);
        assert!(text.contains(expected), "{text}");
    }
}
