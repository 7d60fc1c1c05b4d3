use plonky2::field::extension::FieldExtension;
use plonky2::field::packed::PackedField;
use plonky2::field::polynomial::PolynomialValues;
use plonky2::field::types::Field;
use plonky2::iop::ext_target::ExtensionTarget;
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::util::timing::TimingTree;
use starky::config::StarkConfig;
use starky::constraint_consumer::{ConstraintConsumer, RecursiveConstraintConsumer};
use starky::evaluation_frame::{StarkEvaluationFrame, StarkFrame};
use starky::lookup::{Column, Lookup};
use starky::stark::Stark;
use starky::verifier::verify_stark_proof;

use super::in_one_thread;
use crate::stark::prove;
use crate::{Config, EXTENSION, F, ProveError};

/// Two numbers a row: `a' = b`, `b' = a + b^DEGREE`, from two public inputs to a third.
#[derive(Clone, Copy)]
struct Recurrence<const DEGREE: usize> {
    has_lookup: bool,
}

const COLUMNS: usize = 2;
const PUBLIC_INPUTS: usize = 3;

impl<const DEGREE: usize> Recurrence<DEGREE> {
    const PLAIN: Self = Self { has_lookup: false };

    fn trace(rows: usize) -> (Vec<PolynomialValues<F>>, Vec<F>) {
        let (mut a, mut b) = (F::TWO, F::ONE);
        let public = [a, b];
        let mut columns = vec![vec![]; COLUMNS];
        for _ in 0..rows {
            columns[0].push(a);
            columns[1].push(b);
            (a, b) = (b, a + b.exp_u64(DEGREE as u64));
        }
        let last = columns[1][rows - 1];
        let columns = columns.into_iter().map(PolynomialValues::new).collect();
        (columns, [public[0], public[1], last].to_vec())
    }
}

impl<const DEGREE: usize> Stark<F, EXTENSION> for Recurrence<DEGREE> {
    type EvaluationFrame<FE, P, const D2: usize>
        = StarkFrame<P, P::Scalar, COLUMNS, PUBLIC_INPUTS>
    where
        FE: FieldExtension<D2, BaseField = F>,
        P: PackedField<Scalar = FE>;
    type EvaluationFrameTarget =
        StarkFrame<ExtensionTarget<EXTENSION>, ExtensionTarget<EXTENSION>, COLUMNS, PUBLIC_INPUTS>;

    fn eval_packed_generic<FE, P, const D2: usize>(
        &self,
        frame: &Self::EvaluationFrame<FE, P, D2>,
        consumer: &mut ConstraintConsumer<P>,
    ) where
        FE: FieldExtension<D2, BaseField = F>,
        P: PackedField<Scalar = FE>,
    {
        let (local, next) = (frame.get_local_values(), frame.get_next_values());
        let public = frame.get_public_inputs();
        consumer.constraint_first_row(local[0] - public[0]);
        consumer.constraint_first_row(local[1] - public[1]);
        consumer.constraint_last_row(local[1] - public[2]);
        consumer.constraint_transition(next[0] - local[1]);
        let power = (1..DEGREE).fold(local[1], |power, _| power * local[1]);
        consumer.constraint_transition(next[1] - local[0] - power);
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
        DEGREE + 1
    }

    fn lookups(&self) -> Vec<Lookup<F>> {
        let columns = vec![Column::single(0)];
        let filter_columns = vec![Default::default()];
        let lookup = Lookup {
            columns,
            table_column: Column::single(1),
            frequencies_column: Column::single(1),
            filter_columns,
        };
        if self.has_lookup { vec![lookup] } else { vec![] }
    }
}

pub(super) fn config(rate_bits: usize, queries: usize) -> StarkConfig {
    let mut config = StarkConfig::standard_fast_config();
    config.fri_config.rate_bits = rate_bits;
    config.fri_config.num_query_rounds = queries;
    config
}

fn check<const DEGREE: usize>(rows: usize, config: &StarkConfig) {
    let (columns, public) = Recurrence::<DEGREE>::trace(rows);
    check_stark(Recurrence::<DEGREE>::PLAIN, config, columns, &public);
}

/// Proves by both provers and compares, message by message and then all.
pub(super) fn check_stark<S: Stark<F, EXTENSION> + Copy + Send>(
    stark: S,
    config: &StarkConfig,
    columns: Vec<PolynomialValues<F>>,
    public: &[F],
) {
    let ours = prove(&stark, config, columns.clone(), public).unwrap();
    let theirs = in_one_thread(|| {
        let mut timing = TimingTree::default();
        starky::prover::prove::<F, Config, _, EXTENSION>(
            stark,
            config,
            columns,
            public,
            None,
            &mut timing,
        )
        .unwrap()
    });
    verify_stark_proof(stark, ours.clone(), config, None).unwrap();
    assert_eq!(ours.public_inputs, theirs.public_inputs);
    assert_eq!(ours.proof.trace_cap, theirs.proof.trace_cap);
    assert_eq!(ours.proof.quotient_polys_cap, theirs.proof.quotient_polys_cap);
    assert_eq!(ours.proof.openings.local_values, theirs.proof.openings.local_values);
    assert_eq!(ours.proof.openings.next_values, theirs.proof.openings.next_values);
    assert_eq!(ours.proof.openings.quotient_polys, theirs.proof.openings.quotient_polys);
    assert_eq!(ours.proof.opening_proof, theirs.proof.opening_proof);
}

#[test]
fn the_proof_is_the_librarys() {
    check::<1>(1 << 4, &config(1, 84));
    check::<2>(1 << 4, &config(2, 42));
    check::<1>(1 << 5, &config(1, 84));
    check::<2>(1 << 9, &config(1, 84));
    check::<2>(1 << 8, &config(3, 28));
    check::<4>(1 << 7, &config(2, 42));
    check::<7>(1 << 6, &config(4, 21));
    check::<4>(1 << 6, &config(6, 14));
}

/// Every way to break one cell or one public input.
fn broken<const DEGREE: usize>() -> Vec<(Vec<PolynomialValues<F>>, Vec<F>)> {
    let (columns, public) = Recurrence::<DEGREE>::trace(64);
    let mut broken = vec![];
    for (column, row) in [(0, 0), (1, 0), (0, 30), (1, 63)] {
        let mut columns = columns.clone();
        columns[column].values[row] += F::ONE;
        broken.push((columns, public.clone()));
    }
    for input in 0..PUBLIC_INPUTS {
        let mut public = public.clone();
        public[input] += F::ONE;
        broken.push((columns.clone(), public));
    }
    broken
}

#[test]
fn a_broken_trace_has_no_quotient() {
    for (columns, public) in broken::<3>() {
        let error = prove(&Recurrence::<3>::PLAIN, &config(2, 42), columns, &public).err();
        assert_eq!(error, Some(ProveError::Unsatisfied));
    }
}

#[test]
fn a_broken_trace_does_not_verify() {
    let (stark, config) = (Recurrence::<2>::PLAIN, config(1, 84));
    for (columns, public) in broken::<2>() {
        // the quotient fills its domain, so that any values are those of one
        let proof = prove(&stark, &config, columns, &public).unwrap();
        assert!(verify_stark_proof(stark, proof, &config, None).is_err());
    }
}

#[test]
fn a_stark_with_lookups_is_refused() {
    let (columns, public) = Recurrence::<2>::trace(64);
    let stark = Recurrence::<2> { has_lookup: true };
    let error = prove(&stark, &config(1, 84), columns, &public).err();
    assert_eq!(error, Some(ProveError::Unsupported));
}

#[test]
fn a_degree_above_the_rate_is_refused() {
    let (columns, public) = Recurrence::<4>::trace(64);
    let error = prove(&Recurrence::<4>::PLAIN, &config(1, 84), columns, &public).err();
    assert_eq!(error, Some(ProveError::Unsupported));
}
