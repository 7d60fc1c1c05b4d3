//! The schemas in `docs/json`.

use std::path::Path;

use serde_json::Value;

/// Checks a value against a schema, by the schema's name.
pub(crate) fn check(schema: &str, value: &Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/json");
    let text = std::fs::read_to_string(folder.join(format!("{schema}.schema.json"))).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
    let errors: Vec<String> = validator.iter_errors(value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{schema}: {errors:?}\n{value:#}");
}

#[test]
fn a_schema_refuses_what_it_does_not_name() {
    let validator = |value: Value| std::panic::catch_unwind(move || check("abandon", &value));
    let root = format!("0x{}", "0".repeat(64));
    assert!(validator(serde_json::json!({"abandoned": 1, "state_root": root})).is_ok());
    assert!(validator(serde_json::json!({"abandoned": 1, "state_root": "0x00"})).is_err());
    assert!(validator(serde_json::json!({"abandoned": 1, "state_root": root, "x": 1})).is_err());
}
