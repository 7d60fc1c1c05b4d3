//! How a batch is split into segments, leaves and folds.
//!
//! A plan depends on the numbers of transactions, the parameter set, the catalogue and the options alone, costs among
//! them, so that a run that was interrupted plans the same proofs again unless it is given other options. Neither the number of threads nor what is already proved
//! changes it; threads only limit how many proofs are made at a time.

mod cost;
mod cover;
mod tree;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;

use starfold_circuits::parameters::{FoldArity, ParameterSet};
use starfold_circuits::proving_set::ProvingSet;
use starfold_circuits::recursion::{CatalogueEntry, LeafSpec};

pub use cost::{CostModel, Costs, LeafCost, Microseconds};
use cover::{Kind, MAX_KINDS, cover};
pub use tree::{FoldTree, TreeNode};

/// The memory that a plan may use where the caller sets no limit.
pub const DEFAULT_MEMORY_BYTES: u64 = 3 << 30;

/// What the user decides about a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// Blocks of every segment, a power of two; chosen by cost where not set.
    pub segment: Option<usize>,
    /// Segments that one leaf verifies; chosen by cost where not set.
    pub fan_in: Option<usize>,
    /// Threads; as many as the machine has where not set.
    pub threads: Option<usize>,
    /// The most memory; [`DEFAULT_MEMORY_BYTES`] where not set.
    pub max_memory_bytes: Option<u64>,
    /// Whether proofs are made one after another, so that each stage is measured alone.
    pub profile: bool,
    /// What proofs cost on this machine, by which plans are compared.
    pub costs: Costs,
}

/// Transactions of one AIR, one after the other, as a part of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRun {
    /// How many there are.
    pub transactions: usize,
    /// The leaf circuits that take them.
    pub kinds: Vec<LeafKind>,
}

/// A leaf circuit as far as plans are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeafKind {
    /// The circuit.
    pub spec: LeafSpec,
    /// The blocks of each of its segments; a block holds one transaction.
    pub blocks: usize,
    /// The columns of the AIR.
    pub columns: usize,
}

impl LeafKind {
    /// What a plan knows of a circuit of the catalogue; none where its segments are shorter than a block.
    pub fn of(entry: &CatalogueEntry) -> Option<Self> {
        Some(Self { spec: entry.spec(), blocks: entry.steps()?, columns: entry.columns() })
    }
}

impl PlannedRun {
    /// The run of transactions of an AIR of the set.
    pub fn new(set: &ProvingSet, air: &str, transactions: usize) -> Self {
        let kinds = set.of_air(air).into_iter().filter_map(LeafKind::of).collect();
        Self { transactions, kinds }
    }
}

/// Which proofs are made of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The number of transactions.
    pub transactions: usize,
    /// The leaves in order.
    pub leaves: Vec<PlannedLeaf>,
    /// How their proofs are folded.
    pub tree: FoldTree,
    /// How many proofs of a stage are made at a time.
    pub concurrency: usize,
    /// What all of it costs.
    pub estimate: Estimate,
}

/// A leaf proof and what it verifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedLeaf {
    /// Its circuit, a member of the catalogue.
    pub spec: LeafSpec,
    /// Its segments in order.
    pub segments: Vec<PlannedSegment>,
}

/// A segment: some transactions, and Noops up to the number of blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedSegment {
    /// The positions of its transactions in the batch, all of one run; only Noops where empty.
    pub transactions: Range<usize>,
    /// Its blocks.
    pub blocks: usize,
}

/// What a plan costs, by the costs of the options.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// CPU seconds of everything, the building of circuits included.
    pub cpu_seconds: f64,
    /// Peak memory.
    pub memory_bytes: u64,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// There is nothing to prove.
    #[error("the batch has no transaction")]
    Empty,
    /// Nothing can be proved with no thread.
    #[error("the number of threads is 0")]
    NoThreads,
    /// No leaf circuit takes such segments.
    #[error(
        "no leaf circuit of the parameter set {parameters} takes segments of {asked} blocks: choose one of {available:?}"
    )]
    Segment {
        /// The parameter set.
        parameters: ParameterSet,
        /// The blocks asked for.
        asked: usize,
        /// What there is.
        available: Vec<usize>,
    },
    /// No leaf circuit takes so many segments.
    #[error(
        "no leaf circuit takes {asked} segments of {segment} blocks: choose one of {available:?}"
    )]
    FanIn {
        /// The fan-in asked for.
        asked: usize,
        /// The blocks of each segment, or "any number of".
        segment: String,
        /// The fan-ins that there are.
        available: Vec<usize>,
    },
    /// Every plan needs more memory.
    #[error("proving needs about {needed} bytes of memory, the limit is {limit}")]
    Memory {
        /// What the most frugal plan needs.
        needed: u64,
        /// The limit.
        limit: u64,
    },
}

impl Plan {
    /// Plans the proofs of a batch of these runs.
    ///
    /// # Errors
    /// [`PlanError`] where the batch or a run is empty, or no leaf circuit is as the options want it.
    pub fn new(
        runs: &[PlannedRun],
        parameters: ParameterSet,
        options: &PlanOptions,
    ) -> Result<Self, PlanError> {
        if runs.is_empty() || runs.iter().any(|run| run.transactions == 0) {
            return Err(PlanError::Empty);
        }
        let threads = match options.threads {
            Some(0) => return Err(PlanError::NoThreads),
            Some(threads) => threads,
            None => std::thread::available_parallelism().map_or(1, usize::from),
        };
        let model = CostModel::new(parameters, FoldArity::Two, options.costs);
        let limit = options.max_memory_bytes.unwrap_or(DEFAULT_MEMORY_BYTES);
        let airs: BTreeSet<_> =
            runs.iter().flat_map(|run| &run.kinds).map(|k| k.spec.air).collect();
        let mut leaves = vec![];
        let mut planned = vec![];
        let mut first = 0;
        for run in runs {
            let kinds = eligible(parameters, &run.kinds, options)?;
            let (kinds, room) = affordable(kinds, &model, limit, airs.len())?;
            let fit = |kinds: &[Kind]| Memory::of(kinds, &model).at(1) <= room;
            let covering = cover(run.transactions, &kinds, &model, fit);
            let end = first + run.transactions;
            planned.extend(fill(first..end, &covering));
            leaves.extend(covering);
            first = end;
        }
        let tree = FoldTree::new(leaves.len(), FoldArity::Two);
        let memory = Memory::of(&leaves, &model);
        let needed = memory.at(1);
        if needed > limit {
            return Err(PlanError::Memory { needed, limit });
        }
        let concurrency = if options.profile { 1 } else { memory.concurrency(limit, threads) };
        let estimate = Estimate {
            cpu_seconds: cpu_seconds(&leaves, &tree, &model),
            memory_bytes: memory.at(concurrency),
        };
        Ok(Self { transactions: first, leaves: planned, tree, concurrency, estimate })
    }

    /// The number of segments.
    pub fn segments(&self) -> usize {
        self.leaves.iter().map(|leaf| leaf.segments.len()).sum()
    }

    /// The number of blocks of all segments.
    pub fn blocks(&self) -> usize {
        self.leaves.iter().flat_map(|leaf| &leaf.segments).map(|segment| segment.blocks).sum()
    }

    /// The transactions below a node of the fold tree.
    pub fn transactions_below(&self, node: &TreeNode) -> Range<usize> {
        let below = &self.leaves[node.leaves.clone()];
        let mut segments = below.iter().flat_map(|leaf| &leaf.segments);
        let first = segments.next().map_or(0..0, |segment| segment.transactions.clone());
        let end = segments.last().map_or(first.end, |segment| segment.transactions.end);
        first.start..end
    }
}

/// The members of the catalogue that the options allow.
fn eligible(
    parameters: ParameterSet,
    catalogue: &[LeafKind],
    options: &PlanOptions,
) -> Result<Vec<LeafKind>, PlanError> {
    let sorted = |mut values: Vec<usize>| {
        values.sort_unstable();
        values.dedup();
        values
    };
    let is_wanted = |kind: &&LeafKind| options.segment.is_none_or(|blocks| kind.blocks == blocks);
    let of_size: Vec<LeafKind> = catalogue.iter().filter(is_wanted).copied().collect();
    if of_size.is_empty() {
        let available = sorted(catalogue.iter().map(|kind| kind.blocks).collect());
        let asked = options.segment.unwrap_or(0);
        return Err(PlanError::Segment { parameters, asked, available });
    }
    let Some(asked) = options.fan_in else { return Ok(of_size) };
    let available = sorted(of_size.iter().map(|kind| kind.spec.fan_in).collect());
    let kinds: Vec<_> = of_size.into_iter().filter(|kind| kind.spec.fan_in == asked).collect();
    if kinds.is_empty() {
        let segment =
            options.segment.map_or_else(|| "any number of".to_owned(), |blocks| blocks.to_string());
        return Err(PlanError::FanIn { asked, segment, available });
    }
    Ok(kinds)
}

/// The kinds that fit the limit when one proof is made at a time, and what of the limit is theirs: where it suffices, the circuits
/// of other AIRs have the rest.
fn affordable(
    kinds: Vec<LeafKind>,
    model: &CostModel,
    limit: u64,
    airs: usize,
) -> Result<(Vec<Kind>, u64), PlanError> {
    let kinds: Vec<Kind> = kinds.into_iter().map(|kind| Kind::new(kind, model)).collect();
    let needed = |kind: &Kind| Memory::of(std::slice::from_ref(kind), model).at(1);
    let largest = kinds.iter().map(|kind| kind.cost.circuit_bytes).max().unwrap_or(0);
    let others = (MAX_KINDS * (airs - 1)) as u64 * largest;
    for room in [limit.saturating_sub(others), limit] {
        let fitting: Vec<Kind> =
            kinds.iter().copied().filter(|kind| needed(kind) <= room).collect();
        if !fitting.is_empty() {
            return Ok((fitting, room));
        }
    }
    let needed = kinds.iter().map(needed).min().unwrap_or(0);
    Err(PlanError::Memory { needed, limit })
}

/// The memory of a plan, by the number of proofs made at a time.
struct Memory {
    fixed: u64,
    run: u64,
}

impl Memory {
    fn of(leaves: &[Kind], model: &CostModel) -> Self {
        let mut kinds: Vec<&Kind> = vec![];
        for leaf in leaves {
            if kinds.iter().all(|kind| kind.circuit.spec != leaf.circuit.spec) {
                kinds.push(leaf);
            }
        }
        let circuits: u64 = kinds.iter().map(|kind| kind.cost.circuit_bytes).sum();
        let run = kinds.iter().map(|kind| kind.cost.run_bytes).max().unwrap_or(0);
        Self { fixed: model.base_bytes() + circuits, run }
    }

    fn at(&self, concurrency: usize) -> u64 {
        self.fixed + self.run * concurrency as u64
    }

    fn concurrency(&self, limit: u64, threads: usize) -> usize {
        (1..=threads).rev().find(|&n| self.at(n) <= limit).unwrap_or(1)
    }
}

fn cpu_seconds(leaves: &[Kind], tree: &FoldTree, model: &CostModel) -> f64 {
    let mut microseconds = model.build() + model.batch() + tree.folds() as u64 * model.fold();
    for (i, leaf) in leaves.iter().enumerate() {
        let is_first = leaves[..i].iter().all(|other| other.circuit.spec != leaf.circuit.spec);
        let build = if is_first { leaf.cost.build } else { 0 };
        microseconds += leaf.cost.segments + leaf.cost.leaf + build;
    }
    microseconds as f64 / 1e6
}

/// Distributes transactions over the segments in order, as many to each as it has blocks.
fn fill(transactions: Range<usize>, leaves: &[Kind]) -> Vec<PlannedLeaf> {
    let mut next = transactions.start;
    leaves
        .iter()
        .map(|leaf| {
            let LeafKind { spec, blocks, .. } = leaf.circuit;
            let segments = (0..spec.fan_in)
                .map(|_| {
                    let start = next;
                    next = transactions.end.min(start + blocks);
                    PlannedSegment { transactions: start..next, blocks }
                })
                .collect();
            PlannedLeaf { spec, segments }
        })
        .collect()
}
