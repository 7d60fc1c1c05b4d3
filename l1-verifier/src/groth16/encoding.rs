//! Points and their coordinates.

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr as _;
use ark_ff::{BigInt, BigInteger as _, PrimeField as _};

/// A coordinate of a point: 32 bytes, big-endian, below the order of the base field.
pub type Coordinate = [u8; 32];

/// Why coordinates are no point of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// A coordinate is not below the order of the base field.
    #[error("coordinate {position} is not below the order of the base field")]
    Coordinate {
        /// Which one, from zero.
        position: usize,
    },
    /// The point is infinity.
    #[error("it is the point at infinity")]
    Infinity,
    /// The point is not on its curve.
    #[error("it is not on its curve")]
    Curve,
    /// The point is on its curve, and not in the group.
    #[error("it is not in the group of prime order")]
    Subgroup,
}

/// The bytes of a coordinate.
pub(super) fn coordinate(value: Fq) -> Coordinate {
    value.into_bigint().to_bytes_be().try_into().expect("the base field has 32 bytes")
}

/// The coordinates of a point of the first group; zeros for infinity (EIP-196).
pub(super) fn first_group_words(point: &G1Affine) -> [Coordinate; 2] {
    let (x, y) = point.xy().unwrap_or_default();
    [x, y].map(coordinate)
}

/// The coordinates of a point of the second group, imaginary parts first (EIP-197); zeros for infinity.
pub(super) fn second_group_words(point: &G2Affine) -> [Coordinate; 4] {
    let (x, y) = point.xy().unwrap_or_default();
    [x.c1, x.c0, y.c1, y.c0].map(coordinate)
}

/// The element of the base field, unless the bytes say a larger number.
fn from_coordinate(bytes: &Coordinate) -> Option<Fq> {
    let mut limbs = [0; 4];
    for (limb, bytes) in limbs.iter_mut().rev().zip(bytes.chunks_exact(8)) {
        *limb = u64::from_be_bytes(bytes.try_into().expect("a chunk of 8 bytes"));
    }
    Fq::from_bigint(BigInt(limbs))
}

fn from_coordinates<const N: usize>(words: &[Coordinate; N]) -> Result<[Fq; N], PointError> {
    let mut values = [Fq::default(); N];
    for (position, (value, word)) in values.iter_mut().zip(words).enumerate() {
        *value = from_coordinate(word).ok_or(PointError::Coordinate { position })?;
    }
    Ok(values)
}

/// The point of the first group with these coordinates, which is not infinity.
pub(super) fn first_group_point(words: &[Coordinate; 2]) -> Result<G1Affine, PointError> {
    let [x, y] = from_coordinates(words)?;
    match checked_first(x, y)? {
        point if point.is_zero() => Err(PointError::Infinity),
        point => Ok(point),
    }
}

/// The point of the second group with these coordinates, imaginary parts first, which is not infinity.
pub(super) fn second_group_point(words: &[Coordinate; 4]) -> Result<G2Affine, PointError> {
    let [x1, x0, y1, y0] = from_coordinates(words)?;
    match checked_second(Fq2::new(x0, x1), Fq2::new(y0, y1))? {
        point if point.is_zero() => Err(PointError::Infinity),
        point => Ok(point),
    }
}

/// A point of the first group, or infinity where both coordinates are zero.
pub(super) fn unchecked_first(x: Fq, y: Fq) -> G1Affine {
    if x == Fq::default() && y == Fq::default() {
        return G1Affine::zero();
    }
    G1Affine::new_unchecked(x, y)
}

/// A point of the second group, or infinity where both coordinates are zero.
pub(super) fn unchecked_second(x: Fq2, y: Fq2) -> G2Affine {
    if x == Fq2::default() && y == Fq2::default() {
        return G2Affine::zero();
    }
    G2Affine::new_unchecked(x, y)
}

/// As [`unchecked_first`], proved to be on the curve, which is the whole group.
pub(super) fn checked_first(x: Fq, y: Fq) -> Result<G1Affine, PointError> {
    let point = unchecked_first(x, y);
    if point.is_on_curve() { Ok(point) } else { Err(PointError::Curve) }
}

/// As [`unchecked_second`], proved to be on the curve and in the group of prime order.
pub(super) fn checked_second(x: Fq2, y: Fq2) -> Result<G2Affine, PointError> {
    let point = unchecked_second(x, y);
    if !point.is_on_curve() {
        return Err(PointError::Curve);
    }
    if !point.is_in_correct_subgroup_assuming_on_curve() {
        return Err(PointError::Subgroup);
    }
    Ok(point)
}
