use crate::fixture::Fixture;

#[test]
fn without_options_it_is_a_development_rollup() {
    let fixture = Fixture::new();
    let report = fixture.json("init", &["init", "--data-dir", "rollup", "--json"]);
    assert_eq!(report["parameters"]["chain_id"], 31_337);
    assert_eq!(report["operator"], "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    assert_eq!(report["parameter_set"], "standard");
}

#[test]
fn every_option_is_kept() {
    let fixture = Fixture::new();
    let contract = "0x00000000000000000000000000000000000000c0";
    let report = fixture.json(
        "init",
        &[
            "init",
            "--data-dir",
            "rollup",
            "--chain-id",
            "5",
            "--contract",
            contract,
            "--operator",
            contract,
            "--fee-token",
            "2",
            "--fee-unit",
            "7",
            "--parameters",
            "conservative",
            "--json",
        ],
    );
    let kept: serde_json::Value =
        serde_json::from_str(&fixture.read("rollup/rollup.json")).unwrap();
    assert_eq!(kept["parameters"], report["parameters"]);
    assert_eq!(kept["parameters"]["chain_id"], 5);
    assert_eq!(kept["parameters"]["contract"], contract);
    assert_eq!(
        (&kept["parameters"]["fee_token"], &kept["parameters"]["fee_unit"]),
        (&2.into(), &7.into())
    );
    assert_eq!(
        (&kept["operator"], &kept["parameter_set"]),
        (&contract.into(), &"conservative".into())
    );
}

#[test]
fn a_genesis_file_is_the_state_before_the_first_batch() {
    let fixture = Fixture::new();
    let address = "0x0101010101010101010101010101010101010101";
    let genesis = serde_json::json!({
        "accounts": [{"index": 3, "key": format!("0x{}", "0".repeat(80)), "address": address}],
        "balances": [{"account": 3, "token": 1, "amount": "12"}],
        "tokens": ["0x0202020202020202020202020202020202020202"],
    });
    fixture.write("genesis.json", genesis.to_string());
    fixture.succeeds(&["init", "--data-dir", "rollup", "--genesis", "genesis.json"]);
    let report = fixture.json("account", &["account", "--data-dir", "rollup", address, "--json"]);
    assert_eq!(report["accounts"][0]["index"], 3);
    assert_eq!(report["accounts"][0]["balances"][0]["amount"], "12");
}

#[test]
fn a_contradicting_genesis_is_wrong_and_leaves_nothing() {
    let fixture = Fixture::new();
    let genesis = serde_json::json!({
        "accounts": [], "tokens": [], "balances": [{"account": 3, "token": 0, "amount": "12"}],
    });
    fixture.write("genesis.json", genesis.to_string());
    let arguments = ["init", "--data-dir", "rollup", "--genesis", "genesis.json"];
    let text = fixture.fails(1, &arguments);
    assert!(text.contains("balance of account 3, which it does not create"), "{text}");
    fixture.succeeds(&["init", "--data-dir", "rollup"]);
}

#[test]
fn wrong_use_has_status_2() {
    let fixture = Fixture::with_rollup();
    let text = fixture.fails(2, &["init", "--data-dir", "rollup"]);
    assert!(text.contains("holds a rollup already"), "{text}");
    fixture.fails(2, &["init"]);
    fixture.fails(2, &["init", "--data-dir", "other", "--contract", "0x12"]);
    fixture.fails(2, &["init", "--data-dir", "other", "--fee-unit", "0"]);
    fixture.fails(2, &["init", "--data-dir", "other", "--parameters", "weak"]);
    fixture.fails(2, &["init", "--data-dir", "other", "--genesis", "missing.json"]);
    let text = fixture.fails(
        2,
        &["account", "--data-dir", "other", "0x0101010101010101010101010101010101010101"],
    );
    assert!(text.contains("starfold init"), "{text}");
}
