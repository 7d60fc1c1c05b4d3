use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr as _;

use super::sample::{circuit, key};
use crate::groth16::{Coordinate, KeyError, KeyKind, PointError, VerifyingKey, VerifyingKeyWords};

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
    let generator = crate::groth16::encoding::second_group_words(&G2Affine::generator());
    for point in ["beta", "delta"] {
        let mut changed = words();
        *(if point == "beta" { &mut changed.beta } else { &mut changed.delta }) = generator;
        assert_eq!(VerifyingKey::from_words(&changed), Err(KeyError::Generator { point }));
    }
    let mut changed = words();
    changed.alpha = crate::groth16::encoding::first_group_words(&G1Affine::generator());
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
