//! A STARK wide enough that binding its constraints draws several elements.

use std::iter::successors;

use plonky2::field::extension::FieldExtension;
use plonky2::field::packed::PackedField;
use plonky2::field::polynomial::PolynomialValues;
use plonky2::field::types::Field;
use plonky2::iop::ext_target::ExtensionTarget;
use plonky2::plonk::circuit_builder::CircuitBuilder;
use starky::constraint_consumer::{ConstraintConsumer, RecursiveConstraintConsumer};
use starky::evaluation_frame::{StarkEvaluationFrame, StarkFrame};
use starky::stark::Stark;

use super::starks::{check_stark, config};
use crate::{EXTENSION, F};

const COLUMNS: usize = 45;

/// Every cell is the product of the two above it, its own column's and the next column's; the first row counts from 2.
#[derive(Clone, Copy)]
struct Products;

fn first_row() -> Vec<F> {
    (2..).take(COLUMNS).map(F::from_canonical_usize).collect()
}

fn trace(rows: usize) -> Vec<PolynomialValues<F>> {
    let next = |row: &Vec<F>| {
        Some((0..COLUMNS).map(|i| row[i] * row[(i + 1) % COLUMNS]).collect::<Vec<F>>())
    };
    let rows: Vec<Vec<F>> = successors(Some(first_row()), next).take(rows).collect();
    let column = |i: usize| PolynomialValues::new(rows.iter().map(|row| row[i]).collect());
    (0..COLUMNS).map(column).collect()
}

impl Stark<F, EXTENSION> for Products {
    type EvaluationFrame<FE, P, const D2: usize>
        = StarkFrame<P, P::Scalar, COLUMNS, 0>
    where
        FE: FieldExtension<D2, BaseField = F>,
        P: PackedField<Scalar = FE>;
    type EvaluationFrameTarget =
        StarkFrame<ExtensionTarget<EXTENSION>, ExtensionTarget<EXTENSION>, COLUMNS, 0>;

    fn eval_packed_generic<FE, P, const D2: usize>(
        &self,
        frame: &Self::EvaluationFrame<FE, P, D2>,
        consumer: &mut ConstraintConsumer<P>,
    ) where
        FE: FieldExtension<D2, BaseField = F>,
        P: PackedField<Scalar = FE>,
    {
        let (local, next) = (frame.get_local_values(), frame.get_next_values());
        for (i, first) in first_row().into_iter().enumerate() {
            consumer.constraint_first_row(local[i] - FE::from_basefield(first));
            consumer.constraint_transition(next[i] - local[i] * local[(i + 1) % COLUMNS]);
        }
    }

    fn eval_ext_circuit(
        &self,
        _: &mut CircuitBuilder<F, EXTENSION>,
        _: &Self::EvaluationFrameTarget,
        _: &mut RecursiveConstraintConsumer<F, EXTENSION>,
    ) {
        unreachable!("no circuit verifies it");
    }

    fn constraint_degree(&self) -> usize {
        3
    }
}

#[test]
fn the_proof_of_a_wide_stark_is_the_librarys() {
    check_stark(Products, &config(1, 84), trace(1 << 4), &[]);
    check_stark(Products, &config(2, 42), trace(1 << 7), &[]);
}
