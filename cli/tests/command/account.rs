use crate::fixture::Fixture;

const OPERATOR: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const NOBODY: &str = "0x0101010101010101010101010101010101010101";

#[test]
fn openings_lead_to_the_state_root() {
    let fixture = Fixture::with_workload(4);
    let text = fixture.read("txs.json");
    let transactions: serde_json::Value = serde_json::from_str(&text).unwrap();
    let to = transactions[0]["to"].as_str().unwrap();
    let value = fixture.json("account", &["account", "--data-dir", "rollup", to, "--proof"]);
    let report: starfold_rollup::AddressReport = serde_json::from_value(value).unwrap();
    let account = &report.accounts[0];
    let opening = account.opening.as_ref().unwrap();
    opening.verify(report.state_root).unwrap();
    assert!(!account.balances.is_empty());
    for balance in &account.balances {
        balance.opening.as_ref().unwrap().verify(opening.account.token_root).unwrap();
    }
}

#[test]
fn an_address_may_have_no_account() {
    let fixture = Fixture::with_rollup();
    let report = fixture.json("account", &["account", "--data-dir", "rollup", NOBODY, "--json"]);
    assert_eq!(report["accounts"], serde_json::json!([]));
    assert!(fixture.succeeds(&["account", "--data-dir", "rollup", NOBODY]).contains("no account"));
    let text = fixture.succeeds(&["account", "--data-dir", "rollup", OPERATOR]);
    assert!(text.contains("account  0"), "{text}");
}
