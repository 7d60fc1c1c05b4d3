//! Which leaves cover a batch at the least cost.

use super::LeafKind;
use super::cost::{CostModel, LeafCost, Microseconds};

/// The most kinds of leaves in one plan: each costs the building of its circuit.
pub(super) const MAX_KINDS: usize = 3;

/// A leaf that a plan may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) circuit: LeafKind,
    pub(super) cost: LeafCost,
}

impl Kind {
    pub(super) fn new(circuit: LeafKind, model: &CostModel) -> Self {
        Self { circuit, cost: model.leaf(&circuit) }
    }

    /// How many transactions it takes.
    pub(super) fn capacity(&self) -> usize {
        self.circuit.spec.fan_in * self.circuit.blocks
    }

    fn proving(&self) -> Microseconds {
        self.cost.segments + self.cost.leaf
    }
}

/// Of the kinds with equal capacity, the cheapest.
fn cheapest_of_each_capacity(kinds: &[Kind]) -> Vec<Kind> {
    let mut kinds = kinds.to_vec();
    let rank = |kind: &Kind| {
        let spec = kind.circuit.spec;
        (kind.proving() + kind.cost.build, spec.fan_in, spec.rate)
    };
    kinds.sort_by_key(|kind| (std::cmp::Reverse(kind.capacity()), rank(kind)));
    kinds.dedup_by_key(|kind| kind.capacity());
    kinds
}

/// The leaves, the largest first, whose capacities reach `transactions` at the least cost, of kinds that fit the memory together;
/// none if no kind fits. No leaf can be taken away.
pub(super) fn cover(
    transactions: usize,
    kinds: &[Kind],
    model: &CostModel,
    fit: impl Fn(&[Kind]) -> bool,
) -> Vec<Kind> {
    let kinds = cheapest_of_each_capacity(kinds);
    let mut best: Option<(Microseconds, Vec<Kind>)> = None;
    for subset in subsets(kinds.len()) {
        let subset: Vec<Kind> = subset.into_iter().map(|i| kinds[i]).collect();
        if !fit(&subset) {
            continue;
        }
        let (proving, leaves) = cover_with(transactions, &subset, model.fold());
        let cost = proving + subset.iter().map(|kind| kind.cost.build).sum::<u64>();
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, leaves));
        }
    }
    best.map(|(_, leaves)| leaves).unwrap_or_default()
}

/// Every choice of one to [`MAX_KINDS`] of `n` things, each in ascending order.
fn subsets(n: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![];
    let mut start = 0;
    all.push(vec![]);
    for _ in 0..MAX_KINDS {
        let end = all.len();
        for i in start..end {
            let from = all[i].last().map_or(0, |last| last + 1);
            for next in from..n {
                let mut longer = all[i].clone();
                longer.push(next);
                all.push(longer);
            }
        }
        start = end;
    }
    all.split_off(1)
}

/// The cheapest cover by leaves of these kinds, each leaf paying for one fold, by the number of transactions left. They
/// are counted in the largest unit of which every capacity is a multiple.
fn cover_with(
    transactions: usize,
    kinds: &[Kind],
    fold: Microseconds,
) -> (Microseconds, Vec<Kind>) {
    let unit = kinds.iter().map(Kind::capacity).fold(0, greatest_common_divisor).max(1);
    let units = transactions.div_ceil(unit);
    let without = |left: usize, kind: &Kind| left.saturating_sub(kind.capacity() / unit);
    let mut least: Vec<(Microseconds, usize)> = vec![(0, 0)];
    for left in 1..=units {
        let choice = kinds
            .iter()
            .enumerate()
            .map(|(i, kind)| {
                let (rest, _) = least[without(left, kind)];
                (rest + kind.proving() + fold, i)
            })
            .min();
        least.extend(choice);
    }
    let mut leaves = vec![];
    let mut left = units;
    while left > 0 {
        let kind = kinds[least[left].1];
        leaves.push(kind);
        left = without(left, &kind);
    }
    leaves.sort_by_key(|kind| std::cmp::Reverse(kind.capacity()));
    (least[units].0, leaves)
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}
