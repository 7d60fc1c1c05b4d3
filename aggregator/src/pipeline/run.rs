//! What the stages of a run share: the plan, the keys of its proofs, the store and the counts.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::SetPins;
use starfold_circuits::recursion::{
    CircuitSet, FoldCircuit, FoldProof, LeafProof, Node, SegmentProof,
};
use starfold_primitives::Goldilocks;
use starfold_primitives::claim::Claim;
use starfold_transition::SealedBatch;
use starfold_transition::boundary::claim;

use super::circuits::{TransactionSystem, leaf_pin};
use crate::artifact::{ArtifactKey, ArtifactKind, ArtifactStore};
use crate::atomic_file::FileError;
use crate::cache::CircuitCache;
use crate::error::ProveError;
use crate::plan::{Plan, PlannedLeaf, PlannedSegment, TreeNode};
use crate::progress::{Note, Progress, Stage};
use crate::proof_file::{BatchProofFile, VerifyError};

/// A run of the pipeline.
pub(super) struct Run<'a> {
    pub(super) batch: &'a SealedBatch,
    pub(super) parameters: ParameterSet,
    pub(super) pins: &'a SetPins,
    pub(super) set: CircuitSet,
    pub(super) plan: Plan,
    pub(super) store: ArtifactStore,
    /// None where the folder cannot be used.
    pub(super) cache: Option<CircuitCache>,
    pub(super) progress: &'a dyn Progress,
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

    /// The claim of a run of transactions.
    pub(super) fn claim(&self, transactions: &Range<usize>) -> Claim<Goldilocks> {
        let boundaries = &self.batch.boundaries;
        claim(&self.batch.context, &boundaries[transactions.start], &boundaries[transactions.end])
    }

    /// The key of a segment's proof, by the leaf circuit that verifies it.
    pub(super) fn segment_key(
        &self,
        leaf: &PlannedLeaf,
        segment: &PlannedSegment,
    ) -> Result<ArtifactKey, ProveError> {
        let circuit = leaf_pin(self.pins, &leaf.spec)?;
        let claim = self.claim(&segment.transactions);
        Ok(ArtifactKey::new(ArtifactKind::Segment, circuit, self.set.root(), &claim))
    }

    /// The key of the proof of a node.
    pub(super) fn node_key(&self, node: &TreeNode) -> Result<ArtifactKey, ProveError> {
        let claim = self.claim(&self.plan.transactions_below(node));
        let (kind, circuit) = if node.children.is_some() {
            (ArtifactKind::Fold, self.pins.fold)
        } else {
            let leaf = &self.plan.leaves[node.leaves.start];
            (ArtifactKind::Leaf, leaf_pin(self.pins, &leaf.spec)?)
        };
        Ok(ArtifactKey::new(kind, circuit, self.set.root(), &claim))
    }

    fn batch_key(&self) -> ArtifactKey {
        let (batch, set) = (self.pins.batch, self.set.root());
        ArtifactKey::new(ArtifactKind::Batch, batch, set, &self.batch.claim)
    }

    /// Loads and verifies a proof. One that is not usable is told and counts as missing.
    fn load<T>(
        &self,
        key: &ArtifactKey,
        accept: impl FnOnce(&[u8]) -> Result<T, String>,
    ) -> Option<T> {
        let found = self.store.load(key, accept).unwrap_or_else(|fault| {
            self.progress.note(&Note::ArtifactRefused(&fault));
            None
        });
        self.reused.fetch_add(u64::from(found.is_some()), Ordering::Relaxed);
        found
    }

    /// Stores a proof that this run made.
    pub(super) fn save(&self, key: &ArtifactKey, proof: &[u8]) -> Result<(), FileError> {
        self.made.fetch_add(1, Ordering::Relaxed);
        self.store.save(key, proof)
    }

    /// The stored proof of a segment.
    pub(super) fn load_segment(
        &self,
        key: &ArtifactKey,
        system: &TransactionSystem,
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
    pub(super) fn load_node(
        &self,
        node: &TreeNode,
        fold: &FoldCircuit,
    ) -> Result<Option<Node>, ProveError> {
        let key = self.node_key(node)?;
        let expected = self.claim(&self.plan.transactions_below(node));
        let verifier = fold.verifier();
        Ok(self.load(&key, |bytes| {
            let proof: Node = if node.children.is_some() {
                FoldProof::decode(verifier.shape(), bytes).map_err(|e| e.to_string())?.into()
            } else {
                LeafProof::decode(verifier.shape(), bytes).map_err(|e| e.to_string())?.into()
            };
            expect_claim(&proof.claim(), &expected)?;
            verifier.verify(&proof, &self.set).map_err(|error| error.to_string())?;
            Ok(proof)
        }))
    }

    /// The stored proof of the batch.
    pub(super) fn load_batch(&self) -> Option<BatchProofFile> {
        self.load(&self.batch_key(), |bytes| {
            let file = self.file(bytes.to_vec());
            self.verify(&file).map_err(|error| error.to_string())?;
            Ok(file)
        })
    }

    /// Stores the proof of the batch.
    pub(super) fn save_batch(&self, file: &BatchProofFile) -> Result<(), FileError> {
        self.save(&self.batch_key(), &file.proof)
    }

    pub(super) fn file(&self, proof: Vec<u8>) -> BatchProofFile {
        BatchProofFile::new(self.parameters, self.batch.claim, self.batch.words.clone(), proof)
    }

    pub(super) fn verify(&self, file: &BatchProofFile) -> Result<(), VerifyError> {
        file.verify_in(self.set.root()).map(|_| ())
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
