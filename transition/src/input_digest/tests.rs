use starfold_primitives::quantities::{Amount, BatchNumber, ChainId, FeeUnit, Nonce, Timestamp};

use super::*;
use crate::testing::{arbitrary_batch, fee_count, index, secret_key, token};
use crate::transaction::{SetKey, Transaction, Transfer};

fn inputs() -> SealInputs {
    let (_, mut inputs) = arbitrary_batch(0, 1);
    let address = Address([1; 20]);
    inputs.l1_operations = vec![
        L1Operation::Deposit { to: address, token: TokenName::Id(token(1)), amount: Amount::ZERO },
        L1Operation::ForcedExit { from: index(1), address, token: TokenName::L1(address) },
        L1Operation::L1SetKey { from: index(1), address, new_key: PublicKey::NONE },
    ];
    let transfer = Transaction::Transfer(transfer());
    let set_key = Transaction::SetKey(SetKey {
        from: index(1),
        new_key: secret_key(1).public_key(),
        fee_count: fee_count(1),
        fee_token: token(1),
        nonce: Nonce::ZERO,
        valid_until: Timestamp::ZERO,
    });
    inputs.transactions = [transfer, set_key]
        .map(|transaction| transaction.sign_deterministic(&secret_key(1), &inputs.parameters))
        .to_vec();
    inputs
}

fn transfer() -> Transfer {
    Transfer {
        from: index(1),
        to: Address([1; 20]),
        to_index: None,
        token: token(1),
        amount: Amount::new(1),
        fee_count: fee_count(1),
        fee_token: token(1),
        nonce: Nonce::ZERO,
        valid_until: Timestamp::ZERO,
    }
}

fn digest(inputs: &SealInputs) -> InputDigest {
    input_digest(inputs, Digest::ZERO)
}

#[test]
fn equal_inputs_have_equal_digests() {
    assert_eq!(digest(&inputs()), digest(&inputs()));
}

#[test]
fn the_bytes_are_these() {
    let mut inputs = inputs();
    inputs.parameters.fee_token = token(1);
    inputs.parameters.fee_unit = FeeUnit::new(1_000).unwrap();
    inputs.transactions.truncate(1);
    let one = "01".repeat(20);
    let text = [
        // chain id 31337, contract, fee token, fee unit, batch, timestamp, previous root
        "0000000000007a69",
        &"c0".repeat(20),
        "0001",
        "000003e8",
        "00000001",
        "6553f100",
        &"00".repeat(32),
        // operator 0, nothing skipped, three L1 operations
        "00000000",
        "00",
        "0000000000000003",
        &format!("00{one}000001{}", "00".repeat(16)),
        &format!("0100000001{one}01{one}"),
        &format!("0200000001{one}{}", "00".repeat(40)),
        // one Transfer from 1 to any account: token, amount, fee count, fee token, nonce, expiry, key
        "0000000000000001",
        &format!("000000000000000100000001{one}01"),
        &format!("0001{:032x}000000010001{:016x}{:08x}", 1, 0, 0),
        &"00".repeat(40),
        &inputs.transactions[0].signature.to_string()[2..],
    ]
    .concat();
    let mut bytes = b"starfold batch input 1".to_vec();
    bytes.extend(hex::decode(text).unwrap());
    assert_eq!(digest(&inputs).0, <[u8; 32]>::from(Keccak256::digest(bytes)));
}

#[test]
fn everything_outside_the_lists_counts() {
    let changes: [fn(&mut SealInputs); 8] = [
        |inputs| inputs.parameters.chain_id = ChainId::new(1).unwrap(),
        |inputs| inputs.parameters.contract = Address([9; 20]),
        |inputs| inputs.parameters.fee_token = token(9),
        |inputs| inputs.parameters.fee_unit = FeeUnit::new(9).unwrap(),
        |inputs| inputs.batch = BatchNumber::new(9).unwrap(),
        |inputs| inputs.timestamp = Timestamp::new(9).unwrap(),
        |inputs| inputs.operator = index(9),
        |inputs| inputs.skip_invalid = true,
    ];
    let mut digests = vec![digest(&inputs())];
    for change in changes {
        let mut changed = inputs();
        change(&mut changed);
        digests.push(digest(&changed));
    }
    let root = Digest::from_canonical([1, 0, 0, 0]).unwrap();
    digests.push(input_digest(&inputs(), root));
    assert_distinct(digests);
}

#[test]
fn every_field_and_the_order_of_operations_count() {
    let address = Address([2; 20]);
    let changes: [fn(&mut SealInputs); 6] = [
        |inputs| inputs.l1_operations.swap(0, 1),
        |inputs| inputs.l1_operations.truncate(2),
        |inputs| inputs.transactions.swap(0, 1),
        |inputs| inputs.transactions.truncate(1),
        |inputs| inputs.transactions[0].signature = inputs.transactions[1].signature,
        |inputs| inputs.l1_operations.clear(),
    ];
    let mut digests = vec![digest(&inputs())];
    for change in changes {
        let mut changed = inputs();
        change(&mut changed);
        digests.push(digest(&changed));
    }
    let (one, amount) = (TokenName::Id(token(1)), Amount::new(1));
    for (position, entry) in [
        (0, L1Operation::Deposit { to: address, token: one, amount: Amount::ZERO }),
        (0, L1Operation::Deposit { to: Address([1; 20]), token: one, amount }),
        (1, L1Operation::ForcedExit { from: index(1), address, token: one }),
        (1, L1Operation::ForcedExit { from: index(2), address, token: one }),
        (2, L1Operation::L1SetKey { from: index(1), address, new_key: PublicKey::NONE }),
        (2, L1Operation::L1SetKey { from: index(1), address, new_key: secret_key(1).public_key() }),
    ] {
        let mut changed = inputs();
        changed.l1_operations[position] = entry;
        digests.push(digest(&changed));
    }
    assert_distinct(digests);
}

#[test]
fn every_field_of_a_transaction_counts() {
    let changes: [fn(&mut Transfer); 9] = [
        |transfer| transfer.from = index(2),
        |transfer| transfer.to = Address([2; 20]),
        |transfer| transfer.to_index = Some(index(0)),
        |transfer| transfer.token = token(2),
        |transfer| transfer.amount = Amount::new(2),
        |transfer| transfer.fee_count = fee_count(2),
        |transfer| transfer.fee_token = token(2),
        |transfer| transfer.nonce = Nonce::new(2).unwrap(),
        |transfer| transfer.valid_until = Timestamp::new(2).unwrap(),
    ];
    let mut digests = vec![digest(&inputs())];
    for change in changes {
        let mut changed = transfer();
        change(&mut changed);
        let mut inputs = inputs();
        inputs.transactions[0].transaction = Transaction::Transfer(changed);
        digests.push(digest(&inputs));
    }
    assert_distinct(digests);
}

#[test]
fn a_digest_is_text_in_json() {
    let digest = InputDigest([0xab; 32]);
    let text = format!("0x{}", "ab".repeat(32));
    assert_eq!(digest.to_string(), text);
    let json = serde_json::to_string(&digest).unwrap();
    assert_eq!(json, format!("\"{text}\""));
    assert_eq!(serde_json::from_str::<InputDigest>(&json).unwrap(), digest);
}

#[test]
fn other_text_is_no_digest_and_the_error_quotes_its_beginning() {
    let digits = "ab".repeat(32);
    for text in ["", "0x", &digits, &format!("0x{digits}ab"), &format!("0x{}", "ag".repeat(32))] {
        let error = text.parse::<InputDigest>().unwrap_err();
        assert_eq!(error, InputDigestError { text: text.to_owned() });
    }
    let error = "9".repeat(1000).parse::<InputDigest>().unwrap_err();
    let expected =
        format!("an input digest is 0x and 64 hexadecimal digits, not {:?}", "9".repeat(80));
    assert_eq!(error.to_string(), expected);
}

fn assert_distinct(digests: Vec<InputDigest>) {
    let count = digests.len();
    let distinct: std::collections::BTreeSet<_> = digests.into_iter().collect();
    assert_eq!(distinct.len(), count);
}
