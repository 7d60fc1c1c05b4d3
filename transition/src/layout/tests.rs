use num_bigint::BigUint;
use proptest::prelude::*;
use starfold_primitives::word::Word;

use super::*;

/// The limbs of an integer, by division.
fn limbs_of(integer: &BigUint) -> Limbs {
    let base = BigUint::from(1_u32) << LIMB_BITS;
    let mut rest = integer.clone();
    std::array::from_fn(|_| {
        let limb = &rest % &base;
        rest /= &base;
        u64::try_from(limb).unwrap()
    })
}

#[test]
fn fields_stand_where_section_5_puts_them() {
    // from the top: opcode 8, from 32, to 32, token 16, amount 128, fee count 32
    let mut end = 248;
    for (field, width) in
        [(OPCODE, 8), (FROM, 32), (TO, 32), (TOKEN, 16), (AMOUNT, 128), (FEE_COUNT, 32)]
    {
        end -= width;
        assert_eq!(field, Field { offset: end, width });
    }
    assert_eq!(end, 0);
    // the 160 bits of an address as limbs of 62, 62 and 36 bits, in the lowest bits of the word
    assert_eq!([0, 1, 2, 3].map(|limb| ADDRESS_LOW.mask(limb)), [LIMB_MAX, LIMB_MAX, 0, 0]);
    assert_eq!([0, 1, 2, 3].map(|limb| ADDRESS_HIGH.mask(limb)), [0, 0, (1 << 36) - 1, 0]);
    // limb 1, and the low ten bits of limb 2
    assert_eq!(LAST_KEY_ELEMENT, Field { offset: 62, width: 62 });
    assert_eq!(KEY_TOPS, Field { offset: 2 * 62, width: 10 });
    assert_eq!([0, 1, 2, 3].map(|limb| LAST_KEY_ELEMENT.mask(limb)), [0, LIMB_MAX, 0, 0]);
    assert_eq!([0, 1, 2, 3].map(|limb| KEY_TOPS.mask(limb)), [0, 0, 0x3ff, 0]);
}

#[test]
fn a_transfer_head_word_is_this() {
    let mut limbs = Limbs::default();
    OPCODE.write(&mut limbs, 0x01);
    FROM.write(&mut limbs, 0x1112_1314);
    TO.write(&mut limbs, 0x2122_2324);
    TOKEN.write(&mut limbs, 0x3132);
    AMOUNT.write(&mut limbs, 0x4142_4344_4546_4748_494a_4b4c_4d4e_4f50);
    FEE_COUNT.write(&mut limbs, 0x5152_5354);
    let bytes = Word::new(limbs).unwrap().to_bytes();
    let expected = "01111213142122232431324142434445464748494a4b4c4d4e4f5051525354";
    assert_eq!(hex::encode(bytes), expected);
}

#[test]
fn a_key_is_split_like_this() {
    let elements = [(1 << 62) + 10, (2 << 62) + 11, (3 << 62) + 12, 13, (1 << 62) + 14];
    let mut head = Limbs::default();
    write_key(&mut head, &elements);
    assert_eq!(head, [0, 14, 0b01_00_11_10_01, 0]);
    assert_eq!(key_word(&elements), [10, 11, 12, 13]);
    assert_eq!(read_key(&head, &key_word(&elements)), elements);
}

#[test]
fn opcodes_are_those_of_section_5() {
    use Continuation::{Address, Key};
    let table: [(_, _, &[Continuation]); 8] = [
        (Opcode::Transfer, 0x01, &[]),
        (Opcode::TransferNew, 0x02, &[Address]),
        (Opcode::SetKey, 0x03, &[Key]),
        (Opcode::CollectFee, 0x04, &[]),
        (Opcode::Withdraw, 0x81, &[Address]),
        (Opcode::Deposit, 0x82, &[Address]),
        (Opcode::ForcedExit, 0x83, &[Address]),
        (Opcode::L1SetKey, 0x84, &[Address, Key]),
    ];
    for (opcode, code, after_head) in table {
        assert_eq!(opcode.code(), code);
        assert_eq!(opcode.continuations(), after_head);
        assert_eq!(opcode.word_count(), 1 + after_head.len());
        assert_eq!(opcode.is_for_contract(), code >= 0x80);
        assert_eq!(Opcode::from_code(code), Some(opcode));
    }
    let known = (0..=u8::MAX).filter(|code| Opcode::from_code(*code).is_some()).count();
    assert_eq!(known, table.len());
}

#[test]
fn fields_of_a_head_word_do_not_overlap() {
    for opcode in Opcode::ALL {
        for limb in 0..4 {
            let mut seen = 0;
            for field in opcode.head_fields() {
                assert_eq!(seen & field.mask(limb), 0, "{opcode:?} {field:?}");
                seen |= field.mask(limb);
            }
        }
    }
}

proptest! {
    #[test]
    fn a_field_is_a_run_of_bits(offset in 0_u32..248, width in 1_u32..=128, value: u128) {
        prop_assume!(offset + width <= 248);
        let field = Field { offset, width };
        let kept = value & (u128::MAX >> (128 - width));
        let mut limbs = Limbs::default();
        field.write(&mut limbs, value);
        prop_assert_eq!(limbs, limbs_of(&(BigUint::from(kept) << offset)));
        prop_assert_eq!(field.read(&limbs), kept);
        prop_assert_eq!(unused_bits(&limbs, &[field]), Limbs::default());
        let ones = limbs_of(&((BigUint::from(1_u32) << 248) - 1_u32));
        let around = unused_bits(&ones, &[field]);
        let rest = BigUint::from(u128::MAX >> (128 - width)) << offset;
        prop_assert_eq!(around, limbs_of(&((BigUint::from(1_u32) << 248) - 1_u32 - rest)));
    }
}
