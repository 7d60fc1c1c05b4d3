//! What wrapping reports.

use serde::{Deserialize, Serialize};
use starfold_l1_verifier::groth16::{CircuitDigest, KeyDigest, KeyKind, VerifyingKey};
use starfold_primitives::Digest;
use starfold_primitives::quantities::BatchNumber;

use super::file::WrappedBatch;
use super::progress::WrapStep;

/// Seconds of processor time by step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrapStageSeconds {
    /// Layers, circuit and key: reading or making them.
    pub build: f64,
    /// The shrink layer.
    pub shrink: f64,
    /// The outer layer.
    pub outer: f64,
    /// The assignment.
    pub assign: f64,
    /// The proof.
    pub groth16: f64,
}

impl WrapStageSeconds {
    pub(super) fn of(&mut self, step: WrapStep) -> &mut f64 {
        match step {
            WrapStep::Build => &mut self.build,
            WrapStep::Shrink => &mut self.shrink,
            WrapStep::Outer => &mut self.outer,
            WrapStep::Assign => &mut self.assign,
            WrapStep::Groth16 => &mut self.groth16,
        }
    }
}

/// What was wrapped and what it cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrapReport {
    /// The number of the batch.
    pub batch: BatchNumber,
    /// Constraints of the circuit that Groth16 proves.
    pub constraints: u64,
    /// Its public inputs.
    pub public_inputs: u64,
    /// Time from the start to the proof, by the clock on the wall.
    pub wall_seconds: f64,
    /// Processor time of all threads.
    pub cpu_seconds: f64,
    /// Processor time by step.
    pub stage_cpu_seconds: WrapStageSeconds,
    /// The most memory in use.
    pub peak_rss_bytes: u64,
    /// Words that are published.
    pub words: u64,
    /// The length of the proof.
    pub proof_bytes: u64,
    /// C, the digest of claim and circuit set.
    pub claim_digest: Digest,
    /// `h`, the four elements that the batch proof exposes.
    pub exposed: Digest,
    /// The digest of the circuit.
    pub circuit_digest: CircuitDigest,
    /// Where the secrets of the key come from.
    pub key_kind: KeyKind,
    /// The digest of the verifying key.
    pub verifying_key: KeyDigest,
}

/// A wrapped batch and what it cost.
#[derive(Clone, Debug, PartialEq)]
pub struct FinishedWrap {
    /// The wrapped batch.
    pub wrapped: WrappedBatch,
    /// The key that verifies it.
    pub verifying_key: VerifyingKey,
    /// What it cost.
    pub report: WrapReport,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_seconds_of_its_own() {
        let mut seconds = WrapStageSeconds::default();
        let steps = [
            WrapStep::Build,
            WrapStep::Shrink,
            WrapStep::Outer,
            WrapStep::Assign,
            WrapStep::Groth16,
        ];
        for (step, time) in steps.into_iter().zip(1_u8..) {
            *seconds.of(step) += f64::from(time);
        }
        let WrapStageSeconds { build, shrink, outer, assign, groth16 } = seconds;
        assert_eq!([build, shrink, outer, assign, groth16], [1.0, 2.0, 3.0, 4.0, 5.0]);
    }
}
