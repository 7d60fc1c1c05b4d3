use super::*;
use proptest::prelude::*;
use serde_json::Value;
use sha3::{Digest as _, Keccak256};

const ARTIFACTS: [&str; 4] = [
    include_str!("../../../l1-verifier/contracts/artifacts/Rollup.json"),
    include_str!("../../../l1-verifier/contracts/artifacts/Groth16BatchVerifier.json"),
    include_str!("../../../l1-verifier/contracts/artifacts/StateOpening.json"),
    include_str!("../../../l1-verifier/contracts/artifacts/DevelopmentToken.json"),
];

/// Every error of an interface: its name and the types of its values.
fn errors(artifact: &str) -> Vec<(String, Vec<String>)> {
    let artifact: Value = serde_json::from_str(artifact).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let entries = artifact["abi"].as_array().unwrap().iter();
    entries
        .filter(|entry| entry["type"] == "error")
        .map(|entry| {
            let inputs = entry["inputs"].as_array().unwrap().iter();
            (text(&entry["name"]), inputs.map(|input| text(&input["type"])).collect())
        })
        .collect()
}

fn selector(signature: &str) -> [u8; 4] {
    *Keccak256::digest(signature).first_chunk().unwrap()
}

fn number(value: u64) -> [u8; 32] {
    let mut word = [0; 32];
    word[24..].copy_from_slice(&value.to_be_bytes());
    word
}

/// An error with values of its own, written by the rules of the encoding, and how each value is shown.
fn example(name: &str, types: &[String]) -> (Vec<u8>, Vec<String>) {
    let mut data = selector(&format!("{name}({})", types.join(","))).to_vec();
    let (mut tail, mut shown) = (Vec::new(), Vec::new());
    for (position, kind) in (1..).zip(types) {
        match kind.as_str() {
            "address" => {
                data.extend([0; 12]);
                data.extend([0x10 * position as u8; 20]);
                shown.push(format!("0x{}", hex::encode([0x10 * position as u8; 20])));
            }
            "bytes28" => {
                data.extend([0x10 * position as u8; 28]);
                data.extend([0; 4]);
                shown.push(format!("0x{}", hex::encode([0x10 * position as u8; 28])));
            }
            "uint256[4]" => {
                for part in 0..4 {
                    data.extend(number(90_000 + part));
                    shown.push((90_000 + part).to_string());
                }
            }
            "string" => {
                data.extend(number(32 * types.len() as u64));
                tail.extend(number(7));
                tail.extend(*b"feeUnit");
                tail.extend([0; 25]);
                shown.push("feeunit".to_owned());
            }
            _ => {
                assert!(kind.starts_with("uint"), "{kind}");
                // below 256, so that it fits every type
                let value = 200 + position;
                data.extend(number(value));
                shown.push(value.to_string());
            }
        }
    }
    data.extend(tail);
    (data, shown)
}

#[test]
fn every_error_of_the_contracts_is_explained_with_its_values() {
    let mut seen = 0;
    for (name, types) in ARTIFACTS.into_iter().flat_map(errors) {
        let (data, shown) = example(&name, &types);
        let revert = Revert::decode(&data);
        assert_eq!(revert.name(), Some(name.as_str()));
        let text = revert.to_string();
        let lower = text.to_lowercase();
        for value in shown {
            // bits and roots are shown in hexadecimal
            let hexadecimal = value.parse::<u64>().map(|number| format!("{number:x}"));
            let other = hexadecimal.unwrap_or_else(|_| value.clone());
            let says = lower.contains(&value) || lower.contains(&other);
            assert!(says, "{text} does not say {value}");
        }
        assert!(text.ends_with(&format!(" ({name})")), "{text}");
        seen += 1;
    }
    assert!(seen > 60, "{seen}");
}

#[test]
fn a_sentence_says_what_is_wrong() {
    let mut data = selector("WrongBatchNumber(uint32,uint32)").to_vec();
    data.extend(number(4));
    data.extend(number(9));
    let text = "the next batch has the number 4, not 9 (WrongBatchNumber)";
    assert_eq!(Revert::decode(&data).to_string(), text);
}

#[test]
fn messages_and_panics_of_other_contracts_are_shown() {
    let mut data = selector("Error(string)").to_vec();
    data.extend(number(32));
    data.extend(number(4));
    data.extend(*b"paus");
    data.extend([0; 28]);
    assert_eq!(Revert::decode(&data).to_string(), "the contract says \"paus\"");
    let mut data = selector("Panic(uint256)").to_vec();
    data.extend(number(0x11));
    let text = Revert::decode(&data).to_string();
    assert!(text.contains("overflow"), "{text}");
    let text = Revert::decode(&[]).to_string();
    assert!(text.contains("without a reason"), "{text}");
}

#[test]
fn text_from_a_contract_cannot_control_a_terminal() {
    let mut data = selector("Error(string)").to_vec();
    data.extend(number(32));
    data.extend(number(2));
    data.extend(*b"\x1b[");
    data.extend([0; 30]);
    assert!(!Revert::decode(&data).to_string().contains('\x1b'));
}

#[test]
fn long_data_is_cut() {
    let text = Revert::decode(&vec![0xee; 1 << 20]).to_string();
    assert!(text.len() < 1000, "{}", text.len());
}

proptest! {
    #[test]
    fn anything_is_decoded(data: Vec<u8>, error in 0usize..60) {
        prop_assert!(!Revert::decode(&data).to_string().is_empty());
        let known = errors(ARTIFACTS[0]);
        let (name, types) = &known[error % known.len()];
        let selector = selector(&format!("{name}({})", types.join(",")));
        prop_assert!(!Revert::decode(&[&selector[..], &data].concat()).to_string().is_empty());
    }
}
