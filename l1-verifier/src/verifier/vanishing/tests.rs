use std::sync::LazyLock;

use ark_ff::One as _;
use plonky2::field::extension::quadratic::QuadraticExtension;
use plonky2::gates::coset_interpolation::CosetInterpolationGate;
use plonky2::gates::noop::NoopGate;
use plonky2::hash::poseidon::{Poseidon, PoseidonHash, SPONGE_WIDTH};
use plonky2::iop::ext_target::ExtensionTarget;
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, WitnessWrite as _};
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::{CircuitConfig, CircuitData};
use plonky2::plonk::config::PoseidonGoldilocksConfig;
use plonky2::plonk::proof::{OpeningSet, ProofWithPublicInputs};
use plonky2::util::reducing::ReducingFactorTarget;

use super::*;
use crate::r1cs::{Fr, Section};

type Config = PoseidonGoldilocksConfig;
type Builder = CircuitBuilder<Goldilocks, 2>;

/// A circuit, a proof of it and the challenges of its verifier.
struct Example {
    circuit: CircuitData<Goldilocks, Config, 2>,
    proof: ProofWithPublicInputs<Goldilocks, Config, 2>,
}

/// What the verifier reads.
#[derive(Clone)]
struct Values {
    openings: OpeningSet<Goldilocks, 2>,
    betas: Vec<Goldilocks>,
    gammas: Vec<Goldilocks>,
    alphas: Vec<Goldilocks>,
    zeta: Quadratic,
    public_inputs: [Goldilocks; 4],
}

impl Example {
    fn values(&self) -> Values {
        let hash = self.proof.get_public_inputs_hash();
        let digest = &self.circuit.verifier_only.circuit_digest;
        let challenges = self.proof.get_challenges(hash, digest, &self.circuit.common).unwrap();
        Values {
            openings: self.proof.proof.openings.clone(),
            betas: challenges.plonk_betas,
            gammas: challenges.plonk_gammas,
            alphas: challenges.plonk_alphas,
            zeta: challenges.plonk_zeta,
            public_inputs: hash.elements,
        }
    }
}

fn config(routed: usize) -> CircuitConfig {
    CircuitConfig { num_routed_wires: routed, ..CircuitConfig::standard_recursion_config() }
}

/// The value at the point of the polynomial with these 16 values on a coset.
fn interpolate(
    builder: &mut Builder,
    shift: Target,
    values: &[ExtensionTarget<2>],
    point: ExtensionTarget<2>,
) -> ExtensionTarget<2> {
    let mut gate = CosetInterpolationGate::<Goldilocks, 2>::new(4);
    gate.degree = 6;
    let row = builder.add_gate(gate, Vec::new());
    let pair = |wire| ExtensionTarget([Target::wire(row, wire), Target::wire(row, wire + 1)]);
    builder.connect(Target::wire(row, 0), shift);
    for (place, &value) in values.iter().enumerate() {
        builder.connect_extension(pair(1 + 2 * place), value);
    }
    builder.connect_extension(pair(33), point);
    pair(35)
}

/// Uses each gate that the configuration has.
fn use_gates(builder: &mut Builder, x: Target) -> Vec<Target> {
    let zero = builder.zero();
    let hash = builder.hash_n_to_hash_no_pad::<PoseidonHash>(vec![x, zero]);
    let element = |builder: &mut Builder, place: usize| {
        let low = builder.add_const(x, Goldilocks::from_canonical_usize(place));
        ExtensionTarget([low, hash.elements[place % 4]])
    };
    let elements: Vec<_> = (0..16).map(|place| element(builder, place)).collect();
    let product = builder.mul_extension(elements[1], elements[2]);
    let sum = builder.mul_add_extension(product, elements[3], elements[4]);
    let mut factor = ReducingFactorTarget::new(sum);
    let reduced = factor.reduce(&elements, builder);
    let coefficients: Vec<Target> = (0..20).map(|place| hash.elements[place % 4]).collect();
    let reduced_base = ReducingFactorTarget::new(sum).reduce_base(&coefficients, builder);
    let bits = builder.split_le(x, 32);
    let index = builder.le_sum(bits[..4].iter());
    let items = elements.iter().map(|element| element.0[0]).collect();
    let item = builder.random_access(index, items);
    let power = builder.exp_from_bits(item, bits.iter());
    let interpolated = interpolate(builder, item, &elements, reduced);
    let state: [ExtensionTarget<2>; SPONGE_WIDTH] = std::array::from_fn(|lane| elements[lane]);
    let mixed = <Goldilocks as Poseidon>::mds_layer_circuit(builder, &state);
    vec![reduced_base.0[1], power, interpolated.0[0], mixed[3].0[1]]
}

fn every_gate(routed: usize) -> Example {
    let mut builder = Builder::new(config(routed));
    let x = builder.add_virtual_target();
    let outputs = use_gates(&mut builder, x);
    builder.register_public_inputs(&outputs);
    // so many rows that the low-degree test has a step of arity 16
    while builder.num_gates() < 1 << 8 {
        builder.add_gate(NoopGate, Vec::new());
    }
    let circuit = builder.build::<Config>();
    let mut witness = PartialWitness::new();
    witness.set_target(x, Goldilocks::from_canonical_u32(0x8765_4321)).unwrap();
    let proof = circuit.prove(witness).unwrap();
    circuit.verify(proof.clone()).unwrap();
    Example { circuit, proof }
}

/// A proof of every gate, with the 80 routed wires of plonky2's standard configuration.
static STANDARD: LazyLock<Example> = LazyLock::new(|| every_gate(80));

/// A verifier of it, with the 37 routed wires of the outer layer: its gates are those of that layer.
static RECURSIVE: LazyLock<Example> = LazyLock::new(|| {
    let inner = &*STANDARD;
    let mut builder = Builder::new(config(37));
    let proof = builder.add_virtual_proof_with_pis(&inner.circuit.common);
    let verifier = builder.constant_verifier_data::<Config>(&inner.circuit.verifier_only);
    builder.verify_proof::<Config>(&proof, &verifier, &inner.circuit.common);
    builder.register_public_inputs(&proof.public_inputs);
    let circuit = builder.build::<Config>();
    let mut witness = PartialWitness::new();
    witness.set_proof_with_pis_target(&proof, &inner.proof).unwrap();
    let proof = circuit.prove(witness).unwrap();
    Example { circuit, proof }
});

fn write(
    system: &mut ConstraintSystem,
    common: &CommonCircuitData<Goldilocks, 2>,
    values: &Values,
) -> Result<(), Fault> {
    let allocate = |system: &mut ConstraintSystem, values: &[Quadratic]| {
        let values = values.iter().map(|&value| Extension::allocate(system, value));
        values.collect::<Result<Vec<_>, _>>()
    };
    let pair = |system: &mut ConstraintSystem, values: &[Goldilocks]| {
        let first = Element::allocate(system, values[0])?;
        Ok([first, Element::allocate(system, values[1])?])
    };
    system.enter_section("inputs");
    let set = &values.openings;
    let openings = OpeningVariables {
        constants: allocate(system, &set.constants)?,
        sigmas: allocate(system, &set.plonk_sigmas)?,
        wires: allocate(system, &set.wires)?,
        zs: allocate(system, &set.plonk_zs)?,
        zs_next: allocate(system, &set.plonk_zs_next)?,
        partial_products: allocate(system, &set.partial_products)?,
        quotients: allocate(system, &set.quotient_polys)?,
    };
    let zeta = Extension::allocate(system, values.zeta)?;
    let challenges = Challenges {
        betas: pair(system, &values.betas)?,
        gammas: pair(system, &values.gammas)?,
        alphas: pair(system, &values.alphas)?,
        fri_alpha: zeta.clone(),
        zeta,
        fri_betas: Vec::new(),
        query_indices: Vec::new(),
    };
    let [a, b, c, d] = values.public_inputs.map(|value| Element::allocate(system, value));
    enforce_quotient(system, common, &openings, &challenges, &[a?, b?, c?, d?])
}

fn check(example: &Example, values: &Values) -> Result<(), Fault> {
    let (mut system, _) = ConstraintSystem::check(&[]);
    write(&mut system, &example.circuit.common, values)
}

/// Every value of the openings.
fn opened(set: &mut OpeningSet<Goldilocks, 2>) -> Vec<&mut Quadratic> {
    let lists = [
        &mut set.constants,
        &mut set.plonk_sigmas,
        &mut set.wires,
        &mut set.plonk_zs,
        &mut set.plonk_zs_next,
        &mut set.partial_products,
        &mut set.quotient_polys,
    ];
    lists.into_iter().flatten().collect()
}

fn broken(result: Result<(), Fault>) -> bool {
    matches!(result, Err(Fault::Unsatisfied { section: "quotient", .. }))
}

/// Changes one in `step` openings, one at a time.
fn refuses_changed_openings(example: &Example, step: usize) {
    let honest = example.values();
    check(example, &honest).unwrap();
    let count = opened(&mut honest.openings.clone()).len();
    for place in (0..count).step_by(step) {
        let mut changed = honest.clone();
        let value = &mut *opened(&mut changed.openings)[place];
        value.0[place % 2] += Goldilocks::ONE;
        assert!(broken(check(example, &changed)), "opening {place}");
    }
}

#[test]
fn openings_of_a_standard_circuit_are_checked() {
    refuses_changed_openings(&STANDARD, 29);
}

#[test]
fn openings_of_a_circuit_with_few_routed_wires_are_checked() {
    refuses_changed_openings(&every_gate(37), 29);
}

#[test]
fn openings_of_a_recursive_circuit_are_checked() {
    refuses_changed_openings(&RECURSIVE, 1);
}

#[test]
fn challenges_and_public_inputs_are_checked() {
    let honest = STANDARD.values();
    let changes: [fn(&mut Values, usize); 5] = [
        |values, place| values.betas[place] += Goldilocks::ONE,
        |values, place| values.gammas[place] += Goldilocks::ONE,
        |values, place| values.alphas[place] += Goldilocks::ONE,
        |values, place| values.zeta.0[place] += Goldilocks::ONE,
        |values, place| values.public_inputs[2 * place] += Goldilocks::ONE,
    ];
    for change in changes {
        for place in [0, 1] {
            let mut changed = honest.clone();
            change(&mut changed, place);
            assert!(broken(check(&STANDARD, &changed)));
        }
    }
    let mut one = honest;
    one.zeta = Quadratic::ONE;
    let refused = check(&STANDARD, &one);
    let section = "first Lagrange polynomial";
    assert!(matches!(refused, Err(Fault::Unsatisfied { section: s, .. }) if s == section));
}

#[test]
fn openings_of_another_length_are_refused() {
    type Change = fn(&mut OpeningSet<Goldilocks, 2>);
    let changes: [(&str, Change); 7] = [
        ("the constants", |set| set.constants.truncate(1)),
        ("the sigmas", |set| set.plonk_sigmas.truncate(1)),
        ("the wires", |set| set.wires.truncate(1)),
        ("the permutation polynomials", |set| set.plonk_zs.truncate(1)),
        ("the next permutation polynomials", |set| set.plonk_zs_next.truncate(1)),
        ("the partial products", |set| set.partial_products.truncate(1)),
        ("the quotients", |set| set.quotient_polys.truncate(1)),
    ];
    for (list, change) in changes {
        let mut values = STANDARD.values();
        change(&mut values.openings);
        let refused = check(&STANDARD, &values);
        assert!(matches!(refused, Err(Fault::Length { what, actual: 1, .. }) if what == list));
    }
    let mut common = STANDARD.circuit.common.clone();
    common.num_lookup_polys = 3;
    let (mut system, _) = ConstraintSystem::check(&[]);
    let refused = write(&mut system, &common, &STANDARD.values());
    let what = "the list of lookup polynomials";
    assert_eq!(refused, Err(Fault::Length { what, expected: 0, actual: 3 }));
    let mut common = STANDARD.circuit.common.clone();
    common.num_partial_products -= 1;
    let chunks = common.num_partial_products + 1;
    let refused = write(&mut system, &common, &STANDARD.values());
    let what = "the chunks of routed wires";
    assert_eq!(refused, Err(Fault::Length { what, expected: chunks + 1, actual: chunks }));
}

#[test]
fn recorded_matrices_say_what_was_checked() {
    let values = RECURSIVE.values();
    let common = &RECURSIVE.circuit.common;
    let (mut checker, _) = ConstraintSystem::check(&[]);
    write(&mut checker, common, &values).unwrap();
    let (mut recorder, _) = ConstraintSystem::record(0);
    // the values mean nothing to the matrices
    let mut zeros = values;
    opened(&mut zeros.openings).into_iter().for_each(|value| *value = QuadraticExtension::ZERO);
    zeros.zeta = Quadratic::ONE;
    write(&mut recorder, common, &zeros).unwrap();
    let recorded = recorder.into_recorded().unwrap();
    assert_eq!(recorded.matrices.constraints(), checker.constraints());
    let mut assignment = checker.into_assignment();
    assert_eq!(recorded.first_broken(&assignment), None);
    for witness in (1..assignment.len()).step_by(4_999) {
        assignment[witness] += Fr::one();
        assert!(recorded.first_broken(&assignment).is_some(), "witness {witness}");
        assignment[witness] -= Fr::one();
    }

    let matrices = &recorded.matrices;
    let entries = [&matrices.a, &matrices.b, &matrices.c].map(crate::r1cs::Matrix::entries);
    let sections: Vec<(&str, usize)> = recorded
        .sections
        .iter()
        .map(|&Section { name, constraints }| (name, constraints))
        .collect();
    let expected = [
        ("inputs", 27_136),
        ("permutation argument", 38_684),
        ("first Lagrange polynomial", 4_058),
        ("powers of alpha", 8_650),
        ("Constant gate", 4),
        ("filters", 7_636),
        ("PublicInput gate", 12),
        ("BaseSum gate", 1_054),
        ("ReducingExtension gate", 251),
        ("Reducing gate", 1_351),
        ("ArithmeticExtension gate", 932),
        ("Arithmetic gate", 926),
        ("MulExtension gate", 962),
        ("Exponentiation gate", 5_172),
        ("RandomAccess gate", 2_104),
        ("CosetInterpolation gate", 6_538),
        ("Poseidon gate", 70_803),
        ("quotient", 2_740),
    ];
    assert_eq!((entries, &sections[..]), ([389_518, 528_113, 5_979], &expected[..]));
}
