use num_bigint::BigUint;
use proptest::prelude::*;

use super::*;

#[test]
fn ranges_are_kept() {
    assert!(FeeUnit::new((1 << 30) - 1).is_ok());
    assert!(FeeUnit::new(1 << 30).is_err());
    assert!(Nonce::new(GOLDILOCKS_ORDER).is_err());
    assert!(Nonce::MAX.next().is_err());
    assert!("65536".parse::<TokenId>().is_err());
    assert!(serde_json::from_str::<FeeUnit>("1073741824").is_err());
}

#[test]
fn an_error_says_what_was_expected_and_given() {
    let error = FeeUnit::new(1 << 30).unwrap_err();
    let QuantityError { what, expected, actual } = &error;
    assert_eq!((*what, actual.as_str()), ("FeeUnit", "1073741824"));
    assert_eq!(error.to_string(), format!("FeeUnit: expected {expected}, got \"1073741824\""));
}

#[test]
fn amounts_are_decimal_digits_only() {
    for text in ["", "+1", "-1", "0x1", "1.0", " 1", "340282366920938463463374607431768211456"] {
        assert_eq!(text.parse::<Amount>().unwrap_err().actual, text);
    }
    assert_eq!("340282366920938463463374607431768211455".parse(), Ok(Amount::MAX));
}

#[test]
fn json_amounts_are_strings_and_addresses_hex() {
    assert_eq!(serde_json::to_string(&Amount::new(7)).unwrap(), "\"7\"");
    assert!(serde_json::from_str::<Amount>("7").is_err());
    let text = "\"0x00000000000000000000000000000000000000ff\"";
    let address: Address = serde_json::from_str(text).unwrap();
    assert_eq!(address.limbs(), [255, 0, 0]);
    assert_eq!(serde_json::to_string(&address).unwrap(), text);
}

#[test]
fn an_error_quotes_no_more_than_80_characters() {
    let error = "9".repeat(1000).parse::<AccountIndex>().unwrap_err();
    assert_eq!(error.actual.len(), 80);
}

proptest! {
    #[test]
    fn amount_limbs_round_trip(value: u128) {
        let amount = Amount::new(value);
        prop_assert_eq!(Amount::from_limbs(amount.limbs()), amount);
        prop_assert_eq!(amount.to_string().parse::<Amount>().unwrap(), amount);
    }

    #[test]
    fn address_limbs_are_those_of_the_integer(bytes: [u8; 20]) {
        let [a, b, c] = Address(bytes).limbs();
        let integer = (((BigUint::from(c) << 62) + b) << 62) + a;
        prop_assert_eq!(integer, BigUint::from_bytes_be(&bytes));
        prop_assert_eq!(Address::from_limbs([a, b, c]).unwrap(), Address(bytes));
    }

    #[test]
    fn wide_address_limbs_are_refused(limb in 1_u64 << 62.., top in 1_u64 << 36..) {
        prop_assert!(Address::from_limbs([limb, 0, 0]).is_err());
        prop_assert!(Address::from_limbs([0, limb, 0]).is_err());
        prop_assert!(Address::from_limbs([0, 0, top]).is_err());
    }
}
