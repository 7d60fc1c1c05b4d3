//! How a batch is split into segments, leaves and folds.
//!
//! A plan depends on the number of transactions, the parameter set, the catalogue and the options alone, so that a
//! run that was interrupted plans the same proofs again. Neither the number of threads nor what is already proved
//! changes it; threads only limit how many proofs are made at a time.

mod cost;
mod cover;
mod tree;

#[cfg(test)]
mod tests;

use std::ops::Range;

use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::transaction_catalogue;
use starfold_circuits::recursion::{CatalogueEntry, LeafSpec};
use starfold_transition::batch::MAX_WORDS;

use cost::CostModel;
use cover::{Kind, MAX_KINDS, cover};
pub use tree::{FoldTree, TreeNode};

/// Logarithm of the rows of one block, which holds one transaction.
const BLOCK_DEGREE_BITS: usize = 8;
/// The most transactions of a batch: each has a word.
pub const MAX_TRANSACTIONS: usize = MAX_WORDS;
/// The memory that a plan may use where the caller sets no limit.
pub const DEFAULT_MEMORY_BYTES: u64 = 6 << 30;

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
    /// The positions of its transactions in the batch; only Noops where empty.
    pub transactions: Range<usize>,
    /// Its blocks.
    pub blocks: usize,
}

/// What a plan costs, by measurements on one machine.
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
    /// The batch is larger than any batch.
    #[error("the batch has {actual} transactions, more than {MAX_TRANSACTIONS}")]
    TooMany {
        /// How many it has.
        actual: usize,
    },
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

/// The leaf circuits that a plan may use: those of the catalogue of transactions.
pub fn leaf_specs() -> Vec<LeafSpec> {
    transaction_catalogue().iter().map(CatalogueEntry::spec).collect()
}

/// The blocks of each segment of a leaf.
pub fn blocks_of(spec: &LeafSpec) -> usize {
    1 << spec.degree_bits.saturating_sub(BLOCK_DEGREE_BITS)
}

impl Plan {
    /// Plans the proofs of a batch with the leaf circuits of `catalogue`, whose segments have `columns` columns.
    ///
    /// # Errors
    /// [`PlanError`] where the batch is empty or too large, or nothing in the catalogue is as the options want it.
    pub fn new(
        transactions: usize,
        parameters: ParameterSet,
        catalogue: &[LeafSpec],
        columns: usize,
        options: &PlanOptions,
    ) -> Result<Self, PlanError> {
        if transactions == 0 {
            return Err(PlanError::Empty);
        }
        if transactions > MAX_TRANSACTIONS {
            return Err(PlanError::TooMany { actual: transactions });
        }
        let threads = match options.threads {
            Some(0) => return Err(PlanError::NoThreads),
            Some(threads) => threads,
            None => std::thread::available_parallelism().map_or(1, usize::from),
        };
        let model = CostModel::new(parameters, columns);
        let limit = options.max_memory_bytes.unwrap_or(DEFAULT_MEMORY_BYTES);
        let kinds = eligible(parameters, catalogue, options)?;
        let kinds = affordable(kinds, &model, limit)?;
        let leaves = cover(transactions, &kinds, &model);
        let tree = FoldTree::new(leaves.len());
        let memory = Memory::of(&leaves, &model);
        let concurrency = if options.profile { 1 } else { memory.concurrency(limit, threads) };
        let estimate = Estimate {
            cpu_seconds: cpu_seconds(&leaves, &tree, &model),
            memory_bytes: memory.at(concurrency),
        };
        let leaves = fill(transactions, &leaves);
        Ok(Self { transactions, leaves, tree, concurrency, estimate })
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
    catalogue: &[LeafSpec],
    options: &PlanOptions,
) -> Result<Vec<LeafSpec>, PlanError> {
    let sorted = |mut values: Vec<usize>| {
        values.sort_unstable();
        values.dedup();
        values
    };
    let of_size: Vec<LeafSpec> = catalogue
        .iter()
        .filter(|spec| spec.degree_bits >= BLOCK_DEGREE_BITS)
        .filter(|spec| options.segment.is_none_or(|blocks| blocks_of(spec) == blocks))
        .copied()
        .collect();
    if of_size.is_empty() {
        let available = sorted(catalogue.iter().map(blocks_of).collect());
        let asked = options.segment.unwrap_or(0);
        return Err(PlanError::Segment { parameters, asked, available });
    }
    let Some(asked) = options.fan_in else { return Ok(of_size) };
    let available = sorted(of_size.iter().map(|spec| spec.fan_in).collect());
    let kinds: Vec<_> = of_size.into_iter().filter(|spec| spec.fan_in == asked).collect();
    if kinds.is_empty() {
        let segment =
            options.segment.map_or_else(|| "any number of".to_owned(), |blocks| blocks.to_string());
        return Err(PlanError::FanIn { asked, segment, available });
    }
    Ok(kinds)
}

/// The kinds that fit the limit when one proof is made at a time, other circuits of the plan left aside.
fn affordable(specs: Vec<LeafSpec>, model: &CostModel, limit: u64) -> Result<Vec<Kind>, PlanError> {
    let kinds: Vec<Kind> =
        specs.into_iter().map(|spec| Kind { spec, cost: model.leaf(&spec) }).collect();
    let needed = |kind: &Kind| Memory::of(std::slice::from_ref(kind), model).at(1);
    let least = kinds.iter().map(needed).min().unwrap_or(0);
    if least > limit {
        return Err(PlanError::Memory { needed: least, limit });
    }
    // the circuits of further kinds must find room beside the largest proof
    let largest = kinds.iter().map(|kind| kind.cost.circuit_bytes).max().unwrap_or(0);
    let others = (MAX_KINDS as u64 - 1) * largest;
    let within = |kind: &Kind, spare: u64| needed(kind) + spare <= limit;
    let roomy: Vec<Kind> = kinds.iter().copied().filter(|kind| within(kind, others)).collect();
    if roomy.is_empty() {
        let frugal = kinds.into_iter().min_by_key(needed);
        return Ok(frugal.into_iter().collect());
    }
    Ok(roomy)
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
            if kinds.iter().all(|kind| kind.spec != leaf.spec) {
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
    let mut milliseconds = model.fixed() + tree.folds() as u64 * model.fold();
    for (i, leaf) in leaves.iter().enumerate() {
        let is_first = leaves[..i].iter().all(|other| other.spec != leaf.spec);
        let build = if is_first { leaf.cost.build } else { 0 };
        milliseconds += leaf.cost.segments + leaf.cost.leaf + build;
    }
    milliseconds as f64 / 1_000.0
}

/// Distributes the transactions over the segments in order, as many to each as it has blocks.
fn fill(transactions: usize, leaves: &[Kind]) -> Vec<PlannedLeaf> {
    let mut next = 0;
    leaves
        .iter()
        .map(|leaf| {
            let blocks = blocks_of(&leaf.spec);
            let segments = (0..leaf.spec.fan_in)
                .map(|_| {
                    let start = next;
                    next = transactions.min(start + blocks);
                    PlannedSegment { transactions: start..next, blocks }
                })
                .collect();
            PlannedLeaf { spec: leaf.spec, segments }
        })
        .collect()
}
