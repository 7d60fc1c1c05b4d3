//! The stages: segments, leaf proofs, folds, the batch proof.

use std::collections::HashMap;

use starfold_circuits::pins::batch_verifier;
use starfold_circuits::recursion::{
    BatchCircuit, BatchProof, FoldCircuit, LeafSpec, Node, SegmentProof, SegmentSystem, Shape,
};

use super::circuits::{LeafCircuits, Obtained, leaf_circuit, segment_system};
use super::limited::map_limited;
use super::run::{Run, Steps};
use crate::error::ProveError;
use crate::plan::PlannedSegment;
use crate::progress::Stage;

/// The nodes of the fold tree of which there are proofs, by number.
pub(super) type Nodes = Vec<Option<Node>>;

/// Finds the stored proofs, from the root down: below a proof that is found nothing is looked for. Returns them, and
/// for each node whether its proof has to be made.
pub(super) fn find_nodes(run: &Run<'_>, fold: &FoldCircuit) -> (Nodes, Vec<bool>) {
    let tree = &run.plan.tree;
    let mut nodes: Nodes = tree.nodes().iter().map(|_| None).collect();
    let mut missing = vec![false; nodes.len()];
    let mut sought = vec![tree.root()];
    while let Some(number) = sought.pop() {
        let node = &tree.nodes()[number];
        nodes[number] = run.load_node(node, fold);
        if nodes[number].is_none() {
            missing[number] = true;
            sought.extend(&node.children);
        }
    }
    (nodes, missing)
}

/// The kinds of leaf circuits that the missing leaf proofs need.
pub(super) fn missing_specs(run: &Run<'_>, missing: &[bool]) -> Vec<LeafSpec> {
    let mut specs = vec![];
    for (leaf, _) in run.plan.leaves.iter().zip(missing).filter(|(_, missing)| **missing) {
        if !specs.contains(&leaf.spec) {
            specs.push(leaf.spec);
        }
    }
    specs
}

/// Builds leaf circuits.
pub(super) fn build_leaves<'a>(
    run: &'a Run<'_>,
    shape: &'a Shape,
    specs: Vec<LeafSpec>,
    steps: &Steps<'_>,
) -> Result<LeafCircuits<'a>, ProveError> {
    let built = map_limited(specs, run.plan.concurrency, |spec| {
        run.check_cancelled()?;
        let circuit = leaf_circuit(run, shape, spec)?;
        steps.step();
        Ok::<_, ProveError>((spec, circuit))
    })?;
    Ok(built.into_iter().collect())
}

/// Proves the segments of the leaves that are missing, or finds their proofs. By leaf, in order.
pub(super) fn prove_segments(
    run: &Run<'_>,
    missing: &[bool],
) -> Result<Vec<(usize, Vec<SegmentProof>)>, ProveError> {
    let leaves: Vec<usize> = (0..run.plan.leaves.len()).filter(|&leaf| missing[leaf]).collect();
    let mut systems: HashMap<LeafSpec, SegmentSystem> = HashMap::new();
    for spec in missing_specs(run, missing) {
        systems.insert(spec, segment_system(run.set, &spec)?);
    }
    let tasks: Vec<(usize, &PlannedSegment)> = leaves
        .iter()
        .flat_map(|&leaf| run.plan.leaves[leaf].segments.iter().map(move |segment| (leaf, segment)))
        .collect();
    let steps = run.steps(Stage::Prove, tasks.len());
    let proofs = map_limited(tasks, run.plan.concurrency, |(leaf, segment)| {
        let proof = segment_proof(run, leaf, segment, &systems[&run.plan.leaves[leaf].spec])?;
        steps.step();
        Ok::<_, ProveError>(proof)
    })?;
    let mut proofs = proofs.into_iter();
    let take =
        |leaf: usize| (leaf, proofs.by_ref().take(run.plan.leaves[leaf].segments.len()).collect());
    Ok(leaves.into_iter().map(take).collect())
}

/// Finds or makes the proof of one segment.
fn segment_proof(
    run: &Run<'_>,
    leaf: usize,
    segment: &PlannedSegment,
    system: &SegmentSystem,
) -> Result<SegmentProof, ProveError> {
    let key = run.segment_key(&run.plan.leaves[leaf], segment);
    if let Some(proof) = run.load_segment(&key, system, segment) {
        return Ok(proof);
    }
    run.check_cancelled()?;
    let transactions = segment.transactions.clone();
    let trace = run.batch.trace(&transactions, segment.blocks)?;
    let proof = system
        .prove(trace, &run.claim(&transactions))
        .map_err(|source| ProveError::Segment { transactions: transactions.clone(), source })?;
    let bytes =
        system.encode(&proof).map_err(|source| ProveError::Encode { transactions, source })?;
    run.save(&key, &bytes)?;
    Ok(proof)
}

/// Turns segments into leaf proofs.
pub(super) fn prove_leaves(
    run: &Run<'_>,
    shape: &Shape,
    circuits: &LeafCircuits<'_>,
    segments: Vec<(usize, Vec<SegmentProof>)>,
    nodes: &mut Nodes,
) -> Result<(), ProveError> {
    let steps = run.steps(Stage::Leaf, segments.len());
    let proofs = map_limited(segments, run.plan.concurrency, |(leaf, segments)| {
        run.check_cancelled()?;
        let node = &run.plan.tree.nodes()[leaf];
        let circuit = &circuits[&run.plan.leaves[leaf].spec];
        let proof = circuit.prove_with(|circuit| {
            circuit.prove(segments.clone()).map_err(|source| ProveError::Leaf {
                transactions: run.plan.transactions_below(node),
                source,
            })
        })?;
        run.save(&run.node_key(node), &proof.encode(shape))?;
        steps.step();
        Ok::<_, ProveError>((leaf, proof))
    })?;
    for (leaf, proof) in proofs {
        nodes[leaf] = Some(proof.into());
    }
    Ok(())
}

/// Folds level by level and returns the root.
pub(super) fn prove_folds(
    run: &Run<'_>,
    fold: &Obtained<'_, FoldCircuit>,
    missing: &[bool],
    mut nodes: Nodes,
) -> Result<Node, ProveError> {
    let tree = &run.plan.tree;
    let due: Vec<usize> =
        (tree.leaves()..tree.nodes().len()).filter(|&number| missing[number]).collect();
    let steps = run.steps(Stage::Fold, due.len());
    for level in 1..=tree.levels() {
        let at_level = due.iter().filter(|&&number| tree.nodes()[number].level == level);
        let tasks: Vec<(usize, [Node; 2])> = at_level
            .filter_map(|&number| {
                let &[left, right] = tree.nodes()[number].children.as_slice() else { return None };
                Some((number, [nodes[left].take()?, nodes[right].take()?]))
            })
            .collect();
        let proofs = map_limited(tasks, run.plan.concurrency, |(number, [left, right])| {
            run.check_cancelled()?;
            let node = &tree.nodes()[number];
            let proof = fold.prove_with(|fold| {
                let proof = fold.prove(run.set.circuit_set(), left.clone(), right.clone());
                proof.map_err(|source| ProveError::Fold {
                    transactions: run.plan.transactions_below(node),
                    source,
                })
            })?;
            run.save(&run.node_key(node), &proof.encode(fold.verifier().shape()))?;
            steps.step();
            Ok::<_, ProveError>((number, proof))
        })?;
        for (number, proof) in proofs {
            nodes[number] = Some(proof.into());
        }
    }
    Ok(nodes
        .pop()
        .flatten()
        .expect("every node was found, or made from children that were found or made before"))
}

/// Makes the batch proof of the root, and verifies it as anyone would.
pub(super) fn prove_batch(
    run: &Run<'_>,
    circuit: &Obtained<'_, BatchCircuit>,
    root: Node,
) -> Result<BatchProof, ProveError> {
    run.check_cancelled()?;
    let steps = run.steps(Stage::Batch, 1);
    let set = run.set.circuit_set();
    let proof = circuit.prove_with(|circuit| Ok(circuit.prove(set, root.clone())?))?;
    let verifier = batch_verifier(run.set.parameters())?;
    verifier.verify(&proof, &run.statement())?;
    let transactions = 0..run.plan.transactions;
    let bytes =
        verifier.encode(&proof).map_err(|source| ProveError::Encode { transactions, source })?;
    run.save_batch(&bytes)?;
    steps.step();
    Ok(proof)
}
