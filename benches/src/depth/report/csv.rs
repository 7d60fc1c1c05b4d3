//! The lines of the table.

use serde::Serialize;

use super::best::cost_per_transaction;
use crate::depth::record::{Row, Source, StageCost};

/// The columns, in this order. The stages' CPU seconds are those of all their proofs.
#[derive(Serialize)]
#[cfg_attr(test, derive(Debug, PartialEq, serde::Deserialize))]
pub(super) struct Line {
    transactions: usize,
    segment: usize,
    fan_in: usize,
    arity: usize,
    fold_levels: usize,
    cpu_seconds: f64,
    wall_seconds: f64,
    critical_path_seconds: f64,
    peak_rss_bytes: u64,
    proof_bytes: u64,
    verify_milliseconds: f64,
    rate_bits: u32,
    leaves: usize,
    cpu_seconds_per_transaction: f64,
    segment_cpu_seconds: f64,
    leaf_cpu_seconds: f64,
    fold_cpu_seconds: f64,
    batch_cpu_seconds: f64,
    source: Source,
}

impl From<&Row> for Line {
    fn from(row: &Row) -> Self {
        let all = |stage: &StageCost| stage.proofs as f64 * stage.cpu_seconds;
        Self {
            transactions: row.point.transactions,
            segment: row.point.segment,
            fan_in: row.fan_in,
            arity: row.point.arity,
            fold_levels: row.fold_levels,
            cpu_seconds: row.cpu_seconds,
            wall_seconds: row.wall_seconds,
            critical_path_seconds: row.critical_path_seconds,
            peak_rss_bytes: row.peak_rss_bytes,
            proof_bytes: row.proof_bytes,
            verify_milliseconds: row.verify_milliseconds,
            rate_bits: row.rate_bits,
            leaves: row.leaves,
            cpu_seconds_per_transaction: cost_per_transaction(row),
            segment_cpu_seconds: all(&row.stages.segment),
            leaf_cpu_seconds: all(&row.stages.leaf),
            fold_cpu_seconds: all(&row.stages.fold),
            batch_cpu_seconds: all(&row.stages.batch),
            source: row.source,
        }
    }
}
