//! The circuits of a run, built and compared with their pins.

use std::collections::HashMap;

use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::SetPins;
use starfold_circuits::recursion::{
    BatchCircuit, FoldCircuit, LeafCircuit, LeafSpec, SegmentError, SegmentSystem, Shape,
};
use starfold_circuits::transaction::{COLUMNS, TransactionAir};
use starfold_primitives::Digest;

use crate::error::ProveError;

/// The leaf circuits over transactions.
pub(super) type TransactionLeaf = LeafCircuit<TransactionAir, COLUMNS>;
/// The proof systems of segments of transactions.
pub(super) type TransactionSystem = SegmentSystem<TransactionAir, COLUMNS>;
/// The leaf circuits that a run needs.
pub(super) type LeafCircuits = HashMap<LeafSpec, TransactionLeaf>;

fn expect_pinned(name: String, pinned: Digest, actual: Digest) -> Result<(), ProveError> {
    if pinned == actual { Ok(()) } else { Err(ProveError::Circuit { name, pinned, actual }) }
}

/// The pinned digest of a leaf circuit.
pub(super) fn leaf_pin(pins: &SetPins, spec: &LeafSpec) -> Result<Digest, ProveError> {
    pins.leaf(spec).ok_or_else(|| ProveError::NotPinned { name: spec.to_string() })
}

pub(super) fn build_fold(
    parameters: ParameterSet,
    pins: &SetPins,
) -> Result<FoldCircuit, ProveError> {
    let fold = FoldCircuit::build(&Shape::new(parameters))?;
    expect_pinned("fold".to_owned(), pins.fold, fold.digest())?;
    Ok(fold)
}

pub(super) fn build_batch(fold: &FoldCircuit, pins: &SetPins) -> Result<BatchCircuit, ProveError> {
    let batch = BatchCircuit::build(fold)?;
    expect_pinned("batch".to_owned(), pins.batch, batch.digest())?;
    Ok(batch)
}

pub(super) fn build_leaf(
    shape: &Shape,
    spec: &LeafSpec,
    pins: &SetPins,
) -> Result<TransactionLeaf, ProveError> {
    let name = || spec.to_string();
    let leaf = spec
        .build::<TransactionAir, COLUMNS>(shape)
        .map_err(|source| ProveError::LeafBuild { name: name(), source })?;
    expect_pinned(name(), leaf_pin(pins, spec)?, leaf.digest())?;
    Ok(leaf)
}

/// The proof system of the segments of a leaf circuit, without building the circuit.
pub(super) fn segment_system(
    parameters: ParameterSet,
    spec: &LeafSpec,
) -> Result<TransactionSystem, SegmentError> {
    SegmentSystem::new(TransactionAir, parameters, spec.degree_bits, spec.rate)
}
