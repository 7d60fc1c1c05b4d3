use super::*;
use crate::testing::{index, secret_key, token};

fn round_trip(operation: L1Operation, json: &str) {
    assert_eq!(serde_json::to_string(&operation).unwrap(), json);
    assert_eq!(serde_json::from_str::<L1Operation>(json).unwrap(), operation);
}

#[test]
fn json_round_trips() {
    let address = Address([0xab; 20]);
    let hex = "abababababababababababababababababababab";
    let amount = Amount::MAX;
    round_trip(
        L1Operation::Deposit { to: address, token: TokenName::Id(token(3)), amount },
        &format!(
            r#"{{"kind":"deposit","to":"0x{hex}","token":3,"amount":"340282366920938463463374607431768211455"}}"#
        ),
    );
    round_trip(
        L1Operation::ForcedExit {
            from: index(7),
            address,
            token: TokenName::L1(Address([0x11; 20])),
        },
        &format!(
            r#"{{"kind":"forced_exit","from":7,"address":"0x{hex}","token":"0x{}"}}"#,
            "11".repeat(20)
        ),
    );
    let new_key = secret_key(1).public_key();
    round_trip(
        L1Operation::L1SetKey { from: index(7), address, new_key },
        &format!(r#"{{"kind":"l1_set_key","from":7,"address":"0x{hex}","new_key":"{new_key}"}}"#),
    );
}

#[test]
fn what_is_no_operation_is_refused() {
    let address = "0xabababababababababababababababababababab";
    let cases = [
        (format!(r#"{{"kind":"transfer","to":"{address}"}}"#), "unknown variant"),
        (
            format!(r#"{{"kind":"deposit","to":"{address}","token":0,"amount":"1","fee":1}}"#),
            "unknown field `fee`",
        ),
        (format!(r#"{{"kind":"deposit","to":"{address}","token":0}}"#), "missing field `amount`"),
        (
            format!(r#"{{"kind":"deposit","to":"{address}","token":0,"amount":1}}"#),
            "invalid type: integer `1`",
        ),
        (
            format!(r#"{{"kind":"deposit","to":"{address}","token":65536,"amount":"1"}}"#),
            "a token is a number below 2^16",
        ),
    ];
    for (json, expected) in cases {
        let error = serde_json::from_str::<L1Operation>(&json).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
