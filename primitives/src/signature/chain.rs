//! The computation of `R = s G + e Q` that a transaction's proof shows, one bit in a step.
//!
//! Every step doubles, adds the key where the bit of the challenge is set, and adds a constant: `D
//! = 2 A; S = e_i ? D + Q : D; A' = S + T[s0_i][s1_i]`, bit 191 first. All additions are chords
//! through points with different x. The chord through D and Q must exist in every step, taken or
//! not, since its slope is part of the proof.

use super::keys::PublicKey;
use super::offset::{self, RESPONSE_SPLIT};
use super::schnorr::SignatureError;
use crate::Digest;
use crate::ecgfp5::{AffinePoint, Gfp5, Scalar};

/// Steps of the chain, one for each bit of a challenge.
pub const CHAIN_STEPS: usize = 192;

/// A chord of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainChord {
    /// Through the doubled accumulator and the key.
    Key,
    /// Through the sum so far and the point of the table.
    Table,
}

/// One step: everything that its row of a trace holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainStep {
    /// A, what the step starts from.
    pub accumulator: AffinePoint,
    /// The slope of the tangent at A.
    pub lambda_double: Gfp5,
    /// D = 2 A.
    pub double: AffinePoint,
    /// `1 / (x_Q - x_D)`.
    pub inverse_key: Gfp5,
    /// The slope of the chord through D and Q, whatever `e` is.
    pub lambda_key: Gfp5,
    /// S: D + Q where `e` is set, else D.
    pub sum: AffinePoint,
    /// `1 / (x_T - x_S)`.
    pub inverse_table: Gfp5,
    /// The slope of the chord through S and the point T of the table.
    pub lambda_table: Gfp5,
    /// The bit of the challenge.
    pub e: bool,
    /// The bit of the response's low part.
    pub s0: bool,
    /// The bit of the response's high part.
    pub s1: bool,
}

impl ChainStep {
    /// The step from `accumulator`, and the accumulator of the next one; or the chord that does not
    /// exist.
    fn advance(
        accumulator: AffinePoint,
        key: AffinePoint,
        [e, s0, s1]: [bool; 3],
    ) -> Result<(Self, AffinePoint), ChainChord> {
        let tangent = accumulator.tangent();
        let double = tangent.double;
        let key_chord = double.chord(key).ok_or(ChainChord::Key)?;
        let sum = if e { key_chord.sum } else { double };
        let table_chord = sum.chord(offset::table(s0, s1)).ok_or(ChainChord::Table)?;
        let step = Self {
            accumulator,
            lambda_double: tangent.slope,
            double,
            inverse_key: key_chord.inverse,
            lambda_key: key_chord.slope,
            sum,
            inverse_table: table_chord.inverse,
            lambda_table: table_chord.slope,
            e,
            s0,
            s1,
        };
        Ok((step, table_chord.sum))
    }
}

/// The whole computation for one key, challenge and response: what the trace of a proof is filled
/// from.
#[derive(Clone, Debug)]
pub struct VerificationChain {
    key: PublicKey,
    message: Digest,
    challenge: [u64; 3],
    key_point: AffinePoint,
    key_root: Gfp5,
    steps: Vec<ChainStep>,
    idle: ChainStep,
    end: AffinePoint,
    encoded_end: Gfp5,
}

impl VerificationChain {
    /// Runs the chain, without asking whether the challenge is that of `message`.
    pub(super) fn run(
        key: PublicKey,
        message: Digest,
        challenge: [u64; 3],
        response: Scalar,
    ) -> Result<Self, SignatureError> {
        let key_point = key.decode().map_err(SignatureError::UndecodableKey)?;
        let mut accumulator = offset::start();
        let mut steps = Vec::with_capacity(CHAIN_STEPS);
        for index in (0..CHAIN_STEPS).rev() {
            let low = index < RESPONSE_SPLIT && response.bit(index);
            let high = response.bit(index + RESPONSE_SPLIT);
            let bits = [challenge[index / 64] >> (index % 64) & 1 == 1, low, high];
            let step = CHAIN_STEPS - 1 - index;
            let (chain_step, next) = ChainStep::advance(accumulator, key_point, bits)
                .map_err(|chord| SignatureError::Exceptional { step, chord })?;
            steps.push(chain_step);
            accumulator = next;
        }
        let (idle, _) = ChainStep::advance(accumulator, key_point, [false; 3])
            .map_err(|chord| SignatureError::Exceptional { step: CHAIN_STEPS, chord })?;
        Ok(Self {
            key,
            message,
            challenge,
            key_point,
            key_root: key_point.x().sqrt().expect("the x of a point of the group is a square"),
            steps,
            idle,
            end: accumulator,
            encoded_end: accumulator.encode(),
        })
    }

    /// The key, encoded.
    pub const fn key(&self) -> PublicKey {
        self.key
    }

    /// The message whose signature was verified.
    pub const fn message(&self) -> Digest {
        self.message
    }

    /// The challenge e: three canonical elements, low first.
    pub const fn challenge(&self) -> [u64; 3] {
        self.challenge
    }

    /// The key's point Q.
    pub const fn key_point(&self) -> AffinePoint {
        self.key_point
    }

    /// A root r of `r^2 = x_Q`, which shows that Q is in the group and not the other point of its
    /// encoding.
    pub const fn key_root(&self) -> Gfp5 {
        self.key_root
    }

    /// The [`CHAIN_STEPS`] steps, that of the highest bits first.
    pub fn steps(&self) -> &[ChainStep] {
        &self.steps
    }

    /// The step from A = R with all bits zero: what rows after the chain hold, where R stays.
    pub const fn idle_step(&self) -> &ChainStep {
        &self.idle
    }

    /// The result R.
    pub const fn end(&self) -> AffinePoint {
        self.end
    }

    /// The encoding `w(R)`, which the challenge hashes.
    pub const fn encoded_end(&self) -> Gfp5 {
        self.encoded_end
    }
}
