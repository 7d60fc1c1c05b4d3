//! The catalogue: which leaf circuits a parameter set knows.

use std::fmt;
use std::sync::Arc;

use starfold_primitives::Digest;

use super::leaf::LeafCircuit;
use super::segment::{SegmentError, SegmentSystem};
use super::segment_air::{SegmentAir, segment_air};
use super::shape::{BuildError, Shape};
use crate::air::Air;
use crate::parameters::{ParameterSet, SegmentRate};
use crate::provable::{LeafSize, ProvableTransition};

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
    /// The circuit is larger than those whose soundness the parameter set states.
    #[error("the circuit has 2^{actual} rows, the largest of a catalogue 2^{largest}")]
    Rows {
        /// Logarithm of the most rows.
        largest: usize,
        /// Logarithm of the circuit's rows.
        actual: usize,
    },
}

/// A leaf circuit by description, together with the AIR.
#[derive(Clone, Debug)]
pub struct CatalogueEntry {
    spec: LeafSpec,
    step_degree_bits: usize,
    air: Arc<dyn SegmentAir>,
}

/// The leaf circuits that may take part in a batch, over one AIR or several, in the order of the circuit set.
#[derive(Clone, Debug, Default)]
pub struct Catalogue(Vec<CatalogueEntry>);

impl Catalogue {
    /// A catalogue without circuits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends the leaf circuits of a transition.
    #[must_use]
    pub fn with<T: ProvableTransition>(self) -> Self {
        let air = segment_air(T::Air::default());
        T::leaves().into_iter().fold(self, |catalogue, size| {
            catalogue.with_entry(CatalogueEntry::of(Arc::clone(&air), T::STEP_DEGREE_BITS, size))
        })
    }

    /// Appends one leaf circuit.
    #[must_use]
    pub fn with_entry(mut self, entry: CatalogueEntry) -> Self {
        self.0.push(entry);
        self
    }

    /// The leaf circuits in order.
    pub fn entries(&self) -> &[CatalogueEntry] {
        &self.0
    }

    /// The leaf circuit of a description.
    pub fn entry(&self, spec: &LeafSpec) -> Option<&CatalogueEntry> {
        self.0.iter().find(|entry| entry.spec == *spec)
    }
}

impl CatalogueEntry {
    /// The entry of a leaf circuit for segments of an AIR that takes 2^`step_degree_bits` rows for a step.
    pub fn new<A: Air>(air: A, step_degree_bits: usize, size: LeafSize) -> Self {
        Self::of(segment_air(air), step_degree_bits, size)
    }

    fn of(air: Arc<dyn SegmentAir>, step_degree_bits: usize, size: LeafSize) -> Self {
        let LeafSize { degree_bits, rate, fan_in } = size;
        let spec = LeafSpec { air: air.name(), degree_bits, rate, fan_in };
        Self { spec, step_degree_bits, air }
    }

    /// Logarithm of the rows of a step.
    pub fn step_degree_bits(&self) -> usize {
        self.step_degree_bits
    }

    /// The steps of each segment; none where a segment is shorter than a step.
    pub fn steps(&self) -> Option<usize> {
        let doublings = self.spec.degree_bits.checked_sub(self.step_degree_bits)?;
        1_usize.checked_shl(u32::try_from(doublings).ok()?)
    }

    /// What the circuit verifies.
    pub fn spec(&self) -> LeafSpec {
        self.spec
    }

    /// The width of the AIR's trace.
    pub fn columns(&self) -> usize {
        self.air.columns()
    }

    /// The number of polynomials that the AIR requires to vanish.
    pub(crate) fn constraints(&self) -> usize {
        self.air.constraints()
    }

    /// The degree of the AIR's constraints, filters included.
    pub(crate) fn degree(&self) -> usize {
        self.air.degree()
    }

    /// What tells the AIR from others of the same name, as one that was edited.
    pub fn fingerprint(&self) -> Digest {
        self.air.fingerprint()
    }

    /// The proof system of the circuit's segments, without building the circuit.
    ///
    /// # Errors
    /// [`SegmentError`] where there are no such segments.
    pub fn system(&self, parameters: ParameterSet) -> Result<SegmentSystem, SegmentError> {
        let LeafSpec { degree_bits, rate, .. } = self.spec;
        SegmentSystem::of_air(Arc::clone(&self.air), parameters, degree_bits, rate)
    }

    /// Builds the circuit.
    ///
    /// # Errors
    /// [`LeafBuildError`] where there are no such segments, or the circuit has not the shape or is too large for a
    /// catalogue.
    pub fn build(&self, shape: &Shape) -> Result<LeafCircuit, LeafBuildError> {
        let system = self.system(shape.parameters())?;
        let circuit = LeafCircuit::build(shape, system, self.spec.fan_in)?;
        let (largest, actual) = (shape.parameters().largest_degree_bits(), circuit.degree_bits());
        if actual > largest {
            return Err(LeafBuildError::Rows { largest, actual });
        }
        Ok(circuit)
    }
}
