//! The scalar multiplication, run again from any start, with any key and any bits.

use starfold_primitives::ecgfp5::Gfp5;
use starfold_primitives::signature::{CHAIN_STEPS, TABLE};
use starfold_primitives::{Field, Goldilocks};

use super::lanes::read_wide;
use crate::gadgets::schnorr::{PointColumns, SignatureColumns};

/// The first rows of the windows in which the challenge is read.
pub(crate) const CHALLENGE_STARTS: [usize; 3] = [0, 64, 128];

pub(crate) type Point = [Gfp5; 2];

/// What the lane computes with.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    pub(crate) start: Point,
    pub(crate) key: Point,
    /// The challenge as 64-bit integers, low first, which need not be canonical.
    pub(crate) challenge: [u64; 3],
}

fn element(value: [Goldilocks; 5]) -> Gfp5 {
    Gfp5::new(value)
}

pub(crate) fn columns([x, y]: Point) -> PointColumns<Goldilocks> {
    PointColumns { x: x.elements(), y: y.elements() }
}

pub(crate) fn point(columns: &PointColumns<Goldilocks>) -> Point {
    [element(columns.x), element(columns.y)]
}

/// Where the line of this slope through both points meets the curve again, negated.
pub(crate) fn third(slope: Gfp5, a: Point, b: Point) -> Point {
    let x = slope * slope - Gfp5::ONE.times(2) - a[0] - b[0];
    [x, slope * (a[0] - x) - a[1]]
}

fn constant(value: Goldilocks) -> Gfp5 {
    let zero = Goldilocks::ZERO;
    Gfp5::new([value, zero, zero, zero, zero])
}

/// The point that the bits of the response select, as the constraints compute it.
fn table_point(response: [Goldilocks; 2]) -> Point {
    let [low, high] = response.map(constant);
    let one = Gfp5::ONE;
    let weights = [(one - low) * (one - high), low * (one - high), (one - low) * high, low * high];
    std::array::from_fn(|part| {
        let terms =
            weights.into_iter().zip(TABLE).map(|(w, point)| w * Gfp5::from_u64s(point[part]));
        terms.fold(Gfp5::ZERO, |sum, term| sum + term)
    })
}

/// One row from the accumulator A; returns the next one.
pub(crate) fn step(lane: &mut SignatureColumns<Goldilocks>, a: Point) -> Point {
    let [x, y] = a;
    let b = Gfp5::from_u64s([0, 263, 0, 0, 0]);
    let slope = ((x * x).times(3) + x.times(4) + b) * y.times(2).inverse_or_zero();
    lane.accumulator = columns(a);
    lane.double_slope = slope.elements();
    lane.double_x = third(slope, a, a)[0].elements();
    chords(lane)
}

/// The chords of a row from its doubled accumulator; returns the next accumulator.
pub(crate) fn chords(lane: &mut SignatureColumns<Goldilocks>) -> Point {
    let key = point(&lane.key);
    let [x, y] = point(&lane.accumulator);
    let [slope, double_x] = [lane.double_slope, lane.double_x].map(element);
    let double = [double_x, slope * (x - double_x) - y];
    let inverse = (key[0] - double[0]).inverse_or_zero();
    let key_slope = (key[1] - double[1]) * inverse;
    let bit = constant(lane.lane.bit);
    let sum_x = double[0] + bit * (third(key_slope, key, double)[0] - double[0]);
    let ordinate = key_slope * (key[0] - sum_x) - key[1] - double[1];
    lane.key_slope = key_slope.elements();
    lane.key_inverse = inverse.elements();
    lane.sum = columns([sum_x, double[1] + bit * ordinate]);
    table_chord(lane)
}

/// The last chord of a row from S; returns the next accumulator.
pub(crate) fn table_chord(lane: &mut SignatureColumns<Goldilocks>) -> Point {
    let (sum, table) = (point(&lane.sum), table_point(lane.response));
    let inverse = (table[0] - sum[0]).inverse_or_zero();
    let slope = (table[1] - sum[1]) * inverse;
    lane.table_slope = slope.elements();
    lane.table_inverse = inverse.elements();
    third(slope, sum, table)
}

/// The abscissa of D that belongs to the slope of a row.
pub(crate) fn doubled(lane: &SignatureColumns<Goldilocks>) -> [Goldilocks; 5] {
    let a = point(&lane.accumulator);
    third(element(lane.double_slope), a, a)[0].elements()
}

/// Runs a block's scalar multiplication with the response's bits as they are, and reads the challenge.
pub(crate) fn run_signature<R>(
    rows: &mut [R],
    signer: &Signer,
    lane: impl Fn(&mut R) -> &mut SignatureColumns<Goldilocks>,
) {
    let mut accumulator = signer.start;
    for (index, row) in rows.iter_mut().enumerate() {
        let lane = lane(row);
        lane.key = columns(signer.key);
        lane.challenge = signer.challenge.map(Goldilocks::from_noncanonical_u64);
        let active = index < CHAIN_STEPS;
        let bit = |limb: u64| limb >> (63 - index % 64) & 1 == 1;
        let bit = active && bit(signer.challenge[2 - (index / 64).min(2)]);
        lane.lane.bit = Goldilocks::from_bool(bit);
        let next = step(lane, accumulator);
        if active {
            accumulator = next;
        }
    }
    read_wide(rows, &CHALLENGE_STARTS, |row| &mut lane(row).lane);
}
