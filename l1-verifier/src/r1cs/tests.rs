use ark_ff::{AdditiveGroup as _, Field as _, One as _};

use super::{Bit, ConstraintSystem, Fault, Fr, LinearCombination, MAX_BITS};

fn number(value: u64) -> Fr {
    Fr::from(value)
}

#[test]
fn combinations_add_up() {
    let (mut system, inputs) = ConstraintSystem::record(1);
    let x = system.allocate(number(5));
    let combination = LinearCombination::weighted_sum([
        (number(2), &x),
        (number(3), &inputs[0]),
        (number(7), &LinearCombination::one()),
        (-number(2), &x),
    ]);
    assert_eq!(combination.terms, [(1, number(3))]);
    assert_eq!((combination.value(), combination.constant), (number(7), number(7)));
    assert!(!combination.is_constant());
    assert!(LinearCombination::constant(number(4)).scaled(number(3)).is_constant());
    assert_eq!((&x - &LinearCombination::one()).value(), number(4));
}

#[test]
fn a_broken_constraint_is_named_where_it_stands() {
    let (mut system, _) = ConstraintSystem::check(&[]);
    let x = system.allocate(number(3));
    system.enter_section("square");
    let square = system.multiply(&x, &x).unwrap();
    let wrong = system.enforce_equal(&square, &LinearCombination::constant(number(8)));
    assert_eq!(wrong, Err(Fault::Unsatisfied { constraint: 1, section: "square" }));
}

#[test]
fn recorded_matrices_say_what_was_checked() {
    let program = |system: &mut ConstraintSystem, input: &LinearCombination, root: Fr| {
        let x = system.allocate(root);
        let square = system.multiply(&x, &x)?;
        system.enforce_equal(&square, input)
    };
    let (mut recorder, inputs) = ConstraintSystem::record(1);
    program(&mut recorder, &inputs[0], Fr::one()).unwrap();
    let recorded = recorder.into_recorded().unwrap();
    assert_eq!((recorded.matrices.constraints(), recorded.variables()), (2, 4));

    let (mut checker, inputs) = ConstraintSystem::check(&[number(9)]);
    program(&mut checker, &inputs[0], number(3)).unwrap();
    let mut assignment = checker.into_assignment();
    assert_eq!(assignment, [1, 9, 3, 9].map(number));
    assert_eq!(recorded.first_broken(&assignment), None);
    assignment[1] += Fr::one();
    assert_eq!(recorded.first_broken(&assignment), Some(1));
}

#[test]
fn an_integer_has_one_decomposition() {
    for (value, bits, holds) in
        [(0, 1, true), (1, 1, true), (2, 1, false), (255, 8, true), (256, 8, false), (1, 0, false)]
    {
        let (mut system, _) = ConstraintSystem::check(&[]);
        let integer = system.allocate(number(value));
        let result = system.decompose(&integer, bits);
        assert_eq!(result.is_ok(), holds, "{value} in {bits} bits");
        if let Ok(bits) = result {
            assert_eq!(Bit::compose(&bits).value(), number(value));
        }
    }
    let (mut system, _) = ConstraintSystem::check(&[]);
    let large = system.allocate(-Fr::one());
    assert!(system.decompose(&large, MAX_BITS).is_err());
    let half = system.allocate(number(2).inverse().unwrap());
    assert!(system.decompose(&half, 64).is_err());
    let fault = Fault::TooManyBits { section: "start", bits: 253, limit: MAX_BITS };
    assert_eq!(system.decompose(&half, 253).map(drop), Err(fault));
}

#[test]
fn tables_are_read_at_the_index() {
    let values: Vec<Fr> = (10..18).map(number).collect();
    let constants: Vec<_> = values.iter().map(|&v| LinearCombination::constant(v)).collect();
    for index in 0..8u64 {
        let (mut system, _) = ConstraintSystem::check(&[]);
        let bits: Vec<Bit> =
            (0..3).map(|i| system.allocate_bit(index >> i & 1 == 1).unwrap()).collect();
        let found = system.look_up(&bits, &constants).unwrap();
        assert_eq!(found.value(), values[index as usize]);
        let length = Fault::Length { what: "a table", expected: 8, actual: 7 };
        assert_eq!(system.look_up(&bits, &constants[1..]).map(drop), Err(length));
    }
    assert_eq!(Fr::ZERO, LinearCombination::zero().value());
}

#[test]
fn rows_share_their_coefficients() {
    let (mut system, inputs) = ConstraintSystem::record(1);
    let sevenfold = inputs[0].scaled(number(7));
    system.enforce(&sevenfold, &inputs[0], &sevenfold).unwrap();
    let matrices = system.into_recorded().unwrap().matrices;
    assert_eq!(matrices.coefficients(), [number(7), number(1)]);
    assert_eq!(matrices.indexed_row(&matrices.a, 0), [(1, 0)]);
    assert_eq!(matrices.indexed_row(&matrices.b, 0), [(1, 1)]);
    assert_eq!(matrices.indexed_row(&matrices.c, 0), [(1, 0)]);
}

#[test]
fn a_materialized_bit_is_one_variable() {
    for value in [0, 1] {
        let (mut system, _) = ConstraintSystem::record(0);
        let integer = system.allocate(number(value));
        let lowest = &system.decompose(&integer, 3).unwrap()[0];
        assert_eq!(lowest.combination().terms.len(), 3);
        let before = system.constraints();
        let bit = lowest.materialized(&mut system).unwrap();
        assert_eq!((bit.value(), bit.combination().terms.len()), (value == 1, 1));
        assert_eq!(system.constraints() - before, 1);
    }
}
