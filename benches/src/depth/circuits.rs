//! The circuits of a point, built once for all points that need them.

use std::path::{Path, PathBuf};

use starfold_circuits::recursion::{
    BatchCircuit, CircuitSet, FoldCircuit, LeafCircuit, LeafSpec, SegmentSystem, Shape,
};
use starfold_circuits::transaction::TransactionAir;
use starfold_primitives::Digest;
use starfold_rollup::file;

use super::DepthError;
use super::grid::{PARAMETERS, Recipe};

/// The most bytes of a circuit's file.
const MAX_CIRCUIT_BYTES: u64 = 8 << 30;
/// Bytes of the digest in front.
const DIGEST_BYTES: usize = 32;

/// What proves a point.
#[derive(Debug)]
pub(super) struct Circuits {
    pub(super) leaf: LeafCircuit,
    /// For leaves that only make the tree complete, where there are any.
    pub(super) filler: Option<LeafCircuit>,
    pub(super) fold: FoldCircuit,
    pub(super) batch: BatchCircuit,
    pub(super) set: CircuitSet,
}

/// Circuits that were built before, as files of a folder.
struct Built<'a> {
    folder: &'a Path,
    arity: usize,
}

impl Built<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}-{}.circuit", self.arity))
    }

    /// The circuit of the file, or one that is built now and written. A file that is no such circuit is replaced.
    fn circuit<T>(
        &self,
        name: &str,
        build: impl FnOnce() -> Result<T, DepthError>,
        read: impl FnOnce(Digest, &[u8]) -> Option<T>,
        bytes: impl FnOnce(&T) -> (Digest, Vec<u8>),
    ) -> Result<T, DepthError> {
        let path = self.path(name);
        let found = file::read(&path, MAX_CIRCUIT_BYTES).ok().and_then(|bytes| {
            let (digest, circuit) = bytes.split_first_chunk::<DIGEST_BYTES>()?;
            read(Digest::from_bytes(digest).ok()?, circuit)
        });
        if let Some(circuit) = found {
            return Ok(circuit);
        }
        let circuit = build()?;
        let (digest, bytes) = bytes(&circuit);
        file::write(&path, &[digest.to_bytes().as_slice(), &bytes].concat())?;
        Ok(circuit)
    }

    fn leaf(&self, shape: &Shape, spec: &LeafSpec) -> Result<LeafCircuit, DepthError> {
        let system = SegmentSystem::new(TransactionAir, PARAMETERS, spec.degree_bits, spec.rate)?;
        self.circuit(
            &spec.to_string(),
            || Ok(LeafCircuit::build(shape, system.clone(), spec.fan_in)?),
            |digest, bytes| {
                let system = system.clone();
                LeafCircuit::from_cache_bytes(shape, system, spec.fan_in, digest, bytes).ok()
            },
            |leaf| (leaf.digest(), leaf.to_cache_bytes()),
        )
    }

    fn fold(&self, shape: &Shape) -> Result<FoldCircuit, DepthError> {
        self.circuit(
            "fold",
            || Ok(FoldCircuit::build(shape)?),
            |digest, bytes| FoldCircuit::from_cache_bytes(shape, digest, bytes).ok(),
            |fold| (fold.digest(), fold.to_cache_bytes()),
        )
    }
}

impl Circuits {
    /// Reads or builds the circuits; `step` is called after each.
    pub(super) fn obtain(
        recipe: &Recipe,
        folder: &Path,
        mut step: impl FnMut(),
    ) -> Result<Self, DepthError> {
        let built = Built { folder, arity: recipe.arity.children() };
        let shape = Shape::of_arity(PARAMETERS, recipe.arity);
        step();
        let leaf = built.leaf(&shape, &recipe.kind.spec)?;
        step();
        let has_own_filler = recipe.fillers() > 0 && recipe.filler.spec != recipe.kind.spec;
        let filler = has_own_filler.then(|| built.leaf(&shape, &recipe.filler.spec)).transpose()?;
        let fold = built.fold(&shape)?;
        step();
        let batch = BatchCircuit::build(&fold)?;
        step();
        let members = [Some(&leaf), filler.as_ref()].into_iter().flatten();
        let set = CircuitSet::new(members.map(LeafCircuit::digest).collect())?;
        Ok(Self { leaf, filler, fold, batch, set })
    }

    /// How often [`Self::obtain`] calls `step`.
    pub(super) const STEPS: usize = 4;
}
