//! What is refused, and with which error.

use starfold_primitives::ecgfp5::{AffinePoint, Gfp5, Point, PointDecodingError, Scalar};
use starfold_primitives::signature::{
    CHAIN_STEPS, ChainChord, PublicKey, START, Signature, SignatureError, TABLE, challenge, verify,
};

use crate::{message, scalar, secret_key, sign_with_nonce};

const SECRET: [u64; 5] = [11, 22, 33, 44, 55];

fn refusal(key: &PublicKey, first: u64, signature: &Signature) -> SignatureError {
    verify(key, message(first), signature).unwrap_err()
}

#[track_caller]
fn assert_wrong_challenge(key: &PublicKey, first: u64, signature: &Signature) {
    match refusal(key, first, signature) {
        SignatureError::WrongChallenge { expected, actual } => {
            assert_eq!(actual, signature.challenge());
            assert_ne!(expected, actual);
        }
        other => panic!("expected a wrong challenge, got {other:?}"),
    }
}

#[test]
fn another_message_or_key() {
    let key = secret_key(scalar(SECRET));
    let signature = key.sign(message(1)).unwrap();
    verify(&key.public_key(), message(1), &signature).unwrap();
    assert_wrong_challenge(&key.public_key(), 2, &signature);
    let other = secret_key(scalar(SECRET) + Scalar::ONE);
    assert_wrong_challenge(&other.public_key(), 1, &signature);
}

#[test]
fn every_changed_part() {
    let key = secret_key(scalar(SECRET));
    let signature = key.sign_deterministic(message(1));
    for index in 0..3 {
        for bit in [0, 1, 31, 32, 61] {
            let mut challenge = signature.challenge();
            challenge[index] ^= 1 << bit;
            if let Ok(forged) = Signature::new(challenge, signature.response()) {
                assert_wrong_challenge(&key.public_key(), 1, &forged);
            }
        }
    }
    for bit in [0, 63, 64, 159, 160, 200, 310] {
        let mut limbs = [0; 5];
        limbs[bit / 64] = 1 << (bit % 64);
        for response in [signature.response() + scalar(limbs), signature.response() - scalar(limbs)]
        {
            let forged = Signature::new(signature.challenge(), response).unwrap();
            assert_wrong_challenge(&key.public_key(), 1, &forged);
        }
    }
    let negated = Signature::new(signature.challenge(), -signature.response()).unwrap();
    assert_wrong_challenge(&key.public_key(), 1, &negated);
}

#[test]
fn a_signature_does_not_carry_over_to_a_related_key() {
    // Without the key in the challenge, s - e t would sign under Q + t G.
    let (secret, shift) = (scalar(SECRET), scalar([5, 0, 0, 0, 0]));
    let key = secret_key(secret);
    let signature = key.sign_deterministic(message(1));
    let [e0, e1, e2] = signature.challenge();
    let response = signature.response() - scalar([e0, e1, e2, 0, 0]) * shift;
    let related = Signature::new(signature.challenge(), response).unwrap();
    let related_key = secret_key(secret + shift).public_key();
    assert_wrong_challenge(&related_key, 1, &related);
}

#[test]
fn nothing_verifies_without_a_key() {
    // With a neutral key, R = s G for every challenge, so that anybody could sign.
    let nonce = scalar([9, 9, 9, 9, 9]);
    let forged = sign_with_nonce(Scalar::ZERO, &PublicKey::NONE, message(1), nonce);
    let error = SignatureError::UndecodableKey(PointDecodingError::Neutral);
    assert_eq!(refusal(&PublicKey::NONE, 1, &forged), error);
}

#[test]
fn nothing_verifies_under_a_key_that_is_no_point() {
    let key = (1..)
        .map(|first| PublicKey::from_canonical([first, 0, 0, 0, 1]).unwrap())
        .find(|key| key.decode().is_err())
        .unwrap();
    let forged = sign_with_nonce(Scalar::ZERO, &key, message(1), scalar([9, 9, 9, 9, 9]));
    let error = SignatureError::UndecodableKey(PointDecodingError::NotOnCurve);
    assert_eq!(refusal(&key, 1, &forged), error);
}

#[test]
fn the_point_of_order_two_is_no_key() {
    // (0, 0) satisfies y = -w x and the curve's equation for every w. Were it taken for the key,
    // then e Q would vanish for even e and anybody could sign. Here e is even, and the real point
    // of the key counts.
    let key = secret_key(scalar(SECRET)).public_key();
    let (mut evens, mut nonce) = (0, scalar([77, 0, 0, 0, 0]));
    while evens < 3 {
        nonce = nonce * nonce + Scalar::ONE;
        let forged = sign_with_nonce(Scalar::ZERO, &key, message(1), nonce);
        if forged.challenge()[0].is_multiple_of(2) {
            evens += 1;
            assert_wrong_challenge(&key, 1, &forged);
        }
    }
}

#[test]
fn the_neutral_r_is_refused() {
    // R = 0 leads the chain into an exceptional chord or to another point, never to an accepted
    // one.
    let secret = scalar(SECRET);
    let key = secret_key(secret).public_key();
    let signature = sign_with_nonce(secret, &key, message(1), Scalar::ZERO);
    assert_eq!(signature.challenge(), challenge(&key, message(1), Gfp5::ZERO));
    let error = refusal(&key, 1, &signature);
    let step = CHAIN_STEPS - 1;
    assert_eq!(error, SignatureError::Exceptional { step, chord: ChainChord::Table });
}

fn point([x, y]: [[u64; 5]; 2]) -> Point {
    let (x, y) = (Gfp5::from_u64s(x), Gfp5::from_u64s(y));
    let point = AffinePoint::decode(-(y * x.inverse().unwrap())).unwrap();
    assert_eq!((point.x(), point.y()), (x, y));
    point.into()
}

fn public_key(point: Point) -> PublicKey {
    PublicKey::new(point.encode().elements())
}

#[test]
fn exceptional_chords_of_the_first_step() {
    let double = point(START).double();
    let any = Signature::new([5, 6, 1 << 63], Scalar::ONE).unwrap();
    // Q = D and Q = -D have no chord, whatever the bit is.
    for key in [double, -double] {
        let error = refusal(&public_key(key), 1, &any);
        assert_eq!(error, SignatureError::Exceptional { step: 0, chord: ChainChord::Key });
        let untaken = Signature::new([5, 6, 0], Scalar::ONE).unwrap();
        let error = refusal(&public_key(key), 1, &untaken);
        assert_eq!(error, SignatureError::Exceptional { step: 0, chord: ChainChord::Key });
    }
    // D + Q = T and D + Q = -T.
    for table in [point(TABLE[0]), -point(TABLE[0])] {
        let error = refusal(&public_key(table + -double), 1, &any);
        assert_eq!(error, SignatureError::Exceptional { step: 0, chord: ChainChord::Table });
    }
}

#[test]
fn a_signer_can_make_a_signature_without_proof() {
    // With Q = 2 R the idle step after the chain has no chord, though the equation of the signature
    // holds.
    let nonce = scalar([123, 0, 456, 0, 789]);
    for secret in [nonce + nonce, -(nonce + nonce)] {
        let key = secret_key(secret).public_key();
        let signature = sign_with_nonce(secret, &key, message(1), nonce);
        let error = refusal(&key, 1, &signature);
        assert_eq!(
            error,
            SignatureError::Exceptional { step: CHAIN_STEPS, chord: ChainChord::Key }
        );
    }
}
