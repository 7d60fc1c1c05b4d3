//! The circuits of a run: read from the cache, or built, compared with their pins and kept.

use std::collections::HashMap;

use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::{SetPins, batch_verifier};
use starfold_circuits::recursion::{
    BatchCircuit, CacheError, FoldCircuit, LeafCircuit, LeafSpec, SegmentError, SegmentSystem,
    Shape,
};
use starfold_circuits::transaction::{COLUMNS, TransactionAir};
use starfold_primitives::Digest;

use super::run::Run;
use crate::error::ProveError;
use crate::progress::Note;

/// The leaf circuits over transactions.
pub(super) type TransactionLeaf = LeafCircuit<TransactionAir, COLUMNS>;
/// The proof systems of segments of transactions.
pub(super) type TransactionSystem = SegmentSystem<TransactionAir, COLUMNS>;
/// The leaf circuits that a run needs.
pub(super) type LeafCircuits = HashMap<LeafSpec, TransactionLeaf>;

/// The pinned digest of a leaf circuit.
pub(super) fn leaf_pin(pins: &SetPins, spec: &LeafSpec) -> Result<Digest, ProveError> {
    pins.leaf(spec).ok_or_else(|| ProveError::NotPinned { name: spec.to_string() })
}

/// How a kind of circuit is built, read and written.
struct Source<T, Read, Build> {
    read: Read,
    build: Build,
    digest: fn(&T) -> Digest,
    to_bytes: fn(&T) -> Vec<u8>,
}

/// Reads a circuit from the cache, or builds it. That the cache fails is told and nothing more.
fn obtain<T>(
    run: &Run<'_>,
    name: &str,
    pinned: Digest,
    source: Source<
        T,
        impl FnOnce(&[u8]) -> Result<T, CacheError>,
        impl FnOnce() -> Result<T, ProveError>,
    >,
) -> Result<T, ProveError> {
    let file_name = format!("{}-{name}", run.parameters);
    let not_cached = |fault: &_| run.progress.note(&Note::CircuitNotCached(fault));
    if let Some(cache) = &run.cache {
        let found = cache.load(&file_name, pinned, source.read);
        if let Ok(Some(circuit)) = found.inspect_err(not_cached) {
            return Ok(circuit);
        }
    }
    let circuit = (source.build)()?;
    let actual = (source.digest)(&circuit);
    if actual != pinned {
        return Err(ProveError::Circuit { name: name.to_owned(), pinned, actual });
    }
    if let Some(cache) = &run.cache {
        let kept = cache.save(&file_name, pinned, &(source.to_bytes)(&circuit));
        kept.unwrap_or_else(|fault| not_cached(&fault));
    }
    Ok(circuit)
}

pub(super) fn fold_circuit(run: &Run<'_>) -> Result<FoldCircuit, ProveError> {
    let shape = Shape::new(run.parameters);
    let pinned = run.pins.fold;
    let source = Source {
        read: |bytes: &[u8]| FoldCircuit::from_cache_bytes(&shape, pinned, bytes),
        build: || Ok(FoldCircuit::build(&shape)?),
        digest: FoldCircuit::digest,
        to_bytes: FoldCircuit::to_cache_bytes,
    };
    obtain(run, "fold", pinned, source)
}

pub(super) fn batch_circuit(run: &Run<'_>, fold: &FoldCircuit) -> Result<BatchCircuit, ProveError> {
    let pinned = run.pins.batch;
    let verifier = batch_verifier(run.parameters)?;
    let source = Source {
        read: |bytes: &[u8]| BatchCircuit::from_cache_bytes(fold, &verifier, bytes),
        build: || Ok(BatchCircuit::build(fold)?),
        digest: BatchCircuit::digest,
        to_bytes: BatchCircuit::to_cache_bytes,
    };
    obtain(run, "batch", pinned, source)
}

pub(super) fn leaf_circuit(
    run: &Run<'_>,
    shape: &Shape,
    spec: &LeafSpec,
) -> Result<TransactionLeaf, ProveError> {
    let pinned = leaf_pin(run.pins, spec)?;
    let name = spec.to_string();
    let failed = |source| ProveError::LeafBuild { name: name.clone(), source };
    let system = segment_system(run.parameters, spec).map_err(|error| failed(error.into()))?;
    let source = Source {
        read: |bytes: &[u8]| {
            TransactionLeaf::from_cache_bytes(shape, system, spec.fan_in, pinned, bytes)
        },
        build: || spec.build::<TransactionAir, COLUMNS>(shape).map_err(failed),
        digest: TransactionLeaf::digest,
        to_bytes: TransactionLeaf::to_cache_bytes,
    };
    obtain(run, &name, pinned, source)
}

/// The proof system of the segments of a leaf circuit, without building the circuit.
pub(super) fn segment_system(
    parameters: ParameterSet,
    spec: &LeafSpec,
) -> Result<TransactionSystem, SegmentError> {
    SegmentSystem::new(TransactionAir, parameters, spec.degree_bits, spec.rate)
}
