//! The shape of the fold tree.

use std::ops::Range;

use starfold_circuits::parameters::FoldArity;

/// Which leaf proofs are folded with which: neighbours, level by level, those too few for a fold being passed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldTree {
    nodes: Vec<TreeNode>,
    leaves: usize,
}

/// A node: a leaf proof or the fold of some nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeNode {
    /// The leaf proofs below it.
    pub leaves: Range<usize>,
    /// The numbers of the nodes that it folds, as many as the arity says; none for a leaf proof.
    pub children: Vec<usize>,
    /// 0 for a leaf proof, one more than the higher child for a fold.
    pub level: usize,
}

impl FoldTree {
    /// How many leaf proofs make a complete tree: `leaves`, or the least number above.
    pub fn complete(leaves: usize, arity: FoldArity) -> usize {
        let added = arity.children() - 1;
        1 + leaves.saturating_sub(1).next_multiple_of(added)
    }

    /// The tree over `leaves` leaf proofs, and those that make it [complete](Self::complete). It depends on their number
    /// and the arity alone.
    pub fn new(leaves: usize, arity: FoldArity) -> Self {
        let leaves = Self::complete(leaves, arity);
        let leaf = |i| TreeNode { leaves: i..i + 1, children: vec![], level: 0 };
        let mut nodes: Vec<TreeNode> = (0..leaves).map(leaf).collect();
        let mut row: Vec<usize> = (0..leaves).collect();
        let mut level = 0;
        while row.len() > 1 {
            level += 1;
            let children = row.chunks_exact(arity.children());
            let passed_up = children.remainder().to_vec();
            row = children
                .map(|children| {
                    let (first, last) = (children[0], children[children.len() - 1]);
                    let leaves = nodes[first].leaves.start..nodes[last].leaves.end;
                    nodes.push(TreeNode { leaves, children: children.to_vec(), level });
                    nodes.len() - 1
                })
                .collect();
            row.extend(passed_up);
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
