//! Sparse binary trees: the two shapes, and a tree of which some paths are in memory.
//!
//! The node at level `l` (0 is the bottom) and position `p` has the children `2p` and `2p + 1` at level
//! `l - 1`; a tree of depth `d` has its root at level `d`, position 0.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use starfold_primitives::Digest;
use starfold_primitives::poseidon::{Domain, hash_pair};

use crate::{ACCOUNT_DEPTH, EMPTY_LEAF, TOKEN_DEPTH};

/// The account tree: state leaves at the bottom.
pub(crate) static ACCOUNTS: Shape<ACCOUNT_DEPTH> = Shape::new(Domain::AccountNode, EMPTY_LEAF);
/// The token tree of an account: balances at the bottom.
pub(crate) static TOKENS: Shape<TOKEN_DEPTH> = Shape::new(Domain::TokenNode, Digest::ZERO);

/// How a tree hashes its nodes and what its empty parts are.
#[derive(Debug)]
pub(crate) struct Shape<const DEPTH: usize> {
    domain: Domain,
    empty_bottom: Digest,
    empty: OnceLock<Vec<Digest>>,
}

impl<const DEPTH: usize> Shape<DEPTH> {
    pub(crate) const fn new(domain: Domain, empty_bottom: Digest) -> Self {
        Self { domain, empty_bottom, empty: OnceLock::new() }
    }

    pub(crate) fn domain(&self) -> Domain {
        self.domain
    }

    pub(crate) fn node(&self, left: Digest, right: Digest) -> Digest {
        hash_pair(self.domain, left, right)
    }

    /// The root of an empty subtree at each level, `0..=DEPTH`.
    pub(crate) fn empty(&self) -> &[Digest] {
        self.empty.get_or_init(|| {
            let mut digest = self.empty_bottom;
            let mut levels = vec![digest];
            for _ in 0..DEPTH {
                digest = self.node(digest, digest);
                levels.push(digest);
            }
            levels
        })
    }

    /// Where a path from the bottom ends.
    pub(crate) fn root_of_path(
        &self,
        index: u32,
        bottom: Digest,
        siblings: &[Digest; DEPTH],
    ) -> Digest {
        siblings.iter().enumerate().fold(bottom, |digest, (level, &sibling)| {
            if index >> level & 1 == 0 {
                self.node(digest, sibling)
            } else {
                self.node(sibling, digest)
            }
        })
    }
}

/// An inner node and its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Branch {
    pub(crate) digest: Digest,
    pub(crate) children: [Digest; 2],
}

/// A tree of which the loaded paths are known and can change.
///
/// Changes at the bottom are gathered until [`Self::settle`], which hashes every inner node above them once.
#[derive(Debug)]
pub(crate) struct WorkingTree<const DEPTH: usize> {
    shape: &'static Shape<DEPTH>,
    root: Digest,
    /// The nodes on changed paths, and the siblings of all loaded ones.
    nodes: HashMap<(u8, u32), Digest>,
    /// Indices that changed since the tree was settled.
    unsettled: BTreeSet<u32>,
    /// Indices that ever changed.
    changed: BTreeSet<u32>,
}

impl<const DEPTH: usize> WorkingTree<DEPTH> {
    pub(crate) fn new(shape: &'static Shape<DEPTH>, root: Digest) -> Self {
        Self {
            shape,
            root,
            nodes: HashMap::new(),
            unsettled: BTreeSet::new(),
            changed: BTreeSet::new(),
        }
    }

    /// Takes the siblings of a path in the tree as it was at first; what has changed since is kept.
    pub(crate) fn load(&mut self, index: u32, siblings: &[Digest; DEPTH]) {
        for (level, &sibling) in (0u8..).zip(siblings) {
            self.nodes.entry((level, index >> level ^ 1)).or_insert(sibling);
        }
    }

    /// Changes the bottom of a loaded path.
    pub(crate) fn set(&mut self, index: u32, bottom: Digest) {
        self.nodes.insert((0, index), bottom);
        self.unsettled.insert(index);
        self.changed.insert(index);
    }

    /// Brings the root up to date.
    pub(crate) fn settle(&mut self) {
        if self.unsettled.is_empty() {
            return;
        }
        let mut positions: Vec<u32> = std::mem::take(&mut self.unsettled).into_iter().collect();
        for level in 0u8.. {
            if usize::from(level) == DEPTH {
                break;
            }
            positions = parents(&positions);
            for &position in &positions {
                let [left, right] = self.children(level, position);
                self.nodes.insert((level + 1, position), self.shape.node(left, right));
            }
        }
        self.root = self.nodes[&(DEPTH as u8, 0)];
    }

    /// The root, once settled.
    pub(crate) fn root(&self) -> Digest {
        assert!(self.unsettled.is_empty(), "a root is read from a settled tree");
        self.root
    }

    /// The bottom of a path that changed.
    pub(crate) fn bottom(&self, index: u32) -> Digest {
        self.nodes[&(0, index)]
    }

    /// The siblings of a loaded path, once settled.
    pub(crate) fn siblings(&self, index: u32) -> [Digest; DEPTH] {
        assert!(self.unsettled.is_empty(), "siblings are read from a settled tree");
        std::array::from_fn(|level| self.nodes[&(level as u8, index >> level ^ 1)])
    }

    /// The non-empty inner nodes above everything that changed, once settled.
    pub(crate) fn changed_branches(&self) -> Vec<Branch> {
        assert!(self.unsettled.is_empty(), "branches are read from a settled tree");
        let mut branches = Vec::new();
        let mut positions: Vec<u32> = self.changed.iter().copied().collect();
        for level in 0..DEPTH {
            positions = parents(&positions);
            for &position in &positions {
                let digest = self.nodes[&(level as u8 + 1, position)];
                if digest != self.shape.empty()[level + 1] {
                    let children = self.children(level as u8, position);
                    branches.push(Branch { digest, children });
                }
            }
        }
        branches
    }

    /// The children, at `level`, of the node at `position` one level up: both are known, since one is on a
    /// changed path and the other is its sibling.
    fn children(&self, level: u8, position: u32) -> [Digest; 2] {
        [self.nodes[&(level, position << 1)], self.nodes[&(level, position << 1 | 1)]]
    }
}

/// The distinct parents of ascending positions, ascending.
fn parents(positions: &[u32]) -> Vec<u32> {
    let mut parents: Vec<u32> = positions.iter().map(|position| position >> 1).collect();
    parents.dedup();
    parents
}

#[cfg(test)]
mod tests;
