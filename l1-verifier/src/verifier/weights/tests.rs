use ark_ff::One as _;
use proptest::prelude::*;
use starfold_primitives::word::Quadratic;
use starfold_primitives::{GOLDILOCKS_ORDER, PrimeField64 as _};

use super::*;
use crate::r1cs::{Fr, LinearCombination};

fn element() -> impl Strategy<Value = Goldilocks> {
    (0..GOLDILOCKS_ORDER).prop_map(Goldilocks::from_canonical_u64)
}

fn quadratic() -> impl Strategy<Value = Quadratic> {
    [element(), element()].prop_map(|coefficients| Quadratic { 0: coefficients })
}

/// A variable of this value, said to have so many bits.
fn long(system: &mut ConstraintSystem, value: Quadratic, bits: u32) -> Extension {
    Extension(value.0.map(|coefficient| {
        let integer = system.allocate(Fr::from(coefficient.to_canonical_u64()));
        Element::from_bounded(integer, bits)
    }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn weighted_sums_are_those_of_the_field(
        weights in proptest::collection::vec(quadratic(), 4),
        values in proptest::collection::vec(quadratic(), 4),
    ) {
        let (mut system, _) = ConstraintSystem::check(&[]);
        let mut pairs = Vec::new();
        for ((&weight, &value), bits) in weights.iter().zip(&values).zip([64, 138, 139, 211]) {
            let weight = Extension::allocate(&mut system, weight).unwrap();
            let value = long(&mut system, value, bits);
            pairs.push((Weight::new(&mut system, &weight).unwrap(), value));
        }
        let sum = Weight::sum(&mut system, pairs.iter().map(|(weight, value)| (weight, value)));
        let expected: Quadratic = weights.iter().zip(&values).map(|(&w, &v)| w * v).sum();
        assert_eq!(sum.unwrap().value(), expected);
    }

    #[test]
    fn values_are_combined_with_the_powers(
        challenge in element(),
        values in proptest::collection::vec(quadratic(), 0..100),
    ) {
        let (mut system, _) = ConstraintSystem::check(&[]);
        let variable = Element::allocate(&mut system, challenge).unwrap();
        let powers = Powers::new(&mut system, &variable, values.len().max(1)).unwrap();
        let expected = values.iter().rev().fold(Quadratic::ZERO, |sum, &value| {
            sum * Quadratic::from(challenge) + value
        });
        let variables: Vec<Extension> = values
            .iter()
            .enumerate()
            .map(|(place, &value)| long(&mut system, value, 64 + place as u32))
            .collect();
        let sum = powers.combine(&mut system, &variables).unwrap();
        assert_eq!(sum.value(), expected);
        assert_eq!(shortened(&mut system, sum).unwrap().value(), expected);
        for (exponent, _) in values.iter().enumerate() {
            let power = powers.power(&mut system, exponent).unwrap();
            assert_eq!(power.value(), challenge.exp_u64(exponent as u64));
        }
    }
}

#[test]
fn more_values_than_powers_are_refused() {
    let (mut system, _) = ConstraintSystem::record(0);
    let two = Element::constant(Goldilocks::TWO);
    let powers = Powers::new(&mut system, &two, 3).unwrap();
    let values = vec![Extension::constant(Quadratic::ONE); 4];
    let refused = powers.combine(&mut system, &values).map(drop);
    let what = "a list of constraints";
    assert_eq!(refused, Err(Fault::Length { what, expected: 3, actual: 4 }));
}

#[test]
fn values_too_long_for_half_a_weight_are_refused() {
    let (mut system, _) = ConstraintSystem::record(0);
    let integer = LinearCombination::constant(Fr::one());
    let integer = system.materialize(&integer).unwrap();
    let variable = system.allocate(Fr::one());
    let weight = Element::from_bounded(variable, ELEMENT_BITS);
    let weight = Weight::new(&mut system, &weight).unwrap();
    let value = |bits| Extension::from_base(Element::from_bounded(integer.clone(), bits));
    Weight::sum(&mut system, [(&weight, &value(211))]).unwrap();
    let refused = Weight::sum(&mut system, [(&weight, &value(221))]).map(drop);
    let section = "start";
    assert_eq!(refused, Err(Fault::TooManyBits { section, bits: 253, limit: 252 }));
}
