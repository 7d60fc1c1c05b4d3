//! Removing what no checkpoint needs any more, and checking that all the rest is there.

use std::collections::HashSet;

use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address, BatchNumber};

use crate::codec::{CodecError, Record};
use crate::keys::{ACCOUNT_NODES, CHECKPOINTS, Key, OWNED, STATE_LEAVES, TOKEN_NODES};
use crate::nodes::{VerifiedNodes, balance_of};
use crate::store::{NodeStore, WriteBatch};
use crate::tree::{ACCOUNTS, Shape, TOKENS};
use crate::{ACCOUNT_DEPTH, Checkpoint, EMPTY_LEAF, State, StateError};

/// How many removals go into one batch of the store.
const SWEEP: usize = 4096;

/// What pruning removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Checkpoints that can no longer be opened.
    pub checkpoints: usize,
    /// Nodes that no checkpoint needed.
    pub nodes: usize,
}

/// What the kept checkpoints consist of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Checkpoints that can be opened.
    pub checkpoints: usize,
    /// Distinct non-empty accounts in them.
    pub accounts: usize,
    /// Distinct inner nodes of their trees.
    pub nodes: usize,
}

/// The nodes that are needed.
#[derive(Debug, Default)]
struct Reachable {
    account_nodes: HashSet<Digest>,
    state_leaves: HashSet<Digest>,
    token_nodes: HashSet<Digest>,
}

impl<S: NodeStore> State<S> {
    /// Forgets the checkpoints before a batch, with their payloads, and removes every node that no other checkpoint
    /// needs; those of abandoned batches too. Visits all nodes that stay.
    ///
    /// # Errors
    /// [`StateError::PruneUnsettled`] where `upto` is after the last settled batch; [`StateError::Corrupt`] before
    /// anything is removed; those of the store.
    pub fn prune(&mut self, upto: BatchNumber) -> Result<Pruned, StateError> {
        let settled = self.settled();
        if upto > settled {
            return Err(StateError::PruneUnsettled { upto, settled });
        }
        let (forgotten, kept): (Vec<_>, Vec<_>) =
            self.checkpoints()?.into_iter().partition(|checkpoint| checkpoint.batch < upto);
        let reachable = self.reachable(&kept)?;

        let mut writes = WriteBatch::default();
        for checkpoint in &forgotten {
            writes.delete(Key::Checkpoint(checkpoint.batch).to_bytes());
            writes.delete(Key::Payload(checkpoint.batch).to_bytes());
        }
        self.nodes.store.apply(writes)?;
        // From here on nothing names the old roots, so an end at any point leaves only nodes that nobody needs.
        let nodes = self.sweep(ACCOUNT_NODES, &reachable.account_nodes)?
            + self.sweep(STATE_LEAVES, &reachable.state_leaves)?
            + self.sweep(TOKEN_NODES, &reachable.token_nodes)?;
        self.nodes.forget();
        self.nodes.store.flush()?;
        Ok(Pruned { checkpoints: forgotten.len(), nodes })
    }

    /// The checkpoints that can be opened, oldest first.
    ///
    /// # Errors
    /// [`StateError::Corrupt`], those of the store.
    pub fn checkpoints(&self) -> Result<Vec<Checkpoint>, StateError> {
        let mut checkpoints = Vec::new();
        for entry in self.nodes.store.scan(&[CHECKPOINTS]) {
            let (key, _) = entry?;
            let batch =
                BatchNumber::decode(&key[1..]).map_err(|error| unnamed(CHECKPOINTS, &error))?;
            checkpoints.push(self.checkpoint(batch)?);
        }
        Ok(checkpoints)
    }

    /// Reads every node of every checkpoint and the index of owners, and checks that each is what its name says and that
    /// no account of the head is missing from the index.
    ///
    /// # Errors
    /// [`StateError::Corrupt`] at the first that is not; those of the store.
    pub fn audit(&self) -> Result<Audit, StateError> {
        let checkpoints = self.checkpoints()?;
        let reachable = self.reachable(&checkpoints)?;
        for entry in self.nodes.store.scan(&[OWNED]) {
            let (key, since) = entry?;
            self.snapshot().owner_entry(&key, &since)?;
        }
        self.every_account_is_owned()?;
        Ok(Audit {
            checkpoints: checkpoints.len(),
            accounts: reachable.state_leaves.len(),
            nodes: reachable.account_nodes.len() + reachable.token_nodes.len(),
        })
    }

    /// Visits the accounts of the head with their indices, so equal subtrees are visited once for each.
    fn every_account_is_owned(&self) -> Result<(), StateError> {
        let mut pending = vec![(ACCOUNT_DEPTH, 0, self.head().root)];
        while let Some((level, position, digest)) = pending.pop() {
            if digest == ACCOUNTS.empty()[level] {
                continue;
            }
            if level > 0 {
                let [left, right] = self.nodes.children(&ACCOUNTS, digest)?;
                pending.push((level - 1, position << 1, left));
                pending.push((level - 1, position << 1 | 1, right));
                continue;
            }
            let address = self.nodes.account(digest)?.address;
            let index = AccountIndex::new(position).expect("a position at the bottom is an index");
            if address != Address::ZERO {
                self.nodes.expect::<BatchNumber>(Key::Owned(address, index))?;
            }
        }
        Ok(())
    }

    fn reachable(&self, checkpoints: &[Checkpoint]) -> Result<Reachable, StateError> {
        let mut reachable = Reachable::default();
        let mut state_leaves = Vec::new();
        for checkpoint in checkpoints {
            visit(&self.nodes, &ACCOUNTS, checkpoint.root, &mut reachable.account_nodes, |leaf| {
                state_leaves.push(leaf);
                Ok(())
            })?;
        }
        for state_leaf in state_leaves {
            if state_leaf == EMPTY_LEAF || !reachable.state_leaves.insert(state_leaf) {
                continue;
            }
            let root = self.nodes.read_account(state_leaf)?.token_root;
            visit(&self.nodes, &TOKENS, root, &mut reachable.token_nodes, |bottom| {
                balance_of(bottom, root).map(|_| ())
            })?;
        }
        Ok(reachable)
    }

    /// Removes the nodes of one kind that are not to be kept.
    fn sweep(&self, kind: u8, keep: &HashSet<Digest>) -> Result<usize, StateError> {
        let mut removed = 0;
        let mut writes = WriteBatch::default();
        for entry in self.nodes.store.scan(&[kind]) {
            let (key, _) = entry?;
            let digest = Digest::decode(&key[1..]).map_err(|error| unnamed(kind, &error))?;
            if keep.contains(&digest) {
                continue;
            }
            writes.delete(key);
            if writes.len() == SWEEP {
                removed += writes.len();
                self.nodes.store.apply(std::mem::take(&mut writes))?;
            }
        }
        removed += writes.len();
        self.nodes.store.apply(writes)?;
        Ok(removed)
    }
}

/// Reads the nodes below a root that were not seen before, and hands over what lies at the bottom.
fn visit<S: NodeStore, const DEPTH: usize>(
    nodes: &VerifiedNodes<S>,
    shape: &Shape<DEPTH>,
    root: Digest,
    seen: &mut HashSet<Digest>,
    mut bottom: impl FnMut(Digest) -> Result<(), StateError>,
) -> Result<(), StateError> {
    let mut pending = vec![(DEPTH, root)];
    while let Some((level, digest)) = pending.pop() {
        if digest == shape.empty()[level] {
            continue;
        }
        if level == 0 {
            bottom(digest)?;
        } else if seen.insert(digest) {
            let children = nodes.read_children(shape, digest)?;
            pending.extend(children.map(|child| (level - 1, child)));
        }
    }
    Ok(())
}

/// A record whose name cannot be read.
fn unnamed(kind: u8, error: &CodecError) -> StateError {
    StateError::Corrupt {
        record: format!("a record of kind {:?}", char::from(kind)),
        reason: error.to_string(),
    }
}
