use plonky2::field::types::{Field, PrimeField64};
use plonky2::fri::FriConfig;
use plonky2::fri::reduction_strategies::FriReductionStrategy;
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::iop::generator::generate_partial_witness;
use plonky2::iop::target::Target;
use plonky2::iop::wire::Wire;
use plonky2::iop::witness::{PartialWitness, WitnessWrite};
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::{CircuitConfig, CircuitData};
use plonky2::plonk::config::KeccakGoldilocksConfig;
use plonky2::plonk::proof::ProofWithPublicInputs;
use plonky2::plonk::prover::prove_with_partition_witness;
use plonky2::util::timing::TimingTree;

use super::in_one_thread;
use crate::circuit::{prove, prove_witness};
use crate::{Config, EXTENSION, F, ProveError, ProverConfig};

pub(super) type Circuit<C = Config> = CircuitData<F, C, EXTENSION>;

/// Hashes a chain of `length` squares of a byte: gates of several kinds, and of both routed and other wires.
pub(super) fn chain(length: usize, config: CircuitConfig) -> (Circuit, Target) {
    chain_of::<Config>(length, config)
}

fn chain_of<C: ProverConfig>(length: usize, config: CircuitConfig) -> (Circuit<C>, Target) {
    let mut builder = CircuitBuilder::<F, EXTENSION>::new(config);
    let byte = builder.add_virtual_target();
    builder.range_check(byte, 8);
    let mut element = byte;
    let mut elements = vec![];
    for _ in 0..length {
        element = builder.mul(element, element);
        elements.push(element);
    }
    let digest = builder.hash_n_to_hash_no_pad::<PoseidonHash>(elements);
    builder.register_public_inputs(&digest.elements);
    let extension = builder.convert_to_ext(byte);
    let power = builder.exp_u64_extension(extension, 77);
    builder.register_public_input(power.0[0]);
    (builder.build::<C>(), byte)
}

pub(super) fn inputs(target: Target, value: u64) -> PartialWitness<F> {
    let mut inputs = PartialWitness::new();
    inputs.set_target(target, F::from_canonical_u64(value)).unwrap();
    inputs
}

/// Proves by both provers and compares, message by message and then all.
pub(super) fn check<C: ProverConfig>(circuit: &Circuit<C>, inputs: PartialWitness<F>) {
    let CircuitData { prover_only, common, .. } = circuit;
    // the library gives random values to wires that nothing reads
    let witness = generate_partial_witness(inputs, prover_only, common).unwrap();
    let ours = prove_witness(prover_only, common, witness.clone()).unwrap();
    let theirs = in_one_thread(|| {
        let mut timing = TimingTree::default();
        prove_with_partition_witness(prover_only, common, witness.clone(), &mut timing).unwrap()
    });
    circuit.verify(ours.clone()).unwrap();
    assert_eq!(ours.public_inputs, theirs.public_inputs);
    assert_eq!(ours.proof.wires_cap, theirs.proof.wires_cap);
    let products_cap = |proof: &ProofWithPublicInputs<F, C, EXTENSION>| {
        proof.proof.plonk_zs_partial_products_cap.clone()
    };
    assert_eq!(products_cap(&ours), products_cap(&theirs));
    assert_eq!(ours.proof.quotient_polys_cap, theirs.proof.quotient_polys_cap);
    assert_eq!(ours.proof.openings, theirs.proof.openings);
    assert!(ours == theirs, "the openings are proved as the library does");
    let again = prove_witness(prover_only, common, witness).unwrap();
    assert!(ours == again, "a proof is a function of the witness");
}

#[test]
fn the_proof_is_the_librarys() {
    for length in [1, 40, 3000] {
        let (circuit, byte) = chain(length, CircuitConfig::standard_recursion_config());
        check(&circuit, inputs(byte, 200));
    }
}

#[test]
fn the_proof_with_another_hasher_is_the_librarys() {
    let (circuit, byte) =
        chain_of::<KeccakGoldilocksConfig>(40, CircuitConfig::standard_recursion_config());
    check(&circuit, inputs(byte, 200));
}

#[test]
fn a_circuit_with_fewer_points_than_a_block() {
    let builder = CircuitBuilder::<F, EXTENSION>::new(CircuitConfig::standard_recursion_config());
    let circuit = builder.build::<Config>();
    assert!(circuit.common.degree_bits() < 2);
    check(&circuit, PartialWitness::new());
}

#[test]
fn the_rate_of_the_shrink_layer() {
    // as the circuit that verifies batch proofs on the way to the L1
    let fri_config = FriConfig {
        rate_bits: 6,
        cap_height: 4,
        proof_of_work_bits: 16,
        reduction_strategy: FriReductionStrategy::ConstantArityBits(4, 5),
        num_query_rounds: 14,
    };
    let config = CircuitConfig { fri_config, ..CircuitConfig::standard_recursion_config() };
    let (circuit, byte) = chain(300, config);
    check(&circuit, inputs(byte, 200));
}

#[test]
fn a_proof_is_bound_to_its_public_inputs() {
    let (circuit, byte) = chain(3, CircuitConfig::standard_recursion_config());
    let mut proof = prove(&circuit, inputs(byte, 7)).unwrap();
    let expected = F::from_canonical_u64(7).exp_u64(77);
    assert_eq!(proof.public_inputs[4].to_canonical_u64(), expected.to_canonical_u64());
    proof.public_inputs[4] += F::ONE;
    assert!(circuit.verify(proof).is_err());
}

#[test]
fn other_shapes_of_the_configuration() {
    for (cap_height, rate_bits, challenges) in [(0, 3, 2), (2, 4, 1), (4, 3, 3)] {
        let mut config = CircuitConfig::standard_recursion_config();
        config.fri_config.cap_height = cap_height;
        config.fri_config.rate_bits = rate_bits;
        config.num_challenges = challenges;
        let (circuit, byte) = chain(300, config);
        check(&circuit, inputs(byte, 255));
    }
}

#[test]
fn what_breaks_a_gate_does_not_verify() {
    let (circuit, byte) = chain(3, CircuitConfig::standard_recursion_config());
    let CircuitData { prover_only, common, .. } = &circuit;
    let witness = generate_partial_witness(inputs(byte, 9), prover_only, common).unwrap();
    let output = circuit.prover_only.public_inputs[0];
    let Target::Wire(Wire { row, column }) = output else { unreachable!("a wire of a hash") };
    let mut broken = witness.clone();
    let place = witness.representative_map[row * witness.num_wires + column];
    broken.values[place] = Some(F::ZERO);
    let proof = prove_witness(prover_only, common, broken).unwrap();
    assert!(circuit.verify(proof).is_err());
}

#[test]
fn what_contradicts_itself_or_says_too_little_is_no_witness() {
    let mut builder =
        CircuitBuilder::<F, EXTENSION>::new(CircuitConfig::standard_recursion_config());
    let target = builder.add_virtual_target();
    builder.assert_one(target);
    let circuit = builder.build::<Config>();
    let error = prove(&circuit, inputs(target, 2)).unwrap_err();
    assert!(matches!(&error, ProveError::Witness { .. }), "{error}");
    let (circuit, _) = chain(3, CircuitConfig::standard_recursion_config());
    let error = prove(&circuit, PartialWitness::new()).unwrap_err();
    assert!(matches!(&error, ProveError::Witness { .. }), "{error}");
}

#[test]
fn circuits_that_are_not_supported_are_refused() {
    let (hiding, byte) = chain(3, CircuitConfig::standard_recursion_zk_config());
    assert_eq!(prove(&hiding, inputs(byte, 1)).err(), Some(ProveError::Unsupported));
    let mut builder =
        CircuitBuilder::<F, EXTENSION>::new(CircuitConfig::standard_recursion_config());
    let table = builder.add_lookup_table_from_fn(|x| x, &[1, 2, 3]);
    let target = builder.add_virtual_target();
    builder.add_lookup_from_index(target, table);
    let looking = builder.build::<Config>();
    assert_eq!(prove(&looking, inputs(target, 1)).err(), Some(ProveError::Unsupported));
    let (mut above_rate, byte) = chain(3, CircuitConfig::standard_recursion_config());
    above_rate.common.config.fri_config.rate_bits = 2;
    assert_eq!(prove(&above_rate, inputs(byte, 1)).err(), Some(ProveError::Unsupported));
}
