//! Gates whose constraints the library evaluates point by point: here many points are evaluated side by side.
//!
//! The constraints are the library's, in its order. Wires are named as in the library's gates, whose numbers of wires
//! are not public.

mod interpolation;
mod poseidon;
mod reducing;

use std::slice::IterMut;

use plonky2::gates::coset_interpolation::CosetInterpolationGate;
use plonky2::gates::gate::{AnyGate, GateRef};
use plonky2::gates::poseidon::PoseidonGate;
use plonky2::gates::poseidon_mds::PoseidonMdsGate;
use plonky2::gates::reducing::ReducingGate;
use plonky2::gates::reducing_extension::ReducingExtensionGate;

use super::block::{Block, ExtensionBlock};
use crate::{EXTENSION, F};
use interpolation::CosetInterpolation;
use poseidon::{Poseidon, PoseidonMds};
use reducing::Reducing;

/// A gate that evaluates its constraints at the points of a block.
pub(crate) trait BlockGate: Sync {
    fn evaluate(&self, wires: &[Block], constraints: &mut Constraints<'_>);
}

/// The gate if it is one of those that are evaluated here.
pub(crate) fn block_gate(gate: &GateRef<F, EXTENSION>) -> Option<Box<dyn BlockGate>> {
    let gate = AnyGate::as_any(&*gate.0);
    if gate.is::<PoseidonGate<F, EXTENSION>>() {
        return Some(Box::new(Poseidon));
    }
    if gate.is::<PoseidonMdsGate<F, EXTENSION>>() {
        return Some(Box::new(PoseidonMds));
    }
    if let Some(gate) = gate.downcast_ref::<ReducingGate<EXTENSION>>() {
        return Some(Box::new(Reducing::of_base(gate)));
    }
    if let Some(gate) = gate.downcast_ref::<ReducingExtensionGate<EXTENSION>>() {
        return Some(Box::new(Reducing::of_extension(gate)));
    }
    let gate = gate.downcast_ref::<CosetInterpolationGate<F, EXTENSION>>()?;
    Some(Box::new(CosetInterpolation::of(gate)))
}

/// Takes the constraints of a gate one after the other, and adds them to those of the other gates.
#[derive(Debug)]
pub(crate) struct Constraints<'a> {
    /// Zero in the rows of other gates.
    filter: Block,
    sums: IterMut<'a, Block>,
}

impl<'a> Constraints<'a> {
    /// `sums` are at least as many as the gate has constraints.
    pub(crate) fn new(filter: Block, sums: &'a mut [Block]) -> Self {
        Self { filter, sums: sums.iter_mut() }
    }

    #[inline(always)]
    pub(crate) fn one(&mut self, constraint: Block) {
        let sum = self.sums.next().expect("a sum for each constraint");
        *sum = *sum + constraint * self.filter;
    }

    #[inline(always)]
    fn both_coordinates(&mut self, constraint: ExtensionBlock) {
        for coordinate in constraint.0 {
            self.one(coordinate);
        }
    }
}
