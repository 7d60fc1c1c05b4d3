//! The adapter from an [`Air`] to Starky.

use std::cell::RefCell;

use plonky2::field::extension::FieldExtension;
use plonky2::field::packable::Packable;
use plonky2::field::packed::PackedField;
use plonky2::iop::ext_target::ExtensionTarget;
use plonky2::plonk::circuit_builder::CircuitBuilder;
use rayon::prelude::*;
use starfold_primitives::claim::{CLAIM_LEN, Claim};
use starfold_primitives::{Field, Goldilocks};
use starky::constraint_consumer::{ConstraintConsumer, RecursiveConstraintConsumer};
use starky::evaluation_frame::StarkEvaluationFrame;
use starky::stark::Stark;

use super::builder::{Air, state_constraints};
use super::circuit::{CircuitExpr, RecursiveBuilder};
use super::columns::Layout;
use super::packed::PackedBuilder;
use super::trace::Trace;

/// An [`Air`] as Starky's `Stark` over Goldilocks with its quadratic extension.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AirStark<A>(A);

impl<A: Air> AirStark<A> {
    /// Wraps an AIR.
    pub(crate) fn new(air: A) -> Self {
        Self(air)
    }

    /// The AIR.
    pub(crate) fn air(&self) -> &A {
        &self.0
    }

    /// Whether a trace satisfies every constraint, evaluated as the prover does it: several rows at a time, and of each row
    /// one combination of all constraints. The combination is the same for every trace, so that this is for finding mistakes
    /// and not for finding lies.
    pub(crate) fn is_satisfied(&self, trace: &Trace, claim: &Claim<Goldilocks>) -> bool {
        let (height, public) = (trace.height(), claim.to_elements());
        let no_rows = || [(); 2].map(|()| vec![Packed::default(); trace.width()]);
        let starts = (0..height).into_par_iter().step_by(Packed::WIDTH).with_min_len(16);
        let combined = starts.map_init(no_rows, |[local, next], start| {
            let row_of = |lane: usize| (start + lane) % height;
            for lane in 0..Packed::WIDTH {
                fill_lane(local, lane, &trace[row_of(lane)]);
                fill_lane(next, lane, &trace[row_of(lane + 1)]);
            }
            let is = |row: usize| lanes(|lane| Goldilocks::from_bool(row_of(lane) == row));
            let is_last = is(height - 1);
            let mut consumer =
                ConstraintConsumer::new(vec![COMBINATION], Packed::ONES - is_last, is(0), is_last);
            self.eval_packed_base(&AirFrame::from_values(local, next, &public), &mut consumer);
            consumer.accumulators()
        });
        combined.all(|packed| packed.iter().flat_map(PackedField::as_slice).all(Field::is_zero))
    }
}

/// As many field elements as one instruction takes.
type Packed = <Goldilocks as Packable>::Packing;

/// Powers of it combine the constraints of a row: the fraction of the golden ratio in 64 bits.
const COMBINATION: Goldilocks = Goldilocks { 0: 0x9e37_79b9_7f4a_7c15 };

fn lanes(value: impl Fn(usize) -> Goldilocks) -> Packed {
    let mut packed = Packed::default();
    packed.as_slice_mut().iter_mut().enumerate().for_each(|(lane, cell)| *cell = value(lane));
    packed
}

fn fill_lane(cells: &mut [Packed], lane: usize, row: &[Goldilocks]) {
    for (cell, value) in cells.iter_mut().zip(row) {
        cell.as_slice_mut()[lane] = *value;
    }
}

/// Two neighbouring rows by name, and the public inputs.
pub(crate) struct AirFrame<A: Air, T: Copy, U: Copy> {
    local: <A::Columns as Layout>::Of<T>,
    next: <A::Columns as Layout>::Of<T>,
    public: Claim<U>,
}

impl<A, T, U> StarkEvaluationFrame<T, U> for AirFrame<A, T, U>
where
    A: Air,
    T: Copy + Default,
    U: Copy + Default,
{
    const COLUMNS: usize = A::Columns::LEN;
    const PUBLIC_INPUTS: usize = CLAIM_LEN;

    /// Nothing: Starky asks for rows as slices where it evaluates lookups, which no AIR has.
    fn get_local_values(&self) -> &[T] {
        &[]
    }

    /// Nothing, as [`Self::get_local_values`].
    fn get_next_values(&self) -> &[T] {
        &[]
    }

    /// Nothing, as [`Self::get_local_values`].
    fn get_public_inputs(&self) -> &[U] {
        &[]
    }

    #[inline(always)]
    fn from_values(local: &[T], next: &[T], public: &[U]) -> Self {
        let (mut local, mut next) = (local, next);
        let elements: [U; CLAIM_LEN] = std::array::from_fn(|i| public[i]);
        Self {
            local: A::Columns::read(&mut local),
            next: A::Columns::read(&mut next),
            public: Claim::from_elements(&elements),
        }
    }
}

fn map_claim<T: Copy, U: Copy>(claim: &Claim<T>, map: impl FnMut(T) -> U) -> Claim<U> {
    Claim::from_elements(&claim.to_elements().map(map))
}

impl<A: Air> Stark<Goldilocks, 2> for AirStark<A> {
    type EvaluationFrame<FE, P, const D2: usize>
        = AirFrame<A, P, P::Scalar>
    where
        FE: FieldExtension<D2, BaseField = Goldilocks>,
        P: PackedField<Scalar = FE>;
    type EvaluationFrameTarget = AirFrame<A, ExtensionTarget<2>, ExtensionTarget<2>>;

    fn eval_packed_generic<FE, P, const D2: usize>(
        &self,
        vars: &Self::EvaluationFrame<FE, P, D2>,
        consumer: &mut ConstraintConsumer<P>,
    ) where
        FE: FieldExtension<D2, BaseField = Goldilocks>,
        P: PackedField<Scalar = FE>,
    {
        let public = map_claim(&vars.public, P::from);
        state_constraints(
            &self.0,
            &vars.local,
            &vars.next,
            &public,
            &mut PackedBuilder { consumer },
        );
    }

    fn eval_ext_circuit(
        &self,
        builder: &mut CircuitBuilder<Goldilocks, 2>,
        vars: &Self::EvaluationFrameTarget,
        consumer: &mut RecursiveConstraintConsumer<Goldilocks, 2>,
    ) {
        let circuit = RefCell::new(builder);
        let wrap = |target| CircuitExpr::new(&circuit, target);
        let read = |row: &<A::Columns as Layout>::Of<ExtensionTarget<2>>| {
            let mut targets = Vec::with_capacity(A::Columns::LEN);
            A::Columns::write(row, &mut targets);
            let expressions: Vec<_> = targets.into_iter().map(wrap).collect();
            A::Columns::read(&mut expressions.as_slice())
        };
        let (local, next) = (read(&vars.local), read(&vars.next));
        let public = map_claim(&vars.public, wrap);
        let mut builder = RecursiveBuilder { circuit: &circuit, consumer };
        state_constraints(&self.0, &local, &next, &public, &mut builder);
    }

    fn constraint_degree(&self) -> usize {
        A::DEGREE
    }
}
