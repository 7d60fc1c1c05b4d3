//! Which batches are proved, and how their proofs are planned.

use starfold_aggregator::{CostModel, Costs, FoldTree, LeafKind};
use starfold_circuits::air::Air as _;
use starfold_circuits::parameters::{FoldArity, ParameterSet, SegmentRate, UnknownArity};
use starfold_circuits::provable::ProvableTransition as _;
use starfold_circuits::recursion::{Catalogue, LeafSpec};
use starfold_circuits::transaction::{COLUMNS, TransactionAir, Transactions};
use starfold_transition::batch::MAX_WORDS;

use super::record::{Point, Row, Source, StageCost, StageCosts};

/// The parameter set of everything that is measured.
pub const PARAMETERS: ParameterSet = ParameterSet::Standard;
/// The most segments of a leaf that are tried.
const MAX_FAN_IN: usize = 16;
/// Transactions of the largest segment.
const MAX_SEGMENT: usize = 512;
/// Threads do not share proofs without loss: the part of them that works, for the estimate of how long something takes.
const BUSY: f64 = 0.8;
/// Bytes of a proof whose size is not known yet.
const PROOF_BYTES: u64 = 150_000;

/// The batches to measure: every combination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Numbers of transactions.
    pub transactions: Vec<usize>,
    /// Transactions that a segment has room for.
    pub segments: Vec<usize>,
    /// Children of a fold.
    pub arities: Vec<usize>,
}

/// Why a batch cannot be measured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GridError {
    /// There is nothing to do.
    #[error("the grid has no {axis}")]
    Empty {
        /// What there is none of.
        axis: &'static str,
    },
    /// A batch has room for so many and no more.
    #[error("a batch has 2 to {limit} transactions, not {actual}")]
    Transactions {
        /// The most.
        limit: usize,
        /// The number asked for.
        actual: usize,
    },
    /// There are no such segments.
    #[error(
        "a segment has room for a power of two of transactions, at most {limit}, not for {actual}"
    )]
    Segment {
        /// The most.
        limit: usize,
        /// The number asked for.
        actual: usize,
    },
    /// There is no such fold.
    #[error(transparent)]
    Arity(#[from] UnknownArity),
}

impl Grid {
    /// The combinations, each once, by transactions, segment and arity.
    ///
    /// # Errors
    /// [`GridError`] where one of them cannot be measured.
    pub fn points(&self) -> Result<Vec<Point>, GridError> {
        let axes = [
            (self.transactions.len(), "number of transactions"),
            (self.segments.len(), "size of segments"),
            (self.arities.len(), "arity"),
        ];
        if let Some((_, axis)) = axes.into_iter().find(|(len, _)| *len == 0) {
            return Err(GridError::Empty { axis });
        }
        let mut points = vec![];
        for &transactions in &self.transactions {
            for &segment in &self.segments {
                for &arity in &self.arities {
                    let point = Point { transactions, segment, arity };
                    Recipe::new(point, Costs::REFERENCE)?;
                    points.push(point);
                }
            }
        }
        points.sort_unstable();
        points.dedup();
        Ok(points)
    }
}

/// How a point is proved.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    pub(super) point: Point,
    pub(super) arity: FoldArity,
    /// The leaves that hold the transactions: the cheapest for such segments, whatever the size of the batch.
    pub(super) kind: LeafKind,
    /// How many of them there are.
    pub(super) leaves: usize,
    /// The leaves that only make the tree complete hold a single Noop.
    pub(super) filler: LeafKind,
    pub(super) tree: FoldTree,
    model: CostModel,
}

fn kind_of(spec: LeafSpec) -> LeafKind {
    let blocks = 1 << (spec.degree_bits - Transactions::STEP_DEGREE_BITS);
    LeafKind { spec, blocks, columns: COLUMNS }
}

/// The leaf circuits for segments of a size: those of the product for its arity, and all that have the shape for
/// another.
fn kinds(segment: usize, arity: FoldArity, model: &CostModel) -> Vec<LeafKind> {
    if arity == FoldArity::Two {
        let catalogue = Catalogue::new().with::<Transactions>();
        let kinds = catalogue.entries().iter().filter_map(LeafKind::of);
        return kinds.filter(|kind| kind.blocks == segment).collect();
    }
    let degree_bits = Transactions::STEP_DEGREE_BITS + segment.ilog2() as usize;
    let sizes = SegmentRate::ALL
        .into_iter()
        .flat_map(|rate| (1..=MAX_FAN_IN).map(move |fan_in| (rate, fan_in)));
    sizes
        .map(|(rate, fan_in)| LeafSpec { air: TransactionAir::NAME, degree_bits, rate, fan_in })
        .filter(|spec| model.fits_the_shape(spec))
        .map(kind_of)
        .collect()
}

impl Recipe {
    pub(super) fn new(point: Point, costs: Costs) -> Result<Self, GridError> {
        let Point { transactions, segment, arity } = point;
        if !(2..=MAX_WORDS).contains(&transactions) {
            return Err(GridError::Transactions { limit: MAX_WORDS, actual: transactions });
        }
        let no_segment = GridError::Segment { limit: MAX_SEGMENT, actual: segment };
        if !segment.is_power_of_two() || segment > MAX_SEGMENT {
            return Err(no_segment);
        }
        let arity = FoldArity::try_from(arity)?;
        let model = CostModel::new(PARAMETERS, arity, costs);
        // a leaf takes its share of the folds above it
        let each = |kind: &LeafKind| {
            let cost = model.leaf(kind);
            let folds = model.fold() as f64 / (arity.children() - 1) as f64;
            ((cost.segments + cost.leaf) as f64 + folds) / (kind.spec.fan_in * kind.blocks) as f64
        };
        let kinds = kinds(segment, arity, &model);
        let kind =
            kinds.into_iter().min_by(|a, b| each(a).total_cmp(&each(b))).ok_or(no_segment)?;
        let [.., highest] = SegmentRate::ALL;
        let filler = LeafSpec {
            air: TransactionAir::NAME,
            degree_bits: Transactions::STEP_DEGREE_BITS,
            rate: highest,
            fan_in: 1,
        };
        let leaves = transactions.div_ceil(kind.spec.fan_in * kind.blocks);
        let tree = FoldTree::new(leaves, arity);
        Ok(Self { point, arity, kind, leaves, filler: kind_of(filler), tree, model })
    }

    /// Wall seconds of building the circuits, on one thread for the most part.
    pub(super) fn build_seconds(&self) -> f64 {
        (self.model.build() + self.model.leaf(&self.kind).build) as f64 / 1e6
    }

    /// Leaves that only make the tree complete.
    pub(super) fn fillers(&self) -> usize {
        self.tree.leaves() - self.leaves
    }

    /// Whether another point is proved with the same circuits.
    pub(super) fn has_circuits_of(&self, row: &Row) -> bool {
        let spec = &self.kind.spec;
        (self.point.segment, self.point.arity) == (row.point.segment, row.point.arity)
            && (spec.rate.bits(), spec.fan_in) == (row.rate_bits, row.fan_in)
    }

    /// How many proofs each stage makes, with what one of them costs.
    pub(super) fn with_counts(&self, costs: StageCosts) -> StageCosts {
        let counted = |proofs, cost: StageCost| StageCost { proofs, ..cost };
        StageCosts {
            segment: counted(self.leaves * self.kind.spec.fan_in, costs.segment),
            leaf: counted(self.tree.leaves(), costs.leaf),
            fold: counted(self.tree.folds(), costs.fold),
            batch: counted(1, costs.batch),
        }
    }

    /// The row by the costs of plans, for a machine of so many threads.
    pub(super) fn estimate(&self, threads: usize) -> Row {
        let busy = if threads == 1 { 1.0 } else { threads as f64 * BUSY };
        let cost = |microseconds: u64| StageCost {
            proofs: 0,
            cpu_seconds: microseconds as f64 / 1e6,
            wall_seconds: microseconds as f64 / 1e6 / busy,
            proof_bytes: PROOF_BYTES,
        };
        let leaf = self.model.leaf(&self.kind);
        let stages = StageCosts {
            segment: cost(leaf.segments / self.kind.spec.fan_in as u64),
            leaf: cost(leaf.leaf),
            fold: cost(self.model.fold()),
            batch: cost(self.model.batch()),
        };
        let memory = self.model.base_bytes() + leaf.circuit_bytes + leaf.run_bytes;
        let row = self.row(Source::Estimated, stages);
        Row { peak_rss_bytes: memory, proof_bytes: PROOF_BYTES, ..row }
    }

    /// The row by what the proofs of each stage cost in another batch. Its memory and its batch proof are alike.
    pub(super) fn compose(&self, measured: &Row) -> Row {
        let row = self.row(Source::Composed, measured.stages);
        Row {
            peak_rss_bytes: measured.peak_rss_bytes,
            proof_bytes: measured.proof_bytes,
            verify_milliseconds: measured.verify_milliseconds,
            ..row
        }
    }

    /// The row in which every proof of a stage costs the same.
    pub(super) fn row(&self, source: Source, stages: StageCosts) -> Row {
        let stages = self.with_counts(stages);
        let all = [stages.segment, stages.leaf, stages.fold, stages.batch];
        let sum = |seconds: fn(&StageCost) -> f64| {
            all.iter().map(|cost| cost.proofs as f64 * seconds(cost)).sum::<f64>()
        };
        let filler = self.model.leaf(&self.filler).segments as f64 / 1e6 * self.fillers() as f64;
        let cpu_seconds = sum(|cost| cost.cpu_seconds) + filler;
        let wall_seconds = sum(|cost| cost.wall_seconds) + filler;
        let levels = self.tree.levels();
        let chain = |cost: &StageCost| cost.wall_seconds;
        Row {
            point: self.point,
            source,
            rate_bits: self.kind.spec.rate.bits(),
            fan_in: self.kind.spec.fan_in,
            leaves: self.tree.leaves(),
            fold_levels: levels,
            cpu_seconds,
            wall_seconds,
            critical_path_seconds: chain(&stages.segment)
                + chain(&stages.leaf)
                + levels as f64 * chain(&stages.fold)
                + chain(&stages.batch),
            peak_rss_bytes: 0,
            proof_bytes: 0,
            verify_milliseconds: 0.0,
            stages,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(transactions: usize, segment: usize, arity: usize) -> Grid {
        Grid { transactions: vec![transactions], segments: vec![segment], arities: vec![arity] }
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        let refused = |grid: Grid| grid.points().unwrap_err();
        let limit = MAX_WORDS;
        assert_eq!(refused(grid(1, 1, 2)), GridError::Transactions { limit, actual: 1 });
        assert_eq!(refused(grid(9999, 1, 2)), GridError::Transactions { limit, actual: 9999 });
        for actual in [0, 3, 1024] {
            let expected = GridError::Segment { limit: MAX_SEGMENT, actual };
            assert_eq!(refused(grid(16, actual, 2)), expected);
        }
        assert_eq!(refused(grid(16, 1, 4)), UnknownArity { children: 4 }.into());
        let empty = Grid { arities: vec![], ..grid(16, 1, 2) };
        assert_eq!(refused(empty), GridError::Empty { axis: "arity" });
    }

    #[test]
    fn points_are_told_once_and_in_order() {
        let grid =
            Grid { transactions: vec![64, 16, 64], segments: vec![4, 1], arities: vec![7, 2] };
        let points = grid.points().unwrap();
        assert_eq!(points.len(), 8);
        assert!(points.is_sorted());
        assert_eq!(points[0], Point { transactions: 16, segment: 1, arity: 2 });
    }

    #[test]
    fn every_size_of_segment_has_leaves_for_every_arity() {
        for arity in [2, 3, 7] {
            for segment in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] {
                let point = Point { transactions: 1000, segment, arity };
                let recipe = Recipe::new(point, Costs::REFERENCE).unwrap();
                assert_eq!(recipe.kind.blocks, segment);
                let row = recipe.estimate(2);
                assert!(recipe.leaves * row.fan_in * segment >= 1000, "{row:?}");
                assert_eq!(row.leaves, recipe.leaves + recipe.fillers());
                assert_eq!(row.stages.fold.proofs * (arity - 1) + 1, row.leaves);
                assert!(row.critical_path_seconds < row.wall_seconds, "{row:?}");
                assert_eq!(recipe.fillers() > 0, row.leaves > recipe.leaves);
            }
        }
    }

    #[test]
    fn what_was_measured_holds_for_larger_batches() {
        let recipe = |transactions| {
            let point = Point { transactions, segment: 4, arity: 2 };
            Recipe::new(point, Costs::REFERENCE).unwrap()
        };
        let measured = Row { verify_milliseconds: 3.5, ..recipe(16).estimate(2) };
        assert!(recipe(64).has_circuits_of(&measured));
        let composed = recipe(64).compose(&measured);
        assert_eq!(composed.source, Source::Composed);
        assert_eq!(composed.verify_milliseconds, 3.5);
        assert_eq!(composed.cpu_seconds, recipe(64).estimate(2).cpu_seconds);
        let other = Point { transactions: 16, segment: 1, arity: 2 };
        let other = Recipe::new(other, Costs::REFERENCE).unwrap().estimate(2);
        assert!(!recipe(64).has_circuits_of(&other));
    }
}
