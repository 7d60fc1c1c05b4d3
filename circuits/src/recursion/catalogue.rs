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
    /// The name of the AIR: its [`Air::NAME`].
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
    /// The description is that of a circuit for another AIR.
    #[error("the description names the AIR {named}, the circuit is one for {actual}")]
    Air {
        /// The name in the description.
        named: &'static str,
        /// The AIR that is to be verified.
        actual: &'static str,
    },
    /// The circuit is larger than those whose soundness the parameter set states.
    #[error("the circuit has 2^{actual} rows, the largest of a catalogue 2^{largest}")]
    Rows {
        /// Logarithm of the most rows.
        largest: usize,
        /// Logarithm of the circuit's rows.
        actual: usize,
    },
}

type DigestOf = fn(&Shape, &LeafSpec) -> Result<Digest, LeafBuildError>;

/// A leaf circuit by description, together with the AIR's type.
#[derive(Clone, Copy, Debug)]
pub struct CatalogueEntry {
    spec: LeafSpec,
    digest: DigestOf,
}

impl CatalogueEntry {
    /// The entry of a leaf circuit for `fan_in` segments of `A`, with 2^`degree_bits` rows each, at one rate.
    pub fn new<A: Air<COLUMNS> + Default, const COLUMNS: usize>(
        degree_bits: usize,
        rate: SegmentRate,
        fan_in: usize,
    ) -> Self {
        let spec = LeafSpec { air: A::NAME, degree_bits, rate, fan_in };
        Self { spec, digest: |shape, spec| spec.digest::<A, COLUMNS>(shape) }
    }

    /// What the circuit verifies.
    pub fn spec(&self) -> LeafSpec {
        self.spec
    }

    /// Builds the circuit for the sake of its digest.
    ///
    /// # Errors
    /// [`LeafBuildError`] where the circuit cannot be built or is too large for a catalogue.
    pub fn digest(&self, shape: &Shape) -> Result<Digest, LeafBuildError> {
        (self.digest)(shape, &self.spec)
    }
}

impl LeafSpec {
    /// Builds the circuit.
    ///
    /// # Errors
    /// [`LeafBuildError`] where the description names another AIR, there are no such segments or the circuit has not
    /// the shape.
    pub fn build<A: Air<COLUMNS> + Default, const COLUMNS: usize>(
        &self,
        shape: &Shape,
    ) -> Result<LeafCircuit<A, COLUMNS>, LeafBuildError> {
        let Self { air, degree_bits, rate, fan_in } = *self;
        if air != A::NAME {
            return Err(LeafBuildError::Air { named: air, actual: A::NAME });
        }
        let system = SegmentSystem::new(A::default(), shape.parameters(), degree_bits, rate)?;
        Ok(LeafCircuit::build(shape, system, fan_in)?)
    }

    /// Builds the circuit for the sake of its digest.
    fn digest<A: Air<COLUMNS> + Default, const COLUMNS: usize>(
        &self,
        shape: &Shape,
    ) -> Result<Digest, LeafBuildError> {
        let circuit = self.build::<A, COLUMNS>(shape)?;
        let (largest, actual) = (shape.parameters().largest_degree_bits(), circuit.degree_bits());
        if actual > largest {
            return Err(LeafBuildError::Rows { largest, actual });
        }
        Ok(circuit.digest())
    }
}
