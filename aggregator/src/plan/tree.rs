//! The shape of the fold tree.

use std::ops::Range;

/// Which leaf proofs are folded with which: neighbours, level by level, an odd last one being passed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldTree {
    nodes: Vec<TreeNode>,
    leaves: usize,
}

/// A node: a leaf proof or the fold of two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeNode {
    /// The leaf proofs below it.
    pub leaves: Range<usize>,
    /// The numbers of the two nodes that it folds; none for a leaf proof.
    pub children: Option<[usize; 2]>,
    /// 0 for a leaf proof, one more than the higher child for a fold.
    pub level: usize,
}

impl FoldTree {
    /// The tree over `leaves` leaf proofs, which depends on their number alone.
    pub fn new(leaves: usize) -> Self {
        let leaf = |i| TreeNode { leaves: i..i + 1, children: None, level: 0 };
        let mut nodes: Vec<TreeNode> = (0..leaves).map(leaf).collect();
        let mut row: Vec<usize> = (0..leaves).collect();
        let mut level = 0;
        while row.len() > 1 {
            level += 1;
            row = row
                .chunks(2)
                .map(|pair| match *pair {
                    [left, right] => {
                        let leaves = nodes[left].leaves.start..nodes[right].leaves.end;
                        nodes.push(TreeNode { leaves, children: Some([left, right]), level });
                        nodes.len() - 1
                    }
                    _ => pair[0],
                })
                .collect();
        }
        Self { nodes, leaves }
    }

    /// The nodes: leaf proofs in order, then folds, children before parents, the root last.
    pub fn nodes(&self) -> &[TreeNode] {
        &self.nodes
    }

    /// The number of the root, which is the only leaf proof where there is one.
    pub fn root(&self) -> usize {
        self.nodes.len() - 1
    }

    /// The number of leaf proofs.
    pub fn leaves(&self) -> usize {
        self.leaves
    }

    /// The number of folds.
    pub fn folds(&self) -> usize {
        self.nodes.len() - self.leaves
    }

    /// The number of levels above the leaf proofs.
    pub fn levels(&self) -> usize {
        self.nodes.last().map_or(0, |root| root.level)
    }
}
