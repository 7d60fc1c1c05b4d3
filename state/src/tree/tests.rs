use std::collections::BTreeMap;

use proptest::prelude::*;
use starfold_primitives::Field;
use starfold_primitives::Goldilocks;
use starfold_primitives::poseidon::hash;

use super::*;

const DEPTH: usize = 4;
static SMALL: Shape<DEPTH> = Shape::new(Domain::TokenNode, Digest::ZERO);

fn bottom(value: u64) -> Digest {
    Digest([Goldilocks::from_canonical_u64(value); 4])
}

/// Every level of a full tree, recomputed from the bottom.
fn full_tree(values: &BTreeMap<u32, u64>) -> Vec<Vec<Digest>> {
    let row = (0..1 << DEPTH).map(|i| bottom(values.get(&i).copied().unwrap_or(0))).collect();
    let mut rows: Vec<Vec<Digest>> = vec![row];
    for level in 0..DEPTH {
        let above = rows[level]
            .chunks(2)
            .map(|pair| hash(Domain::TokenNode, &[pair[0].0, pair[1].0].concat()))
            .collect();
        rows.push(above);
    }
    rows
}

fn siblings_in(rows: &[Vec<Digest>], index: u32) -> [Digest; DEPTH] {
    std::array::from_fn(|level| rows[level][(index >> level ^ 1) as usize])
}

#[test]
fn empty_subtrees_are_those_of_a_full_tree_of_zeros() {
    let rows = full_tree(&BTreeMap::new());
    for (level, row) in rows.iter().enumerate() {
        assert!(row.iter().all(|digest| *digest == SMALL.empty()[level]));
    }
    assert_eq!(ACCOUNTS.empty()[ACCOUNT_DEPTH], crate::EMPTY_ROOT);
    assert_eq!(ACCOUNTS.empty()[0], crate::EMPTY_LEAF);
    assert_eq!(TOKENS.empty()[TOKEN_DEPTH], crate::EMPTY_TOKEN_ROOT);
}

#[test]
fn every_node_above_a_change_is_listed_once() {
    let rows = full_tree(&BTreeMap::new());
    let mut tree = WorkingTree::new(&SMALL, rows[DEPTH][0]);
    for index in [4, 5, 6, 15] {
        tree.load(index, &siblings_in(&rows, index));
        tree.set(index, bottom(u64::from(index)));
    }
    tree.settle();
    // two parents of 4 to 6, one of 15; one node above each; their parents; the root
    assert_eq!(tree.changed_branches().len(), 3 + 2 + 2 + 1);
    tree.set(15, bottom(0));
    tree.settle();
    assert_eq!(tree.changed_branches().len(), 2 + 1 + 1 + 1);
}

proptest! {
    /// Loads and changes in any order, with roots and siblings read in between, on top of any first tree.
    #[test]
    fn a_working_tree_is_the_full_tree(
        first in prop::collection::btree_map(0u32..16, 1u64..9, 0..8),
        steps in prop::collection::vec((0u32..16, 0u64..5, any::<bool>(), any::<bool>()), 1..40),
    ) {
        let base = full_tree(&first);
        let mut values = first;
        let mut tree = WorkingTree::new(&SMALL, base[DEPTH][0]);
        for (index, value, set, read) in steps {
            tree.load(index, &siblings_in(&base, index));
            if set {
                tree.set(index, bottom(value));
                values.insert(index, value);
            }
            if read {
                tree.settle();
                let rows = full_tree(&values);
                prop_assert_eq!(tree.root(), rows[DEPTH][0]);
                let siblings = siblings_in(&rows, index);
                prop_assert_eq!(tree.siblings(index), siblings);
                let own = rows[0][index as usize];
                prop_assert_eq!(SMALL.root_of_path(index, own, &siblings), tree.root());
            }
        }
        tree.settle();
        for branch in tree.changed_branches() {
            let [left, right] = branch.children;
            prop_assert_eq!(SMALL.node(left, right), branch.digest);
        }
    }
}
