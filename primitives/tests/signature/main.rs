//! Keys and signatures: what verifies, what is refused and why, and the chain that a proof shows.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test cannot do fails it")]

mod chain;
mod encoding;
mod forgery;
mod offset;

use starfold_primitives::Digest;
use starfold_primitives::ecgfp5::{Point, Scalar};
use starfold_primitives::signature::{PublicKey, SecretKey, Signature, challenge};

fn message(first: u64) -> Digest {
    Digest::from_canonical([first, 2, 3, 4]).unwrap()
}

fn secret_key(scalar: Scalar) -> SecretKey {
    SecretKey::from_bytes(&scalar.to_bytes()).unwrap()
}

fn scalar(limbs: [u64; 5]) -> Scalar {
    Scalar::from_limbs(limbs)
}

/// Signs with a nonce of the test's choice.
fn sign_with_nonce(secret: Scalar, key: &PublicKey, message: Digest, nonce: Scalar) -> Signature {
    let challenge = challenge(key, message, Point::mul_base_secret(&nonce).encode());
    let [e0, e1, e2] = challenge;
    Signature::new(challenge, nonce - scalar([e0, e1, e2, 0, 0]) * secret).unwrap()
}
