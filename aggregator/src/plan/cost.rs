//! What proofs cost: the figures of one machine ([`Costs`]), and what follows from them for circuits of every size.
//!
//! Only ratios matter for the choice of a plan; that another machine is faster or slower changes nothing.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use starfold_circuits::parameters::{FoldArity, ParameterSet};
use starfold_circuits::recursion::LeafSpec;

use super::LeafKind;

/// CPU time in microseconds.
pub type Microseconds = u64;

/// Resident memory of the process before the first proof: the program, its tables, the fold and batch circuits, and what
/// the allocator does not give back between proofs, by which batches in 1 GiB exceeded an estimate without it.
const BASE_BYTES: u64 = 256 << 20;
/// Memory of one run of a leaf or fold circuit of 2^13 rows, beside the circuit.
const CIRCUIT_RUN_BYTES: u64 = 130 << 20;
/// Memory of a built circuit of 2^13 rows.
const CIRCUIT_BYTES: u64 = 75 << 20;
/// Rows of the circuits that the figures above are of.
const REFERENCE_DEGREE_BITS: usize = 13;
/// Bytes that proving a segment takes for each cell of its trace, its coefficients, and for each cell of the extended trace,
/// its value; an eighth more than that for everything else.
const CELL_BYTES: u64 = 9;
const EXTENDED_CELL_BYTES: u64 = 9;

/// Columns of the trace that [`Costs::blocks`] are of.
const REFERENCE_COLUMNS: u64 = 462;
/// The least and the largest figure that is taken for true: a thousand seconds.
const FIGURES: RangeInclusive<u64> = 1..=1_000_000_000;
/// Gates for one segment of 2^8 rows, at rates 1 to 4, and for each doubling of its rows, with standard parameters.
const SEGMENT_GATES: [usize; 4] = [10_400, 6_000, 4_600, 3_875];
const DOUBLING_GATES: [usize; 4] = [480, 250, 180, 140];
/// Gates that the library adds, and those that keep a circuit of 2^d rows below its size.
const SPARE_GATES: usize = 12;

/// What proofs cost on one machine, in microseconds of CPU time, all threads together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Costs {
    /// Proof of work, openings and queries of a segment, whatever its size.
    pub segment: u64,
    /// Filling the trace of one block of the transaction AIR and committing to it, at rates of 1 to 4 bits.
    pub blocks: [u64; 4],
    /// Proving a circuit of 2^13 rows.
    pub circuit: u64,
    /// Building a circuit of 2^13 rows.
    pub build: u64,
}

impl Costs {
    /// Measured with `benches/examples/cost_table.rs` on an AMD EPYC with AVX-512.
    pub const REFERENCE: Self = Self {
        segment: 60_000,
        blocks: [27_000, 48_000, 80_000, 130_000],
        circuit: 1_250_000,
        build: 1_600_000,
    };

    /// The figures, each no less than a microsecond and no more than a thousand seconds: with others, plans have no cost.
    fn plausible(self) -> Self {
        let plausible = |figure: u64| figure.clamp(*FIGURES.start(), *FIGURES.end());
        Self {
            segment: plausible(self.segment),
            blocks: self.blocks.map(plausible),
            circuit: plausible(self.circuit),
            build: plausible(self.build),
        }
    }
}

impl Default for Costs {
    fn default() -> Self {
        Self::REFERENCE
    }
}

/// What one leaf of a kind costs, its segments included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeafCost {
    /// Proving all of its segments.
    pub segments: Microseconds,
    /// Proving the leaf circuit, and the adapter where there is one.
    pub leaf: Microseconds,
    /// Building the circuits, once for all leaves of the kind.
    pub build: Microseconds,
    /// Memory of the built circuits.
    pub circuit_bytes: u64,
    /// Memory of the larger of proving a segment and proving the leaf.
    pub run_bytes: u64,
}

/// What proofs cost at one parameter set and arity.
#[derive(Clone, Copy, Debug)]
pub struct CostModel {
    parameters: ParameterSet,
    shape: usize,
    costs: Costs,
}

fn scaled(value: u64, degree_bits: usize) -> u64 {
    match degree_bits.checked_sub(REFERENCE_DEGREE_BITS) {
        Some(up) => value << up.min(16),
        None => value >> (REFERENCE_DEGREE_BITS - degree_bits),
    }
}

impl CostModel {
    /// The model by these costs.
    pub fn new(parameters: ParameterSet, arity: FoldArity, costs: Costs) -> Self {
        let shape = parameters.shape_degree_bits(arity);
        Self { parameters, shape, costs: costs.plausible() }
    }

    /// Whether the circuit that verifies the segments of a leaf has the shape, without an adapter.
    pub fn fits_the_shape(&self, spec: &LeafSpec) -> bool {
        self.leaf_degree_bits(spec) <= self.shape
    }

    /// The degree of the circuit that verifies the segments of a leaf, before any adapter.
    fn leaf_degree_bits(&self, spec: &LeafSpec) -> usize {
        let rate = spec.rate.bits() as usize - 1;
        let doublings = spec.degree_bits.saturating_sub(8);
        let queries = |set: ParameterSet| set.segment_queries(spec.rate).queries as usize;
        let one = (SEGMENT_GATES[rate] + doublings * DOUBLING_GATES[rate])
            * queries(self.parameters)
            / queries(ParameterSet::Standard);
        (spec.fan_in * one + SPARE_GATES).next_power_of_two().ilog2() as usize
    }

    /// What a leaf and its segments cost.
    pub fn leaf(&self, kind: &LeafKind) -> LeafCost {
        let LeafKind { spec, columns, .. } = kind;
        let columns = *columns as u64;
        let rows = 1 << spec.degree_bits;
        let rate = spec.rate.bits();
        let Costs { segment, blocks, circuit, build } = self.costs;
        let trace = blocks[rate as usize - 1] * rows / 256 * columns / REFERENCE_COLUMNS;
        let segments = spec.fan_in as u64 * (segment + trace);
        let shape = self.shape;
        let inner = self.leaf_degree_bits(spec);
        let (sum, largest): (fn(u64, usize, usize) -> u64, usize) = if inner > shape {
            (|value, inner, shape| scaled(value, inner) + scaled(value, shape), inner)
        } else {
            (|value, _, shape| scaled(value, shape), shape)
        };
        let cells = rows * columns;
        let segment_bytes = cells * (CELL_BYTES + (EXTENDED_CELL_BYTES << rate));
        LeafCost {
            segments,
            leaf: sum(circuit, inner, shape),
            build: sum(build, inner, shape),
            circuit_bytes: sum(CIRCUIT_BYTES, inner, shape),
            run_bytes: segment_bytes.max(scaled(CIRCUIT_RUN_BYTES, largest)),
        }
    }

    /// Proving a fold.
    pub fn fold(&self) -> Microseconds {
        scaled(self.costs.circuit, self.shape)
    }

    /// Proving the batch circuit, which is half as large as the shape.
    pub fn batch(&self) -> Microseconds {
        self.fold() / 2
    }

    /// Building the shape, the fold and the batch circuit.
    pub fn build(&self) -> Microseconds {
        scaled(2 * self.costs.build, self.shape)
    }

    /// Memory of everything but leaf circuits and proofs in the making.
    pub fn base_bytes(&self) -> u64 {
        BASE_BYTES + scaled(2 * CIRCUIT_BYTES, self.shape)
    }
}
