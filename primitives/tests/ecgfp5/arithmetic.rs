//! Field, group and scalars against the slow implementation.

use num_bigint::BigUint;
use proptest::prelude::*;
use starfold_primitives::ecgfp5::{
    AffinePoint, CURVE_A, CURVE_B, Chord, GENERATOR, Gfp5, Point, PointDecodingError, SCALAR_BYTES,
    Scalar, ScalarOutOfRange, Tangent,
};
use starfold_primitives::{Field, Goldilocks};

use crate::reference::{self, Element};

/// Limbs around every carry, most of them no canonical representatives.
fn limb() -> impl Strategy<Value = u64> {
    let order = starfold_primitives::GOLDILOCKS_ORDER;
    let edges =
        [0, 1, 2, 0xffff_ffff, 1 << 32, order - 1, order, order + 1, u64::MAX - 1, u64::MAX];
    prop_oneof![any::<u64>(), proptest::sample::select(edges.to_vec())]
}

fn limbs() -> impl Strategy<Value = Element> {
    proptest::array::uniform5(limb())
}

/// An element in the very representation given.
fn raw(limbs: Element) -> Gfp5 {
    Gfp5::new(limbs.map(Goldilocks::from_noncanonical_u64))
}

fn integer(limbs: [u64; 5]) -> BigUint {
    limbs.into_iter().rev().fold(BigUint::ZERO, |sum, limb| (sum << 64) + limb)
}

fn integer_of(scalar: Scalar) -> BigUint {
    integer(scalar.to_limbs())
}

fn scalar_of(integer: &BigUint) -> Result<Scalar, ScalarOutOfRange> {
    let mut bytes = integer.to_bytes_le();
    bytes.resize(SCALAR_BYTES, 0);
    Scalar::from_bytes(&bytes.try_into().unwrap())
}

fn affine(point: Point) -> reference::Affine {
    point.to_affine().map(|point| (point.x().to_canonical_u64s(), point.y().to_canonical_u64s()))
}

proptest! {
    #[test]
    fn field_operations(a in limbs(), b in limbs()) {
        let (x, y) = (raw(a), raw(b));
        prop_assert_eq!((x + y).to_canonical_u64s(), reference::add(a, b));
        prop_assert_eq!((x - y).to_canonical_u64s(), reference::sub(a, b));
        prop_assert_eq!((-x).to_canonical_u64s(), reference::neg(a));
        prop_assert_eq!((x * y).to_canonical_u64s(), reference::mul(a, b));
        prop_assert_eq!(x.square().to_canonical_u64s(), reference::mul(a, a));
        prop_assert_eq!(x.double().to_canonical_u64s(), reference::add(a, a));
        let many = reference::mul(a, [0xffff_ffff, 0, 0, 0, 0]);
        prop_assert_eq!(x.times(u32::MAX).to_canonical_u64s(), many);
        prop_assert_eq!(x.halve().double(), x);
    }

    #[test]
    fn inverses(a in limbs()) {
        let x = raw(a);
        if x.is_zero() {
            prop_assert_eq!(x.inverse(), None);
            prop_assert_eq!(x.inverse_or_zero(), Gfp5::ZERO);
        } else {
            prop_assert_eq!(x.inverse().unwrap() * x, Gfp5::ONE);
            prop_assert_eq!(x.inverse_or_zero().to_canonical_u64s(), reference::inverse(a));
        }
    }

    #[test]
    fn square_roots(a in limbs()) {
        let x = raw(a);
        prop_assert_eq!(x.is_square(), reference::is_square(a));
        match x.sqrt() {
            Some(root) => prop_assert_eq!(root.square(), x),
            None => prop_assert!(!reference::is_square(a)),
        }
        let root = x.square().sqrt().unwrap();
        prop_assert!(root == x || root == -x);
    }

    #[test]
    fn scalars(a: [u64; 5], b: [u64; 5]) {
        let order = reference::order();
        let (x, y) = (Scalar::from_limbs(a), Scalar::from_limbs(b));
        let (a, b) = (integer(a) % &order, integer(b) % &order);
        prop_assert_eq!(integer_of(x), a.clone());
        prop_assert_eq!(integer_of(x + y), (&a + &b) % &order);
        prop_assert_eq!(integer_of(x - y), (&a + &order - &b) % &order);
        prop_assert_eq!(integer_of(x * y), (&a * &b) % &order);
        prop_assert_eq!(integer_of(-x), (&order - &a) % &order);
        prop_assert_eq!(Scalar::from_bytes(&x.to_bytes()), Ok(x));
        for bit in [0, 1, 63, 64, 159, 160, 318, 319, 400] {
            prop_assert_eq!(x.bit(bit), a.bit(bit as u64));
        }
    }

    #[test]
    fn wide_integers_are_reduced(low: [u8; 32], high: [u8; 32]) {
        let bytes: [u8; 64] = [low, high].concat().try_into().unwrap();
        let expected = BigUint::from_bytes_le(&bytes) % reference::order();
        prop_assert_eq!(integer_of(Scalar::from_wide_bytes(&bytes)), expected);
    }

    #[test]
    fn a_decoded_point_is_the_only_one(a in limbs()) {
        let w = raw(a);
        match AffinePoint::decode(w) {
            Ok(point) => {
                let (x, y) = (point.x().to_canonical_u64s(), point.y().to_canonical_u64s());
                prop_assert!(reference::is_on_curve((x, y)));
                prop_assert!(reference::is_square(x));
                // The other point with this encoding differs by the point of order two.
                let twin = reference::mul(reference::B, reference::inverse(x));
                prop_assert!(!reference::is_square(twin));
                prop_assert_eq!(point.encode(), w);
                prop_assert_eq!(Point::from(point).encode(), w);
                prop_assert_eq!(Point::from(point).to_affine(), Some(point));
            }
            Err(PointDecodingError::Neutral) => prop_assert!(w.is_zero()),
            Err(PointDecodingError::NotOnCurve) => {
                let e = reference::sub(reference::mul(a, a), reference::A);
                let four_b = reference::mul([4, 0, 0, 0, 0], reference::B);
                prop_assert!(!reference::is_square(reference::sub(reference::mul(e, e), four_b)));
            }
        }
    }

    #[test]
    fn both_ladders_agree_and_are_homomorphic(a: [u64; 5], b: [u64; 5]) {
        let (a, b) = (Scalar::from_limbs(a), Scalar::from_limbs(b));
        let (p, q) = (Point::mul_base_secret(&a), Point::mul_base_secret(&b));
        prop_assert_eq!(p, Point::generator().mul_public(&a));
        prop_assert_eq!(p + q, Point::mul_base_secret(&(a + b)));
        prop_assert_eq!(p + -q, Point::mul_base_secret(&(a - b)));
        prop_assert_eq!(q.mul_secret(&a), p.mul_public(&b));
        prop_assert_eq!(p.double(), p + p);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn multiples_are_those_of_chords_and_tangents(limbs: [u64; 5]) {
        let scalar = Scalar::from_limbs(limbs);
        let point = Point::mul_base_secret(&scalar);
        let generator = affine(Point::generator());
        let expected = reference::point_mul(&integer_of(scalar), generator);
        prop_assert_eq!(affine(point), expected);
        prop_assert_eq!(point.encode().to_canonical_u64s(), reference::encode(expected));
    }
}

#[test]
fn small_multiples_of_both_signs_and_all_their_sums() {
    let generator = affine(Point::generator());
    let mut slow: Vec<reference::Affine> = vec![None];
    for index in 0..6 {
        slow.push(reference::point_add(slow[index], generator));
    }
    for index in 1..=6 {
        slow.push(slow[index].map(|(x, y)| (x, reference::neg(y))));
    }
    let fast: Vec<Point> = slow
        .iter()
        .map(|point| match point {
            None => Point::NEUTRAL,
            Some(_) => {
                let w = Gfp5::from_u64s(reference::encode(*point));
                AffinePoint::decode(w).unwrap().into()
            }
        })
        .collect();
    for (p, slow_p) in fast.iter().zip(&slow) {
        assert_eq!(affine(p.double()), reference::point_add(*slow_p, *slow_p));
        for (q, slow_q) in fast.iter().zip(&slow) {
            let sum = reference::point_add(*slow_p, *slow_q);
            assert_eq!(affine(*p + *q), sum);
            assert_eq!((*p + *q).is_neutral(), sum.is_none());
            assert_eq!(p == q, slow_p == slow_q);
        }
    }
}

#[test]
fn the_curve_and_its_generator_are_those_of_the_reference() {
    assert_eq!([CURVE_A, 0, 0, 0, 0], reference::A);
    assert_eq!(CURVE_B, reference::B);
    // G is a point of the curve of odd order, and n times G is the neutral element.
    let generator = affine(Point::generator());
    assert_eq!(reference::encode(generator), GENERATOR);
    assert_eq!(reference::encode(generator), [4, 0, 0, 0, 0]);
    assert!(generator.is_some_and(reference::is_on_curve));
    assert_eq!(reference::point_mul(&reference::order(), generator), None);
}

#[test]
fn an_encoded_scalar_has_just_the_bytes_of_the_order() {
    assert_eq!(reference::order().bits().div_ceil(8), SCALAR_BYTES as u64);
}

#[test]
fn chords_and_tangents() {
    let g = Point::generator().to_affine().unwrap();
    let Tangent { slope, double } = g.tangent();
    // 2 y s = 3 x^2 + 2 a x + b
    let gradient = g.x().square().times(3) + g.x().times(4) + Gfp5::from_u64s(reference::B);
    assert_eq!(slope * g.y().double(), gradient);
    let Chord { inverse, slope, sum } = g.chord(double).unwrap();
    assert_eq!(inverse * (double.x() - g.x()), Gfp5::ONE);
    assert_eq!(slope * (double.x() - g.x()), double.y() - g.y());
    assert_eq!(Point::from(sum), Point::mul_base_secret(&Scalar::from_limbs([3, 0, 0, 0, 0])));
    assert!(g.chord(g).is_none());
    assert!(g.chord((-Point::generator()).to_affine().unwrap()).is_none());
}

#[test]
fn neutral_elements() {
    let g = Point::generator();
    assert_eq!(Point::mul_base_secret(&Scalar::ZERO), Point::NEUTRAL);
    assert_eq!(g.mul_public(&Scalar::ZERO), Point::NEUTRAL);
    assert_eq!(Point::NEUTRAL.mul_secret(&-Scalar::ONE), Point::NEUTRAL);
    assert_eq!(Point::mul_base_secret(&-Scalar::ONE) + g, Point::NEUTRAL);
    assert_eq!(Point::NEUTRAL.double(), Point::NEUTRAL);
    assert_eq!(Point::NEUTRAL.encode(), Gfp5::ZERO);
    assert_eq!(Point::NEUTRAL.to_affine(), None);
    assert_eq!(AffinePoint::decode(Gfp5::ZERO), Err(PointDecodingError::Neutral));
}

#[test]
fn scalars_from_the_order_on_are_refused() {
    let order = reference::order();
    assert!(scalar_of(&(&order - 1_u32)).is_ok());
    for integer in [order.clone(), &order + 1_u32, (BigUint::from(1_u32) << 320) - 1_u32] {
        assert_eq!(scalar_of(&integer), Err(ScalarOutOfRange));
    }
}

#[test]
fn a_scalar_is_not_printed() {
    assert_eq!(format!("{:?}", Scalar::from_limbs([12345; 5])), "Scalar(..)");
}
