//! Our provers and the libraries', on the same witness: a circuit of 2^13 rows, and a STARK of 2^12 rows as wide as the
//! transaction AIR.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use plonky2::field::extension::FieldExtension;
use plonky2::field::goldilocks_field::GoldilocksField;
use plonky2::field::packed::PackedField;
use plonky2::field::polynomial::PolynomialValues;
use plonky2::field::types::Field;
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::iop::ext_target::ExtensionTarget;
use plonky2::iop::witness::{PartialWitness, WitnessWrite};
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::CircuitConfig;
use plonky2::plonk::config::PoseidonGoldilocksConfig;
use plonky2::util::timing::TimingTree;
use starky::config::StarkConfig;
use starky::constraint_consumer::{ConstraintConsumer, RecursiveConstraintConsumer};
use starky::evaluation_frame::{StarkEvaluationFrame, StarkFrame};
use starky::stark::Stark;

const EXTENSION: usize = 2;
type F = GoldilocksField;
type Config = PoseidonGoldilocksConfig;

/// Permutations of the circuit: with the gates for their inputs it has 2^13 rows.
const PERMUTATIONS: usize = 7_000;
const DEGREE_BITS: usize = 12;
const COLUMNS: usize = 462;

fn circuits(criterion: &mut Criterion) {
    let mut builder =
        CircuitBuilder::<F, EXTENSION>::new(CircuitConfig::standard_recursion_config());
    let input = builder.add_virtual_target();
    let digest = builder.hash_n_to_hash_no_pad::<PoseidonHash>(vec![input; 8 * PERMUTATIONS]);
    builder.register_public_inputs(&digest.elements);
    let circuit = builder.build::<Config>();
    assert_eq!(circuit.common.degree_bits(), 13);
    let witness = || {
        let mut witness = PartialWitness::new();
        witness.set_target(input, F::TWO).expect("it is set once");
        witness
    };
    let mut group = criterion.benchmark_group("circuit of 2^13 rows");
    group.sample_size(10);
    group.bench_function("ours", |bencher| {
        bencher.iter(|| starfold_prover::circuit::prove(&circuit, witness()).expect("a proof"));
    });
    group.bench_function("library", |bencher| {
        bencher.iter(|| circuit.prove(witness()).expect("a proof"));
    });
    group.finish();
}

/// Every column holds the squares of its first cell.
#[derive(Clone, Copy)]
struct Squares;

impl Stark<F, EXTENSION> for Squares {
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
        for (&local, &next) in frame.get_local_values().iter().zip(frame.get_next_values()) {
            consumer.constraint_transition(next - local * local);
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

fn starks(criterion: &mut Criterion) {
    let config = StarkConfig::standard_fast_config();
    let column = |first: usize| {
        let squares =
            std::iter::successors(Some(F::from_canonical_usize(first)), |x| Some(*x * *x));
        PolynomialValues::new(squares.take(1 << DEGREE_BITS).collect())
    };
    let columns: Vec<_> = (0..COLUMNS).map(column).collect();
    let mut group = criterion.benchmark_group("STARK of 2^12 rows and 462 columns");
    group.sample_size(10);
    group.bench_function("ours", |bencher| {
        bencher.iter_batched(
            || columns.clone(),
            |columns| {
                starfold_prover::stark::prove(&Squares, &config, columns, &[]).expect("a proof")
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("library", |bencher| {
        bencher.iter_batched(
            || columns.clone(),
            |columns| {
                starky::prover::prove::<F, Config, _, EXTENSION>(
                    Squares,
                    &config,
                    columns,
                    &[],
                    None,
                    &mut TimingTree::default(),
                )
                .expect("a proof")
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(provers, circuits, starks);
criterion_main!(provers);
