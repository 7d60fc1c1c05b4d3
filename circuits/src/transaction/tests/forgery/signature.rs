//! The signature lane, run again from any start, with any key and any bits.

use starfold_primitives::ecgfp5::Gfp5;
use starfold_primitives::signature::{
    CHAIN_STEPS, PublicKey, RESPONSE_SPLIT, START, SecretKey, Signature, TABLE,
};
use starfold_primitives::{Digest, Field, Goldilocks, PrimeField64};

use crate::transaction::columns::PointColumns;
use crate::transaction::schedule::*;

use super::lanes::{CHALLENGE, read_wide};
use super::{Forgery, Row, row_of};

pub(in super::super) type Point = [Gfp5; 2];

/// What the lane computes with.
#[derive(Clone, Debug)]
pub(in super::super) struct Signer {
    pub(in super::super) start: Point,
    pub(in super::super) key: Point,
    /// The challenge as 64-bit integers, low first, which need not be canonical.
    pub(in super::super) challenge: [u64; 3],
}

fn element(value: [Goldilocks; 5]) -> Gfp5 {
    Gfp5::new(value)
}

fn columns([x, y]: Point) -> PointColumns<Goldilocks> {
    PointColumns { x: x.elements(), y: y.elements() }
}

fn point(columns: &PointColumns<Goldilocks>) -> Point {
    [element(columns.x), element(columns.y)]
}

/// Where the line of this slope through both points meets the curve again, negated.
pub(in super::super) fn third(slope: Gfp5, a: Point, b: Point) -> Point {
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
fn step(row: &mut Row, a: Point) -> Point {
    let lane = &mut row.signature;
    let [x, y] = a;
    let b = Gfp5::from_u64s([0, 263, 0, 0, 0]);
    let slope = ((x * x).times(3) + x.times(4) + b) * y.times(2).inverse_or_zero();
    lane.accumulator = columns(a);
    lane.double_slope = slope.elements();
    lane.double_x = third(slope, a, a)[0].elements();
    chords(row)
}

/// The chords of a row from its doubled accumulator; returns the next accumulator.
fn chords(row: &mut Row) -> Point {
    let lane = &mut row.signature;
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
    table_chord(row)
}

/// The last chord of a row from S; returns the next accumulator.
fn table_chord(row: &mut Row) -> Point {
    let lane = &mut row.signature;
    let (sum, table) = (point(&lane.sum), table_point(lane.response));
    let inverse = (table[0] - sum[0]).inverse_or_zero();
    let slope = (table[1] - sum[1]) * inverse;
    lane.table_slope = slope.elements();
    lane.table_inverse = inverse.elements();
    third(slope, sum, table)
}

impl Forgery {
    /// What the lane computes with at present.
    pub(in super::super) fn signer(&self) -> Signer {
        let lane = &self.rows[0].signature;
        let challenge = lane.challenge.map(|limb| limb.to_canonical_u64());
        Signer { start: START.map(Gfp5::from_u64s), key: point(&lane.key), challenge }
    }

    /// Runs the lane with the response's bits as they are.
    pub(in super::super) fn run_signature(&mut self, signer: &Signer) {
        let mut accumulator = signer.start;
        for (index, row) in self.rows.iter_mut().enumerate() {
            row.signature.key = columns(signer.key);
            row.signature.challenge = signer.challenge.map(Goldilocks::from_noncanonical_u64);
            let active = index < SIGNATURE_GROUPS * STEPS;
            let bit = |limb: u64| limb >> (63 - index % 64) & 1 == 1;
            let bit = active && bit(signer.challenge[2 - (index / 64).min(2)]);
            row.signature.lane.bit = Goldilocks::from_bool(bit);
            let next = step(row, accumulator);
            if active {
                accumulator = next;
            }
        }
        self.read_challenge();
    }
}

impl Forgery {
    /// Edits what a row computes with, and computes it again.
    pub(in super::super) fn restep(&mut self, row: usize, edit: impl Fn(&mut Row)) {
        let row = &mut self.rows[row];
        edit(row);
        step(row, point(&row.signature.accumulator));
    }

    /// Edits the tangent of a row, and computes the chords again.
    pub(in super::super) fn redouble(&mut self, row: usize, edit: impl Fn(&mut Row)) {
        edit(&mut self.rows[row]);
        chords(&mut self.rows[row]);
    }

    /// Edits S in a row, and computes the last chord again.
    pub(in super::super) fn resum(&mut self, row: usize, edit: impl Fn(&mut Row)) {
        edit(&mut self.rows[row]);
        table_chord(&mut self.rows[row]);
    }

    /// Reads the bits of the challenge again.
    pub(in super::super) fn read_challenge(&mut self) {
        read_wide(&mut self.rows, CHALLENGE, |row| &mut row.signature.lane);
    }
}

/// The abscissa of D that belongs to the slope of a row.
pub(in super::super) fn doubled(row: &Row) -> [Goldilocks; 5] {
    let lane = &row.signature;
    let a = point(&lane.accumulator);
    third(element(lane.double_slope), a, a)[0].elements()
}

impl Forgery {
    /// Puts key and R of the lane into the rows that check them, and hashes.
    pub(in super::super) fn show_signature(&mut self, encoded_key: [Goldilocks; 5]) {
        let lane = &self.rows[BLOCK_ROWS - 1].signature;
        let ([key_x, _], [x, y]) = (point(&lane.key), point(&lane.accumulator));
        let root = key_x.sqrt().expect("the abscissa is a square").elements();
        let encoded_end = (Gfp5::ZERO - y * x.inverse_or_zero()).elements();
        self.at(SENDER_LEAF, KEY_STEP).poseidon.input[..5].copy_from_slice(&root);
        let [first, last] = CHALLENGE_STEPS;
        self.at(RECIPIENT_LEAF, first).poseidon.input[..5].copy_from_slice(&encoded_key);
        self.at(RECIPIENT_LEAF, last).poseidon.input[1..6].copy_from_slice(&encoded_end);
        self.rehash();
    }

    /// The message that the block holds.
    pub(in super::super) fn message(&self) -> Digest {
        Digest(self.digest(row_of(RECIPIENT_LEAF, MESSAGE_STEPS[2])))
    }

    /// Signs the block's message.
    pub(in super::super) fn sign(&mut self, secret: &SecretKey) {
        let signature = secret.sign_deterministic(self.message());
        self.show_verification(&secret.public_key(), &signature);
    }

    /// Verifies a signature with a key that encodes a point, and shows whatever comes out.
    pub(in super::super) fn show_verification(&mut self, key: &PublicKey, signature: &Signature) {
        self.read_response(signature);
        let point = key.decode().expect("the key encodes a point");
        self.run_signature(&Signer {
            start: START.map(Gfp5::from_u64s),
            key: [point.x(), point.y()],
            challenge: signature.challenge(),
        });
        self.show_signature(key.elements());
    }

    fn read_response(&mut self, signature: &Signature) {
        let response = signature.response();
        for (row, columns) in self.rows.iter_mut().enumerate() {
            let bits = CHAIN_STEPS.checked_sub(row + 1).map_or([false; 2], |index| {
                let low = index < RESPONSE_SPLIT && response.bit(index);
                [low, response.bit(index + RESPONSE_SPLIT)]
            });
            columns.signature.response = bits.map(Goldilocks::from_bool);
        }
    }

    /// The challenge that key, message and R of the block have.
    pub(in super::super) fn hashed_challenge(&self) -> [Goldilocks; 3] {
        let [e0, e1, e2, _] = self.digest(row_of(RECIPIENT_LEAF, CHALLENGE_STEPS[1]));
        [e0, e1, e2]
    }

    /// Shows another R than the lane leads to.
    pub(in super::super) fn show_end(&mut self, encoded: Gfp5) {
        let [_, last] = CHALLENGE_STEPS;
        let input = &mut self.at(RECIPIENT_LEAF, last).poseidon.input;
        input[1..6].copy_from_slice(&encoded.elements());
        self.rehash();
    }
}

#[test]
fn the_lane_runs_as_the_verification_does() {
    let case = super::super::fixture::Case::Transfer;
    let mut forgery = Forgery::of(case);
    let signer = forgery.signer();
    forgery.run_signature(&signer);
    assert_eq!(forgery.encode(), case.segment().rows);
}
