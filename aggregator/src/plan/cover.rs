//! Which leaves cover a batch at the least cost.

use starfold_circuits::recursion::LeafSpec;

use super::blocks_of;
use super::cost::{CostModel, LeafCost, Milliseconds};

/// The most kinds of leaves in one plan: each costs the building of its circuit.
pub(super) const MAX_KINDS: usize = 3;

/// A leaf that a plan may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) spec: LeafSpec,
    pub(super) cost: LeafCost,
}

impl Kind {
    /// How many transactions it takes.
    pub(super) fn capacity(&self) -> usize {
        self.spec.fan_in * blocks_of(&self.spec)
    }

    fn proving(&self) -> Milliseconds {
        self.cost.segments + self.cost.leaf
    }
}

/// Of the kinds with equal capacity, the cheapest.
fn cheapest_of_each_capacity(kinds: &[Kind]) -> Vec<Kind> {
    let mut kinds = kinds.to_vec();
    let rank = |kind: &Kind| (kind.proving() + kind.cost.build, kind.spec.fan_in, kind.spec.rate);
    kinds.sort_by_key(|kind| (std::cmp::Reverse(kind.capacity()), rank(kind)));
    kinds.dedup_by_key(|kind| kind.capacity());
    kinds
}

/// The leaves, the largest first, whose capacities reach `transactions` at the least cost; none if there is no kind.
/// No leaf can be taken away.
pub(super) fn cover(transactions: usize, kinds: &[Kind], model: &CostModel) -> Vec<Kind> {
    let kinds = cheapest_of_each_capacity(kinds);
    let mut best: Option<(Milliseconds, Vec<Kind>)> = None;
    for subset in subsets(kinds.len()) {
        let subset: Vec<Kind> = subset.into_iter().map(|i| kinds[i]).collect();
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

/// The cheapest cover by leaves of these kinds, each leaf paying for one fold, by the number of transactions left.
fn cover_with(
    transactions: usize,
    kinds: &[Kind],
    fold: Milliseconds,
) -> (Milliseconds, Vec<Kind>) {
    let mut least: Vec<(Milliseconds, usize)> = vec![(0, 0)];
    for left in 1..=transactions {
        let choice = kinds
            .iter()
            .enumerate()
            .map(|(i, kind)| {
                let (rest, _) = least[left.saturating_sub(kind.capacity())];
                (rest + kind.proving() + fold, i)
            })
            .min();
        least.extend(choice);
    }
    let mut leaves = vec![];
    let mut left = transactions;
    while left > 0 {
        let kind = kinds[least[left].1];
        leaves.push(kind);
        left = left.saturating_sub(kind.capacity());
    }
    leaves.sort_by_key(|kind| std::cmp::Reverse(kind.capacity()));
    (least[transactions].0, leaves)
}
