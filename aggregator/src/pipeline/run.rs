//! What the stages of a run share: the plan, the keys of its proofs, the store and the counts.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use starfold_circuits::pins::batch_verifier;
use starfold_circuits::proving_set::ProvingSet;
use starfold_circuits::recursion::{
    BatchProof, BatchStatement, FoldCircuit, FoldProof, LeafProof, Node, SegmentProof,
    SegmentSystem,
};
use starfold_primitives::Goldilocks;
use starfold_primitives::claim::Claim;

use super::batch::Batch;
use super::circuits::leaf_pin;
use crate::artifact::{ArtifactKey, ArtifactKind, ArtifactStore};
use crate::atomic_file::FileError;
use crate::cache::CircuitCache;
use crate::cancel::CancelToken;
use crate::error::ProveError;
use crate::plan::{Plan, PlannedLeaf, PlannedSegment, TreeNode};
use crate::progress::{Note, Progress, Stage};

/// A run of the pipeline.
pub(super) struct Run<'a> {
    pub(super) batch: Batch<'a>,
    pub(super) set: &'a ProvingSet,
    pub(super) plan: Plan,
    /// None where nothing is kept.
    pub(super) store: Option<ArtifactStore>,
    /// None where nothing is kept or the folder cannot be used.
    pub(super) cache: Option<CircuitCache>,
    pub(super) progress: &'a dyn Progress,
    pub(super) cancel: Option<&'a CancelToken>,
    pub(super) made: AtomicU64,
    pub(super) reused: AtomicU64,
}

/// Counts the steps of one stage.
pub(super) struct Steps<'a> {
    progress: &'a dyn Progress,
    stage: Stage,
    done: AtomicU64,
}

impl Steps<'_> {
    pub(super) fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.progress.advance(self.stage, done);
    }
}

impl Run<'_> {
    /// Announces a stage.
    pub(super) fn steps(&self, stage: Stage, total: usize) -> Steps<'_> {
        self.progress.stage(stage, total as u64);
        Steps { progress: self.progress, stage, done: AtomicU64::new(0) }
    }

    /// The claim of some of the transactions.
    pub(super) fn claim(&self, transactions: &Range<usize>) -> Claim<Goldilocks> {
        self.batch.claim(transactions)
    }

    /// What the batch proof states.
    pub(super) fn statement(&self) -> BatchStatement {
        BatchStatement { claim: self.claim(&(0..self.plan.transactions)), set: self.set.root() }
    }

    /// Ends a run that was cancelled.
    pub(super) fn check_cancelled(&self) -> Result<(), ProveError> {
        match self.cancel {
            Some(token) if token.is_cancelled() => Err(ProveError::Cancelled),
            _ => Ok(()),
        }
    }

    /// The key of a segment's proof, by the leaf circuit that verifies it.
    pub(super) fn segment_key(&self, leaf: &PlannedLeaf, segment: &PlannedSegment) -> ArtifactKey {
        let circuit = leaf_pin(self.set, &leaf.spec);
        let claim = self.claim(&segment.transactions);
        ArtifactKey::new(ArtifactKind::Segment, circuit, self.set.root(), &claim)
    }

    /// The key of the proof of a node.
    pub(super) fn node_key(&self, node: &TreeNode) -> ArtifactKey {
        let claim = self.claim(&self.plan.transactions_below(node));
        let (kind, circuit) = if node.level > 0 {
            (ArtifactKind::Fold, self.set.pins().fold)
        } else {
            let leaf = &self.plan.leaves[node.leaves.start];
            (ArtifactKind::Leaf, leaf_pin(self.set, &leaf.spec))
        };
        ArtifactKey::new(kind, circuit, self.set.root(), &claim)
    }

    fn batch_key(&self) -> ArtifactKey {
        let BatchStatement { claim, set } = self.statement();
        ArtifactKey::new(ArtifactKind::Batch, self.set.pins().batch, set, &claim)
    }

    /// Loads and verifies a proof. One that is not usable is told and counts as missing.
    fn load<T>(
        &self,
        key: &ArtifactKey,
        accept: impl FnOnce(&[u8]) -> Result<T, String>,
    ) -> Option<T> {
        let store = self.store.as_ref()?;
        let found = store.load(key, accept).unwrap_or_else(|fault| {
            self.progress.note(&Note::ArtifactRefused(&fault));
            None
        });
        self.reused.fetch_add(u64::from(found.is_some()), Ordering::Relaxed);
        found
    }

    /// Stores a proof that this run made.
    pub(super) fn save(&self, key: &ArtifactKey, proof: &[u8]) -> Result<(), FileError> {
        self.made.fetch_add(1, Ordering::Relaxed);
        self.store.as_ref().map_or(Ok(()), |store| store.save(key, proof))
    }

    /// The stored proof of a segment.
    pub(super) fn load_segment(
        &self,
        key: &ArtifactKey,
        system: &SegmentSystem,
        segment: &PlannedSegment,
    ) -> Option<SegmentProof> {
        let expected = self.claim(&segment.transactions);
        self.load(key, |bytes| {
            let proof = system.decode(bytes).map_err(|error| error.to_string())?;
            expect_claim(&proof.claim(), &expected)?;
            system.verify(&proof).map_err(|error| error.to_string())?;
            Ok(proof)
        })
    }

    /// The stored proof of a node.
    pub(super) fn load_node(&self, node: &TreeNode, fold: &FoldCircuit) -> Option<Node> {
        let key = self.node_key(node);
        let expected = self.claim(&self.plan.transactions_below(node));
        let verifier = fold.verifier();
        self.load(&key, |bytes| {
            let proof: Node = if node.level > 0 {
                FoldProof::decode(verifier.shape(), bytes).map_err(|e| e.to_string())?.into()
            } else {
                LeafProof::decode(verifier.shape(), bytes).map_err(|e| e.to_string())?.into()
            };
            expect_claim(&proof.claim(), &expected)?;
            verifier.verify(&proof, self.set.circuit_set()).map_err(|error| error.to_string())?;
            Ok(proof)
        })
    }

    /// The stored proof of the batch.
    pub(super) fn load_batch(&self) -> Result<Option<BatchProof>, ProveError> {
        let verifier = batch_verifier(self.set.parameters())?;
        Ok(self.load(&self.batch_key(), |bytes| {
            let proof = verifier.decode(bytes).map_err(|error| error.to_string())?;
            verifier.verify(&proof, &self.statement()).map_err(|error| error.to_string())?;
            Ok(proof)
        }))
    }

    /// Stores the proof of the batch.
    pub(super) fn save_batch(&self, proof: &[u8]) -> Result<(), FileError> {
        self.save(&self.batch_key(), proof)
    }
}

fn expect_claim(actual: &Claim<Goldilocks>, expected: &Claim<Goldilocks>) -> Result<(), String> {
    if actual == expected {
        return Ok(());
    }
    let (actual, expected) = (actual.to_elements(), expected.to_elements());
    let differs = actual.iter().zip(&expected).position(|(a, b)| a != b).unwrap_or(0);
    Err(format!(
        "element {differs} of its claim is {}, expected {}",
        actual[differs], expected[differs]
    ))
}
