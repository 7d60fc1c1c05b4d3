//! The reference values of `tests/data/ecgfp5.json`.

use num_bigint::BigUint;
use serde_json::Value;
use starfold_primitives::ecgfp5::{AffinePoint, Gfp5, Point, PointDecodingError, Scalar};

use crate::reference;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../data/ecgfp5.json")).unwrap()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap()
}

fn element(value: &Value) -> Gfp5 {
    let limbs: Vec<u64> = value
        .as_array()
        .unwrap()
        .iter()
        .map(|limb| limb.as_str().unwrap().parse().unwrap())
        .collect();
    Gfp5::from_u64s(limbs.try_into().unwrap())
}

fn scalar(value: &Value) -> Scalar {
    let integer: BigUint = value.as_str().unwrap().parse().unwrap();
    let mut bytes = integer.to_bytes_le();
    bytes.resize(40, 0);
    Scalar::from_bytes(&bytes.try_into().unwrap()).unwrap()
}

fn point(value: &Value) -> Point {
    AffinePoint::decode(element(value)).unwrap().into()
}

#[test]
fn the_group_order_is_the_reference_order() {
    assert_eq!(vectors()["n"], reference::ORDER);
}

#[test]
fn multiples_of_the_generator() {
    for case in list(&vectors(), "scalar_multiples_of_base") {
        let (k, expected) = (scalar(&case["k"]), element(&case["point"]));
        assert_eq!(Point::mul_base_secret(&k).encode(), expected);
        assert_eq!(Point::generator().mul_secret(&k).encode(), expected);
        assert_eq!(Point::generator().mul_public(&k).encode(), expected);
        assert_eq!(point(&case["point"]), Point::mul_base_secret(&k));
    }
}

#[test]
fn decoding() {
    for case in list(&vectors(), "decoding") {
        let w = element(&case["w"]);
        match AffinePoint::decode(w) {
            Ok(point) => {
                assert_eq!(case["valid"], true);
                assert_eq!(point.encode(), w);
            }
            Err(error) => {
                assert_eq!(case["valid"], false);
                assert_eq!(error, PointDecodingError::NotOnCurve);
            }
        }
    }
}

#[test]
fn combinations() {
    for case in list(&vectors(), "combinations") {
        let (a, b, q) = (scalar(&case["a"]), scalar(&case["b"]), point(&case["q"]));
        let sum = Point::mul_base_secret(&a) + q.mul_public(&b);
        assert_eq!(sum.encode(), element(&case["a_base_plus_b_q"]));
        assert_eq!(q.double().encode(), element(&case["double_q"]));
        assert_eq!((Point::generator() + q).encode(), element(&case["base_plus_q"]));
    }
}

#[test]
fn field() {
    for case in list(&vectors(), "field") {
        let (x, y) = (element(&case["x"]), element(&case["y"]));
        assert_eq!(x * y, element(&case["product"]));
        assert_eq!(x.square(), element(&case["square"]));
        assert_eq!(x.inverse(), Some(element(&case["inverse"])));
        assert_eq!(x.is_square(), case["legendre"] == "1");
        assert_eq!(x.sqrt().is_some(), x.is_square());
    }
}
