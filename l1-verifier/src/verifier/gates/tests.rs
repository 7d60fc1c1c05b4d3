use ark_ff::One as _;
use plonky2::gates::gate::{Gate, GateRef};
use plonky2::gates::lookup::LookupGate;
use plonky2::hash::hash_types::HashOut;
use plonky2::plonk::circuit_data::CircuitConfig;
use plonky2::plonk::vars::EvaluationVars;
use proptest::prelude::*;
use starfold_primitives::word::Quadratic;
use starfold_primitives::{Field as _, GOLDILOCKS_ORDER};

use super::super::weights::Powers;
use super::*;
use crate::r1cs::Fr;

/// 37 routed wires, as in the outer layer.
fn config() -> CircuitConfig {
    CircuitConfig { num_routed_wires: 37, ..CircuitConfig::standard_recursion_config() }
}

fn coset_interpolation(degree: usize) -> CosetInterpolationGate<Goldilocks, 2> {
    let mut gate = CosetInterpolationGate::new(4);
    gate.degree = degree;
    gate
}

fn gates() -> Vec<GateRef<Goldilocks, 2>> {
    let (wide, narrow) = (CircuitConfig::standard_recursion_config(), config());
    vec![
        GateRef::new(NoopGate),
        GateRef::new(ConstantGate::new(2)),
        GateRef::new(PublicInputGate),
        GateRef::new(BaseSumGate::<2>::new(63)),
        GateRef::new(BaseSumGate::<2>::new(36)),
        GateRef::new(ReducingGate::<2>::new(31)),
        GateRef::new(ReducingExtensionGate::<2>::new(15)),
        GateRef::new(ArithmeticGate::new_from_config(&narrow)),
        GateRef::new(ArithmeticExtensionGate::<2>::new_from_config(&narrow)),
        GateRef::new(MulExtensionGate::<2>::new_from_config(&narrow)),
        GateRef::new(ExponentiationGate::<Goldilocks, 2>::new_from_config(&narrow)),
        GateRef::new(RandomAccessGate::<Goldilocks, 2>::new_from_config(&narrow, 1)),
        GateRef::new(RandomAccessGate::<Goldilocks, 2>::new_from_config(&narrow, 4)),
        GateRef::new(RandomAccessGate::<Goldilocks, 2>::new_from_config(&wide, 5)),
        GateRef::new(coset_interpolation(6)),
        GateRef::new(coset_interpolation(8)),
        GateRef::new(CosetInterpolationGate::<Goldilocks, 2>::new(3)),
        GateRef::new(PoseidonMdsGate::<Goldilocks, 2>::new()),
        GateRef::new(PoseidonGate::<Goldilocks, 2>::new()),
    ]
}

/// The values that a row is made of.
#[derive(Debug)]
struct Values {
    constants: Vec<Quadratic>,
    wires: Vec<Quadratic>,
    public_inputs: [Goldilocks; 4],
}

fn element() -> impl Strategy<Value = Goldilocks> {
    prop_oneof![
        1 => proptest::sample::select(vec![0, 1, GOLDILOCKS_ORDER - 1]),
        5 => 0..GOLDILOCKS_ORDER,
    ]
    .prop_map(Goldilocks::from_canonical_u64)
}

fn values() -> impl Strategy<Value = Values> {
    let quadratic =
        || [element(), element()].prop_map(|coefficients| Quadratic { 0: coefficients });
    let constants = proptest::collection::vec(quadratic(), 2);
    let wires = proptest::collection::vec(quadratic(), 201);
    (constants, wires, [element(), element(), element(), element()])
        .prop_map(|(constants, wires, public_inputs)| Values { constants, wires, public_inputs })
}

/// Writes the gate's constraints over new variables; their values, and the constraints that they took.
fn write(
    system: &mut ConstraintSystem,
    gate: &GateRef<Goldilocks, 2>,
    values: &Values,
) -> Result<(GateConstraints, usize), Fault> {
    let mut allocate = |values: &[Quadratic]| -> Result<Vec<Extension>, Fault> {
        values.iter().map(|&value| Extension::allocate(system, value)).collect()
    };
    let (constants, wires) = (allocate(&values.constants)?, allocate(&values.wires)?);
    let mut public_inputs = Vec::new();
    for &value in &values.public_inputs {
        public_inputs.push(Element::allocate(system, value)?);
    }
    let public_inputs: [Element; 4] = public_inputs.try_into().unwrap();
    let before = system.constraints();
    let row = Row { constants: &constants, wires: &wires, public_inputs: &public_inputs };
    let written = constraints(system, gate, &row)?;
    Ok((written, system.constraints() - before))
}

fn residues(constraints: &GateConstraints) -> Vec<Quadratic> {
    let sums = constraints.sums.iter().map(Extension::value);
    match &constraints.multiples {
        None => sums.collect(),
        Some((factor, multiples)) => sums
            .zip(multiples)
            .map(|(sum, multiple)| sum + factor.value() * multiple.value())
            .collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn every_gate_is_that_of_plonky2(values in values()) {
        for gate in gates() {
            let public_inputs_hash = HashOut { elements: values.public_inputs };
            let expected = gate.0.eval_unfiltered(EvaluationVars {
                local_constants: &values.constants,
                local_wires: &values.wires,
                public_inputs_hash: &public_inputs_hash,
            });
            let (mut checker, _) = ConstraintSystem::check(&[]);
            let (written, count) = write(&mut checker, &gate, &values).unwrap();
            assert_eq!(residues(&written), expected, "{}", gate.0.id());
            assert_eq!(written.sums.len(), gate.0.num_constraints());

            let (mut recorder, _) = ConstraintSystem::record(0);
            let (_, recorded_count) = write(&mut recorder, &gate, &values).unwrap();
            assert_eq!(recorded_count, count);
            let recorded = recorder.into_recorded().unwrap();
            assert_eq!(recorded.first_broken(&checker.into_assignment()), None);
        }
    }
}

fn zeros() -> Values {
    Values {
        constants: vec![Quadratic::ZERO; 2],
        wires: vec![Quadratic::ZERO; 201],
        public_inputs: [Goldilocks::ZERO; 4],
    }
}

#[test]
fn every_witness_of_a_gate_is_bound() {
    let values = Values {
        constants: vec![Quadratic { 0: [Goldilocks::TWO, Goldilocks::ONE] }; 2],
        wires: vec![Quadratic { 0: [Goldilocks::NEG_ONE, Goldilocks::TWO] }; 201],
        public_inputs: [Goldilocks::ONE; 4],
    };
    for gate in gates() {
        let (mut checker, _) = ConstraintSystem::check(&[]);
        write(&mut checker, &gate, &values).unwrap();
        let mut assignment = checker.into_assignment();
        let (mut recorder, _) = ConstraintSystem::record(0);
        let (_, count) = write(&mut recorder, &gate, &values).unwrap();
        let recorded = recorder.into_recorded().unwrap();
        // a sample of the gate's own witnesses, which come last
        let own = assignment.len().saturating_sub(count)..assignment.len();
        for witness in own.step_by(count / 15 + 1) {
            assignment[witness] += Fr::one();
            assert!(recorded.first_broken(&assignment).is_some(), "{}: {witness}", gate.0.id());
            assignment[witness] -= Fr::one();
        }
    }
}

/// The name without parameters, the constraints of the gate, and those that combine them with one alpha.
fn cost(gate: &GateRef<Goldilocks, 2>) -> (String, usize, usize) {
    let (mut system, _) = ConstraintSystem::record(0);
    let (written, count) = write(&mut system, gate, &zeros()).unwrap();
    let alpha = Element::allocate(&mut system, Goldilocks::ONE).unwrap();
    let powers = Powers::new(&mut system, &alpha, gate.0.num_constraints()).unwrap();
    let before = system.constraints();
    written.combine(&mut system, &powers).unwrap();
    let name = gate.0.id().split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
    (name, count, system.constraints() - before)
}

#[test]
fn gates_cost_their_constraints() {
    let expected = [
        ("NoopGate", 0, 0),
        ("ConstantGate", 0, 2),
        ("PublicInputGate", 0, 6),
        ("BaseSumGate", 189, 928),
        ("BaseSumGate", 108, 473),
        ("ReducingGate", 279, 536),
        ("ReducingExtensionGate", 135, 58),
        ("ArithmeticGate", 54, 436),
        ("ArithmeticExtensionGate", 60, 436),
        ("MulExtensionGate", 54, 454),
        ("ExponentiationGate", 204, 2_484),
        ("RandomAccessGate", 2_592, 54),
        ("RandomAccessGate", 2_056, 24),
        ("RandomAccessGate", 3_814, 30),
        ("CosetInterpolationGate", 4_530, 1_004),
        ("CosetInterpolationGate", 5_343, 1_000),
        ("CosetInterpolationGate", 3_905, 976),
        ("PoseidonMdsGate", 0, 46),
        ("PoseidonGate", 62_071, 4_366),
    ];
    let expected = expected.map(|(name, own, combined)| (name.to_owned(), own, combined));
    assert_eq!(gates().iter().map(cost).collect::<Vec<_>>(), expected);
}

#[test]
fn gates_without_constraints_here_are_refused() {
    let gate =
        GateRef::new(LookupGate::new_from_table(&config(), std::sync::Arc::new(vec![(0, 0)])));
    let (mut system, _) = ConstraintSystem::record(0);
    let refused = write(&mut system, &gate, &zeros()).map(drop);
    let id = Gate::<Goldilocks, 2>::id(&LookupGate::new_from_table(
        &config(),
        std::sync::Arc::new(vec![(0, 0)]),
    ));
    assert_eq!(refused, Err(Fault::UnknownGate { id }));

    let mut short = zeros();
    short.wires.truncate(134);
    let gate = GateRef::new(PoseidonGate::<Goldilocks, 2>::new());
    let refused = write(&mut system, &gate, &short).map(drop);
    let length = Fault::Length { what: "a row of wires", expected: 135, actual: 134 };
    assert_eq!(refused, Err(length));
}
