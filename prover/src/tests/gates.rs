use plonky2::field::packed::PackedField;
use plonky2::field::types::Sample;
use plonky2::gates::coset_interpolation::CosetInterpolationGate;
use plonky2::gates::gate::GateRef;
use plonky2::hash::hash_types::HashOut;
use plonky2::iop::witness::{PartialWitness, WitnessWrite};
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::CircuitConfig;
use plonky2::plonk::vars::{EvaluationVars, EvaluationVarsBaseBatch};

use super::circuits::{Circuit, chain, check, inputs};
use crate::circuit::block::{Block, POINTS};
use crate::circuit::gates::{Constraints, block_gate};
use crate::circuit::prove;
use crate::{Config, EXTENSION, Extension, F, Packed};

/// A circuit that verifies a proof of a chain, long enough that the proof folds, and a witness of it: it has every gate
/// that is evaluated here.
fn verifier() -> (Circuit, PartialWitness<F>) {
    let (inner, byte) = chain(3000, CircuitConfig::standard_recursion_config());
    let proof = prove(&inner, inputs(byte, 3)).unwrap();
    let mut builder =
        CircuitBuilder::<F, EXTENSION>::new(CircuitConfig::standard_recursion_config());
    let key = builder.constant_verifier_data::<Config>(&inner.verifier_only);
    let target = builder.add_virtual_proof_with_pis(&inner.common);
    builder.verify_proof::<Config>(&target, &key, &inner.common);
    let mut witness = PartialWitness::new();
    witness.set_proof_with_pis_target(&target, &proof).unwrap();
    (builder.build::<Config>(), witness)
}

/// Evaluates a gate on random wires by the library, over both fields, and here.
fn check_gate(gate: &GateRef<F, EXTENSION>) {
    let (wires, constraints) = (gate.0.num_wires(), gate.0.num_constraints());
    let block_gate = block_gate(gate).unwrap();
    let values = F::rand_vec(wires * POINTS);
    let mut blocks = vec![Block::ZERO; wires];
    for (block, values) in blocks.iter_mut().zip(values.chunks_exact(POINTS)) {
        block.0.copy_from_slice(Packed::pack_slice(values));
    }
    let (filter, before) = (F::rand(), F::rand());
    let mut sums = vec![Block::splat(before); constraints];
    block_gate.evaluate(&blocks, &mut Constraints::new(Block::splat(filter), &mut sums));

    let hash = HashOut::rand();
    let points = EvaluationVarsBaseBatch::new(POINTS, &[], &values, &hash);
    let expected = gate.0.eval_unfiltered_base_batch(points);
    for (number, sum) in sums.iter().enumerate() {
        let actual = sum.0.iter().flat_map(|pack| pack.as_slice());
        for (point, &actual) in actual.enumerate() {
            let expected = before + filter * expected[number * POINTS + point];
            assert_eq!(actual, expected, "constraint {number} of {}", gate.0.id());
        }
    }
    let row: Vec<Extension> = (0..wires).map(|wire| values[wire * POINTS].into()).collect();
    let vars =
        EvaluationVars { local_constants: &[], local_wires: &row, public_inputs_hash: &hash };
    for (number, value) in gate.0.eval_unfiltered(vars).into_iter().enumerate() {
        assert_eq!(value, expected[number * POINTS].into());
    }
}

#[test]
fn constraints_are_the_librarys() {
    let (circuit, _) = verifier();
    let here: Vec<_> =
        circuit.common.gates.iter().filter(|gate| block_gate(gate).is_some()).collect();
    for gate in &here {
        check_gate(gate);
    }
    let names: Vec<String> =
        here.iter().map(|gate| gate.0.id().split([' ', '(', '<']).next().unwrap().into()).collect();
    for name in [
        "PoseidonGate",
        "PoseidonMdsGate",
        "ReducingGate",
        "ReducingExtensionGate",
        "CosetInterpolationGate",
    ] {
        assert!(names.iter().any(|other| other == name), "{name} of {names:?}");
    }
    // of the highest degree, without intermediate values, and of other numbers of points
    for bits in [1, 2, 3, 4, 5] {
        check_gate(&GateRef::new(CosetInterpolationGate::<F, EXTENSION>::new(bits)));
    }
}

#[test]
fn the_proof_of_a_verifier_is_the_librarys() {
    let (circuit, witness) = verifier();
    check(&circuit, witness);
}
