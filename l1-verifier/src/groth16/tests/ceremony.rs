//! A ceremony with snarkjs itself, from the exported circuit to a proof that snarkjs accepts.

use std::path::{Path, PathBuf};
use std::process::Command;

use ark_bn254::Bn254;
use ark_ff::One as _;
use serde_json::Value;
use taceo_circom_types::CheckElement;
use taceo_circom_types::groth16::Zkey;

use super::sample::{assignment, circuit, generator, key, public_inputs};
use super::zkeys::check_hostile_files;
use crate::groth16::{
    CeremonyKey, Circuit, Groth16Proof, KeyError, KeyKind, ProvingKey, ZkeyError, import_zkey,
    proof_json, prove, public_inputs_json, read_proving_key, verifying_key_json, write_proving_key,
    write_r1cs,
};
use crate::r1cs::Fr;

/// As many constraints as fill a domain of 2^8 with the public inputs and the constant one.
const SQUARES: usize = 125;
const H: [u64; 4] = [5, 6, 7, 8];
const BEACON: &str = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";

/// The folder with the pinned snarkjs, installed where it is missing.
fn tools() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("ceremony");
    let program = folder.join("node_modules/.bin/snarkjs");
    if !program.exists() {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
        let output = npm.output().expect("npm is installed");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    program
}

/// Runs snarkjs in the folder: its output, and whether it succeeded.
fn snarkjs(folder: &Path, command: &str) -> (String, bool) {
    let mut program = Command::new(tools());
    let output = program.args(command.split(' ')).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8_lossy(&text).into_owned(), output.status.success())
}

fn run(folder: &Path, command: &str) -> String {
    let (text, success) = snarkjs(folder, command);
    assert!(success, "snarkjs {command}: {text}");
    text
}

fn write_json(path: &Path, value: &Value) {
    std::fs::write(path, serde_json::to_string_pretty(value).unwrap()).unwrap();
}

/// Both phases: two contributions and a beacon in the second.
fn hold_ceremony(folder: &Path, circuit: &Circuit) {
    let mut file = std::fs::File::create(folder.join("wrap.r1cs")).unwrap();
    write_r1cs(circuit.recorded(), &mut file).unwrap();
    let info = run(folder, "r1cs info wrap.r1cs");
    for line in ["# of Constraints: 252", "# of Public Inputs: 2", "# of Outputs: 0"] {
        assert!(info.contains(line), "{info}");
    }
    let beacon = format!("zkey beacon 2.zkey wrap.zkey {BEACON} 10");
    for command in [
        "powersoftau new bn128 8 0.ptau",
        "powersoftau contribute 0.ptau 1.ptau --name=first -e=entropy",
        "powersoftau prepare phase2 1.ptau powers.ptau",
        "groth16 setup wrap.r1cs powers.ptau 0.zkey",
        "zkey contribute 0.zkey 1.zkey --name=first -e=entropy",
        "zkey contribute 1.zkey 2.zkey --name=second -e=entropy",
        &beacon,
    ] {
        run(folder, command);
    }
    let verified = run(folder, "zkey verify wrap.r1cs powers.ptau wrap.zkey");
    assert!(verified.contains("ZKey Ok!"), "{verified}");
}

/// Whether snarkjs accepts the exported files.
fn accepts(folder: &Path, key: &ProvingKey, inputs: &[Fr], proof: &Groth16Proof) -> bool {
    write_json(&folder.join("verification_key.json"), &verifying_key_json(key.verifying_key()));
    write_json(&folder.join("public.json"), &public_inputs_json(inputs));
    write_json(&folder.join("proof.json"), &proof_json(proof));
    let (text, success) =
        snarkjs(folder, "groth16 verify verification_key.json public.json proof.json");
    assert_eq!(success, text.contains("OK!"), "{text}");
    success
}

/// What two other programs read in the key is what was imported.
fn check_against_others(folder: &Path, key: &ProvingKey) {
    run(folder, "zkey export verificationkey wrap.zkey theirs.json");
    let text = std::fs::read_to_string(folder.join("theirs.json")).unwrap();
    let mut theirs: Value = serde_json::from_str(&text).unwrap();
    theirs.as_object_mut().unwrap().remove("vk_alphabeta_12");
    assert_eq!(theirs, verifying_key_json(key.verifying_key()));

    let file = std::fs::File::open(folder.join("wrap.zkey")).unwrap();
    let theirs = Zkey::<Bn254>::from_reader(file, CheckElement::Yes).unwrap();
    let ours = key.points();
    assert_eq!(theirs.a_query, ours.a_query);
    assert_eq!(theirs.b_g1_query, ours.b_g1_query);
    assert_eq!(theirs.b_g2_query, ours.b_g2_query);
    assert_eq!(theirs.h_query, ours.h_query);
    assert_eq!(theirs.l_query, ours.l_query);
    assert_eq!(theirs.ic, ours.vk.gamma_abc_g1);
    assert_eq!((theirs.beta_g1, theirs.delta_g1), (ours.beta_g1, ours.delta_g1));
}

/// Keys that are no key of a ceremony for the circuit.
fn check_refusals(folder: &Path, circuit: &Circuit, values: &[Fr]) {
    let import = |name: &str, circuit: &Circuit, least: u32, values: &[Fr]| {
        import_zkey(&folder.join(name), circuit, least, values, &mut generator(1)).unwrap_err()
    };
    let without = import("0.zkey", circuit, 0, values);
    assert!(matches!(without, ZkeyError::Key(KeyError::DeltaEqualsGamma)), "{without}");
    let few = import("wrap.zkey", circuit, 4, values);
    assert!(matches!(few, ZkeyError::Contributions { expected: 4, actual: 3 }), "{few}");
    let mut wrong = values.to_vec();
    wrong[5] += Fr::one();
    let trial = import("wrap.zkey", circuit, 3, &wrong);
    assert!(matches!(trial, ZkeyError::Trial(_)), "{trial}");
    let smaller = import("wrap.zkey", &super::sample::circuit(SQUARES - 1), 3, values);
    assert!(matches!(smaller, ZkeyError::Number { what: "variables", .. }), "{smaller}");
    // the same numbers, other matrices
    let mut swapped = circuit.recorded().clone();
    std::mem::swap(&mut swapped.matrices.b, &mut swapped.matrices.c);
    let swapped = import("wrap.zkey", &Circuit::new(swapped), 3, values);
    assert!(matches!(swapped, ZkeyError::SectionLength { section: 4, .. }), "{swapped}");
}

#[test]
fn a_ceremony_ends_in_a_key_that_proves() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let circuit = circuit(SQUARES);
    assert_eq!(circuit.domain_size(), 256);
    hold_ceremony(folder, &circuit);

    let inputs = public_inputs(H);
    let values = assignment(SQUARES, inputs, 1);
    let path = folder.join("wrap.zkey");
    let CeremonyKey { key: imported, contributions } =
        import_zkey(&path, &circuit, 3, &values, &mut generator(1)).unwrap();
    assert_eq!((contributions, imported.kind()), (3, KeyKind::Ceremony));
    check_against_others(folder, &imported);

    // the key that is stored and loaded again proves another statement, and snarkjs accepts it
    write_proving_key(&folder.join("wrap.key"), &imported).unwrap();
    let ceremony = read_proving_key(&folder.join("wrap.key"), &circuit).unwrap();
    for key in [ceremony, key(&circuit)] {
        let proof = prove(&key, &circuit, &values, &mut generator(2)).unwrap();
        assert!(accepts(folder, &key, &inputs, &proof));
        assert!(!accepts(folder, &key, &[inputs[0] + Fr::one(), inputs[1]], &proof));
        assert!(!accepts(folder, &key, &[inputs[0], inputs[1] - Fr::one()], &proof));
    }
    check_refusals(folder, &circuit, &values);
    check_hostile_files(&path, &circuit, &values);
}
