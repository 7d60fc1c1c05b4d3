//! The catalogue: which leaf circuits a parameter set knows.

use std::fmt;

use starfold_primitives::Digest;

use super::leaf::LeafCircuit;
use super::segment::{SegmentError, SegmentSystem};
use super::shape::{BuildError, Shape};
use crate::air::Air;
use crate::parameters::SegmentRate;

/// What a leaf circuit verifies. Its `Display` is its name in the pins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeafSpec {
    /// The name of the AIR.
    pub air: &'static str,
    /// Logarithm of the rows of each segment.
    pub degree_bits: usize,
    /// The segments' rate.
    pub rate: SegmentRate,
    /// How many segments it verifies.
    pub fan_in: usize,
}

impl fmt::Display for LeafSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { air, degree_bits, rate, fan_in } = self;
        write!(f, "{air}-2^{degree_bits}-rate-{}-x{fan_in}", rate.bits())
    }
}

/// Why a leaf circuit of the catalogue cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafBuildError {
    /// There are no such segments.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The circuit has not the shape.
    #[error(transparent)]
    Build(#[from] BuildError),
}

type DigestOf = fn(&Shape, &LeafSpec) -> Result<Digest, LeafBuildError>;

/// A leaf circuit by description, together with the AIR's type.
#[derive(Clone, Copy, Debug)]
pub struct CatalogueEntry {
    spec: LeafSpec,
    digest: DigestOf,
}

impl CatalogueEntry {
    /// The entry of a leaf circuit for `A`.
    pub fn new<A: Air<COLUMNS> + Default, const COLUMNS: usize>(spec: LeafSpec) -> Self {
        Self { spec, digest: |shape, spec| Ok(spec.build::<A, COLUMNS>(shape)?.digest()) }
    }

    /// What the circuit verifies.
    pub fn spec(&self) -> LeafSpec {
        self.spec
    }

    /// Builds the circuit for the sake of its digest.
    ///
    /// # Errors
    /// [`LeafBuildError`] where the circuit cannot be built.
    pub fn digest(&self, shape: &Shape) -> Result<Digest, LeafBuildError> {
        (self.digest)(shape, &self.spec)
    }
}

impl LeafSpec {
    /// Builds the circuit.
    ///
    /// # Errors
    /// [`LeafBuildError`] where there are no such segments or the circuit has not the shape.
    pub fn build<A: Air<COLUMNS> + Default, const COLUMNS: usize>(
        &self,
        shape: &Shape,
    ) -> Result<LeafCircuit<A, COLUMNS>, LeafBuildError> {
        let Self { degree_bits, rate, fan_in, .. } = *self;
        let system = SegmentSystem::new(A::default(), shape.parameters(), degree_bits, rate)?;
        Ok(LeafCircuit::build(shape, system, fan_in)?)
    }
}
