//! The circuits of a run: read from the cache, or built, compared with their pins and kept.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::OnceLock;

use starfold_circuits::pins::batch_verifier;
use starfold_circuits::proving_set::ProvingSet;
use starfold_circuits::recursion::{
    BatchCircuit, CacheError, CatalogueEntry, FoldCircuit, LeafCircuit, LeafSpec, ProverFailure,
    SegmentSystem, Shape,
};
use starfold_primitives::Digest;
use starfold_primitives::poseidon::{Domain, hash_pair};

use super::run::Run;
use crate::error::ProveError;
use crate::progress::Note;

/// The leaf circuits that a run needs.
pub(super) type LeafCircuits<'a> = HashMap<LeafSpec, Obtained<'a, LeafCircuit>>;

/// The pinned digest of a leaf circuit.
pub(super) fn leaf_pin(set: &ProvingSet, spec: &LeafSpec) -> Digest {
    set.leaf(spec).expect("plans are made of the circuits of their set, and all of them are pinned")
}

fn entry<'a>(set: &'a ProvingSet, spec: &LeafSpec) -> &'a CatalogueEntry {
    set.catalogue().entry(spec).expect("plans are made of the circuits of their set")
}

/// How a kind of circuit is built and written.
struct Source<T, Build> {
    build: Build,
    digest: fn(&T) -> Digest,
    to_bytes: fn(&T) -> Vec<u8>,
}

/// A circuit, read or built, and how it is built anew where it was read and no proof comes of it.
pub(super) struct Obtained<'a, T> {
    circuit: T,
    cached: Option<Cached<'a, T>>,
    /// The circuit that took its place.
    rebuilt: OnceLock<T>,
}

struct Cached<'a, T> {
    build: Box<dyn Fn() -> Result<T, ProveError> + Send + Sync + 'a>,
    discard: Box<dyn Fn(ProverFailure) + Send + Sync + 'a>,
}

impl<T> Deref for Obtained<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.rebuilt.get().unwrap_or(&self.circuit)
    }
}

impl<T> Obtained<'_, T> {
    /// Makes a proof. Where the prover fails with a circuit from the cache, the file is deleted and told, and the
    /// proof made with the circuit built anew.
    ///
    /// No lock is held while it is built: a thread that waits for the builder may begin another proof. So proofs that
    /// fail at the same time each build it, and the first stays.
    pub(super) fn prove_with<P>(
        &self,
        attempt: impl Fn(&T) -> Result<P, ProveError>,
    ) -> Result<P, ProveError> {
        let Some(cached) = self.cached.as_ref().filter(|_| self.rebuilt.get().is_none()) else {
            return attempt(self);
        };
        let error = match attempt(&self.circuit) {
            Ok(proof) => return Ok(proof),
            Err(error) => error,
        };
        let Some(failure) = error.prover_failure() else { return Err(error) };
        if self.rebuilt.get().is_none() {
            (cached.discard)(failure.clone());
            // lost where another proof was faster
            let _ = self.rebuilt.set((cached.build)()?);
        }
        attempt(self)
    }
}

/// Reads a circuit from the cache, or builds it. That the cache fails is told and nothing more.
///
/// The file is known by `key`, which is the pinned digest, or for a leaf circuit one that depends on the AIR besides: the
/// file of an AIR that was edited since is not found, and the circuit that is built instead is compared with its pin.
fn obtain<'a, T: 'a>(
    run: &'a Run<'_>,
    name: &str,
    [pinned, key]: [Digest; 2],
    read: impl FnOnce(&[u8]) -> Result<T, CacheError>,
    source: Source<T, impl Fn() -> Result<T, ProveError> + Send + Sync + 'a>,
) -> Result<Obtained<'a, T>, ProveError> {
    let file_name = format!("{}-{name}", run.set.parameters());
    let not_cached = |fault: &_| run.progress.note(&Note::CircuitNotCached(fault));
    let found = run
        .cache
        .as_ref()
        .and_then(|cache| cache.load(&file_name, key, read).inspect_err(not_cached).ok().flatten());
    let Source { build, digest, to_bytes } = source;
    let build = {
        let (name, file_name) = (name.to_owned(), file_name.clone());
        move || {
            let circuit = build()?;
            let actual = digest(&circuit);
            if actual != pinned {
                return Err(ProveError::Circuit { name: name.clone(), pinned, actual });
            }
            if let Some(cache) = &run.cache {
                let kept = cache.save(&file_name, key, &to_bytes(&circuit));
                kept.unwrap_or_else(|fault| run.progress.note(&Note::CircuitNotCached(&fault)));
            }
            Ok(circuit)
        }
    };
    let Some(circuit) = found else {
        return Ok(Obtained { circuit: build()?, cached: None, rebuilt: OnceLock::new() });
    };
    let discard = move |failure: ProverFailure| {
        if let Some(cache) = &run.cache {
            let fault = cache.discard(&file_name, key, failure);
            run.progress.note(&Note::CircuitNotCached(&fault));
        }
    };
    let cached = Cached { build: Box::new(build), discard: Box::new(discard) };
    Ok(Obtained { circuit, cached: Some(cached), rebuilt: OnceLock::new() })
}

pub(super) fn fold_circuit<'a>(run: &'a Run<'_>) -> Result<Obtained<'a, FoldCircuit>, ProveError> {
    let shape = Shape::new(run.set.parameters());
    let pinned = run.set.pins().fold;
    let cached_shape = shape.clone();
    let read = |bytes: &[u8]| FoldCircuit::from_cache_bytes(&cached_shape, pinned, bytes);
    let source = Source {
        build: move || Ok(FoldCircuit::build(&shape)?),
        digest: FoldCircuit::digest,
        to_bytes: FoldCircuit::to_cache_bytes,
    };
    obtain(run, "fold", [pinned; 2], read, source)
}

pub(super) fn batch_circuit<'a>(
    run: &'a Run<'_>,
    fold: &'a FoldCircuit,
) -> Result<Obtained<'a, BatchCircuit>, ProveError> {
    let pinned = run.set.pins().batch;
    let verifier = batch_verifier(run.set.parameters())?;
    let read = |bytes: &[u8]| BatchCircuit::from_cache_bytes(fold, &verifier, bytes);
    let source = Source {
        build: move || Ok(BatchCircuit::build(fold)?),
        digest: BatchCircuit::digest,
        to_bytes: BatchCircuit::to_cache_bytes,
    };
    obtain(run, "batch", [pinned; 2], read, source)
}

pub(super) fn leaf_circuit<'a>(
    run: &'a Run<'_>,
    shape: &'a Shape,
    spec: LeafSpec,
) -> Result<Obtained<'a, LeafCircuit>, ProveError> {
    let pinned = leaf_pin(run.set, &spec);
    let entry = entry(run.set, &spec);
    let system = segment_system(run.set, &spec)?;
    let read =
        |bytes: &[u8]| LeafCircuit::from_cache_bytes(shape, system, spec.fan_in, pinned, bytes);
    let failed = move |source| ProveError::LeafBuild { name: spec.to_string(), source };
    let source = Source {
        build: move || entry.build(shape).map_err(failed),
        digest: LeafCircuit::digest,
        to_bytes: LeafCircuit::to_cache_bytes,
    };
    let key = hash_pair(Domain::CircuitSetNode, pinned, entry.fingerprint());
    obtain(run, &spec.to_string(), [pinned, key], read, source)
}

/// The proof system of the segments of a leaf circuit, without building the circuit.
pub(super) fn segment_system(
    set: &ProvingSet,
    spec: &LeafSpec,
) -> Result<SegmentSystem, ProveError> {
    entry(set, spec)
        .system(set.parameters())
        .map_err(|source| ProveError::LeafBuild { name: spec.to_string(), source: source.into() })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use starfold_circuits::recursion::{BatchError, LeafError};

    use super::*;

    fn failure() -> ProverFailure {
        ProverFailure { reason: "unsatisfied".to_owned() }
    }

    /// A circuit 1 from the cache, of which 2 is the one built anew; counts what was discarded and built.
    fn cached<'a>(counts: &'a [AtomicUsize; 2]) -> Obtained<'a, u8> {
        let [discarded, built] = counts;
        let build = move || {
            built.fetch_add(1, Ordering::Relaxed);
            Ok(2)
        };
        let discard = move |reason| {
            assert_eq!(reason, failure());
            discarded.fetch_add(1, Ordering::Relaxed);
        };
        let cached = Cached { build: Box::new(build), discard: Box::new(discard) };
        Obtained { circuit: 1, cached: Some(cached), rebuilt: OnceLock::new() }
    }

    #[test]
    fn a_cached_circuit_without_proofs_is_built_once_and_tried_again() {
        let counts = [AtomicUsize::new(0), AtomicUsize::new(0)];
        let circuit = cached(&counts);
        assert!(matches!(circuit.prove_with(|circuit| Ok(*circuit)), Ok(1)));
        let with_two = |circuit: &u8| match circuit {
            1 => Err(ProveError::BatchProof(BatchError::Prover(failure()))),
            _ => Ok(*circuit),
        };
        assert!(matches!(circuit.prove_with(with_two), Ok(2)));
        assert!(matches!(circuit.prove_with(with_two), Ok(2)));
        assert_eq!(*circuit, 2);
        // what fails with the new one as well is an error
        let never = |_: &u8| Err::<u8, _>(ProveError::BatchProof(BatchError::Prover(failure())));
        assert!(matches!(circuit.prove_with(never), Err(ProveError::BatchProof(_))));
        assert_eq!(counts.each_ref().map(|n| n.load(Ordering::Relaxed)), [1, 1]);
    }

    #[test]
    fn a_fault_of_the_input_is_no_fault_of_the_circuit() {
        let counts = [AtomicUsize::new(0), AtomicUsize::new(0)];
        let circuit = cached(&counts);
        let error = circuit.prove_with(|_| {
            let source = LeafError::Segments { expected: 2, actual: 1 };
            Err::<(), _>(ProveError::Leaf { transactions: 0..1, source })
        });
        assert!(matches!(error, Err(ProveError::Leaf { .. })), "{error:?}");
        assert_eq!(counts.each_ref().map(|n| n.load(Ordering::Relaxed)), [0, 0]);

        let built = Obtained { circuit: 1, cached: None, rebuilt: OnceLock::new() };
        let error = built.prove_with(|_: &u8| {
            Err::<(), _>(ProveError::BatchProof(BatchError::Prover(failure())))
        });
        assert!(matches!(error, Err(ProveError::BatchProof(_))), "{error:?}");
    }
}
