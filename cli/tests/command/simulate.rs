use serde_json::Value;

use crate::fixture::Fixture;
use crate::schemas::check;

fn mainnet() -> String {
    format!("{}/../rollup/data/mainnet-transfers.json", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn mainnet_transfers_become_accounts_and_transactions() {
    let fixture = Fixture::with_rollup();
    let mainnet = mainnet();
    let arguments = [
        "simulate",
        "--data-dir",
        "rollup",
        "--transfers",
        &mainnet,
        "--out",
        "txs.json",
        "--json",
    ];
    let report = fixture.json("simulate", &arguments);
    assert_eq!((&report["transactions"], &report["tokens"]), (&46.into(), &9.into()));
    let transactions: Value = serde_json::from_str(&fixture.read("txs.json")).unwrap();
    for transaction in transactions.as_array().unwrap() {
        check("transaction", transaction);
        assert_eq!(transaction["valid_until"], u32::MAX);
        assert_ne!(transaction["fee_count"], 0);
    }
    let sender = "0x17032783b5f29c8a68e0fafba4db021f248409e4";
    let account = fixture.json("account", &["account", "--data-dir", "rollup", sender, "--json"]);
    assert!(account["accounts"][0]["key"].is_string());
}

#[test]
fn deposits_are_written_beside_the_transactions() {
    let fixture = Fixture::with_rollup();
    let mainnet = mainnet();
    let report = fixture.json(
        "simulate",
        &[
            "simulate",
            "--data-dir",
            "rollup",
            "--transfers",
            &mainnet,
            "--fund",
            "deposits",
            "--out",
            "txs.json",
            "--json",
        ],
    );
    assert_eq!(report["l1_operations_file"], "txs.l1.json");
    let operations: Value = serde_json::from_str(&fixture.read("txs.l1.json")).unwrap();
    for operation in operations.as_array().unwrap() {
        check("l1-operation", operation);
    }
}

#[test]
fn equal_seeds_give_equal_files_and_roots() {
    let [one, two] = [Fixture::with_workload(9), Fixture::with_workload(9)];
    assert_eq!(one.read("txs.json"), two.read("txs.json"));
    let other = Fixture::with_rollup();
    other.succeeds(&[
        "simulate",
        "--data-dir",
        "rollup",
        "--random",
        "9",
        "--accounts",
        "3",
        "--seed",
        "6",
        "--out",
        "txs.json",
    ]);
    assert_ne!(one.read("txs.json"), other.read("txs.json"));
}

#[test]
fn it_needs_a_new_rollup_and_a_workload() {
    let fixture = Fixture::with_workload(2);
    let again = ["simulate", "--data-dir", "rollup", "--random", "2", "--out", "other.json"];
    let text = fixture.fails(2, &again);
    assert!(text.contains("this needs a new one"), "{text}");
    assert!(!fixture.path("other.json").exists());

    let empty = Fixture::with_rollup();
    let text = empty.fails(2, &["simulate", "--data-dir", "rollup", "--out", "t"]);
    assert!(text.contains("--transfers <FILE>|--random <N>"), "{text}");
    empty.fails(2, &["simulate", "--data-dir", "rollup", "--random", "0", "--out", "t"]);
    let nobody =
        ["simulate", "--data-dir", "rollup", "--random", "1", "--accounts", "0", "--out", "t"];
    empty.fails(2, &nobody);
    empty.write("bad.json", r#"{"transfers": [{"from": "0x12"}]}"#);
    empty.fails(1, &["simulate", "--data-dir", "rollup", "--transfers", "bad.json", "--out", "t"]);
}
