use serde_json::{Value, json};

use super::sample::{circuit, key};
use crate::groth16::{
    KeyError, KeyFileError, KeyKind, KeySummary, KeySummaryError, PointError, write_proving_key,
};

fn summary() -> KeySummary {
    KeySummary::of(&key(&circuit(5)))
}

/// The error of a summary in which a field of the JSON was replaced.
fn refusal(field: &str, value: Value) -> KeySummaryError {
    let mut json: Value = serde_json::from_slice(&summary().to_json()).unwrap();
    json[field] = value;
    KeySummary::from_json(json.to_string().as_bytes()).unwrap_err()
}

#[test]
fn the_json_has_the_coordinates_in_the_contracts_order() {
    let summary = summary();
    let bytes = summary.to_json();
    assert!(KeySummary::from_json(&bytes).unwrap() == summary);
    let json: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(json["kind"], "development (UNSAFE)");
    let words = summary.verifying_key.words();
    let text = |word: [u8; 32]| format!("0x{}", hex::encode(word));
    assert_eq!(json["alpha"], json!(words.alpha.map(text)));
    assert_eq!(json["beta"], json!(words.beta.map(text)));
    assert_eq!(json["gamma"], json!(words.gamma.map(text)));
    assert_eq!(json["delta"], json!(words.delta.map(text)));
    assert_eq!(json["inputs"].as_array().unwrap().len(), 3);
    assert_eq!(json["inputs"][2], json!(words.inputs[2].map(text)));
}

#[test]
fn the_committed_key_is_that_of_development() {
    let committed = KeySummary::development().unwrap();
    assert_eq!(committed.kind, KeyKind::Development);
    assert_eq!(committed.verifying_key.public_inputs(), 2);
    assert!(committed.check_circuit(committed.circuit).is_ok());
    let expected = circuit(5).digest();
    let other = KeyError::OtherCircuit { expected, actual: committed.circuit };
    assert_eq!(committed.check_circuit(expected), Err(other));
}

#[test]
fn each_field_of_the_json_is_checked() {
    let error = refusal("starfold_verifying_key", json!(2));
    assert!(matches!(error, KeySummaryError::Version { actual: 2 }), "{error}");
    let error = refusal("digest", json!(format!("0x{}", "1".repeat(64))));
    assert!(matches!(error, KeySummaryError::Digest { .. }), "{error}");
    let words = summary().verifying_key.words();
    let text = |word: [u8; 32]| format!("0x{}", hex::encode(word));
    let error = refusal("delta", json!(words.gamma.map(text)));
    assert!(matches!(error, KeySummaryError::Key(KeyError::DeltaEqualsGamma)), "{error}");
    let error = refusal("alpha", json!([text([0; 32]), text([0; 32])]));
    let KeySummaryError::Key(KeyError::Point { point: "alpha", error }) = error else {
        panic!("{error}")
    };
    assert_eq!(error, PointError::Infinity);
    let error = refusal("inputs", json!([]));
    assert!(matches!(error, KeySummaryError::Key(KeyError::Length { .. })), "{error}");
    let zeros = "0".repeat(64);
    for (field, value) in [
        ("more", json!(1)),
        ("kind", json!("safe")),
        ("circuit", json!(zeros)),
        ("circuit", json!(format!("0x{}", "A".repeat(64)))),
        ("circuit", json!(format!("0x{zeros}00"))),
        ("beta", json!([])),
    ] {
        let error = refusal(field, value);
        assert!(matches!(error, KeySummaryError::Json(_)), "{field}: {error}");
    }
}

#[test]
fn both_kinds_of_file_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let key = key(&circuit(5));
    write_proving_key(&path, &key).unwrap();
    assert!(KeySummary::read(&path).unwrap() == KeySummary::of(&key));
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    let error = KeySummary::read(&path).unwrap_err();
    let KeySummaryError::KeyFile(KeyFileError::Length { .. }) = error else { panic!("{error}") };
    std::fs::write(&path, summary().to_json()).unwrap();
    assert!(KeySummary::read(&path).unwrap() == summary());
    std::fs::write(&path, vec![b' '; 70_000]).unwrap();
    let error = KeySummary::read(&path).unwrap_err();
    assert!(matches!(error, KeySummaryError::Neither), "{error}");
    std::fs::remove_file(&path).unwrap();
    let error = KeySummary::read(&path).unwrap_err();
    assert!(matches!(error, KeySummaryError::Io(_)), "{error}");
}
