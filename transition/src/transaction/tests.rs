use serde_json::{Value, json};
use starfold_primitives::poseidon::{Domain, hash};
use starfold_primitives::quantities::{ChainId, FeeUnit};
use starfold_primitives::signature::verify;
use starfold_primitives::{Field, Goldilocks};

use super::*;
use crate::testing::{fee_count, index, secret_key, token};

fn parameters() -> Parameters {
    Parameters {
        chain_id: ChainId::new(31_337).unwrap(),
        contract: Address([0xc0; 20]),
        fee_token: token(1),
        fee_unit: FeeUnit::new(1_000).unwrap(),
    }
}

fn transfer() -> Transfer {
    Transfer {
        from: index(1),
        to: Address([0xab; 20]),
        to_index: Some(index(2)),
        token: token(3),
        amount: Amount::new(u128::MAX),
        fee_count: fee_count(5),
        fee_token: token(1),
        nonce: Nonce::new(6).unwrap(),
        valid_until: Timestamp::new(7).unwrap(),
    }
}

fn withdraw() -> Withdraw {
    let Transfer { from, to, token, amount, fee_count, fee_token, nonce, valid_until, .. } =
        transfer();
    Withdraw { from, to, token, amount, fee_count, fee_token, nonce, valid_until }
}

fn set_key() -> SetKey {
    let Transfer { from, fee_count, fee_token, nonce, valid_until, .. } = transfer();
    let new_key = secret_key(9).public_key();
    SetKey { from, new_key, fee_count, fee_token, nonce, valid_until }
}

fn all() -> [Transaction; 3] {
    [
        Transaction::Transfer(transfer()),
        Transaction::Withdraw(withdraw()),
        Transaction::SetKey(set_key()),
    ]
}

fn signed(transaction: Transaction) -> SignedTransaction {
    transaction.sign_deterministic(&secret_key(1), &parameters())
}

#[test]
fn a_transfer_as_json_is_one_flat_object() {
    let signed = signed(Transaction::Transfer(transfer()));
    let expected = json!({
        "kind": "transfer",
        "from": 1,
        "to": "0xabababababababababababababababababababab",
        "to_index": 2,
        "token": 3,
        "amount": "340282366920938463463374607431768211455",
        "fee_count": 5,
        "fee_token": 1,
        "nonce": 6,
        "valid_until": 7,
        "signature": signed.signature.to_string(),
    });
    assert_eq!(serde_json::to_value(signed).unwrap(), expected);
}

#[test]
fn json_round_trips() {
    let any = Transaction::Transfer(Transfer { to_index: None, ..transfer() });
    for transaction in all().into_iter().chain([any]) {
        let signed = signed(transaction);
        let text = serde_json::to_string(&signed).unwrap();
        assert_eq!(serde_json::from_str::<SignedTransaction>(&text).unwrap(), signed);
        let text = serde_json::to_string(&transaction).unwrap();
        assert_eq!(serde_json::from_str::<Transaction>(&text).unwrap(), transaction);
    }
}

#[test]
fn unknown_missing_and_malformed_fields_are_refused() {
    for transaction in all() {
        let good = serde_json::to_value(signed(transaction)).unwrap();
        let refuse = |value: Value, expected: &str| {
            let error = serde_json::from_value::<SignedTransaction>(value).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        };
        let mut extra = good.clone();
        extra["memo"] = json!("for you");
        refuse(extra, "unknown field `memo`");
        let names: Vec<String> = good.as_object().unwrap().keys().cloned().collect();
        for name in names.iter().filter(|name| *name != "to_index") {
            let mut short = good.clone();
            short.as_object_mut().unwrap().remove(name);
            refuse(short, &format!("missing field `{name}`"));
            let mut wrong = good.clone();
            wrong[name] = json!([]);
            assert!(serde_json::from_value::<SignedTransaction>(wrong).is_err(), "{name}");
        }
        for (name, value) in [("from", json!(1_u64 << 32)), ("fee_count", json!(-1))] {
            let mut wrong = good.clone();
            wrong[name] = value;
            refuse(wrong, "invalid value");
        }
    }
    let mut foreign = serde_json::to_value(signed(all()[0])).unwrap();
    foreign["kind"] = json!("deposit");
    let error = serde_json::from_value::<SignedTransaction>(foreign).unwrap_err();
    assert!(error.to_string().contains("unknown variant `deposit`"), "{error}");
}

#[test]
fn a_field_given_twice_is_refused() {
    for transaction in all() {
        let text = serde_json::to_string(&signed(transaction)).unwrap();
        let doubled = text.replacen("\"from\":1", "\"from\":1,\"from\":1", 1);
        let error = serde_json::from_str::<SignedTransaction>(&doubled).unwrap_err();
        assert!(error.to_string().contains("duplicate field `from`"), "{error}");
    }
}

#[test]
fn amounts_out_of_range_are_refused_as_they_are_read() {
    let mut value = serde_json::to_value(signed(Transaction::Transfer(transfer()))).unwrap();
    for amount in ["340282366920938463463374607431768211456", "-1", "1e3", ""] {
        value["amount"] = json!(amount);
        let error = serde_json::from_value::<SignedTransaction>(value.clone()).unwrap_err();
        assert!(error.to_string().contains("base units below 2^128"), "{error}");
    }
}

#[test]
fn the_message_is_the_24_elements_of_section_4() {
    let element = Goldilocks::from_canonical_u64;
    // 0xab.. in limbs of 62, 62 and 36 bits
    let limbs = |byte: u8| Address([byte; 20]).elements();
    let expected = |kind: u64, middle: &[Goldilocks], key: [Goldilocks; 5]| {
        let mut elements = vec![element(kind), element(31_337)];
        elements.extend(limbs(0xc0));
        elements.push(element(1));
        elements.extend(middle);
        elements.extend([element(5), element(1), element(6), element(7)]);
        elements.extend(key);
        hash(Domain::Message, &elements)
    };
    let valued = |named: u64| {
        let mut middle = limbs(0xab).to_vec();
        middle.extend([element(named), element(3)]);
        middle.extend([element(0xffff_ffff); 4]);
        middle
    };
    let zero = [Goldilocks::ZERO; 5];
    let message = |transaction: Transaction| transaction.message(&parameters());
    let named = Transaction::Transfer(transfer());
    assert_eq!(message(named), expected(1, &valued(2), zero));
    let any = Transaction::Transfer(Transfer { to_index: None, ..transfer() });
    assert_eq!(message(any), expected(1, &valued(1 << 32), zero));
    assert_eq!(message(Transaction::Withdraw(withdraw())), expected(2, &valued(0), zero));
    let key = set_key().new_key.elements();
    assert_eq!(message(Transaction::SetKey(set_key())), expected(3, &[Goldilocks::ZERO; 9], key));
}

#[test]
fn signatures_are_of_the_message() {
    let key = secret_key(1);
    for transaction in all() {
        let message = transaction.message(&parameters());
        for signed in [signed(transaction), transaction.sign(&key, &parameters()).unwrap()] {
            verify(&key.public_key(), message, &signed.signature).unwrap();
        }
    }
}

#[test]
fn every_parameter_that_is_signed_changes_the_message() {
    let transaction = Transaction::Transfer(transfer());
    let message = transaction.message(&parameters());
    let chain_id = ChainId::new(1).unwrap();
    assert_ne!(transaction.message(&Parameters { chain_id, ..parameters() }), message);
    let contract = Address([0xc1; 20]);
    assert_ne!(transaction.message(&Parameters { contract, ..parameters() }), message);
}
