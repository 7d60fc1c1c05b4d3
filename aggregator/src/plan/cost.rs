//! What proofs cost: CPU time and memory, measured on one machine (`examples/cost_table.rs`) and used to compare plans.
//!
//! Only ratios matter for the choice of a plan; that another machine is faster or slower changes nothing.

use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::recursion::LeafSpec;

use super::LeafKind;

/// CPU time in milliseconds.
pub(super) type Milliseconds = u64;

/// Resident memory of the process before the first proof: the program, its tables, the fold and batch circuits.
const BASE_BYTES: u64 = 200 << 20;
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

/// Proof-of-work, openings and queries of a segment, whatever its size.
const SEGMENT_FIXED: Milliseconds = 60;
/// Filling the trace of one block and committing to it, at rates 1 to 4.
const BLOCK_MICROSECONDS: [u64; 4] = [27_000, 48_000, 80_000, 130_000];
/// Columns of the trace that it was measured with.
const REFERENCE_COLUMNS: u64 = 462;
/// Proving a circuit of 2^13 rows.
const CIRCUIT: Milliseconds = 1_250;
/// Building a circuit of 2^13 rows.
const CIRCUIT_BUILD: Milliseconds = 1_600;
/// Gates for one segment of 2^8 rows, at rates 1 to 4, and for each doubling of its rows, with standard parameters.
const SEGMENT_GATES: [usize; 4] = [10_400, 6_000, 4_600, 3_875];
const DOUBLING_GATES: [usize; 4] = [480, 250, 180, 140];
/// Gates that the library adds, and those that keep a circuit of 2^d rows below its size.
const SPARE_GATES: usize = 12;

/// What one leaf of a kind costs, its segments included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LeafCost {
    /// Proving all of its segments.
    pub(super) segments: Milliseconds,
    /// Proving the leaf circuit, and the adapter where there is one.
    pub(super) leaf: Milliseconds,
    /// Building the circuits, once for all leaves of the kind.
    pub(super) build: Milliseconds,
    /// Memory of the built circuits.
    pub(super) circuit_bytes: u64,
    /// Memory of the larger of proving a segment and proving the leaf.
    pub(super) run_bytes: u64,
}

/// The costs at one parameter set.
#[derive(Clone, Copy, Debug)]
pub(super) struct CostModel {
    parameters: ParameterSet,
}

fn scaled(value: u64, degree_bits: usize) -> u64 {
    match degree_bits.checked_sub(REFERENCE_DEGREE_BITS) {
        Some(up) => value << up.min(16),
        None => value >> (REFERENCE_DEGREE_BITS - degree_bits),
    }
}

impl CostModel {
    pub(super) fn new(parameters: ParameterSet) -> Self {
        Self { parameters }
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
    pub(super) fn leaf(&self, kind: &LeafKind) -> LeafCost {
        let LeafKind { spec, columns, .. } = kind;
        let columns = *columns as u64;
        let rows = 1 << spec.degree_bits;
        let rate = spec.rate.bits();
        let block =
            BLOCK_MICROSECONDS[rate as usize - 1] * rows / 256 * columns / REFERENCE_COLUMNS;
        let segments = spec.fan_in as u64 * (SEGMENT_FIXED + block / 1_000);
        let shape = self.parameters.shape_degree_bits();
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
            leaf: sum(CIRCUIT, inner, shape),
            build: sum(CIRCUIT_BUILD, inner, shape),
            circuit_bytes: sum(CIRCUIT_BYTES, inner, shape),
            run_bytes: segment_bytes.max(scaled(CIRCUIT_RUN_BYTES, largest)),
        }
    }

    /// Proving a fold.
    pub(super) fn fold(&self) -> Milliseconds {
        scaled(CIRCUIT, self.parameters.shape_degree_bits())
    }

    /// Building the shape, the fold and the batch circuit, and proving the latter, which is half as large.
    pub(super) fn fixed(&self) -> Milliseconds {
        let shape = self.parameters.shape_degree_bits();
        scaled(2 * CIRCUIT_BUILD, shape) + scaled(CIRCUIT, shape) / 2
    }

    /// Memory of everything but leaf circuits and proofs in the making.
    pub(super) fn base_bytes(&self) -> u64 {
        BASE_BYTES + scaled(2 * CIRCUIT_BYTES, self.parameters.shape_degree_bits())
    }
}
