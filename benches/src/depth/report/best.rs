//! Which plan to take.

use crate::depth::record::{DepthReport, Row};

/// The best plans for batches of some size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Best<'a> {
    /// The one with the least CPU seconds.
    pub cost: &'a Row,
    /// The one with the shortest critical path, which is its wall seconds with a machine for every proof.
    pub latency: &'a Row,
}

/// The best plans for batches of `transactions`; none where the report has no such row. Of equal ones the other figure
/// decides, then the order of the rows.
pub fn best(report: &DepthReport, transactions: usize) -> Option<Best<'_>> {
    let least = |first: fn(&Row) -> f64, second: fn(&Row) -> f64| {
        let rows = report.rows.iter().filter(|row| row.point.transactions == transactions);
        rows.min_by(|a, b| {
            first(a).total_cmp(&first(b)).then_with(|| second(a).total_cmp(&second(b)))
        })
    };
    let cost = |row: &Row| row.cpu_seconds;
    let latency = |row: &Row| row.critical_path_seconds;
    Some(Best { cost: least(cost, latency)?, latency: least(latency, cost)? })
}

/// The sizes of batches in the report, least first.
pub(super) fn batch_sizes(rows: &[Row]) -> Vec<usize> {
    let mut sizes: Vec<usize> = rows.iter().map(|row| row.point.transactions).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// CPU seconds for each transaction.
pub(super) fn cost_per_transaction(row: &Row) -> f64 {
    row.cpu_seconds / row.point.transactions.max(1) as f64
}
