//! ecGFp5: a group of prime order, of 319 bits, over the degree-5 extension of Goldilocks.
//!
//! T. Pornin, "EcGFp5: a Specialized Elliptic Curve", eprint 2022/274. Its arithmetic is that of
//! the proof system's own field, so that a signature over it is cheap to prove.

mod curve;
mod field;
mod limb;
mod scalar;

pub use curve::{
    AffinePoint, CURVE_A, CURVE_B, Chord, GENERATOR, Point, PointDecodingError, Tangent,
};
pub use field::Gfp5;
pub use scalar::{SCALAR_BYTES, Scalar, ScalarOutOfRange};
