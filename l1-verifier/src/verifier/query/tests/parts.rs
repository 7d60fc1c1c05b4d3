//! The parts of a query against plain computations.

use ark_ff::Field as _;
use proptest::prelude::*;
use starfold_primitives::word::Quadratic;
use starfold_primitives::{Field as _, GOLDILOCKS_ORDER, Goldilocks};

use crate::goldilocks::{Element, Extension};
use crate::r1cs::{Bit, ConstraintSystem, Fault, Fr, LinearCombination};
use crate::verifier::query::combination::within_block;
use crate::verifier::query::final_polynomial::weighted;
use crate::verifier::query::fold::Coset;
use crate::verifier::query::index::{Index, LowTable, Table};
use crate::verifier::query::points::{Domain, PointTables};

fn element() -> impl Strategy<Value = Goldilocks> {
    (0..GOLDILOCKS_ORDER).prop_map(Goldilocks::from_canonical_u64)
}

fn quadratic() -> impl Strategy<Value = Quadratic> {
    [element(), element()].prop_map(|coefficients| Quadratic { 0: coefficients })
}

fn allocate_index(system: &mut ConstraintSystem, bits: usize, index: usize) -> Index {
    let bits: Vec<Bit> =
        (0..bits).map(|bit| system.allocate_bit(index >> bit & 1 == 1).unwrap()).collect();
    Index::new(system, bits.len(), &bits).unwrap()
}

/// Plonky2's `subgroup_x`.
fn point(bits: usize, index: usize) -> Goldilocks {
    let reversed = index.reverse_bits() >> (usize::BITS as usize - bits);
    let root = Goldilocks::primitive_root_of_unity(bits);
    Goldilocks::MULTIPLICATIVE_GROUP_GENERATOR * root.exp_u64(reversed as u64)
}

#[test]
fn tables_are_read_at_the_index() {
    let entry = |bits: usize| Fr::from(bits as u64 + 3).pow([77]);
    for bits in [3, 6, 9, 12, 15] {
        for from in bits.max(12) - 12..bits {
            let table = Table::new(bits, from, entry).unwrap();
            let low = LowTable::new(1..3, entry);
            for index in [0, 1, (1 << bits) - 1, 0b101_0011_0110_1101 % (1 << bits)] {
                let mut system = ConstraintSystem::check(&[]).0;
                let place = allocate_index(&mut system, bits, index);
                let before = system.constraints();
                assert_eq!(place.entry(&mut system, &table).unwrap().value(), entry(index >> from));
                let lower = bits.saturating_sub(6).saturating_sub(from);
                assert_eq!(system.constraints() - before, (1 << lower) - 1, "{bits} {from}");
                let low = place.low_entry(&mut system, &low).unwrap();
                assert_eq!(low.value(), entry(index >> 1 & 3));
            }
        }
    }
    let fault = Fault::Length { what: "the index of a table", expected: 12, actual: 13 };
    assert_eq!(Table::new(15, 2, entry).map(drop), Err(fault));
    let mut system = ConstraintSystem::check(&[]).0;
    let fault = Fault::Length { what: "the index of a query", expected: 3, actual: 0 };
    assert_eq!(Index::new(&mut system, 3, &[]).map(drop), Err(fault));
}

/// A list that is too short would drop terms of a sum, and with them what they bind.
#[test]
fn no_term_of_a_sum_is_dropped() {
    let mut system = ConstraintSystem::record(0).0;
    let system = &mut system;
    let fault = |what, expected, actual| Some(Fault::Length { what, expected, actual });
    let place = allocate_index(system, 9, 5);
    let other = Table::new(12, 3, |_| Fr::ONE).unwrap();
    let refused = place.entry(system, &other).map(drop);
    assert_eq!(refused.err(), fault("the columns of a table", 8, 64));
    let other = Table::new(3, 0, |_| Fr::ONE).unwrap();
    let refused = place.entry(system, &other).map(drop);
    assert_eq!(refused.err(), fault("the columns of a table", 8, 1));

    let one = Extension::constant(Quadratic::ONE);
    let items = vec![one.clone(); 3];
    let refused = within_block(system, &items[..2], &items, Extension::multiply).map(drop);
    assert_eq!(refused.err(), fault("a block of columns", 2, 3));
    let factor = Element::constant(Goldilocks::ONE);
    let refused = weighted(system, &items, std::slice::from_ref(&factor)).map(drop);
    assert_eq!(refused.err(), fault("a sum with weights", 2, 3));

    let coset = Coset::new(vec![one.clone(); 8]);
    let (inverses, betas) = (vec![factor; 7], vec![one.clone(); 7]);
    let refused = coset.fold(system, &inverses[1..], &betas).map(drop);
    assert_eq!(refused.err(), fault("the powers of a point", 7, 6));
    let refused = coset.fold(system, &inverses, &betas[1..]).map(drop);
    assert_eq!(refused.err(), fault("the powers of a fold's point", 7, 6));
}

#[test]
fn a_fold_takes_integers_of_64_bits_only() {
    let mut system = ConstraintSystem::record(0).0;
    let one = Extension::constant(Quadratic::ONE);
    let long = Element::from_bounded(LinearCombination::zero(), 65);
    let coset = Coset::new([vec![Extension::from_base(long)], vec![one.clone(); 7]].concat());
    let inverses = vec![Element::constant(Goldilocks::ONE); 7];
    let refused = coset.fold(&mut system, &inverses, &vec![one; 7]).map(drop);
    let fault = Fault::TooManyBits { section: "start", bits: 65, limit: 64 };
    assert_eq!(refused, Err(fault));
}

#[test]
fn points_are_those_of_plonky2() {
    for (bits, folds, coefficients) in [(17, 2, 64), (12, 2, 8), (9, 1, 2), (8, 1, 1)] {
        let tables = PointTables::new(bits, folds, coefficients).unwrap();
        let mut seed = 77usize;
        for _ in 0..8 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let index = seed >> 20 & ((1 << bits) - 1);
            assert_eq!(Domain::new(bits).point(index), point(bits, index));
            let mut system = ConstraintSystem::check(&[]).0;
            let system = &mut system;
            let place = allocate_index(system, bits, index);
            for fold in 0..folds {
                let start = point(bits, index >> (3 * fold + 3) << (3 * fold + 3));
                let inverse = start.exp_power_of_2(3 * fold).inverse();
                let powers = tables.inverse_powers(system, &place, fold).unwrap();
                let values: Vec<_> = powers.iter().map(Element::value).collect();
                let expected: Vec<_> = (1..8).map(|power| inverse.exp_u64(power)).collect();
                assert_eq!(values, expected);
                if fold == 0 {
                    let at_index = tables.point(system, &place, &powers[0]).unwrap();
                    assert_eq!(at_index.value(), point(bits, index));
                }
            }
            let last = point(bits, index).exp_power_of_2(3 * folds);
            let [steps, strides] = tables.final_powers(system, &place).unwrap();
            assert_eq!(steps.len(), 4.min(coefficients) - 1);
            assert_eq!(strides.len(), coefficients.div_ceil(4) - 1);
            for (power, step) in (1..).zip(&steps) {
                assert_eq!(step.value(), last.exp_u64(power));
            }
            for (power, stride) in (1..).zip(&strides) {
                assert_eq!(stride.value(), last.exp_u64(4 * power));
            }
        }
    }
}

proptest! {
    #[test]
    fn a_fold_is_the_value_of_the_interpolated_polynomial(
        coefficients in proptest::collection::vec(quadratic(), 8),
        beta in quadratic(),
        start in element(),
        other in quadratic(),
    ) {
        prop_assume!(!start.is_zero());
        let polynomial = |x: Quadratic| {
            coefficients.iter().rev().fold(Quadratic::ZERO, |sum, &c| sum * x + c)
        };
        let root = Goldilocks::primitive_root_of_unity(3);
        let mut system = ConstraintSystem::check(&[]).0;
        let system = &mut system;
        let evaluations: Vec<_> = (0..8)
            .map(|place| {
                let power = [0, 4, 2, 6, 1, 5, 3, 7][place];
                let value = polynomial((start * root.exp_u64(power)).into());
                Extension::allocate(system, value).unwrap()
            })
            .collect();
        let inverse_powers: Vec<_> = (1..8)
            .map(|k| Element::allocate(system, start.inverse().exp_u64(k)).unwrap())
            .collect();
        let beta_powers: Vec<_> =
            (1..8).map(|k| Extension::allocate(system, beta.exp_u64(k)).unwrap()).collect();
        let folded = Coset::new(evaluations).fold(system, &inverse_powers, &beta_powers).unwrap();
        let right = Extension::allocate(system, polynomial(beta)).unwrap();
        folded.enforce_of(system, &right).unwrap();
        let wrong = Extension::allocate(system, other).unwrap();
        let result = folded.enforce_of(system, &wrong);
        prop_assert_eq!(result.is_ok(), other == polynomial(beta));
    }
}
