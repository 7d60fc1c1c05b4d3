//! The constant points, derived anew from their tag.

use shake::Shake256;
use shake::digest::{ExtendableOutput, Update, XofReader};
use starfold_primitives::ecgfp5::{AffinePoint, Gfp5, Point, Scalar};
use starfold_primitives::signature::{CHAIN_STEPS, OFFSET_TAG, RESPONSE_SPLIT, START, TABLE};
use starfold_primitives::{Field, Goldilocks};

use crate::scalar;

/// 320 bits, little-endian, modulo p.
fn reduce(bytes: &[u8]) -> Goldilocks {
    let two = Goldilocks::from_canonical_u64(2);
    let shift = two.exp_u64(8);
    bytes
        .iter()
        .rev()
        .fold(Goldilocks::ZERO, |sum, &byte| sum * shift + Goldilocks::from_canonical_u8(byte))
}

fn hash_to_curve(tag: &[u8]) -> AffinePoint {
    let decode = |counter: u32| {
        let mut hasher = Shake256::default();
        hasher.update(tag);
        hasher.update(&counter.to_le_bytes());
        let mut bytes = [0; 200];
        hasher.finalize_xof().read(&mut bytes);
        let elements = std::array::from_fn(|index| reduce(&bytes[40 * index..40 * index + 40]));
        AffinePoint::decode(Gfp5::new(elements)).ok()
    };
    (0..).find_map(decode).unwrap()
}

fn power_of_two(exponent: usize) -> Scalar {
    (0..exponent).fold(Scalar::ONE, |power, _| power + power)
}

fn coordinates(point: Point) -> [[u64; 5]; 2] {
    let point = point.to_affine().unwrap();
    [point.x().to_canonical_u64s(), point.y().to_canonical_u64s()]
}

#[test]
fn the_tag_is_hashed_to_the_table() {
    assert_eq!(OFFSET_TAG, b"starfold/ecgfp5/offset/v1");
    let offset = Point::from(hash_to_curve(OFFSET_TAG));
    let low = Point::generator();
    let high = low.mul_public(&power_of_two(RESPONSE_SPLIT));
    assert_eq!(coordinates(offset), TABLE[0]);
    assert_eq!(coordinates(offset + low), TABLE[1]);
    assert_eq!(coordinates(offset + high), TABLE[2]);
    assert_eq!(coordinates(offset + low + high), TABLE[3]);
}

#[test]
fn the_start_cancels_every_offset() {
    // 2^192 O + (2^191 + ... + 2 + 1) H = 0.
    let [x, y] = START.map(Gfp5::from_u64s);
    let start = AffinePoint::decode(-(y * x.inverse().unwrap())).unwrap();
    assert_eq!((start.x(), start.y()), (x, y));
    let power = power_of_two(CHAIN_STEPS);
    let offset = Point::from(hash_to_curve(OFFSET_TAG));
    let offsets = offset.mul_public(&(power - Scalar::ONE));
    assert_eq!(Point::from(start).mul_public(&power), -offsets);
    assert_eq!(scalar([0, 0, 0, 1, 0]), power);
}
