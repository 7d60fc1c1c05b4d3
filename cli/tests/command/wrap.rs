//! One batch, proved and wrapped; everything that is asked of a wrapped batch hangs on it.
//!
//! Layers and development key lie in the program's own cache folder, so that one run of the tests makes them once.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use starfold_rollup::VerifiedBatch;
use starfold_rollup::wrapping::{WrapReport, WrapStageSeconds};

use crate::fixture::Fixture;
use crate::schemas::check;

const WRAP: [&str; 4] = ["wrap", "batch.proof", "--out", "wrapped.json"];

#[test]
fn a_batch_is_wrapped_and_verified() {
    let fixture = Fixture::with_workload(2);
    fixture.succeeds(&[
        "batch-prove",
        "--data-dir",
        "rollup",
        "--transactions",
        "txs.json",
        "--out",
        "batch.proof",
        "--timestamp",
        "1800000000",
    ]);
    let report = fixture.json("wrap", &[&WRAP[..], &["--snarkjs", "snarkjs", "--json"]].concat());
    assert_eq!((&report["constraints"], &report["public_inputs"]), (&864_318.into(), &2.into()));
    assert!(report["constraints"].as_u64().unwrap() <= 1 << 20);
    assert_eq!(report["key_kind"], "development (UNSAFE)");
    assert!(report["peak_rss_bytes"].as_u64().unwrap() <= 5 << 29, "{report}");
    told_in_full(&report);
    if std::env::var_os("STARFOLD_WRITE_WRAPPED").is_some() {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rollup/testdata/wrapped.json");
        std::fs::write(sample, fixture.read("wrapped.json")).unwrap();
    }
    verified(&fixture, &report);
    refused(&fixture);
    snarkjs_accepts(&fixture);
    keys_are_shown(&fixture, &report);
}

fn verified(fixture: &Fixture, report: &Value) {
    let alone = fixture.json("verify", &["verify", "wrapped.json", "--json"]);
    assert_eq!((&alone["valid"], &alone["compared"]), (&true.into(), &json!([])));
    assert_eq!(alone["claim_digest"], report["claim_digest"]);
    assert_eq!(alone["proof_bytes"], 256);
    let with = ["verify", "wrapped.json", "--data-dir", "rollup", "--json"];
    let compared = fixture.json("verify", &with);
    assert_eq!(compared["compared"].as_array().unwrap().len(), 8);
    let unwrapped = fixture.json("verify", &["verify", "batch.proof", "--json"]);
    assert_eq!(unwrapped["claim"], compared["claim"]);
    batch_told_in_full(fixture, unwrapped, report);
    let output = fixture.run(&["verify", "wrapped.json"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("development (UNSAFE)"), "{text}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("UNSAFE: anyone can forge"));
}

/// What does not hold has status 1.
/// The JSON has every field of the report, and no other.
fn told_in_full(report: &Value) {
    let WrapReport { stage_cpu_seconds, cpu_seconds, wall_seconds, batch, words, .. } =
        serde_json::from_value(report.clone()).unwrap();
    let WrapStageSeconds { build, shrink, outer, assign, groth16 } = stage_cpu_seconds;
    let stages = [build, shrink, outer, assign, groth16];
    assert!(stages.iter().all(|&seconds| seconds > 0.0), "{report}");
    assert!(stages.iter().sum::<f64>() <= cpu_seconds && wall_seconds > 0.0, "{report}");
    assert!(batch.get() == 1 && words > 0, "{report}");
}

/// Beside what was verified the JSON says that it was, and how long that took.
fn batch_told_in_full(fixture: &Fixture, mut told: Value, report: &Value) {
    let object = told.as_object_mut().unwrap();
    assert_eq!(object.remove("valid"), Some(true.into()));
    assert!(object.remove("verify_milliseconds").unwrap().as_f64().unwrap() > 0.0);
    let VerifiedBatch { claim, words, proof_bytes, file_bytes, compared, .. } =
        serde_json::from_value(told).unwrap();
    assert_eq!(fixture.path("batch.proof").metadata().unwrap().len(), file_bytes);
    assert!(proof_bytes < file_bytes && compared.is_empty());
    assert_eq!((&json!(claim.batch), &json!(words)), (&report["batch"], &report["words"]));
}

fn refused(fixture: &Fixture) {
    let other = format!("0x{}", "0".repeat(64));
    for (field, what) in [
        ("circuit_set", "the circuit set is"),
        ("claim_digest", "the claim has the digest C"),
        ("exposed", "the claim is exposed as h"),
        ("verifying_key", "name the key that you trust with --key"),
    ] {
        let mut changed: Value = serde_json::from_str(&fixture.read("wrapped.json")).unwrap();
        changed[field] = json!(other);
        fixture.write("changed.json", changed.to_string());
        let text = fixture.fails(1, &["verify", "changed.json"]);
        assert!(text.contains(what), "{text}");
        let output = fixture.run(&["verify", "changed.json", "--json"]);
        let value = serde_json::from_slice(&output.stdout).unwrap();
        check("verify", &value);
        assert_eq!(value["valid"], false);
    }
    fixture.write("changed.json", "{");
    assert!(fixture.fails(1, &["verify", "changed.json"]).contains("no wrapped batch"));
    let text = fixture.fails(1, &["verify", "wrapped.json", "--chain-id", "1"]);
    assert!(text.contains("chain_id 31337, expected 1"), "{text}");
    fixture.fails(2, &["verify", "batch.proof", "--key", "wrapped.json"]);
    fixture.fails(2, &["verify", "missing.json"]);

    // a damaged proof, and a file that is no proof, are not wrapped
    let mut bytes = std::fs::read(fixture.path("batch.proof")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fixture.write("changed.proof", bytes);
    for file in ["changed.proof", "wrapped.json"] {
        fixture.fails_with_json(1, &["wrap", file, "--out", "again.json", "--json"]);
    }
    fixture.fails(2, &["wrap", "batch.proof", "--out", "missing/wrapped.json"]);
    let key = [&WRAP[..], &["--key", "batch.proof"]].concat();
    assert!(fixture.fails(1, &key).contains("neither a proving key nor"));
}

/// The folder with the pinned snarkjs, installed where it is missing.
fn snarkjs() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../l1-verifier/ceremony");
    let program = folder.join("node_modules/.bin/snarkjs");
    if !program.exists() {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
        let output = npm.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    program
}

fn snarkjs_accepts(fixture: &Fixture) {
    let accepts = || {
        let output = Command::new(snarkjs())
            .args(["groth16", "verify", "verification_key.json", "public.json", "proof.json"])
            .current_dir(fixture.path("snarkjs"))
            .output()
            .unwrap();
        output.status.success() && String::from_utf8_lossy(&output.stdout).contains("OK!")
    };
    assert!(accepts());
    let mut inputs: Value = serde_json::from_str(&fixture.read("snarkjs/public.json")).unwrap();
    inputs[1] = json!("1");
    fixture.write("snarkjs/public.json", inputs.to_string());
    assert!(!accepts());
}

fn keys_are_shown(fixture: &Fixture, report: &Value) {
    let made = fixture.json("keys", &["keys", "dev", "--verifying-key", "key.json", "--json"]);
    assert_eq!(made["verifying_key"], report["verifying_key"]);
    assert_eq!(made["circuit_digest"], report["circuit_digest"]);
    let shown = fixture.json("keys", &["keys", "show", "key.json", "--json"]);
    assert_eq!(shown["verifying_key"], made["verifying_key"]);
    let text = fixture.succeeds(&["keys", "show", "key.json"]);
    assert!(text.contains("development (UNSAFE)"), "{text}");
    fixture.succeeds(&["verify", "wrapped.json", "--key", "key.json"]);
    let other = fixture.read("key.json").replace("development (UNSAFE)", "ceremony");
    fixture.write("key.json", other);
    let text = fixture.fails(1, &["verify", "wrapped.json", "--key", "key.json"]);
    assert!(text.contains("says that its key is one of kind ceremony"), "{text}");
}

#[test]
fn other_parameters_and_other_keys_are_refused() {
    let fixture = Fixture::new();
    fixture.write("key", "no key");
    let text = fixture.fails(1, &["keys", "show", "key"]);
    assert!(text.contains("no verifying key"), "{text}");
    fixture.fails(2, &["keys", "show", "missing"]);
    fixture.fails(2, &["keys", "dev", "--out", "missing/key"]);
    fixture.fails(2, &["keys", "export-r1cs", "--out", "missing/wrap.r1cs"]);
    let import = |file: &str| {
        fixture.fails_with_json(1, &["keys", "import-zkey", file, "--out", "out.key", "--json"])
    };
    let failure = import("key");
    assert!(failure["error"].as_str().unwrap().contains("zkey"), "{failure}");
    fixture.write("other.zkey", other_circuit());
    let failure = import("other.zkey");
    let text = failure["error"].as_str().unwrap();
    assert!(text.contains("the zkey has 5 variables, the circuit"), "{text}");
    assert!(!fixture.path("out.key").exists());
    let missing = ["keys", "import-zkey", "missing.zkey", "--out", "out.key"];
    fixture.fails(2, &missing);
}

/// A `.zkey` whose header announces a circuit of five variables, and nothing in its other sections.
fn other_circuit() -> Vec<u8> {
    let orders = [
        "47fd7cd8168c203c8dca7168916a81975d588181b64550b829a031e1724e6430",
        "010000f093f5e1439170b97948e833285d588181b64550b829a031e1724e6430",
    ];
    let mut header = Vec::new();
    for order in orders {
        header.extend_from_slice(&32_u32.to_le_bytes());
        let digits = order.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        header.extend(digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()));
    }
    for number in [5_u32, 2, 8] {
        header.extend_from_slice(&number.to_le_bytes());
    }
    header.resize(header.len() + 3 * 64 + 3 * 128, 0);
    let mut bytes = b"zkey".to_vec();
    for number in [1_u32, 10] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    for section in 1..=10_u32 {
        let content = match section {
            1 => 1_u32.to_le_bytes().to_vec(),
            2 => header.clone(),
            _ => Vec::new(),
        };
        bytes.extend_from_slice(&section.to_le_bytes());
        bytes.extend_from_slice(&(content.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&content);
    }
    bytes
}

#[test]
fn the_circuit_is_exported() {
    let fixture = Fixture::new();
    let arguments = ["keys", "export-r1cs", "--out", "wrap.r1cs", "--json"];
    let exported = fixture.json("keys", &arguments);
    assert_eq!(
        (&exported["constraints"], &exported["public_inputs"]),
        (&864_318.into(), &2.into())
    );
    let length = fixture.path("wrap.r1cs").metadata().unwrap().len();
    assert_eq!(exported["file_bytes"], length);
    let mut start = [0; 4];
    let mut file = std::fs::File::open(fixture.path("wrap.r1cs")).unwrap();
    std::io::Read::read_exact(&mut file, &mut start).unwrap();
    assert_eq!(&start, b"r1cs");
}
