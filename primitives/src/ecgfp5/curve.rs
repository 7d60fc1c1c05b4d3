//! The group of prime order n on `y^2 = x (x^2 + 2 x + 263 z)`.
//!
//! The curve has 2 n points, and `N = (0, 0)` is the one of order two. The group here is the
//! subgroup of the n points of odd order with the ordinary addition of chords and tangents; its
//! neutral element is the point at infinity. T. Pornin's ecGFp5 works with the other coset, `P +
//! N`, where the neutral element is `N` and complete formulas exist. Adding `N` maps `(x, y)` to
//! `(b / x, -b y / x^2)`, so both are one group, and the encoding is the same: `w = y / x` there is
//! `w = -y / x` here. [`Point`] computes over there, [`AffinePoint`] lives here.

use core::ops::{Add, Neg};
use std::sync::OnceLock;

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

use super::field::Gfp5;
use super::scalar::Scalar;

/// The coefficient a of the curve `y^2 = x (x^2 + a x + b)`.
pub const CURVE_A: u64 = 2;
/// The coefficient b of the curve, `263 z`.
pub const CURVE_B: [u64; 5] = [0, B_Z as u64, 0, 0, 0];
/// The encoding of the generator G.
pub const GENERATOR: [u64; 5] = [4, 0, 0, 0, 0];

/// The coefficient of z in b; the others are zero.
const B_Z: u32 = 263;

/// An encoding that no point has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointDecodingError {
    /// The encoding is zero, which stands for the neutral element.
    #[error("the encoding is zero: the neutral element is not accepted as a point")]
    Neutral,
    /// The discriminant `(w^2 - a)^2 - 4 b` is not a square.
    #[error("no point of the curve has this encoding")]
    NotOnCurve,
}

/// A point of the group other than the neutral element, by its coordinates.
///
/// Invariant: the point is on the curve and has order n; so x and y are not zero, and x is a
/// square.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AffinePoint {
    x: Gfp5,
    y: Gfp5,
}

impl AffinePoint {
    /// Decodes `w = -y / x`, in time that depends on the value.
    ///
    /// Every point but the neutral one has exactly one encoding, and every accepted `w` is that of
    /// one point: the roots of `x^2 + (a - w^2) x + b` have the non-square product b, and only the
    /// square one is taken.
    ///
    /// # Errors
    /// [`PointDecodingError`] if `w` is zero or encodes no point.
    pub fn decode(w: Gfp5) -> Result<Self, PointDecodingError> {
        if w.is_zero() {
            return Err(PointDecodingError::Neutral);
        }
        let sum_of_roots = w.square() - Gfp5::from_u64s([CURVE_A, 0, 0, 0, 0]);
        let discriminant = sum_of_roots.square() - Gfp5::from_u64s(CURVE_B).times(4);
        let root = discriminant.sqrt().ok_or(PointDecodingError::NotOnCurve)?;
        let first = (sum_of_roots + root).halve();
        let x = if first.is_square() { first } else { (sum_of_roots - root).halve() };
        Ok(Self { x, y: -(w * x) })
    }

    /// The encoding `w = -y / x`.
    pub fn encode(self) -> Gfp5 {
        -(self.y * self.x.inverse_or_zero())
    }

    /// The coordinate x.
    pub const fn x(self) -> Gfp5 {
        self.x
    }

    /// The coordinate y.
    pub const fn y(self) -> Gfp5 {
        self.y
    }

    /// The point of known coordinates.
    pub(crate) const fn from_constants(x: [u64; 5], y: [u64; 5]) -> Self {
        Self { x: Gfp5::from_u64s(x), y: Gfp5::from_u64s(y) }
    }

    /// The slope of the tangent, and `self + self`.
    pub fn tangent(self) -> Tangent {
        // y is not zero in a group of odd order.
        let numerator =
            self.x.square().times(3) + self.x.times(2 * CURVE_A as u32) + Gfp5::from_u64s(CURVE_B);
        let slope = numerator * self.y.double().inverse_or_zero();
        Tangent { slope, double: self.third_point(slope, self.x) }
    }

    /// The chord through two points, and their sum; none if they have the same x.
    pub fn chord(self, other: Self) -> Option<Chord> {
        let inverse = (other.x - self.x).inverse()?;
        let slope = (other.y - self.y) * inverse;
        Some(Chord { inverse, slope, sum: self.third_point(slope, other.x) })
    }

    /// Where the line of this slope through `self` and a point at `other_x` meets the curve again,
    /// negated.
    fn third_point(self, slope: Gfp5, other_x: Gfp5) -> Self {
        let a = Gfp5::from_u64s([CURVE_A, 0, 0, 0, 0]);
        let x = slope.square() - a - self.x - other_x;
        Self { x, y: slope * (self.x - x) - self.y }
    }
}

/// The tangent at a point.
#[derive(Clone, Copy, Debug)]
pub struct Tangent {
    /// Its slope, `(3 x^2 + 2 a x + b) / (2 y)`.
    pub slope: Gfp5,
    /// Twice the point.
    pub double: AffinePoint,
}

/// The chord through two points `(x1, y1)` and `(x2, y2)`.
#[derive(Clone, Copy, Debug)]
pub struct Chord {
    /// `1 / (x2 - x1)`.
    pub inverse: Gfp5,
    /// Its slope, `(y2 - y1) / (x2 - x1)`.
    pub slope: Gfp5,
    /// The sum of the points.
    pub sum: AffinePoint,
}

/// Any point of the group, the neutral one included.
///
/// Fractional coordinates: the point `P + N` has `x = x/z` and `1/w = u/t`. The formulas have no
/// exceptions and no branches (Pornin, "EcGFp5: a Specialized Elliptic Curve", eprint 2022/274).
#[derive(Clone, Copy, Debug)]
pub struct Point {
    x: Gfp5,
    z: Gfp5,
    u: Gfp5,
    t: Gfp5,
}

impl Point {
    /// The neutral element.
    pub const NEUTRAL: Self = Self { x: Gfp5::ZERO, z: Gfp5::ONE, u: Gfp5::ZERO, t: Gfp5::ONE };

    /// The generator G, encoded as `w = 4`.
    pub fn generator() -> Self {
        multiples_of_generator()[1]
    }

    /// `self + self`.
    #[must_use]
    pub fn double(self) -> Self {
        let zt = self.z * self.t;
        let ztt = zt * self.t;
        let z1 = zt * self.u;
        let x1 = ztt.square();
        let w1 = ztt - (self.x + self.z).double() * self.u.square();
        let z1_squared = z1.square();
        let w1_squared = w1.square();
        Self {
            x: z1_squared.times_z_multiple(4 * B_Z),
            z: w1_squared,
            u: (w1 + z1).square() - z1_squared - w1_squared,
            t: x1.double() - z1_squared.times(4) - w1_squared,
        }
    }

    /// `scalar * self`, in the same time for all scalars.
    #[must_use]
    pub fn mul_secret(self, scalar: &Scalar) -> Self {
        mul_by_windows(&multiples_of(self), scalar)
    }

    /// `scalar * G`, in the same time for all scalars.
    #[must_use]
    pub fn mul_base_secret(scalar: &Scalar) -> Self {
        mul_by_windows(multiples_of_generator(), scalar)
    }

    /// `scalar * self` for a public scalar: its zero digits show in the time.
    #[must_use]
    pub fn mul_public(self, scalar: &Scalar) -> Self {
        let multiples = multiples_of(self);
        let digits = scalar.to_digits();
        let highest = digits.iter().rposition(|&digit| digit != 0).map_or(0, |index| index + 1);
        digits[..highest].iter().rev().fold(Self::NEUTRAL, |sum, &digit| {
            let shifted = sum.double().double().double().double();
            if digit == 0 { shifted } else { shifted + multiples[usize::from(digit)] }
        })
    }

    /// Whether this is the neutral element.
    pub fn is_neutral(self) -> bool {
        self.u.is_zero()
    }

    /// The encoding `w`; zero for the neutral element.
    pub fn encode(self) -> Gfp5 {
        self.t * self.u.inverse_or_zero()
    }

    /// The coordinates; none for the neutral element.
    pub fn to_affine(self) -> Option<AffinePoint> {
        // b / (x/z) and -w x, by one inversion.
        let inverse = (self.x * self.u).inverse()?;
        let x = (self.z * self.u * inverse).times_z_multiple(B_Z);
        Some(AffinePoint { x, y: -(x * self.t * self.x * inverse) })
    }
}

impl From<AffinePoint> for Point {
    fn from(point: AffinePoint) -> Self {
        Self { x: Gfp5::from_u64s(CURVE_B), z: point.x, u: point.x, t: -point.y }
    }
}

impl Add for Point {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let xx = self.x * other.x;
        let zz = self.z * other.z;
        let uu = self.u * other.u;
        let tt = self.t * other.t;
        let xz = (self.x + self.z) * (other.x + other.z) - xx - zz;
        let ut = (self.u + self.t) * (other.u + other.t) - uu - tt;
        let xx_bzz = xx + zz.times_z_multiple(B_Z);
        let first = tt * xx_bzz;
        let second = uu * (xz.times_z_multiple(2 * B_Z) + xx_bzz.double());
        let third = (tt + uu.double()) * (xz + xx_bzz);
        Self {
            x: (third - first).times_z_multiple(B_Z),
            z: first - second,
            u: ut * (zz.times_z_multiple(B_Z) - xx),
            t: first + second,
        }
    }
}

impl Neg for Point {
    type Output = Self;

    fn neg(self) -> Self {
        Self { u: -self.u, ..self }
    }
}

impl ConstantTimeEq for Point {
    fn ct_eq(&self, other: &Self) -> Choice {
        (self.u * other.t).ct_eq(&(other.u * self.t))
    }
}

impl PartialEq for Point {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Point {}

impl ConditionallySelectable for Point {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self {
            x: Gfp5::conditional_select(&a.x, &b.x, choice),
            z: Gfp5::conditional_select(&a.z, &b.z, choice),
            u: Gfp5::conditional_select(&a.u, &b.u, choice),
            t: Gfp5::conditional_select(&a.t, &b.t, choice),
        }
    }
}

/// `0 * point` to `15 * point`.
fn multiples_of(point: Point) -> [Point; 16] {
    let mut multiples = [Point::NEUTRAL; 16];
    for index in 1..multiples.len() {
        multiples[index] = multiples[index - 1] + point;
    }
    multiples
}

fn multiples_of_generator() -> &'static [Point; 16] {
    static MULTIPLES: OnceLock<[Point; 16]> = OnceLock::new();
    MULTIPLES.get_or_init(|| {
        let generator = AffinePoint::decode(Gfp5::from_u64s(GENERATOR));
        multiples_of(generator.expect("w = 4 encodes the generator").into())
    })
}

/// Windows of four bits from the top, each reading the whole table.
fn mul_by_windows(multiples: &[Point; 16], scalar: &Scalar) -> Point {
    let mut digits = scalar.to_digits();
    let product = digits.iter().rev().fold(Point::NEUTRAL, |sum, digit| {
        let mut addend = multiples[0];
        for (value, multiple) in (0_u8..).zip(multiples) {
            addend.conditional_assign(multiple, digit.ct_eq(&value));
        }
        sum.double().double().double().double() + addend
    });
    digits.zeroize();
    product
}
