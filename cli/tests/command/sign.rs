use serde_json::Value;

use crate::fixture::Fixture;
use crate::schemas::check;

const OPERATOR: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const TO: &str = "0x0101010101010101010101010101010101010101";
const DEVELOPER: [&str; 6] = ["--data-dir", "rollup", "--from", "0", "--development-key", OPERATOR];

fn signed(fixture: &Fixture, arguments: &[&str]) -> Value {
    let all = [&["sign"], arguments].concat();
    let value = serde_json::from_str(&fixture.succeeds(&all)).unwrap();
    check("transaction", &value);
    value
}

#[test]
fn every_signed_kind_has_the_form_of_its_schema() {
    let fixture = Fixture::with_rollup();
    let transfer = [&["transfer", "--to", TO, "--amount", "5", "--token", "1"], &DEVELOPER[..]];
    assert_eq!(signed(&fixture, &transfer.concat())["kind"], "transfer");
    let withdraw = [&["withdraw", "--to", TO, "--amount", "0"], &DEVELOPER[..]].concat();
    assert_eq!(signed(&fixture, &withdraw)["kind"], "withdraw");
    let key = fixture.json("key", &["key", "new", "--out", "key.json", "--json"]);
    let key = key["public_key"].as_str().unwrap();
    let set_key = [&["set-key", "--new-key", key], &DEVELOPER[..]].concat();
    assert_eq!(signed(&fixture, &set_key)["new_key"], key);
}

#[test]
fn a_key_file_signs_without_a_data_directory() {
    let fixture = Fixture::new();
    fixture.succeeds(&["key", "new", "--out", "key.json"]);
    let arguments = [
        "transfer",
        "--to",
        TO,
        "--to-index",
        "4",
        "--amount",
        "5",
        "--from",
        "2",
        "--nonce",
        "9",
        "--valid-until",
        "77",
        "--fee-count",
        "3",
        "--key",
        "key.json",
        "--chain-id",
        "5",
        "--contract",
        TO,
    ];
    let transaction = signed(&fixture, &arguments);
    assert_eq!((&transaction["nonce"], &transaction["to_index"]), (&9.into(), &4.into()));
    assert_eq!(transaction["valid_until"], 77);
}

#[test]
fn what_was_signed_is_executed() {
    let fixture = Fixture::with_rollup();
    let transfer = [&["transfer", "--to", TO, "--amount", "0"], &DEVELOPER[..]].concat();
    let transaction = signed(&fixture, &transfer);
    fixture.write("txs.json", format!("[{transaction}, {transaction}]"));
    // the second has a used nonce, and nothing is sealed
    let failure = fixture.fails_with_json(
        1,
        &[
            "batch-prove",
            "--data-dir",
            "rollup",
            "--transactions",
            "txs.json",
            "--out",
            "p",
            "--json",
        ],
    );
    let rejected = failure["rejected"].as_array().unwrap();
    assert_eq!(rejected.len(), 1);
    assert_eq!(rejected[0]["position"], 1);
    assert!(rejected[0]["reason"].as_str().unwrap().contains("the nonce of account 0 is 1"));
    fixture.fails(2, &["abandon", "--data-dir", "rollup"]);
}

#[test]
fn a_key_that_is_not_the_accounts_is_a_warning() {
    let fixture = Fixture::with_rollup();
    for (from, key, expected) in [("0", TO, "has the key"), ("7", TO, "account 7 has no key yet")] {
        let arguments = ["sign", "transfer", "--to", TO, "--amount", "5", "--from", from];
        let with = ["--data-dir", "rollup", "--development-key", key];
        let output = fixture.run(&[&arguments[..], &with].concat());
        assert!(output.status.success());
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.starts_with("warning: account ") && text.contains(expected), "{text}");
    }
    let own = [&["sign", "withdraw", "--to", TO, "--amount", "5"], &DEVELOPER[..]].concat();
    assert!(fixture.run(&own).stderr.is_empty());
}

#[test]
fn missing_authority_is_wrong_use() {
    let fixture = Fixture::with_rollup();
    let transfer = ["sign", "transfer", "--to", TO, "--amount", "5", "--from", "0"];
    let text = fixture.fails(2, &transfer);
    assert!(text.contains("give --data-dir, or --chain-id, --contract and --nonce"), "{text}");
    let text = fixture.fails(2, &[&transfer[..], &["--data-dir", "rollup"]].concat());
    assert!(text.contains("give --key or --development-key"), "{text}");
    let no_nonce = [
        "sign",
        "withdraw",
        "--to",
        TO,
        "--amount",
        "5",
        "--from",
        "0",
        "--chain-id",
        "5",
        "--contract",
        TO,
        "--development-key",
        TO,
    ];
    fixture.fails(2, &no_nonce);
    let negative = [&["sign", "transfer", "--to", TO, "--amount=-5"], &DEVELOPER[..]].concat();
    fixture.fails(2, &negative);
}
