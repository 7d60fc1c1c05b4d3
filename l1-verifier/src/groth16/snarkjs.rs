//! Proofs and verifying keys in the JSON of snarkjs.
//!
//! Numbers are decimal strings, points are projective with a last coordinate of one, and those of the second group
//! have the real part first.

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr as _;
use serde_json::{Value, json};

use super::keys::VerifyingKey;
use super::proof::Groth16Proof;

const PROTOCOL: &str = "groth16";
const CURVE: &str = "bn128";

/// The contents of `verification_key.json`.
#[must_use]
pub fn verifying_key_json(key: &VerifyingKey) -> Value {
    let points = key.points();
    json!({
        "protocol": PROTOCOL,
        "curve": CURVE,
        "nPublic": key.public_inputs(),
        "vk_alpha_1": first(&points.alpha_g1),
        "vk_beta_2": second(&points.beta_g2),
        "vk_gamma_2": second(&points.gamma_g2),
        "vk_delta_2": second(&points.delta_g2),
        "IC": points.gamma_abc_g1.iter().map(first).collect::<Vec<_>>(),
    })
}

/// The contents of `proof.json`.
#[must_use]
pub fn proof_json(proof: &Groth16Proof) -> Value {
    let points = proof.points();
    json!({
        "protocol": PROTOCOL,
        "curve": CURVE,
        "pi_a": first(&points.a),
        "pi_b": second(&points.b),
        "pi_c": first(&points.c),
    })
}

/// The contents of `public.json`.
#[must_use]
pub fn public_inputs_json(public_inputs: &[Fr]) -> Value {
    public_inputs.iter().map(ToString::to_string).collect()
}

fn first(point: &G1Affine) -> Value {
    match point.xy() {
        Some((x, y)) => json!([x.to_string(), y.to_string(), "1"]),
        None => json!(["0", "1", "0"]),
    }
}

fn second(point: &G2Affine) -> Value {
    let pair = |real: Fq, imaginary: Fq| json!([real.to_string(), imaginary.to_string()]);
    match point.xy() {
        Some((x, y)) => json!([pair(x.c0, x.c1), pair(y.c0, y.c1), ["1", "0"]]),
        None => json!([["0", "0"], ["1", "0"], ["0", "0"]]),
    }
}
