//! Measures on this machine what proofs cost, in some ten seconds.

use starfold_circuits::parameters::{ParameterSet, SegmentRate};
use starfold_circuits::provable::LeafSize;
use starfold_circuits::recursion::{
    CatalogueEntry, LeafBuildError, LeafError, SegmentError, SegmentProof, SegmentSystem, Shape,
};
use starfold_circuits::transaction::TransactionAir;
use starfold_circuits::transaction::trace::{SegmentTrace, TraceError};
use starfold_primitives::quantities::{Address, BatchNumber, ChainId, FeeUnit, Timestamp, TokenId};
use starfold_primitives::{Digest, Field, Goldilocks};
use starfold_transition::{Boundary, Context};

use crate::plan::Costs;
use crate::usage::CpuClock;

const PARAMETERS: ParameterSet = ParameterSet::Standard;
/// Logarithm of the rows of a block.
const BLOCK_DEGREE_BITS: usize = 8;
/// Logarithms of the rows of the larger segment that is measured at each rate: each takes about half a second.
const LARGER_DEGREE_BITS: [usize; 4] = [12, 11, 11, 10];
/// How often each figure is measured; the least counts, since neighbours only ever make it larger.
const REPETITIONS: usize = 2;

/// Why nothing was measured: the program is at fault.
#[derive(Debug, thiserror::Error)]
pub enum CalibrationError {
    /// A segment without transactions has no trace.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// It has no proof.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// The leaf circuit cannot be built.
    #[error(transparent)]
    Build(#[from] LeafBuildError),
    /// It makes no proof.
    #[error(transparent)]
    Leaf(#[from] LeafError),
}

/// Measures what proofs cost, with all threads.
///
/// # Errors
/// [`CalibrationError`], which would be a fault of the program.
pub fn measure_costs() -> Result<Costs, CalibrationError> {
    let mut segment = u64::MAX;
    let mut blocks = [0; 4];
    let mut proof = None;
    for ((rate, larger), block) in
        SegmentRate::ALL.into_iter().zip(LARGER_DEGREE_BITS).zip(&mut blocks)
    {
        let (one, smallest) = least(|| prove_segment(rate, BLOCK_DEGREE_BITS))?;
        let (many, _) = least(|| prove_segment(rate, larger))?;
        // a disturbed measurement may say nothing
        *block = (many.saturating_sub(one) / ((1 << (larger - BLOCK_DEGREE_BITS)) - 1)).max(1);
        segment = segment.min(one.saturating_sub(*block));
        // of the highest rate, whose leaf circuit is the smallest
        proof = Some((rate, smallest));
    }
    let (circuit, build) = match proof {
        Some((rate, proof)) => circuit_costs(rate, &proof)?,
        None => (Costs::REFERENCE.circuit, Costs::REFERENCE.build),
    };
    Ok(Costs { segment, blocks, circuit, build })
}

/// The least microseconds of some repetitions, and the last result.
fn least<T>(
    mut work: impl FnMut() -> Result<T, CalibrationError>,
) -> Result<(u64, T), CalibrationError> {
    let timed = |work: &mut dyn FnMut() -> Result<T, CalibrationError>| {
        let clock = CpuClock::start();
        let result = work()?;
        let microseconds = u64::try_from(clock.elapsed().as_micros()).unwrap_or(u64::MAX);
        Ok::<_, CalibrationError>((microseconds, result))
    };
    let (mut least, mut result) = timed(&mut work)?;
    for _ in 1..REPETITIONS {
        let (microseconds, next) = timed(&mut work)?;
        (least, result) = (least.min(microseconds), next);
    }
    Ok((least, result))
}

/// A segment of Noops: its proof costs as much as that of any transactions.
fn prove_segment(rate: SegmentRate, degree_bits: usize) -> Result<SegmentProof, CalibrationError> {
    let context = Context {
        chain_id: ChainId::ZERO,
        contract: Address::ZERO,
        batch: BatchNumber::ZERO,
        timestamp: Timestamp::ZERO,
        fee_token: TokenId::ZERO,
        fee_unit: FeeUnit::ZERO,
        z1: [Goldilocks::ZERO; 2],
    };
    let blocks = 1 << (degree_bits - BLOCK_DEGREE_BITS);
    let entry = Boundary::opening(Digest::ZERO);
    let trace = SegmentTrace::generate(&context, &entry, &[], blocks)?;
    let system = SegmentSystem::new(TransactionAir, PARAMETERS, degree_bits, rate)?;
    Ok(system.prove(trace.rows, &trace.claim)?)
}

/// Proving and building a circuit of the shape: a leaf circuit over one block.
fn circuit_costs(
    rate: SegmentRate,
    segment: &SegmentProof,
) -> Result<(u64, u64), CalibrationError> {
    let shape = Shape::new(PARAMETERS);
    let size = LeafSize { degree_bits: BLOCK_DEGREE_BITS, rate, fan_in: 1 };
    let entry = CatalogueEntry::new(TransactionAir, BLOCK_DEGREE_BITS, size);
    let (build, leaf) = least(|| Ok(entry.build(&shape)?))?;
    let (circuit, _) = least(|| Ok(leaf.prove(vec![segment.clone()])?))?;
    Ok((circuit, build))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_proof_that_is_timed_is_made() {
        let Costs { circuit, build, .. } = measure_costs().unwrap();
        assert!(circuit > 0 && build > 0);
    }

    #[test]
    fn the_least_of_all_repetitions_counts_and_an_error_ends_them() {
        let mut calls = 0;
        let (_, result) = least(|| {
            calls += 1;
            Ok(calls)
        })
        .unwrap();
        assert_eq!((calls, result), (REPETITIONS, REPETITIONS));
        let error = TraceError::BlockCount { actual: 3 };
        let failed = least::<()>(|| {
            calls += 1;
            Err(error.clone().into())
        });
        assert!(matches!(failed, Err(CalibrationError::Trace(_))), "{failed:?}");
        assert_eq!(calls, REPETITIONS + 1);
    }
}
