//! Encodings of keys and signatures, and nonces.

use num_bigint::BigUint;
use proptest::prelude::*;
use starfold_primitives::ecgfp5::{SCALAR_BYTES, Scalar, ScalarOutOfRange};
use starfold_primitives::signature::{
    KEY_BYTES, KeyDecodingError, PublicKey, SIGNATURE_BYTES, SecretKey, SecretKeyError, Signature,
    SignatureDecodingError, verify,
};
use starfold_primitives::{GOLDILOCKS_ORDER, NotCanonical};

use crate::{message, scalar, secret_key};

const ORDER: &str = "106799351671714695104148491657179270274505774058\
    1727230159139685185762082554198619328292418486241";

fn order_bytes() -> [u8; 40] {
    ORDER.parse::<BigUint>().unwrap().to_bytes_le().try_into().unwrap()
}

#[test]
fn a_known_signature() {
    let key = SecretKey::from_bytes(&[7; 40]).unwrap();
    let signature = key.sign_deterministic(message(1));
    assert_eq!(
        key.public_key().to_string(),
        "0x211fc3ad0d10784719e91a40dd01fdf352c0dbd24455263ae29ea2bbfd9e2aba6fc9d2dec7f692b1"
    );
    let expected = "0xa20b69102fa24ca64ffb048878aa6a672ec2849bb1387987\
        520d5a1e5aebc6c3f0f75b51634e768bece8d87a8d2a04b6e95f272b50cbca137a2c8bd3e21c886c";
    assert_eq!(signature.to_string(), expected);
    assert_eq!(key.sign_deterministic(message(1)), signature);
    verify(&key.public_key(), message(1), &signature).unwrap();
}

#[test]
fn randomness_and_message_change_the_nonce() {
    let key = secret_key(scalar([1, 2, 3, 4, 5]));
    let signatures = [
        key.sign_deterministic(message(1)),
        key.sign_with_randomness(message(1), &[1; 32]),
        key.sign(message(1)).unwrap(),
        key.sign(message(1)).unwrap(),
    ];
    for (index, signature) in signatures.iter().enumerate() {
        verify(&key.public_key(), message(1), signature).unwrap();
        assert!(!signatures[..index].contains(signature));
    }
    // One nonce for two messages would give the key away: s1 - s2 = (e2 - e1) d.
    let nonce = |first| {
        let signature = key.sign_deterministic(message(first));
        let [e0, e1, e2] = signature.challenge();
        signature.response() + scalar([e0, e1, e2, 0, 0]) * scalar([1, 2, 3, 4, 5])
    };
    assert_ne!(nonce(1), nonce(2));
}

#[test]
fn elements_from_the_order_on_are_refused() {
    let source = NotCanonical { value: GOLDILOCKS_ORDER };
    for index in 0..5 {
        let mut bytes = [0; 40];
        bytes[8 * index..8 * index + 8].copy_from_slice(&GOLDILOCKS_ORDER.to_le_bytes());
        let error = PublicKey::from_bytes(&bytes).unwrap_err();
        assert_eq!(error, KeyDecodingError::Element { index, source });
    }
    for index in 0..3 {
        let mut challenge = [0; 3];
        challenge[index] = GOLDILOCKS_ORDER;
        let error = Signature::new(challenge, Scalar::ONE).unwrap_err();
        assert_eq!(error, SignatureDecodingError::Challenge { index, source });
        let mut bytes = [0; 64];
        bytes[8 * index..8 * index + 8].copy_from_slice(&GOLDILOCKS_ORDER.to_le_bytes());
        assert_eq!(Signature::from_bytes(&bytes).unwrap_err(), error);
    }
}

#[test]
fn the_second_encoding_of_a_response_is_refused() {
    // s + n is below 2^320 and leads to the same R.
    let signature = secret_key(Scalar::ONE).sign_deterministic(message(1));
    let bytes = signature.to_bytes();
    let order = BigUint::from_bytes_le(&order_bytes());
    let sum = BigUint::from_bytes_le(&bytes[24..]) + order;
    let mut second = sum.to_bytes_le();
    second.resize(40, 0);
    let bytes: [u8; 64] = [&bytes[..24], &second].concat().try_into().unwrap();
    let error = Signature::from_bytes(&bytes).unwrap_err();
    assert_eq!(error, SignatureDecodingError::Response(ScalarOutOfRange));
}

#[test]
fn no_secret_key() {
    assert_eq!(SecretKey::from_bytes(&[0; 40]).unwrap_err(), SecretKeyError::Zero);
    assert_eq!(SecretKey::from_uniform_bytes(&[0; 64]).unwrap_err(), SecretKeyError::Zero);
    for bytes in [order_bytes(), [255; 40]] {
        let error = SecretKey::from_bytes(&bytes).unwrap_err();
        assert_eq!(error, SecretKeyError::OutOfRange(ScalarOutOfRange));
    }
    let mut multiple = [0; 64];
    multiple[..40].copy_from_slice(&order_bytes());
    assert_eq!(SecretKey::from_uniform_bytes(&multiple).unwrap_err(), SecretKeyError::Zero);
}

#[test]
fn text_has_two_digits_for_each_byte() {
    // Five elements of eight bytes; a challenge of three elements and a response below n.
    assert_eq!(KEY_BYTES, 5 * 8);
    assert_eq!(SIGNATURE_BYTES, 3 * 8 + SCALAR_BYTES);
    let key = secret_key(Scalar::ONE);
    assert_eq!(key.public_key().to_string().len(), 2 + 2 * KEY_BYTES);
    assert_eq!(key.sign_deterministic(message(1)).to_string().len(), 2 + 2 * SIGNATURE_BYTES);
}

#[test]
fn other_text_is_refused() {
    let long = format!("0x{}", "0".repeat(82));
    for text in ["", "0x", "0x12", "zz", long.as_str(), &"ü".repeat(200)] {
        let error = text.parse::<PublicKey>().unwrap_err();
        assert!(matches!(error, KeyDecodingError::Text { .. }), "{text}");
        let error = text.parse::<Signature>().unwrap_err();
        assert!(matches!(error, SignatureDecodingError::Text { .. }), "{text}");
    }
}

#[test]
fn a_secret_key_is_not_printed() {
    let key = SecretKey::from_bytes(&[7; 40]).unwrap();
    assert_eq!(format!("{key:?}"), format!("SecretKey {{ public: {}, .. }}", key.public_key()));
    assert_eq!(*key.to_bytes(), [7; 40]);
}

#[test]
fn generated_keys_differ() {
    let (one, two) = (SecretKey::generate().unwrap(), SecretKey::generate().unwrap());
    assert_ne!(one.public_key(), two.public_key());
    assert!(!one.public_key().is_none());
    assert!(PublicKey::NONE.is_none() && PublicKey::default().is_none());
}

/// Any integer, and now and then the least that is no element.
fn any_limb() -> impl Strategy<Value = u64> {
    prop_oneof![9 => any::<u64>(), 1 => Just(GOLDILOCKS_ORDER)]
}

proptest! {
    #[test]
    fn keys_round_trip(elements in proptest::array::uniform5(0..GOLDILOCKS_ORDER)) {
        let key = PublicKey::from_canonical(elements).unwrap();
        prop_assert_eq!(key.to_canonical(), elements);
        prop_assert_eq!(PublicKey::from_bytes(&key.to_bytes()).unwrap(), key);
        prop_assert_eq!(key.to_string().parse::<PublicKey>().unwrap(), key);
        let json = serde_json::to_string(&key).unwrap();
        prop_assert_eq!(&json, &format!("\"{key}\""));
        prop_assert_eq!(serde_json::from_str::<PublicKey>(&json).unwrap(), key);
    }

    #[test]
    fn signatures_round_trip(
        challenge in proptest::array::uniform3(0..GOLDILOCKS_ORDER),
        response: [u64; 5],
    ) {
        let signature = Signature::new(challenge, scalar(response)).unwrap();
        prop_assert_eq!(Signature::from_bytes(&signature.to_bytes()).unwrap(), signature);
        prop_assert_eq!(signature.to_string().parse::<Signature>().unwrap(), signature);
        let json = serde_json::to_string(&signature).unwrap();
        prop_assert_eq!(serde_json::from_str::<Signature>(&json).unwrap(), signature);
    }

    #[test]
    fn binary_forms_round_trip_and_stay_canonical(
        limbs in proptest::array::uniform5(any_limb()),
        challenge in proptest::array::uniform3(any_limb()),
    ) {
        let config = bincode::config::legacy();
        let bytes = bincode::serde::encode_to_vec(limbs, config).unwrap();
        let key = bincode::serde::decode_from_slice::<PublicKey, _>(&bytes, config);
        match PublicKey::from_canonical(limbs) {
            Ok(expected) => {
                prop_assert_eq!(key.unwrap().0, expected);
                prop_assert_eq!(bincode::serde::encode_to_vec(expected, config).unwrap(), bytes);
            }
            Err(_) => prop_assert!(key.is_err()),
        }
        let bytes = bincode::serde::encode_to_vec((challenge, limbs), config).unwrap();
        let signature = bincode::serde::decode_from_slice::<Signature, _>(&bytes, config);
        match Signature::from_bytes(bytes.as_slice().try_into().unwrap()) {
            Ok(expected) => {
                prop_assert_eq!(signature.unwrap().0, expected);
                prop_assert_eq!(bincode::serde::encode_to_vec(expected, config).unwrap(), bytes);
            }
            Err(_) => prop_assert!(signature.is_err()),
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused_without_panic(low: [u8; 32], high: [u8; 32]) {
        let bytes: [u8; 64] = [low, high].concat().try_into().unwrap();
        if let Ok(signature) = Signature::from_bytes(&bytes) {
            prop_assert_eq!(signature.to_bytes(), bytes);
        }
    }
}
