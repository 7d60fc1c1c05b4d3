use std::os::unix::fs::PermissionsExt as _;

use crate::fixture::Fixture;

#[test]
fn a_new_key_is_encrypted_private_and_never_overwritten() {
    let fixture = Fixture::new();
    let made = fixture.json("key", &["key", "new", "--out", "key.json", "--json"]);
    let shown = fixture.json("key", &["key", "show", "key.json", "--json"]);
    assert_eq!(made["public_key"], shown["public_key"]);
    let mode = fixture.path("key.json").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = fixture.read("key.json");
    fixture.fails(2, &["key", "new", "--out", "key.json"]);
    assert_eq!(fixture.read("key.json"), before);
    let text = fixture.fails(2, &["key", "new", "--out", "missing/key.json"]);
    assert!(text.contains("there is no folder missing"), "{text}");
}

#[test]
fn a_key_is_derived_from_two_equal_signatures() {
    let fixture = Fixture::new();
    let signature = format!("0x{}1b", "5a".repeat(64));
    let derive = |file: &str| {
        let arguments = [
            "key",
            "derive",
            "--signature",
            &signature,
            "--signature",
            &signature,
            "--out",
            file,
            "--json",
        ];
        fixture.json("key", &arguments)["public_key"].clone()
    };
    assert_eq!(derive("one.json"), derive("two.json"));

    let other = format!("0x{}1b", "5b".repeat(64));
    let text = fixture.fails(
        1,
        &["key", "derive", "--signature", &signature, "--signature", &other, "--out", "three.json"],
    );
    assert!(text.contains("in two ways"), "{text}");
    fixture.fails(2, &["key", "derive", "--signature", &signature, "--out", "three.json"]);
    let short = ["key", "derive", "--signature", "0x12", "--signature", "0x12", "--out", "k"];
    fixture.fails(2, &short);
}

#[test]
fn typed_data_names_chain_and_contract() {
    let contract = "0x00000000000000000000000000000000000000c0";
    let fixture = Fixture::new();
    let text = fixture.succeeds(&["key", "typed-data", "--chain-id", "5", "--contract", contract]);
    let data: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(data["domain"]["chainId"], 5);
    assert_eq!(data["domain"]["verifyingContract"], contract);
}
