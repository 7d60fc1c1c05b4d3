use ark_bn254::{G1Affine, G2Affine};
use ark_ec::{AffineRepr as _, CurveGroup as _};
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use sha3::{Digest as _, Keccak256};

use super::sample::{circuit, key};
use crate::groth16::development::random_scalar;
use crate::groth16::encoding::{first_group_words, second_group_words};
use crate::groth16::{
    Coordinate, DEVELOPMENT_SEED, KeyError, KeyKind, PointError, VerifyingKey, VerifyingKeyWords,
};

fn words() -> VerifyingKeyWords {
    key(&circuit(5)).verifying_key().words()
}

#[test]
fn the_development_key_of_a_circuit_is_always_the_same() {
    let (one, two) = (key(&circuit(5)), key(&circuit(5)));
    assert!(one == two);
    assert_eq!(one.kind(), KeyKind::Development);
    assert!(one.kind().to_string().contains("UNSAFE"));
    assert_ne!(key(&circuit(6)).verifying_key(), one.verifying_key());
    assert_ne!(key(&circuit(6)).verifying_key().digest(), one.verifying_key().digest());
}

/// Alpha, beta, gamma and delta, from what everyone knows: who has them forges proofs.
#[test]
fn the_secrets_of_a_development_key_are_public() {
    assert!(DEVELOPMENT_SEED.contains("UNSAFE"));
    let digest = circuit(5).digest().to_bytes();
    let seed = Keccak256::digest([DEVELOPMENT_SEED.as_bytes(), &digest].concat());
    let mut generator = ChaCha20Rng::from_seed(seed.into());
    let [alpha, beta, gamma, delta] = [(); 4].map(|()| random_scalar(&mut generator));
    let second = |secret| second_group_words(&(G2Affine::generator() * secret).into_affine());
    let words = words();
    assert_eq!(words.alpha, first_group_words(&(G1Affine::generator() * alpha).into_affine()));
    assert_eq!(words.beta, second(beta));
    assert_eq!(words.gamma, second(gamma));
    assert_eq!(words.delta, second(delta));
}

#[test]
fn a_key_and_its_words_are_one_to_one() {
    let key = key(&circuit(5));
    let key = key.verifying_key();
    assert_eq!(VerifyingKey::from_words(&key.words()).as_ref(), Ok(key));
    assert_eq!(key.public_inputs(), 2);
}

#[test]
fn a_key_without_a_second_phase_is_refused() {
    let mut without = words();
    without.delta = without.gamma;
    assert_eq!(VerifyingKey::from_words(&without), Err(KeyError::DeltaEqualsGamma));
    let generator = second_group_words(&G2Affine::generator());
    for point in ["beta", "delta"] {
        let mut changed = words();
        *(if point == "beta" { &mut changed.beta } else { &mut changed.delta }) = generator;
        assert_eq!(VerifyingKey::from_words(&changed), Err(KeyError::Generator { point }));
    }
    let mut changed = words();
    changed.alpha = first_group_words(&G1Affine::generator());
    assert_eq!(VerifyingKey::from_words(&changed), Err(KeyError::Generator { point: "alpha" }));
    // a ceremony leaves gamma at the generator, which is no secret
    let mut changed = words();
    changed.gamma = generator;
    assert!(VerifyingKey::from_words(&changed).is_ok());
}

#[test]
fn points_of_a_key_lie_in_their_groups() {
    let change = |name: &str, words: &mut VerifyingKeyWords, to: fn(&mut Coordinate)| match name {
        "alpha" => words.alpha.iter_mut().for_each(to),
        "beta" => words.beta.iter_mut().for_each(to),
        "gamma" => words.gamma.iter_mut().for_each(to),
        "delta" => words.delta.iter_mut().for_each(to),
        _ => words.inputs[1].iter_mut().for_each(to),
    };
    for point in ["alpha", "beta", "gamma", "delta", "inputs"] {
        let mut changed = words();
        change(point, &mut changed, |word| word.fill(0));
        let expected = KeyError::Point { point, error: PointError::Infinity };
        assert_eq!(VerifyingKey::from_words(&changed), Err(expected));
        let mut changed = words();
        change(point, &mut changed, |word| word.fill(255));
        let expected = KeyError::Point { point, error: PointError::Coordinate { position: 0 } };
        assert_eq!(VerifyingKey::from_words(&changed), Err(expected));
        let mut changed = words();
        change(point, &mut changed, |word| word[31] ^= 1);
        let expected = KeyError::Point { point, error: PointError::Curve };
        assert_eq!(VerifyingKey::from_words(&changed), Err(expected));
    }
    let mut changed = words();
    changed.inputs.clear();
    let expected = KeyError::Length { list: "inputs", expected: 1, actual: 0 };
    assert_eq!(VerifyingKey::from_words(&changed), Err(expected));
}
