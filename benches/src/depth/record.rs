//! What the aggregation-depth benchmark found: the rows of the table and what stands around them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fleet::{Assumptions, FleetRow};
use crate::words;

/// A point of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Transactions of the batch.
    pub transactions: usize,
    /// Transactions that a segment has room for.
    pub segment: usize,
    /// Children of a fold.
    pub arity: usize,
}

impl Point {
    /// How the batch is proved, in words.
    pub fn plan(&self) -> String {
        format!("segment {}, arity {}", words::count(self.segment), self.arity)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { transactions, segment, arity } = self;
        write!(f, "{transactions} transactions in segments of {segment} with arity {arity}")
    }
}

/// Where the figures of a row come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Every proof of the batch was made.
    Measured,
    /// Proofs of each kind were made, for a smaller batch, and multiplied.
    Composed,
    /// From the costs that plans are compared by, as far as a kind of its proofs was never made.
    Estimated,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Measured => "measured",
            Self::Composed => "composed",
            Self::Estimated => "estimated",
        })
    }
}

/// The proofs of one stage. Seconds are those of one proof, the median where several were made; a machine's threads all
/// work on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageCost {
    /// How many proofs the batch takes.
    pub proofs: usize,
    /// CPU seconds of one.
    pub cpu_seconds: f64,
    /// Wall seconds of one.
    pub wall_seconds: f64,
    /// Bytes of one.
    pub proof_bytes: u64,
}

/// The proofs of each stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageCosts {
    /// Segments.
    pub segment: StageCost,
    /// Leaf proofs.
    pub leaf: StageCost,
    /// Folds.
    pub fold: StageCost,
    /// The batch proof.
    pub batch: StageCost,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What was proved.
    pub point: Point,
    /// Where the figures come from.
    pub source: Source,
    /// Bits of the segments' rate.
    pub rate_bits: u32,
    /// Segments of a leaf.
    pub fan_in: usize,
    /// Leaf proofs, those included that only make the fold tree complete.
    pub leaves: usize,
    /// Levels of folds above the leaf proofs.
    pub fold_levels: usize,
    /// CPU seconds of all proofs, without building circuits.
    pub cpu_seconds: f64,
    /// Wall seconds on this machine, one proof after the other.
    pub wall_seconds: f64,
    /// Wall seconds with a machine for every proof: those of the longest chain of proofs that wait for each other.
    pub critical_path_seconds: f64,
    /// The most memory.
    pub peak_rss_bytes: u64,
    /// Bytes of the batch proof.
    pub proof_bytes: u64,
    /// Milliseconds to verify it.
    pub verify_milliseconds: f64,
    /// The proofs of each stage.
    pub stages: StageCosts,
}

/// The machine that was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The processor's name.
    pub processor: String,
    /// Threads that prove.
    pub threads: usize,
    /// Whether Poseidon runs on vectors.
    pub vectorised: bool,
}

/// All of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepthReport {
    /// The program's version.
    pub version: String,
    /// The commit that it was built from, where known.
    pub commit: Option<String>,
    /// The machine.
    pub machine: Machine,
    /// Bits of soundness, as a sentence.
    pub soundness: String,
    /// The rows, by transactions, segment and arity.
    pub rows: Vec<Row>,
    /// What is assumed of fleets.
    pub assumptions: Assumptions,
    /// What fleets of such machines would do.
    pub fleets: Vec<FleetRow>,
}
