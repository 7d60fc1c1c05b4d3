//! The update of a Merkle path: from an old node to a new one, with the same index and the same siblings.
//!
//! Every level takes two rows beside two [permutations](super::poseidon): one of the old tree, then one of the new. So
//! 64 rows update a tree of depth 32, and who only wants to read lets both nodes be equal.
//!
//! | row | node | puts out |
//! |---|---|---|
//! | 0 | the old node at the bottom | its parent |
//! | 1 | the new node at the bottom | its parent |
//! | 2 | what row 0 puts out | its parent |
//! | … | | |
//! | 2 d - 2 | what row 2 d - 4 puts out | the old root |
//! | 2 d - 1 | what row 2 d - 3 puts out | the new root |
//!
//! # What the caller binds
//!
//! With [`PathSelectors`] at hand:
//!
//! * where a path `starts`, `index_rest` is the index and `node` the old node; in the next row `node` is the new node;
//! * where it `ends`, `previous_output` is the old root, and the output of the row is the new root;
//! * the capacity of every permutation, with [`constrain_capacity`](super::poseidon::constrain_capacity): without it a
//!   node could be any hash;
//! * the input of rows off the paths, if it matters.
//!
//! ```
//! use starfold_circuits::air::{AirBuilder, Array, Cell, Domain, columns};
//! use starfold_circuits::gadgets::path::{self, PathColumns, PathRows, PathSelectors};
//! use starfold_circuits::gadgets::poseidon::{self, PoseidonColumns};
//! use starfold_circuits::gadgets::schedule::{self, ScheduleColumns};
//! use starfold_primitives::poseidon::Domain as HashDomain;
//!
//! columns! {
//!     /// Blocks of 64 rows, each an update of a tree of depth 32.
//!     pub struct Row {
//!         /// The permutation.
//!         poseidon: PoseidonColumns<()>,
//!         /// The row's place in its block.
//!         schedule: ScheduleColumns<(), 4, 16>,
//!         /// The path.
//!         path: PathColumns<()>,
//!         /// Root of the tree.
//!         root: Array<Cell, 4>,
//!     }
//! }
//!
//! fn constrain<B: AirBuilder>(local: &Row<B::Expr>, next: &Row<B::Expr>, builder: &mut B) {
//!     let output = poseidon::constrain(&local.poseidon, builder);
//!     schedule::constrain(&local.schedule, &next.schedule, builder);
//!     let (fresh, tag) = (builder.one(), builder.constant(HashDomain::AccountNode.tag()));
//!     poseidon::constrain_capacity(&local.poseidon, fresh, tag, builder);
//!
//!     let rows = PathRows {
//!         local: &local.path,
//!         next: &next.path,
//!         input: &local.poseidon.input,
//!         next_input: &next.poseidon.input,
//!         output: &output,
//!     };
//!     let selectors = PathSelectors::new(&local.schedule, &[0..=3], builder);
//!     path::constrain(&rows, &selectors, builder);
//!
//!     let (ends, old_root) = (selectors.ends, local.path.previous_output);
//!     let name = "the old node stands under the root";
//!     builder.assert_equal_when(name, Domain::EveryRow, ends, old_root, local.root);
//!     let name = "the root becomes that of the new node";
//!     builder.assert_equal_when(name, Domain::Transition, ends, next.root, rows.digest());
//!     // and so on: nodes, index, that the root stays where no path ends, and the claim: where the trace ends a path
//!     // with its last row, there is no row after it, so that the exit is bound to the digest which that row puts out
//! }
//! # let _ = constrain::<starfold_circuits::air::ConstraintTable>;
//! ```
//!
//! The parts that [`constrain`] calls are public for those whose rows off the paths use the columns too.
//!
//! # Soundness
//!
//! * Old and new row of a level have one sibling and one turn, so all that changes is what lies on the path.
//! * A level takes one bit of the index, and nothing may be left at the root: an index of a path of depth d is below
//!   `2^d`. There is no second form as long as d is below 64.
//! * `bit` is free where both halves of a permutation's input are equal: left and right are then the same, and on a path
//!   the index decides.

use std::ops::RangeInclusive;

use starfold_primitives::poseidon::{Domain as HashDomain, WIDTH};
use starfold_primitives::{Digest, Field, Goldilocks};

use super::poseidon::{self, PoseidonColumns, fresh_input, pair};
use super::schedule::ScheduleColumns;
use crate::air::{AirBuilder, Array, Cell, Domain, Expression, columns};

columns! {
    /// The Merkle path that this row hashes along.
    pub struct PathColumns {
        /// The digest below, which the permutation takes as its left or right half.
        node: Array<Cell, 4>,
        /// The digest that the row before put out.
        previous_output: Array<Cell, 4>,
        /// Whether the node is the right half.
        bit: Cell,
        /// What remains of the index from this level up.
        index_rest: Cell,
    }
}

/// Two neighbouring rows as a path sees them.
#[derive(Clone, Copy, Debug)]
pub struct PathRows<'a, E: Copy> {
    /// The path's columns.
    pub local: &'a PathColumns<E>,
    /// Those of the next row.
    pub next: &'a PathColumns<E>,
    /// Input of the permutation.
    pub input: &'a [E; WIDTH],
    /// Input of the next row's permutation.
    pub next_input: &'a [E; WIDTH],
    /// Output of the permutation.
    pub output: &'a [E; WIDTH],
}

impl<E: Expression> PathRows<'_, E> {
    /// The digest that the row puts out; degree 1.
    pub fn digest(&self) -> [E; 4] {
        std::array::from_fn(|i| self.output[i])
    }

    /// The digest beside the node; degree 1.
    pub fn sibling(&self) -> [E; 4] {
        sibling(self.local, self.input)
    }
}

/// The digest beside the node: both halves of the input less the node; degree 1.
fn sibling<E: Expression>(path: &PathColumns<E>, input: &[E; WIDTH]) -> [E; 4] {
    std::array::from_fn(|i| input[i] + input[4 + i] - path.node[i])
}

/// Which rows lie on paths.
#[derive(Clone, Copy, Debug)]
pub struct PathSelectors<E> {
    /// 1 on paths; degree 1.
    pub on_path: E,
    /// 1 in the rows of the old tree, and possibly off the paths; degree 1.
    pub old_rows: E,
    /// 1 in the first row of a path; degree 2.
    pub starts: E,
    /// 1 in the last row of a path; degree 2.
    pub ends: E,
}

impl<E: Expression> PathSelectors<E> {
    /// Paths that take these groups of a block, in ascending order; a group of `STEPS` rows has `STEPS / 2` levels.
    ///
    /// # Panics
    /// Where paths overlap, are not in order, do not lie in the block, or have 64 levels and more.
    pub fn new<B: AirBuilder<Expr = E>, const GROUPS: usize, const STEPS: usize>(
        schedule: &ScheduleColumns<E, GROUPS, STEPS>,
        paths: &[RangeInclusive<usize>],
        builder: &B,
    ) -> Self {
        const { assert!(STEPS.is_multiple_of(2), "a level has two rows") };
        let limits = paths.iter().skip(1).map(|path| *path.start()).chain([GROUPS]);
        let apart = paths.iter().zip(limits).all(|(path, limit)| *path.end() < limit);
        assert!(apart, "paths lie in the block one after the other");
        let low = |path: &RangeInclusive<usize>| path.clone().count() * STEPS / 2 < 64;
        assert!(paths.iter().all(low), "an index of 64 bits has two forms");
        Self {
            on_path: schedule.groups(paths.iter().cloned().flatten(), builder),
            old_rows: schedule.even_steps(builder),
            starts: schedule.at_groups(paths.iter().map(|path| *path.start()), 0, builder),
            ends: schedule.ends(paths.iter().map(|path| *path.end()), builder),
        }
    }

    /// 1 where the next row's node is what the row before put out; degree 2.
    pub fn goes_on(&self) -> E {
        self.on_path - self.starts - self.ends
    }
}

/// Constrains paths of which nothing else uses the columns.
pub fn constrain<B: AirBuilder>(
    rows: &PathRows<'_, B::Expr>,
    selectors: &PathSelectors<B::Expr>,
    builder: &mut B,
) {
    let PathSelectors { on_path, old_rows, ends, .. } = *selectors;
    constrain_node(rows, builder);
    constrain_pair(rows, on_path * old_rows, builder);
    constrain_index(rows, on_path, old_rows, ends, builder);
    constrain_no_index(rows, builder.one() - on_path, builder);
    constrain_output(rows, builder);
    constrain_chain(rows, selectors.goes_on(), builder);
}

/// In every row the node is one half of the permutation's input.
pub fn constrain_node<B: AirBuilder>(rows: &PathRows<'_, B::Expr>, builder: &mut B) {
    let bit = rows.local.bit;
    builder.assert_bool("a node is the left or the right one", bit);
    let here = rows.sibling();
    let halves = std::array::from_fn::<_, 4, _>(|i| {
        let node = rows.local.node[i];
        rows.input[i] - node - bit * (here[i] - node)
    });
    builder.assert_zeros("the permutation takes node and sibling", Domain::EveryRow, halves);
}

/// Both rows of a level have one sibling and one turn; `old` is 1 in the first of them, and has degree 2 at most.
pub fn constrain_pair<B: AirBuilder>(rows: &PathRows<'_, B::Expr>, old: B::Expr, builder: &mut B) {
    let (local, next) = (rows.local, rows.next);
    builder.assert_equal_when(
        "old and new path have the same sibling",
        Domain::Transition,
        old,
        sibling(next, rows.next_input),
        rows.sibling(),
    );
    builder.assert_equal_when(
        "old and new path take the same turn",
        Domain::Transition,
        old,
        [next.bit, next.index_rest],
        [local.bit, local.index_rest],
    );
}

/// A path takes its whole index apart, bit by bit. The selectors are those of [`PathSelectors`].
pub fn constrain_index<B: AirBuilder>(
    rows: &PathRows<'_, B::Expr>,
    on_path: B::Expr,
    old_rows: B::Expr,
    ends: B::Expr,
    builder: &mut B,
) {
    let (local, next) = (rows.local, rows.next);
    let new = builder.one() - old_rows;
    let inner = on_path * new - ends;
    let halved = local.index_rest - next.index_rest - next.index_rest - local.bit;
    builder.assert_zero("a level takes one bit of the index", Domain::Transition, inner * halved);
    let top = ends * (local.index_rest - local.bit);
    builder.assert_zero("no bit of the index is left at the root", Domain::EveryRow, top);
}

/// Rows off the paths have no index; `off_path` has degree 2 at most.
pub fn constrain_no_index<B: AirBuilder>(
    rows: &PathRows<'_, B::Expr>,
    off_path: B::Expr,
    builder: &mut B,
) {
    let idle = off_path * rows.local.index_rest;
    builder.assert_zero("off the paths no index is left", Domain::EveryRow, idle);
}

/// Every row knows what the row before put out.
pub fn constrain_output<B: AirBuilder>(rows: &PathRows<'_, B::Expr>, builder: &mut B) {
    let previous = rows.local.previous_output;
    builder.assert_zeros("the first row follows no other", Domain::FirstRow, previous);
    let digest = rows.digest();
    let output = std::array::from_fn::<_, 4, _>(|i| rows.next.previous_output[i] - digest[i]);
    builder.assert_zeros("the next row knows this row's output", Domain::Transition, output);
}

/// What a row puts out is the node of the row after the next; `goes_on` is 1 in the row between them, and has degree 2
/// at most.
pub fn constrain_chain<B: AirBuilder>(
    rows: &PathRows<'_, B::Expr>,
    goes_on: B::Expr,
    builder: &mut B,
) {
    builder.assert_equal_when(
        "the output of a level is the node of the next",
        Domain::Transition,
        goes_on,
        rows.next.node,
        rows.local.previous_output,
    );
}

/// One row's permutation and the path that it stands on.
#[derive(Clone, Copy, Debug)]
pub struct HashRow {
    /// The permutation.
    pub poseidon: PoseidonColumns<Goldilocks>,
    /// Its output.
    pub output: [Goldilocks; WIDTH],
    /// The half of its input that is the node.
    pub node: Digest,
    /// Whether that is the right one.
    pub bit: bool,
    /// What remains of the index.
    pub index_rest: u64,
}

impl HashRow {
    /// A permutation off the paths, whose node is the left half.
    pub fn new(state: [Goldilocks; WIDTH]) -> Self {
        let (poseidon, output) = poseidon::generate(state);
        let node = Digest(std::array::from_fn(|i| state[i]));
        Self { poseidon, output, node, bit: false, index_rest: 0 }
    }

    /// The digest that the row puts out.
    pub fn digest(&self) -> Digest {
        Digest(std::array::from_fn(|i| self.output[i]))
    }

    /// The path's columns after a row that put out `previous_output`; before the first row that is zero.
    pub fn path(&self, previous_output: Digest) -> PathColumns<Goldilocks> {
        PathColumns {
            node: self.node.0,
            previous_output: previous_output.0,
            bit: Goldilocks::from_bool(self.bit),
            index_rest: Goldilocks::from_canonical_u64(self.index_rest),
        }
    }
}

/// Fills the rows of a path, two for each sibling from the bottom up, for the old and the new node at the bottom.
/// Returns both roots.
///
/// # Panics
/// Where there are not two rows for each sibling, or 64 siblings and more.
pub fn fill(
    rows: &mut [HashRow],
    domain: HashDomain,
    index: u64,
    siblings: &[Digest],
    nodes: [Digest; 2],
) -> [Digest; 2] {
    assert_eq!(rows.len(), 2 * siblings.len(), "a level has two rows");
    assert!(siblings.len() < 64, "an index of 64 bits has two forms");
    let mut nodes = nodes;
    for (level, (pair_rows, &sibling)) in rows.chunks_exact_mut(2).zip(siblings).enumerate() {
        let index_rest = index >> level;
        let bit = index_rest & 1 == 1;
        for (row, node) in pair_rows.iter_mut().zip(&mut nodes) {
            let input = if bit { pair(sibling, *node) } else { pair(*node, sibling) };
            let hashed = HashRow::new(fresh_input(domain, input));
            *row = HashRow { node: *node, bit, index_rest, ..hashed };
            *node = row.digest();
        }
    }
    nodes
}
