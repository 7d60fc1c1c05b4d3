//! The adapter from an [`Air`] to Starky.

use std::cell::RefCell;

use plonky2::field::extension::FieldExtension;
use plonky2::field::packed::PackedField;
use plonky2::iop::ext_target::ExtensionTarget;
use plonky2::plonk::circuit_builder::CircuitBuilder;
use starfold_primitives::Goldilocks;
use starfold_primitives::claim::{CLAIM_LEN, Claim};
use starky::constraint_consumer::{ConstraintConsumer, RecursiveConstraintConsumer};
use starky::evaluation_frame::{StarkEvaluationFrame, StarkFrame};
use starky::stark::Stark;

use super::builder::Air;
use super::circuit::{CircuitExpr, RecursiveBuilder};
use super::columns::Layout;
use super::packed::PackedBuilder;

/// An [`Air`] as Starky's `Stark` over Goldilocks with its quadratic extension.
#[derive(Clone, Copy, Debug)]
pub struct AirStark<A, const COLUMNS: usize>(A);

impl<A: Air<COLUMNS>, const COLUMNS: usize> AirStark<A, COLUMNS> {
    const WIDTH_MATCHES: () =
        assert!(A::Columns::LEN == COLUMNS, "COLUMNS is the length of the layout");

    /// Wraps an AIR.
    pub fn new(air: A) -> Self {
        let () = Self::WIDTH_MATCHES;
        Self(air)
    }

    /// The AIR.
    pub fn air(&self) -> &A {
        &self.0
    }
}

fn claim_of<T: Copy, U: Copy>(elements: &[T], map: impl Fn(T) -> U) -> Claim<U> {
    let elements: [U; CLAIM_LEN] = std::array::from_fn(|i| map(elements[i]));
    Claim::from_elements(&elements)
}

impl<A: Air<COLUMNS>, const COLUMNS: usize> Stark<Goldilocks, 2> for AirStark<A, COLUMNS> {
    type EvaluationFrame<FE, P, const D2: usize>
        = StarkFrame<P, P::Scalar, COLUMNS, CLAIM_LEN>
    where
        FE: FieldExtension<D2, BaseField = Goldilocks>,
        P: PackedField<Scalar = FE>;
    type EvaluationFrameTarget =
        StarkFrame<ExtensionTarget<2>, ExtensionTarget<2>, COLUMNS, CLAIM_LEN>;

    fn eval_packed_generic<FE, P, const D2: usize>(
        &self,
        vars: &Self::EvaluationFrame<FE, P, D2>,
        consumer: &mut ConstraintConsumer<P>,
    ) where
        FE: FieldExtension<D2, BaseField = Goldilocks>,
        P: PackedField<Scalar = FE>,
    {
        let local = A::Columns::read(&mut vars.get_local_values());
        let next = A::Columns::read(&mut vars.get_next_values());
        let public = claim_of(vars.get_public_inputs(), P::from);
        self.0.eval(&local, &next, &public, &mut PackedBuilder { consumer });
    }

    fn eval_ext_circuit(
        &self,
        builder: &mut CircuitBuilder<Goldilocks, 2>,
        vars: &Self::EvaluationFrameTarget,
        consumer: &mut RecursiveConstraintConsumer<Goldilocks, 2>,
    ) {
        let circuit = RefCell::new(builder);
        let wrap = |target: &ExtensionTarget<2>| CircuitExpr::new(&circuit, *target);
        let local: Vec<_> = vars.get_local_values().iter().map(wrap).collect();
        let next: Vec<_> = vars.get_next_values().iter().map(wrap).collect();
        let public = claim_of(vars.get_public_inputs(), |target| wrap(&target));
        let local = A::Columns::read(&mut local.as_slice());
        let next = A::Columns::read(&mut next.as_slice());
        self.0.eval(&local, &next, &public, &mut RecursiveBuilder { circuit: &circuit, consumer });
    }

    fn constraint_degree(&self) -> usize {
        A::DEGREE
    }
}
