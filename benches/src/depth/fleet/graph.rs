//! Which proof of a batch waits for which.

use super::run::Run;
use super::{Fleet, Network, Stragglers};
use crate::depth::record::{Row, StageCost};

/// What a proof of the graph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProofKind {
    /// A segment proof.
    Segment,
    /// A leaf proof.
    Leaf,
    /// A fold.
    Fold,
    /// The batch proof.
    Batch,
    /// The batch proof's wrap for Ethereum.
    Wrap,
}

/// A proof of the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// What it is.
    pub kind: ProofKind,
    /// The numbers of the proofs that it verifies, which come before it.
    pub inputs: Vec<usize>,
    /// Wall seconds that a machine takes for it.
    pub wall_seconds: f64,
    /// Its bytes, which are moved where another machine verifies it.
    pub proof_bytes: u64,
}

/// The proofs of one batch: inputs before the proofs that verify them, the last one at the end. Each is verified once.
#[derive(Clone, Debug, PartialEq)]
pub struct ProofGraph {
    proofs: Vec<Proof>,
}

impl ProofGraph {
    /// The proofs of a row: segments, leaf proofs of `fan_in` segments each, folds of `arity` neighbours level by
    /// level, and the batch proof. Fewer than `arity` neighbours at a level's end are passed up; a level that has no
    /// more than these is folded into one. Leaf proofs that only make the tree complete verify no segment.
    pub fn of(row: &Row) -> Self {
        let mut graph = Self { proofs: Vec::new() };
        let stages = &row.stages;
        for _ in 0..stages.segment.proofs {
            graph.push(ProofKind::Segment, Vec::new(), &stages.segment);
        }
        let segments = stages.segment.proofs;
        let leaves = row.leaves.max(1);
        let mut level = Vec::with_capacity(leaves);
        for leaf in 0..leaves {
            let from = leaf.saturating_mul(row.fan_in).min(segments);
            let to = if leaf + 1 == leaves {
                segments
            } else {
                from.saturating_add(row.fan_in).min(segments)
            };
            level.push(graph.push(ProofKind::Leaf, (from..to).collect(), &stages.leaf));
        }
        // A fold of one would never end.
        let arity = row.point.arity.max(2);
        while level.len() > 1 {
            let size = arity.min(level.len());
            let groups = level.chunks_exact(size);
            let passed_up = groups.remainder().to_vec();
            let folds =
                groups.map(|group| graph.push(ProofKind::Fold, group.to_vec(), &stages.fold));
            level = folds.collect();
            level.extend(passed_up);
        }
        graph.push(ProofKind::Batch, level, &stages.batch);
        graph
    }

    /// The same with the wrap of the last proof, which takes `wall_seconds`. Nobody on the fleet verifies the wrap.
    #[must_use]
    pub fn with_wrap(mut self, wall_seconds: f64) -> Self {
        let inputs = self.proofs.len().checked_sub(1).into_iter().collect();
        self.proofs.push(Proof { kind: ProofKind::Wrap, inputs, wall_seconds, proof_bytes: 0 });
        self
    }

    /// The proofs, inputs first.
    pub fn proofs(&self) -> &[Proof] {
        &self.proofs
    }

    /// Seconds of all proofs, one after the other.
    pub fn total_seconds(&self) -> f64 {
        self.proofs.iter().map(|proof| proof.wall_seconds).sum()
    }

    /// Seconds of the longest chain of proofs that wait for each other.
    pub fn critical_path_seconds(&self) -> f64 {
        self.remaining_seconds().into_iter().fold(0.0, f64::max)
    }

    /// Seconds from the start of the batch to its last proof on an idle fleet of `machines`, each proof on one machine,
    /// moving proofs at no cost, those with the longest chain before them first. Without machines it is infinite.
    pub fn latency(&self, machines: usize) -> f64 {
        if machines == 0 {
            return f64::INFINITY;
        }
        let network = Network { latency_seconds: 0.0, bits_per_second: f64::INFINITY };
        let stragglers = Stragglers { share: 0.0, slowdown: 1.0, seed: 0 };
        let fleet = Fleet { machines, network, stragglers };
        Run::new(self, &fleet, 0.0, 1).finish().latencies.into_iter().fold(0.0, f64::max)
    }

    /// For each proof the seconds of the longest chain from its start to the batch's end.
    pub(super) fn remaining_seconds(&self) -> Vec<f64> {
        let mut remaining: Vec<f64> = self.proofs.iter().map(|proof| proof.wall_seconds).collect();
        for (number, proof) in self.proofs.iter().enumerate().rev() {
            for &input in &proof.inputs {
                remaining[input] = self.proofs[input].wall_seconds + remaining[number];
            }
        }
        remaining
    }

    /// For each proof the one that verifies it.
    pub(super) fn verifiers(&self) -> Vec<Option<usize>> {
        let mut verifiers = vec![None; self.proofs.len()];
        for (number, proof) in self.proofs.iter().enumerate() {
            for &input in &proof.inputs {
                verifiers[input] = Some(number);
            }
        }
        verifiers
    }

    fn push(&mut self, kind: ProofKind, inputs: Vec<usize>, cost: &StageCost) -> usize {
        let StageCost { wall_seconds, proof_bytes, .. } = *cost;
        self.proofs.push(Proof { kind, inputs, wall_seconds, proof_bytes });
        self.proofs.len() - 1
    }
}
