//! An update of a tree of depth 12, in a block of 32 rows of which the last eight are idle. Whether the rows count
//! themselves is tested elsewhere.

use proptest::prelude::*;
use starfold_primitives::claim::Claim;
use starfold_primitives::poseidon::{Domain as HashDomain, WIDTH, hash_pair};
use starfold_primitives::{Digest, Field, Goldilocks};

use super::{Collector, ONE, ZERO, claim, elements};
use crate::air::{Air, AirBuilder, Domain, Layout, Trace, columns};
use crate::gadgets::path::{self, HashRow, PathColumns, PathRows, PathSelectors};
use crate::gadgets::poseidon::{self, PoseidonColumns};
use crate::gadgets::schedule::{self, ScheduleColumns};
use crate::testing::{
    Forgery, check_agreement, check_cells, check_degree, check_forgeries, check_honest, edit_row,
};

const GROUPS: usize = 4;
const STEPS: usize = 8;
const BLOCK_ROWS: usize = GROUPS * STEPS;
const DEPTH: usize = 12;
/// The last rows of the path: of the old tree and of the new one.
const TOP: [usize; 2] = [2 * DEPTH - 2, 2 * DEPTH - 1];
const DOMAIN: HashDomain = HashDomain::AccountNode;

columns! {
    /// A row.
    struct UpdateColumns {
        /// The permutation.
        poseidon: PoseidonColumns<()>,
        /// Its place in its block.
        schedule: ScheduleColumns<(), GROUPS, STEPS>,
        /// The path.
        path: PathColumns<()>,
    }
}

const IDLE: &str = "a row off the path hashes zeros";
const INDEX: &str = "the path begins at the index";
const OLD_NODE: &str = "the old path begins at the old node";
const NEW_NODE: &str = "the new path begins at the new node";
const OLD_ROOT: &str = "the old path ends at the old root";
const NEW_ROOT: &str = "the new path ends at the new root";

/// The entry is an old root, node and index, the exit a new root and node.
#[derive(Clone, Copy, Debug)]
struct UpdateAir;

impl Air for UpdateAir {
    type Columns = UpdateColumns<()>;
    type Boundary = super::WholeBoundary;
    const NAME: &'static str = "update";
    const DEGREE: usize = 3;

    fn eval<B: AirBuilder>(
        &self,
        local: &<Self::Columns as Layout>::Of<B::Expr>,
        next: &<Self::Columns as Layout>::Of<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let output = poseidon::constrain(&local.poseidon, builder);
        let rows = PathRows {
            local: &local.path,
            next: &next.path,
            input: &local.poseidon.input,
            next_input: &next.poseidon.input,
            output: &output,
        };
        let selectors = PathSelectors::new(&local.schedule, &[0..=2], builder);
        path::constrain(&rows, &selectors, builder);

        let PathSelectors { on_path, starts, ends, .. } = selectors;
        let tag = on_path * builder.constant(DOMAIN.tag());
        poseidon::constrain_capacity(&local.poseidon, on_path, tag, builder);
        let idle = builder.one() - on_path;
        let idle = local.poseidon.input.map(|element| idle * element);
        let every = Domain::EveryRow;
        builder.assert_zeros(IDLE, every, idle);

        let digest = |elements: &[B::Expr]| std::array::from_fn::<_, 4, _>(|i| elements[i]);
        let [old_root, old_node] = [0, 4].map(|from| digest(&public.entry[from..]));
        let [new_root, new_node] = [0, 4].map(|from| digest(&public.exit[from..]));
        builder.assert_zero(INDEX, every, starts * (local.path.index_rest - public.entry[8]));
        builder.assert_equal_when(OLD_NODE, every, starts, local.path.node, old_node);
        let second = local.schedule.at(0, 1);
        builder.assert_equal_when(NEW_NODE, every, second, local.path.node, new_node);
        builder.assert_equal_when(OLD_ROOT, every, ends, local.path.previous_output, old_root);
        builder.assert_equal_when(NEW_ROOT, every, ends, rows.digest(), new_root);
    }
}

/// The root over a node, as trees compute it.
fn root(index: u64, node: Digest, siblings: &[Digest]) -> Digest {
    siblings.iter().enumerate().fold(node, |node, (level, &sibling)| {
        if index >> level & 1 == 1 {
            hash_pair(DOMAIN, sibling, node)
        } else {
            hash_pair(DOMAIN, node, sibling)
        }
    })
}

/// Blocks that all update the same path, and the roots that the rows lead to.
fn build(
    index: u64,
    nodes: [Digest; 2],
    siblings: &[Digest; DEPTH],
    blocks: usize,
) -> (Trace, Claim<Goldilocks>) {
    let mut hashes = vec![HashRow::new([ZERO; WIDTH]); BLOCK_ROWS];
    let [old_root, new_root] = path::fill(&mut hashes[..2 * DEPTH], DOMAIN, index, siblings, nodes);
    let mut previous_output = Digest::ZERO;
    let rows = (0..blocks * BLOCK_ROWS).map(|row| {
        let hash = &hashes[row % BLOCK_ROWS];
        let path = hash.path(previous_output);
        previous_output = hash.digest();
        UpdateColumns { poseidon: hash.poseidon, schedule: schedule::generate(row), path }
    });
    let trace = Trace::from_rows::<UpdateColumns<()>>(rows);
    let index = Digest([Goldilocks::from_canonical_u64(index), ZERO, ZERO, ZERO]);
    let [old, new] = nodes;
    let entry = [old_root, old, index].map(|digest| digest.0);
    (trace, claim(entry.as_flattened(), [new_root.0, new.0].as_flattened()))
}

/// An index that ends with a turn to the left.
const INDEX_HERE: u64 = 0b0110_1001_0101;

fn honest() -> (Trace, Claim<Goldilocks>) {
    let digest = |seed| Digest(std::array::from_fn(|i| Goldilocks::from_canonical_usize(seed + i)));
    let siblings = std::array::from_fn(|level| digest(100 + 10 * level));
    build(INDEX_HERE, [digest(1), digest(5)], &siblings, 1)
}

fn edit(trace: &mut Trace, row: usize, edit: impl FnOnce(&mut UpdateColumns<Goldilocks>)) {
    edit_row::<UpdateColumns<()>>(trace, row, edit);
}

/// Edits a row, hashes its input and tells the next row the output; what it puts out.
fn rehash(
    trace: &mut Trace,
    row: usize,
    change: impl FnOnce(&mut UpdateColumns<Goldilocks>),
) -> [Goldilocks; 4] {
    let mut digest = [ZERO; 4];
    edit(trace, row, |columns| {
        change(columns);
        let (poseidon, output) = poseidon::generate(columns.poseidon.input);
        columns.poseidon = poseidon;
        digest.copy_from_slice(&output[..4]);
    });
    edit(trace, row + 1, |columns| columns.path.previous_output = digest);
    digest
}

/// Changes the top row of the new tree, and lets the new root follow.
fn edit_top(
    trace: &mut Trace,
    claim: &mut Claim<Goldilocks>,
    change: fn(&mut UpdateColumns<Goldilocks>),
) {
    let root = rehash(trace, TOP[1], change);
    claim.exit[..4].copy_from_slice(&root);
}

/// Takes the other turn at the top.
fn turn(row: &mut UpdateColumns<Goldilocks>) {
    (row.path.bit, row.path.index_rest) = (ONE - row.path.bit, ONE - row.path.index_rest);
    row.poseidon.input[..8].rotate_left(4);
}

const GADGET_FORGERIES: [Forgery; 10] = [
    Forgery {
        title: "neither left nor right",
        edit: |trace, _| edit(trace, BLOCK_ROWS - 1, |row| row.path.bit = Goldilocks::TWO),
        breaks: &["a node is the left or the right one"],
    },
    Forgery {
        title: "a node that is not hashed",
        edit: |trace, _| edit(trace, BLOCK_ROWS - 1, |row| row.path.node[0] = ONE),
        breaks: &["the permutation takes node and sibling"],
    },
    Forgery {
        title: "another sibling in the new tree",
        edit: |trace, claim| edit_top(trace, claim, |row| row.poseidon.input[4] += ONE),
        breaks: &["old and new path have the same sibling"],
    },
    Forgery {
        title: "another turn in the new tree",
        edit: |trace, claim| edit_top(trace, claim, turn),
        breaks: &["old and new path take the same turn"],
    },
    Forgery {
        title: "another turn than the index says",
        edit: |trace, claim| {
            let [old, new] = TOP.map(|row| rehash(trace, row, turn));
            claim.entry[..4].copy_from_slice(&old);
            claim.exit[..4].copy_from_slice(&new);
        },
        breaks: &["a level takes one bit of the index"],
    },
    Forgery {
        title: "an index with a bit more than levels",
        edit: |trace, claim| {
            for row in 0..2 * DEPTH {
                let above = Goldilocks::from_canonical_u64(1 << (DEPTH - row / 2));
                edit(trace, row, |row| row.path.index_rest += above);
            }
            claim.entry[8] += Goldilocks::from_canonical_u64(1 << DEPTH);
        },
        breaks: &["no bit of the index is left at the root"],
    },
    Forgery {
        title: "an index off the path",
        edit: |trace, _| edit(trace, BLOCK_ROWS - 2, |row| row.path.index_rest = ONE),
        breaks: &["off the paths no index is left"],
    },
    Forgery {
        title: "an output before the first row",
        edit: |trace, _| edit(trace, 0, |row| row.path.previous_output[0] = ONE),
        breaks: &["the first row follows no other"],
    },
    Forgery {
        title: "an output that no row put out",
        edit: |trace, _| edit(trace, BLOCK_ROWS - 2, |row| row.path.previous_output[3] += ONE),
        breaks: &["the next row knows this row's output"],
    },
    Forgery {
        title: "a node that no level put out",
        edit: |trace, claim| {
            edit_top(trace, claim, |row| {
                row.path.node[0] += ONE;
                row.poseidon.input[0] += ONE;
            });
        },
        breaks: &["the output of a level is the node of the next"],
    },
];

const CALLERS_FORGERIES: [Forgery; 10] = [
    Forgery {
        title: "the square of a cube is that of its negative",
        edit: |trace, _| {
            edit(trace, BLOCK_ROWS - 1, |row| {
                let cube = &mut row.poseidon.first_full[0][0].cube;
                *cube = ZERO - *cube;
            });
        },
        breaks: &["an S-box cubes its input"],
    },
    Forgery {
        title: "another seventh power",
        edit: |trace, _| {
            edit(trace, BLOCK_ROWS - 1, |row| row.poseidon.last_full[3][11].seventh += ONE);
        },
        breaks: &["an S-box raises its input to 7"],
    },
    Forgery {
        title: "a node of another tree",
        edit: |trace, claim| edit_top(trace, claim, |row| row.poseidon.input[8] += ONE),
        breaks: &["the capacity holds the tag of the domain"],
    },
    Forgery {
        title: "a node that is no hash",
        edit: |trace, claim| edit_top(trace, claim, |row| row.poseidon.input[11] += ONE),
        breaks: &["the capacity holds nothing else"],
    },
    Forgery {
        title: "an idle row that hashes",
        edit: |trace, _| {
            rehash(trace, BLOCK_ROWS - 2, |row| row.poseidon.input[8] = ONE);
        },
        breaks: &[IDLE],
    },
    Forgery { title: "another index", edit: |_, claim| claim.entry[8] += ONE, breaks: &[INDEX] },
    Forgery {
        title: "another old node",
        edit: |_, claim| claim.entry[4] += ONE,
        breaks: &[OLD_NODE],
    },
    Forgery {
        title: "another new node",
        edit: |_, claim| claim.exit[7] += ONE,
        breaks: &[NEW_NODE],
    },
    Forgery {
        title: "another old root",
        edit: |_, claim| claim.entry[3] += ONE,
        breaks: &[OLD_ROOT],
    },
    Forgery {
        title: "another new root",
        edit: |_, claim| claim.exit[0] += ONE,
        breaks: &[NEW_ROOT],
    },
];

#[test]
fn the_gadget_updates_a_path() {
    let (trace, claim) = honest();
    assert_eq!(check_honest(&UpdateAir, &trace, &claim), Ok(()));
    assert_eq!(check_degree(&UpdateAir), Ok(()));
    assert_eq!(check_agreement(UpdateAir, 5), Ok(()));
    let rows = 0..trace.height();
    // where both halves are zero, left and right say the same
    let tried = |row, column: &str, _: &_| {
        !column.starts_with("schedule") && (column != "path.bit" || row < 2 * DEPTH)
    };
    assert_eq!(check_cells(&UpdateAir, &trace, &claim, rows, tried), Ok(()));
    let forgeries = [GADGET_FORGERIES, CALLERS_FORGERIES].concat();
    assert_eq!(check_forgeries(&UpdateAir, &trace, &claim, &forgeries), Ok(()));
}

#[test]
#[should_panic(expected = "paths lie in the block one after the other")]
fn paths_do_not_overlap() {
    let schedule: ScheduleColumns<_, GROUPS, STEPS> = schedule::generate(0);
    PathSelectors::new(&schedule, &[0..=1, 1..=2], &Collector::default());
}

#[test]
#[should_panic(expected = "an index of 64 bits has two forms")]
fn a_path_has_fewer_than_64_levels() {
    let schedule: ScheduleColumns<_, 8, 16> = schedule::generate(0);
    PathSelectors::new(&schedule, &[0..=7], &Collector::default());
}

proptest! {
    #[test]
    fn every_update_has_a_trace_with_the_roots_of_the_tree(
        index in 0..1u64 << DEPTH,
        cells in elements::<{ 4 * (DEPTH + 2) }>(),
    ) {
        let digests: [_; DEPTH + 2] =
            std::array::from_fn(|i| Digest(std::array::from_fn(|j| cells[4 * i + j])));
        let [old, new, siblings @ ..] = digests;
        let (trace, claim) = build(index, [old, new], &siblings, 2);
        prop_assert_eq!(claim.entry[..4].to_vec(), root(index, old, &siblings).0);
        prop_assert_eq!(claim.exit[..4].to_vec(), root(index, new, &siblings).0);
        prop_assert_eq!(check_honest(&UpdateAir, &trace, &claim), Ok(()));
    }
}
