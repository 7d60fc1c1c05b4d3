//! A report with plausible figures, for tests.

use std::sync::LazyLock;

use super::fleet::{Assumptions, Fleet, Load, Network, Stragglers, simulate_fleets};
use super::record::{DepthReport, Machine, Point, Row, Source, StageCost, StageCosts};

const NODE_BYTES: u64 = 133_000;

/// CPU seconds and wall seconds of a segment proof.
fn segment_cost(segment: usize) -> StageCost {
    let cpu_seconds = match segment {
        1 => 0.14,
        4 => 0.2,
        16 => 0.5,
        64 => 1.7,
        _ => 6.6,
    };
    let wall_seconds = cpu_seconds * 0.08 / 0.14;
    StageCost { proofs: 0, cpu_seconds, wall_seconds, proof_bytes: 300_000 }
}

fn node_cost(arity: usize) -> StageCost {
    let (cpu_seconds, wall_seconds) = match arity {
        2 => (1.15, 0.65),
        3 => (2.3, 1.3),
        _ => (4.7, 2.6),
    };
    StageCost { proofs: 0, cpu_seconds, wall_seconds, proof_bytes: NODE_BYTES }
}

pub(super) fn row(transactions: usize, segment: usize, arity: usize) -> Row {
    let segments = transactions.div_ceil(segment);
    let mut leaves = segments.div_ceil(arity);
    while !(leaves - 1).is_multiple_of(arity - 1) {
        leaves += 1;
    }
    let folds = (leaves - 1) / (arity - 1);
    let mut fold_levels = 0;
    let mut nodes = leaves;
    while nodes > 1 {
        nodes = nodes / arity + nodes % arity;
        fold_levels += 1;
    }
    let node = node_cost(arity);
    let stages = StageCosts {
        segment: StageCost { proofs: segments, ..segment_cost(segment) },
        leaf: StageCost { proofs: leaves, ..node },
        fold: StageCost { proofs: folds, ..node },
        batch: StageCost {
            proofs: 1,
            cpu_seconds: 0.6,
            wall_seconds: 0.35,
            proof_bytes: NODE_BYTES,
        },
    };
    let all = [stages.segment, stages.leaf, stages.fold, stages.batch];
    let sum =
        |of: fn(&StageCost) -> f64| all.iter().map(|cost| cost.proofs as f64 * of(cost)).sum();
    Row {
        point: Point { transactions, segment, arity },
        source: match (transactions, arity) {
            (_, 7) => Source::Estimated,
            (16 | 64, _) => Source::Measured,
            _ => Source::Composed,
        },
        rate_bits: if segment == 256 { 1 } else { 4 },
        fan_in: arity,
        leaves,
        fold_levels,
        cpu_seconds: sum(|cost| cost.cpu_seconds),
        wall_seconds: sum(|cost| cost.wall_seconds),
        critical_path_seconds: stages.segment.wall_seconds
            + node.wall_seconds * (1 + fold_levels) as f64
            + stages.batch.wall_seconds,
        peak_rss_bytes: (400 << 20) + ((segment as u64) << 22) + ((arity as u64) << 27),
        proof_bytes: NODE_BYTES,
        verify_milliseconds: 3.2,
        stages,
    }
}

pub(super) fn fleet(machines: usize) -> Fleet {
    Fleet {
        machines,
        network: Network { latency_seconds: 0.02, bits_per_second: 1e9 },
        stragglers: Stragglers { share: 0.02, slowdown: 3.0, seed: 7 },
    }
}

pub(super) fn load() -> Load {
    Load {
        transactions_per_second: 100.0,
        batch_transactions: 1024,
        seconds: 300.0,
        wrap_wall_seconds: 8.0,
    }
}

pub(super) fn report() -> DepthReport {
    static REPORT: LazyLock<DepthReport> = LazyLock::new(make_report);
    REPORT.clone()
}

fn make_report() -> DepthReport {
    let mut rows = Vec::new();
    for transactions in [16, 64, 256, 1024] {
        for segment in [1, 4, 16, 64, 256].into_iter().filter(|segment| *segment <= transactions) {
            rows.extend([2, 3, 7].map(|arity| row(transactions, segment, arity)));
        }
    }
    let machines = [1, 2, 4, 8, 16, 64];
    let fleets = simulate_fleets(&rows, &load(), &fleet(1), &machines).expect("plausible figures");
    DepthReport {
        version: "0.1.0".to_owned(),
        commit: Some("0123456789abcdef".to_owned()),
        machine: Machine {
            processor: "Example <64-core> & \"co\"".to_owned(),
            threads: 8,
            vectorised: true,
        },
        soundness: "Each layer has at least 100 bits of conjectured soundness.".to_owned(),
        rows,
        assumptions: Assumptions {
            load: load(),
            network: fleet(1).network,
            stragglers: fleet(1).stragglers,
        },
        fleets,
    }
}
