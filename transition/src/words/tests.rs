use proptest::prelude::*;
use starfold_primitives::GOLDILOCKS_ORDER;

use super::*;
use crate::kind::Kind;
use crate::operation::NamedRecipient;
use crate::testing::{fee_count as fees, index, token as token_id};
use starfold_primitives::quantities::Timestamp;

fn any_key() -> impl Strategy<Value = PublicKey> {
    let element = prop_oneof![0..GOLDILOCKS_ORDER, Just(GOLDILOCKS_ORDER - 1)];
    prop::array::uniform5(element).prop_map(|key| PublicKey::from_canonical(key).unwrap())
}

/// An operation of any kind, whose unused fields are zero.
fn any_operation() -> impl Strategy<Value = Operation> {
    let fields = (any::<[u32; 3]>(), any::<u16>(), any::<u128>(), any::<[u8; 20]>(), any_key());
    (0..Kind::ALL.len(), any::<bool>(), fields).prop_map(|(kind, created, fields)| {
        let ([from, to, fee], token, amount, address, key) = fields;
        let kind = Kind::ALL[kind];
        let when = |used| u32::from(used);
        let set_key = matches!(kind, Kind::SetKey | Kind::L1SetKey);
        let valued = kind != Kind::Noop && !set_key;
        let paid = kind.is_signed() || kind == Kind::CollectFee;
        let addressed = !matches!(kind, Kind::Noop | Kind::SetKey | Kind::CollectFee);
        Operation {
            kind,
            from: index(from * when(kind.has_sender())),
            to: index(to * when(kind.has_recipient())),
            named: NamedRecipient::ZERO,
            token: token_id(if valued { token } else { 0 }),
            amount: Amount::new(if valued { amount } else { 0 }),
            fee_count: fees(fee * when(paid)),
            valid_until: Timestamp::ZERO,
            address: if addressed { Address(address) } else { Address::ZERO },
            new_key: if set_key { key } else { PublicKey::NONE },
            created: created && matches!(kind, Kind::Transfer | Kind::Deposit),
            matched: false,
        }
    })
}

fn bytes(words: &[Word]) -> Vec<String> {
    words.iter().map(|word| hex::encode(word.to_bytes())).collect()
}

fn parse(lines: &[&str]) -> Vec<Word> {
    let word = |line: &&str| {
        let mut bytes = [0; 31];
        hex::decode_to_slice(line, &mut bytes).unwrap();
        Word::from_bytes(&bytes)
    };
    lines.iter().map(word).collect()
}

/// A word of an opcode and zeros.
fn head(opcode: u8) -> [u8; 31] {
    std::array::from_fn(|position| if position == 0 { opcode } else { 0 })
}

fn with_bit(bytes: &[u8; 31], bit: usize) -> Word {
    let mut bytes = *bytes;
    bytes[30 - bit / 8] |= 1 << (bit % 8);
    Word::from_bytes(&bytes)
}

fn operation(kind: Kind) -> Operation {
    Operation {
        kind,
        from: index(1),
        to: index(2),
        token: token_id(3),
        amount: Amount::new(4),
        fee_count: fees(5),
        address: Address([0xab; 20]),
        ..Operation::NOOP
    }
}

#[test]
fn words_by_hand() {
    let transfer = operation(Kind::Transfer);
    let head = "01000000010000000200030000000000000000000000000000000400000005";
    let address = "0000000000000000000000abababababababababababababababababababab";
    assert_eq!(bytes(&words(&transfer)), [head]);
    let created = Operation { created: true, ..transfer };
    assert_eq!(bytes(&words(&created)), [&head.replacen("01", "02", 1)[..], address]);

    let withdraw = Operation { to: index(0), ..operation(Kind::Withdraw) };
    let head = "81000000010000000000030000000000000000000000000000000400000005";
    assert_eq!(bytes(&words(&withdraw)), [head, address]);

    let deposit = Operation { from: index(0), fee_count: fees(0), ..operation(Kind::Deposit) };
    let head = "82000000000000000200030000000000000000000000000000000400000000";
    assert_eq!(bytes(&words(&deposit)), [head, address]);
    assert_eq!(words(&Operation { created: true, ..deposit }), words(&deposit));

    let exit = Operation { to: index(0), fee_count: fees(0), ..operation(Kind::ForcedExit) };
    let head = "83000000010000000000030000000000000000000000000000000400000000";
    assert_eq!(bytes(&words(&exit)), [head, address]);
    assert_eq!(words(&Operation { matched: true, ..exit }), words(&exit));

    let collect = Operation { from: index(0), ..operation(Kind::CollectFee) };
    let head = "04000000000000000200030000000000000000000000000000000400000005";
    assert_eq!(bytes(&words(&collect)), [head]);
    assert_eq!(words(&Operation::NOOP), []);
}

#[test]
fn key_words_by_hand() {
    // 62 low bits of element 4 at bit 62; the tops 1, 2, 3, 0, 1 at bit 124: 0b01_00_11_10_01 = 0x139
    let elements = [(1 << 62) | 1, (2 << 62) | 1, (3 << 62) | 1, 1, (1 << 62) | 1];
    let set_key = Operation {
        kind: Kind::SetKey,
        from: index(7),
        fee_count: fees(9),
        new_key: PublicKey::from_canonical(elements).unwrap(),
        ..Operation::NOOP
    };
    // 0x139 << 124 is 0x139 and 31 digits, 1 << 62 is 4 and 15 digits
    let head = "03000000070000000000000000001390000000000000004000000000000009";
    // four limbs of 1: bits 0, 62, 124 and 186
    let key = "00000000000000040000000000000010000000000000004000000000000001";
    assert_eq!(bytes(&words(&set_key)), [head, key]);
    let l1 = Operation {
        kind: Kind::L1SetKey,
        fee_count: fees(0),
        address: Address([0xab; 20]),
        ..set_key
    };
    let head = "84000000070000000000000000001390000000000000004000000000000000";
    let address = "0000000000000000000000abababababababababababababababababababab";
    assert_eq!(bytes(&words(&l1)), [head, address, key]);
}

#[test]
fn a_continuation_that_looks_like_a_head_word_is_not_one() {
    // a key word whose top byte is that of a Withdraw, and whose rest would decode as one
    let forged = Word::from_bytes(&head(0x81)).limbs();
    let key = PublicKey::from_canonical([forged[0], forged[1], forged[2], forged[3], 0]).unwrap();
    let set_key = Operation { kind: Kind::SetKey, new_key: key, ..Operation::NOOP };
    let stream = words(&set_key);
    assert_eq!(stream[1].to_bytes()[0], 0x81);
    let decoded = decode(&stream).unwrap();
    assert_eq!(decoded.len(), 1);
    assert_eq!((decoded[0].opcode, decoded[0].new_key), (Opcode::SetKey, key));
}

#[test]
fn unknown_opcodes_are_refused() {
    for code in (0..=u8::MAX).filter(|code| Opcode::from_code(*code).is_none()) {
        let transfer = words(&operation(Kind::Transfer))[0];
        let stream = [transfer, Word::from_bytes(&head(code))];
        let error = WordsError::UnknownOpcode { position: 1, actual: code };
        assert_eq!(decode(&stream), Err(error));
    }
}

#[test]
fn an_end_inside_a_transaction_is_refused() {
    for opcode in Opcode::ALL {
        let expected = opcode.word_count();
        let mut stream = vec![Word::from_bytes(&head(opcode.code()))];
        stream.resize(expected, Word::from_bytes(&[0; 31]));
        assert_eq!(decode(&stream).map(|transactions| transactions.len()), Ok(1));
        for actual in 1..expected {
            let error = WordsError::Truncated { position: 0, opcode, expected, actual };
            assert_eq!(decode(&stream[..actual]), Err(error));
        }
    }
}

#[test]
fn every_unused_bit_is_refused_and_every_used_one_is_not() {
    // bits of the fields of section 5 below the opcode
    let (fee, amount, token, to, from) = (0..32, 32..160, 160..176, 176..208, 208..240);
    let key = 62..134;
    let used = |opcode: Opcode, bit: usize| match opcode {
        Opcode::Transfer | Opcode::TransferNew => true,
        Opcode::SetKey => fee.contains(&bit) || key.contains(&bit) || from.contains(&bit),
        Opcode::CollectFee => !from.contains(&bit),
        Opcode::Withdraw => !to.contains(&bit),
        Opcode::Deposit => amount.contains(&bit) || token.contains(&bit) || to.contains(&bit),
        Opcode::ForcedExit => amount.contains(&bit) || token.contains(&bit) || from.contains(&bit),
        Opcode::L1SetKey => key.contains(&bit) || from.contains(&bit),
    };
    for opcode in Opcode::ALL {
        for bit in 0..240 {
            let mut stream = vec![with_bit(&head(opcode.code()), bit)];
            stream.resize(opcode.word_count(), Word::from_bytes(&[0; 31]));
            let (limb, actual) = (bit / 62, 1 << (bit % 62));
            let error = Err(WordsError::UnusedBits { position: 0, limb, actual });
            let result = decode(&stream).map(drop);
            assert_eq!(result, if used(opcode, bit) { Ok(()) } else { error }, "{opcode:?} {bit}");
        }
    }
}

#[test]
fn bits_above_an_address_are_refused() {
    for bit in 160..248 {
        let withdraw = Word::from_bytes(&head(0x81));
        let stream = [withdraw, with_bit(&[0; 31], bit)];
        let (limb, actual) = (bit / 62, 1 << (bit % 62));
        assert_eq!(decode(&stream), Err(WordsError::UnusedBits { position: 1, limb, actual }));
    }
}

#[test]
fn a_key_element_of_the_order_is_refused() {
    for element in 0..5 {
        let mut elements = [GOLDILOCKS_ORDER - 1; 5];
        for (value, accepted) in [(GOLDILOCKS_ORDER - 1, true), (GOLDILOCKS_ORDER, false)] {
            elements[element] = value;
            let mut first = Word::from_bytes(&head(0x03)).limbs();
            layout::write_key(&mut first, &elements);
            let stream = [word(first), word(layout::key_word(&elements))];
            let source = NotCanonical { value };
            let error = WordsError::KeyElement { position: 0, element, source };
            assert_eq!(decode(&stream).map(drop), if accepted { Ok(()) } else { Err(error) });
        }
    }
}

#[test]
fn bytes_of_a_recorded_stream_decode() {
    let stream = parse(&[
        "02000000010000000200030000000000000000000000000000000400000005",
        "0000000000000000000000abababababababababababababababababababab",
        "04000000000000000200030000000000000000000000000000000400000005",
    ]);
    let decoded = decode(&stream).unwrap();
    assert_eq!(decoded.len(), 2);
    assert_eq!(decoded[0].opcode, Opcode::TransferNew);
    assert_eq!(decoded[0].address, Address([0xab; 20]));
    assert_eq!(decoded[1].to, index(2));
}

proptest! {
    #[test]
    fn operations_round_trip(operations in prop::collection::vec(any_operation(), 0..20)) {
        let stream: Vec<Word> = operations.iter().flat_map(words).collect();
        let expected: Vec<_> = operations.iter().filter_map(DecodedTransaction::of).collect();
        prop_assert_eq!(decode(&stream).unwrap(), expected);
    }

    #[test]
    fn random_streams_decode_to_what_encodes_to_them(
        stream in prop::collection::vec((any::<[u8; 31]>(), any::<prop::sample::Index>(), any::<bool>()), 0..8),
    ) {
        let word = |(mut bytes, opcode, sparse): ([u8; 31], prop::sample::Index, bool)| {
            bytes[0] = opcode.get(&Opcode::ALL).code();
            if sparse {
                bytes[5..].fill(0);
            }
            Word::from_bytes(&bytes)
        };
        let stream: Vec<Word> = stream.into_iter().map(word).collect();
        if let Ok(transactions) = decode(&stream) {
            let again: Vec<Word> = transactions.iter().flat_map(|one| one.to_words()).collect();
            prop_assert_eq!(again, stream);
        }
    }
}
