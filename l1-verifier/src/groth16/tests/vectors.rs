//! The vectors that the contract's tests share.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::sample::{assignment, circuit, generator, key, public_inputs};
use crate::groth16::{Groth16Proof, ProvingKey, VerifyingKeyWords, prove, verify};

const WRITE: &str = "STARFOLD_WRITE_PAGES";
const SQUARES: usize = 5;

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("0x"), |text, byte| text + &format!("{byte:02x}"))
}

fn verifying_key(words: &VerifyingKeyWords) -> Value {
    let first = |[x, y]: &[[u8; 32]; 2]| json!([hexadecimal(x), hexadecimal(y)]);
    let second = |[x1, x0, y1, y0]: &[[u8; 32]; 4]| {
        json!([[hexadecimal(x1), hexadecimal(x0)], [hexadecimal(y1), hexadecimal(y0)]])
    };
    json!({
        "alpha": first(&words.alpha),
        "beta": second(&words.beta),
        "gamma": second(&words.gamma),
        "delta": second(&words.delta),
        "ic": words.inputs.iter().map(first).collect::<Vec<_>>(),
    })
}

fn case(key: &ProvingKey, h: [u64; 4], proof: &[u8; 256], valid: bool) -> Value {
    let checked = Groth16Proof::from_bytes(proof)
        .is_ok_and(|proof| verify(key.verifying_key(), &proof, &public_inputs(h)).is_ok());
    assert_eq!(checked, valid);
    let h = h.map(|element| format!("0x{element:064x}"));
    json!({ "h": h, "proof": hexadecimal(proof), "valid": valid })
}

fn vectors() -> Value {
    const P: u64 = 0xffff_ffff_0000_0001;
    let circuit = circuit(SQUARES);
    let key = key(&circuit);
    let proof_of = |h: [u64; 4], seed: u64| {
        let assignment = assignment(SQUARES, public_inputs(h), seed);
        prove(&key, &circuit, &assignment, &mut generator(seed)).unwrap().to_bytes()
    };
    let (small, middle, large) = ([0; 4], [11, 22, 33, 44], [P - 1; 4]);
    let mut cases: Vec<Value> = [(small, 1), (middle, 2), (middle, 3), (large, 4)]
        .map(|(h, seed)| case(&key, h, &proof_of(h, seed), true))
        .into();
    let proof = proof_of(middle, 2);
    for place in 0..4 {
        let mut h = middle;
        h[place] += 1;
        cases.push(case(&key, h, &proof, false));
    }
    // the points of two proofs of the same statement do not mix
    let other = proof_of(middle, 3);
    for point in [0..64, 64..192, 192..256] {
        let mut mixed = proof;
        mixed[point.clone()].copy_from_slice(&other[point]);
        cases.push(case(&key, middle, &mixed, false));
    }
    json!({ "verifying_key": verifying_key(&key.verifying_key().words()), "cases": cases })
}

#[test]
fn the_vectors_of_the_contract_are_current() {
    let page =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("contracts/test/vectors/groth16.json");
    let text = serde_json::to_string_pretty(&vectors()).unwrap() + "\n";
    if std::env::var_os(WRITE).is_some() {
        std::fs::create_dir_all(page.parent().unwrap()).unwrap();
        std::fs::write(&page, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&page).unwrap();
    assert_eq!(committed, text, "write it again with {WRITE}=1");
}
