use serde_json::{Value, json};

use super::*;

const ADDRESS: &str = "0x0101010101010101010101010101010101010101";

/// Every field of every part.
fn whole() -> Value {
    json!({
        "accounts": [{"index": 3, "key": format!("0x{}", "0".repeat(80)), "address": ADDRESS}],
        "balances": [{"account": 3, "token": 1, "amount": "12"}],
        "tokens": ["0x0202020202020202020202020202020202020202"],
    })
}

fn refusal(genesis: Value) -> String {
    serde_json::from_value::<Genesis>(genesis).unwrap_err().to_string()
}

#[test]
fn json_is_read_as_it_is_written() {
    let genesis: Genesis = serde_json::from_value(whole()).unwrap();
    assert_eq!(serde_json::to_value(&genesis).unwrap(), whole());
    let index = AccountIndex::new(3).unwrap();
    let account = GenesisAccount { index, key: PublicKey::NONE, address: Address([1; 20]) };
    assert_eq!(genesis.accounts, [account]);
    let token = TokenId::new(1).unwrap();
    let balance = GenesisBalance { account: index, token, amount: Amount::new(12) };
    assert_eq!(genesis.balances, [balance]);
    assert_eq!(genesis.tokens, [Address([2; 20])]);
}

#[test]
fn a_list_that_is_left_out_is_empty() {
    let empty: Genesis = serde_json::from_value(json!({})).unwrap();
    assert_eq!(empty, Genesis::default());
    for list in ["accounts", "balances", "tokens"] {
        let mut without = whole();
        without.as_object_mut().unwrap().remove(list);
        let genesis: Genesis = serde_json::from_value(without.clone()).unwrap();
        without[list] = json!([]);
        assert_eq!(serde_json::to_value(&genesis).unwrap(), without);
    }
}

#[test]
fn an_account_without_a_key_has_none_and_every_other_field_is_needed() {
    let mut without = whole();
    without["accounts"][0].as_object_mut().unwrap().remove("key");
    let genesis: Genesis = serde_json::from_value(without).unwrap();
    assert_eq!(genesis.accounts[0].key, PublicKey::NONE);
    for (list, field) in [
        ("accounts", "index"),
        ("accounts", "address"),
        ("balances", "account"),
        ("balances", "token"),
        ("balances", "amount"),
    ] {
        let mut without = whole();
        without[list][0].as_object_mut().unwrap().remove(field);
        let text = refusal(without);
        assert!(text.contains(&format!("missing field `{field}`")), "{text}");
    }
}

#[test]
fn unknown_fields_are_refused_by_name() {
    let changed = |change: fn(&mut Value)| {
        let mut genesis = whole();
        change(&mut genesis);
        refusal(genesis)
    };
    for text in [
        changed(|genesis| genesis["ballances"] = json!([])),
        changed(|genesis| genesis["accounts"][0]["ballances"] = json!([])),
        changed(|genesis| genesis["balances"][0]["ballances"] = json!([])),
    ] {
        assert!(text.contains("unknown field `ballances`"), "{text}");
    }
}

#[test]
fn a_field_that_stands_twice_is_refused() {
    let error = serde_json::from_str::<Genesis>(r#"{"tokens": [], "tokens": []}"#).unwrap_err();
    assert!(error.to_string().contains("duplicate field `tokens`"), "{error}");
}

#[test]
fn the_example_of_the_book_is_a_genesis() {
    let page = include_str!("../../../docs/data-directory.md");
    let (_, rest) = page.split_once("```json\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let genesis: Genesis = serde_json::from_str(example).unwrap();
    assert_eq!(genesis, serde_json::from_value(whole()).unwrap());
    crate::State::create(crate::MemoryStore::default(), &genesis).unwrap();
}
