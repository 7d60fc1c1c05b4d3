//! Proves a batch as a point of the grid wants it, one proof after the other, and measures each.
//!
//! Proofs are kept in a folder with their costs until the batch is done, so that a run that was killed goes on where
//! it was.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use starfold_aggregator::usage::{CpuClock, peak_rss_bytes};
use starfold_aggregator::{Costs, Progress, Stage};
use starfold_circuits::provable::{ProvableRun as _, Run};
use starfold_circuits::recursion::{
    BatchProof, BatchStatement, BatchVerifier, FoldProof, LeafCircuit, LeafProof, Node,
    SegmentProof,
};
use starfold_circuits::transaction::Transactions;
use starfold_primitives::Goldilocks;
use starfold_primitives::claim::{BOUNDARY_LEN, Claim};
use starfold_rollup::file;
use starfold_transition::SealedBatch;

use super::DepthError;
use super::circuits::Circuits;
use super::grid::Recipe;
use super::record::{Point, Row, Source, StageCost, StageCosts};
use crate::workload;

/// The most bytes of a kept proof.
const MAX_KEPT_BYTES: u64 = 64 << 20;
/// How often a verification is timed; the least counts.
const VERIFICATIONS: usize = 5;

/// What a proof took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cost {
    cpu: Duration,
    wall: Duration,
    bytes: u64,
}

/// What the proofs of a stage took.
#[derive(Debug, Default)]
struct Measured(Vec<Cost>);

/// A batch of so many transactions, the last of which collects the fees: it is the same whenever it is made.
fn sealed(transactions: usize) -> Result<SealedBatch, DepthError> {
    let (_folder, mut rollup, inputs) = workload::transfers(transactions - 1)?;
    let batch = rollup.seal(&inputs)?.sealed;
    let actual = batch.transactions.len();
    if actual != transactions {
        return Err(DepthError::Transactions { expected: transactions, actual });
    }
    Ok(batch)
}

/// A batch, its circuits and where its proofs are kept.
struct Proving<'a> {
    recipe: &'a Recipe,
    circuits: Circuits,
    run: Run<'a, Transactions>,
    boundaries: Vec<[Goldilocks; BOUNDARY_LEN]>,
    kept: &'a Path,
    progress: &'a dyn Progress,
}

/// How a kind of proof is written, read and judged.
struct Codec<Encode, Decode> {
    encode: Encode,
    decode: Decode,
}

impl Proving<'_> {
    fn claim(&self, steps: &Range<usize>) -> Claim<Goldilocks> {
        let (entry, exit) = (self.boundaries[steps.start], self.boundaries[steps.end]);
        Claim { context: self.run.context(), entry, exit }
    }

    /// The transactions of a segment: none in a leaf that only makes the tree complete.
    fn steps(&self, segment: usize) -> Range<usize> {
        let blocks = self.recipe.kind.blocks;
        let end = self.boundaries.len() - 1;
        (segment * blocks).min(end)..((segment + 1) * blocks).min(end)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.kept.join(format!("{name}.proof"))
    }

    /// The kept proof of a name, or one that is made now and kept.
    fn proof<T>(
        &self,
        name: &str,
        codec: Codec<impl Fn(&T) -> Result<Vec<u8>, DepthError>, impl Fn(&[u8]) -> Option<T>>,
        make: impl FnOnce() -> Result<T, DepthError>,
    ) -> Result<(T, Cost), DepthError> {
        let path = self.path(name);
        let found = file::read(&path, MAX_KEPT_BYTES).ok().and_then(|bytes| {
            let (cpu, rest) = bytes.split_first_chunk()?;
            let (wall, proof) = rest.split_first_chunk()?;
            let [cpu, wall] =
                [cpu, wall].map(|micros| Duration::from_micros(u64::from_le_bytes(*micros)));
            let bytes = proof.len() as u64;
            Some(((codec.decode)(proof)?, Cost { cpu, wall, bytes }))
        });
        if let Some(found) = found {
            return Ok(found);
        }
        let (cpu, wall) = (CpuClock::start(), Instant::now());
        let proof = make()?;
        let (cpu, wall) = (cpu.elapsed(), wall.elapsed());
        let bytes = (codec.encode)(&proof)?;
        let [cpu_micros, wall_micros] = [cpu, wall]
            .map(|time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX).to_le_bytes());
        file::write(&path, &[cpu_micros.as_slice(), &wall_micros, &bytes].concat())?;
        Ok((proof, Cost { cpu, wall, bytes: bytes.len() as u64 }))
    }

    fn segment(
        &self,
        circuit: &LeafCircuit,
        number: usize,
        blocks: usize,
    ) -> Result<(SegmentProof, Cost), DepthError> {
        let system = circuit.system();
        let steps = self.steps(number);
        let claim = self.claim(&steps);
        let codec = Codec {
            encode: |proof: &SegmentProof| Ok(system.encode(proof)?),
            decode: |bytes: &[u8]| {
                let proof = system.decode(bytes).ok()?;
                (proof.claim() == claim && system.verify(&proof).is_ok()).then_some(proof)
            },
        };
        self.proof(&format!("segment-{number}"), codec, || {
            let (trace, _) = self.run.trace(steps.clone(), blocks).map_err(DepthError::Trace)?;
            Ok(system.prove(trace, &claim)?)
        })
    }

    /// The segments of every leaf, in order. Measured are those of the leaves that hold transactions, then the others.
    fn segments(&self) -> Result<(Vec<Vec<SegmentProof>>, [Measured; 2]), DepthError> {
        let Recipe { leaves, kind, tree, .. } = self.recipe;
        let held = leaves * kind.spec.fan_in;
        let total = held + self.recipe.fillers();
        self.progress.stage(Stage::Prove, total as u64);
        let mut measured = [Measured::default(), Measured::default()];
        let mut proofs = Vec::with_capacity(tree.leaves());
        let mut number = 0;
        for leaf in 0..tree.leaves() {
            let (circuit, blocks) = self.leaf_circuit(leaf);
            let mut of_leaf = Vec::with_capacity(circuit.fan_in());
            for _ in 0..circuit.fan_in() {
                let (proof, cost) = self.segment(circuit, number, blocks)?;
                measured[usize::from(number >= held)].0.push(cost);
                of_leaf.push(proof);
                number += 1;
                self.progress.advance(Stage::Prove, number as u64);
            }
            proofs.push(of_leaf);
        }
        Ok((proofs, measured))
    }

    /// The circuit of a leaf, and the blocks of its segments.
    fn leaf_circuit(&self, leaf: usize) -> (&LeafCircuit, usize) {
        let Recipe { leaves, kind, filler, .. } = self.recipe;
        match &self.circuits.filler {
            Some(circuit) if leaf >= *leaves => (circuit, filler.blocks),
            _ => (&self.circuits.leaf, kind.blocks),
        }
    }

    /// The kept node of a name, or one that is made now and kept. It leads from the first of these claims to the last.
    fn node(
        &self,
        name: &str,
        below: &[Claim<Goldilocks>],
        make: impl FnOnce() -> Result<Node, DepthError>,
    ) -> Result<(Node, Cost), DepthError> {
        let Circuits { fold, set, .. } = &self.circuits;
        let (verifier, shape) = (fold.verifier(), fold.verifier().shape());
        let ends = below.first().zip(below.last()).map(|(first, last)| (first.entry, last.exit));
        let codec = Codec {
            encode: |node: &Node| {
                Ok(match node {
                    Node::Leaf(proof) => proof.encode(shape),
                    Node::Fold(proof) => proof.encode(shape),
                })
            },
            decode: |bytes: &[u8]| {
                // their lengths differ by the leaf's key
                let leaf = LeafProof::decode(shape, bytes).map(Node::from);
                let node =
                    leaf.or_else(|_| FoldProof::decode(shape, bytes).map(Node::from)).ok()?;
                let claim = node.claim();
                let is_wanted = Some((claim.entry, claim.exit)) == ends;
                (is_wanted && verifier.verify(&node, set).is_ok()).then_some(node)
            },
        };
        self.proof(name, codec, make)
    }

    fn leaves(
        &self,
        segments: Vec<Vec<SegmentProof>>,
    ) -> Result<(Vec<Option<Node>>, Measured), DepthError> {
        self.progress.stage(Stage::Leaf, segments.len() as u64);
        let mut measured = Measured::default();
        let mut nodes = Vec::with_capacity(self.recipe.tree.nodes().len());
        for (leaf, segments) in segments.into_iter().enumerate() {
            let (circuit, _) = self.leaf_circuit(leaf);
            let claims: Vec<_> = segments.iter().map(SegmentProof::claim).collect();
            let make = || Ok(circuit.prove(segments)?.into());
            let (node, cost) = self.node(&format!("leaf-{leaf}"), &claims, make)?;
            measured.0.push(cost);
            nodes.push(Some(node));
            self.progress.advance(Stage::Leaf, leaf as u64 + 1);
        }
        Ok((nodes, measured))
    }

    fn folds(&self, mut nodes: Vec<Option<Node>>) -> Result<(Node, Measured), DepthError> {
        let Circuits { fold, set, .. } = &self.circuits;
        let tree = &self.recipe.tree;
        if tree.folds() > 0 {
            self.progress.stage(Stage::Fold, tree.folds() as u64);
        }
        let mut measured = Measured::default();
        for (number, node) in tree.nodes().iter().enumerate().skip(tree.leaves()) {
            let taken = node.children.iter().map(|&child| nodes[child].take());
            let children: Vec<Node> = taken.flatten().collect();
            let claims: Vec<_> = children.iter().map(Node::claim).collect();
            let make = || Ok(fold.prove_all(set, &children)?.into());
            let (node, cost) = self.node(&format!("fold-{number}"), &claims, make)?;
            measured.0.push(cost);
            nodes.push(Some(node));
            self.progress.advance(Stage::Fold, measured.0.len() as u64);
        }
        let root = nodes.pop().flatten();
        Ok((root.expect("a tree has a root, and every node before it was made"), measured))
    }

    /// The batch proof, what it took, and the milliseconds of its verification.
    fn batch(&self, root: Node) -> Result<(Measured, f64), DepthError> {
        let Circuits { batch, set, .. } = &self.circuits;
        let verifier = BatchVerifier::of_circuit(batch);
        let statement = BatchStatement { claim: root.claim(), set: set.root() };
        self.progress.stage(Stage::Batch, 1);
        let codec = Codec {
            encode: |proof: &BatchProof| Ok(verifier.encode(proof)?),
            decode: |bytes: &[u8]| {
                let proof = verifier.decode(bytes).ok()?;
                verifier.verify(&proof, &statement).is_ok().then_some(proof)
            },
        };
        let (proof, cost) = self.proof("batch", codec, || Ok(batch.prove(set, root.clone())?))?;
        let mut least = Duration::MAX;
        for _ in 0..VERIFICATIONS {
            let wall = Instant::now();
            verifier.verify(&proof, &statement)?;
            least = least.min(wall.elapsed());
        }
        self.progress.advance(Stage::Batch, 1);
        Ok((Measured(vec![cost]), least.as_secs_f64() * 1e3))
    }
}

impl Measured {
    fn sum(&self, time: fn(&Cost) -> Duration) -> f64 {
        self.0.iter().map(time).sum::<Duration>().as_secs_f64()
    }

    /// The median proof: neighbours on the machine slow some of them down.
    fn median(&self) -> StageCost {
        let middle = |figure: fn(&Cost) -> Duration| {
            let mut figures: Vec<Duration> = self.0.iter().map(figure).collect();
            figures.sort_unstable();
            let count = figures.len();
            let two = figures.get(count.saturating_sub(1) / 2..=count / 2).unwrap_or(&[]);
            two.iter().sum::<Duration>().as_secs_f64() / two.len().max(1) as f64
        };
        StageCost {
            proofs: self.0.len(),
            cpu_seconds: middle(|cost| cost.cpu),
            wall_seconds: middle(|cost| cost.wall),
            proof_bytes: self.0.iter().map(|cost| cost.bytes).max().unwrap_or(0),
        }
    }
}

/// The most memory of this process and of those before it that worked on the same proofs.
fn keep_peak(kept: &Path) -> Result<u64, DepthError> {
    let path = kept.join("peak.json");
    let before: u64 = file::read_json(&path).unwrap_or(0);
    let peak = before.max(peak_rss_bytes());
    file::write(&path, peak.to_string().as_bytes())?;
    Ok(peak)
}

/// Proves a point of the grid and measures it. `built` is the folder of circuits that earlier points have built, `kept`
/// the folder of proofs of this one, which is removed by who keeps the row.
///
/// # Errors
/// [`DepthError`]; proofs that were made stay in `kept`.
pub(super) fn prove_point(
    point: Point,
    costs: Costs,
    [built, kept]: [&Path; 2],
    progress: &dyn Progress,
) -> Result<Row, DepthError> {
    let recipe = Recipe::new(point, costs)?;
    let batch = sealed(point.transactions)?;
    progress.stage(Stage::Build, Circuits::STEPS as u64);
    let mut steps = 0;
    let circuits = Circuits::obtain(&recipe, built, || {
        steps += 1;
        progress.advance(Stage::Build, steps);
    })?;
    let run = Run::<Transactions>::new(&batch.context, &batch.boundaries, &batch.transactions)?;
    let boundaries = run.boundaries();
    let proving = Proving { recipe: &recipe, circuits, run, boundaries, kept, progress };
    let (segments, [of_segments, of_fillers]) = proving.segments()?;
    keep_peak(kept)?;
    let (nodes, of_leaves) = proving.leaves(segments)?;
    keep_peak(kept)?;
    let (root, of_folds) = proving.folds(nodes)?;
    keep_peak(kept)?;
    let (of_batch, verify_milliseconds) = proving.batch(root)?;

    let all = [&of_segments, &of_fillers, &of_leaves, &of_folds, &of_batch];
    let sum = |time: fn(&Cost) -> Duration| all.iter().map(|stage| stage.sum(time)).sum();
    let stages = StageCosts {
        segment: of_segments.median(),
        leaf: of_leaves.median(),
        fold: of_folds.median(),
        batch: of_batch.median(),
    };
    Ok(Row {
        cpu_seconds: sum(|cost| cost.cpu),
        wall_seconds: sum(|cost| cost.wall),
        peak_rss_bytes: keep_peak(kept)?,
        proof_bytes: stages.batch.proof_bytes,
        verify_milliseconds,
        ..recipe.row(Source::Measured, stages)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_the_two() {
        let median = |seconds: &[u64]| {
            let cost = |&seconds: &u64| {
                let time = Duration::from_secs(seconds);
                Cost { cpu: time, wall: 2 * time, bytes: seconds }
            };
            Measured(seconds.iter().map(cost).collect()).median()
        };
        assert_eq!(median(&[]), StageCost::default());
        assert!(median(&[]).cpu_seconds.is_sign_positive(), "a table would say -0");
        for (seconds, expected) in [(&[7][..], 7.0), (&[9, 2], 5.5), (&[9, 1, 2], 2.0)] {
            let StageCost { proofs, cpu_seconds, wall_seconds, proof_bytes } = median(seconds);
            assert_eq!((cpu_seconds, wall_seconds), (expected, 2.0 * expected));
            assert_eq!(
                (proofs, proof_bytes),
                (seconds.len(), seconds.iter().copied().max().unwrap())
            );
        }
    }

    #[test]
    fn the_peak_of_an_earlier_process_counts() {
        let folder = tempfile::tempdir().unwrap();
        let own = keep_peak(folder.path()).unwrap();
        assert!(own > 1 << 20);
        std::fs::write(folder.path().join("peak.json"), (1_u64 << 50).to_string()).unwrap();
        assert_eq!(keep_peak(folder.path()).unwrap(), 1 << 50);
    }
}
