//! The chain step by step, against the equations of a proof.

use starfold_primitives::ecgfp5::{AffinePoint, CURVE_B, Gfp5, Point, Scalar};
use starfold_primitives::signature::{
    CHAIN_STEPS, ChainStep, START, Signature, TABLE, VerificationChain, challenge, filler, verify,
};

use crate::{message, scalar, secret_key};

fn small(value: u64) -> Gfp5 {
    Gfp5::from_u64s([value, 0, 0, 0, 0])
}

fn coordinates(point: AffinePoint) -> (Gfp5, Gfp5) {
    (point.x(), point.y())
}

/// Where the line of slope `lambda` through two points leads: `lambda^2 - 2 - x1 - x2` and what
/// follows.
fn third(lambda: Gfp5, (x1, y1): (Gfp5, Gfp5), x2: Gfp5) -> (Gfp5, Gfp5) {
    let x = lambda.square() - small(2) - x1 - x2;
    (x, lambda * (x1 - x) - y1)
}

/// Checks one step by its equations and returns the next accumulator.
fn check_step(step: &ChainStep, key: (Gfp5, Gfp5)) -> (Gfp5, Gfp5) {
    let (x, y) = coordinates(step.accumulator);
    let slope_numerator = x.square() * small(3) + x * small(4) + Gfp5::from_u64s(CURVE_B);
    assert_eq!(step.lambda_double * y.double(), slope_numerator);
    let double = third(step.lambda_double, (x, y), x);
    assert_eq!(coordinates(step.double), double);

    assert_eq!(step.inverse_key * (key.0 - double.0), Gfp5::ONE);
    assert_eq!(step.lambda_key * (key.0 - double.0), key.1 - double.1);
    let sum = if step.e { third(step.lambda_key, double, key.0) } else { double };
    assert_eq!(coordinates(step.sum), sum);

    let table = TABLE[usize::from(step.s0) + 2 * usize::from(step.s1)].map(Gfp5::from_u64s);
    assert_eq!(step.inverse_table * (table[0] - sum.0), Gfp5::ONE);
    assert_eq!(step.lambda_table * (table[0] - sum.0), table[1] - sum.1);
    third(step.lambda_table, sum, table[0])
}

fn bits(chain: &VerificationChain, bit: impl Fn(&ChainStep) -> bool) -> [u64; 3] {
    let mut limbs = [0; 3];
    for (step, place) in chain.steps().iter().zip((0..CHAIN_STEPS).rev()) {
        limbs[place / 64] |= u64::from(bit(step)) << (place % 64);
    }
    limbs
}

fn check(chain: &VerificationChain, signature: &Signature) {
    assert_eq!(chain.steps().len(), CHAIN_STEPS);
    let key = coordinates(chain.key_point());
    let mut accumulator = START.map(Gfp5::from_u64s).into();
    for step in chain.steps() {
        assert_eq!(coordinates(step.accumulator), accumulator);
        accumulator = check_step(step, key);
    }
    assert_eq!(coordinates(chain.end()), accumulator);
    let idle = chain.idle_step();
    assert_eq!(coordinates(idle.accumulator), accumulator);
    assert!(!idle.e && !idle.s0 && !idle.s1);
    check_step(idle, key);

    let challenge = bits(chain, |step| step.e);
    assert_eq!(challenge, chain.challenge());
    assert_eq!(challenge, signature.challenge());
    let shift = scalar([0, 0, 1 << 32, 0, 0]);
    let part = |[low, middle, high]: [u64; 3]| scalar([low, middle, high, 0, 0]);
    let response = part(bits(chain, |step| step.s0)) + part(bits(chain, |step| step.s1)) * shift;
    assert_eq!(response, signature.response());

    let [w_key, w_end] = [Gfp5::new(chain.key().elements()), chain.encoded_end()];
    let divided = key.0.square() + key.0.double() + Gfp5::from_u64s(CURVE_B);
    assert_eq!(w_key.square() * key.0, divided);
    assert_eq!(-(w_key * key.0), key.1);
    assert_eq!(chain.key_root().square(), key.0);
    assert_eq!(w_end * accumulator.0 + accumulator.1, Gfp5::ZERO);

    let by_group = Point::mul_base_secret(&response)
        + Point::from(chain.key_point()).mul_public(&part(challenge));
    assert_eq!(by_group.to_affine(), Some(chain.end()));
}

#[test]
fn every_step_satisfies_the_equations_of_the_proof() {
    let mut seed = scalar([3, 1, 4, 1, 5]);
    for round in 0..8 {
        seed = seed * seed + Scalar::ONE;
        let key = secret_key(seed);
        let signature = key.sign(message(round)).unwrap();
        let chain = verify(&key.public_key(), message(round), &signature).unwrap();
        assert_eq!(chain.key(), key.public_key());
        assert_eq!(chain.message(), message(round));
        check(&chain, &signature);
    }
}

#[test]
fn the_largest_and_smallest_keys_sign() {
    for secret in [Scalar::ONE, -Scalar::ONE] {
        let key = secret_key(secret);
        let signature = key.sign_deterministic(message(1));
        check(&verify(&key.public_key(), message(1), &signature).unwrap(), &signature);
    }
}

#[test]
fn the_filler_is_a_valid_chain() {
    let chain = filler();
    let challenge = challenge(&chain.key(), chain.message(), chain.encoded_end());
    assert_eq!(bits(chain, |step| step.e), challenge);
    assert_eq!(chain.challenge(), challenge);
    let mut accumulator = START.map(Gfp5::from_u64s).into();
    for step in chain.steps() {
        assert_eq!(coordinates(step.accumulator), accumulator);
        accumulator = check_step(step, coordinates(chain.key_point()));
    }
    assert_eq!(coordinates(chain.end()), accumulator);
    check_step(chain.idle_step(), coordinates(chain.key_point()));
}
