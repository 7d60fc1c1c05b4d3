use ark_ff::Field as _;
use proptest::prelude::*;
use starfold_primitives::word::Quadratic;
use starfold_primitives::{Field as _, GOLDILOCKS_ORDER, Goldilocks};

use super::{Element, Extension};
use crate::r1cs::{ConstraintSystem, Fault, Fr, LinearCombination, MAX_BITS};

fn element() -> impl Strategy<Value = Goldilocks> {
    let edges = [0, 1, 2, (1 << 32) - 1, 1 << 32, GOLDILOCKS_ORDER - 1, GOLDILOCKS_ORDER - 2];
    prop_oneof![proptest::sample::select(edges.to_vec()), 0..GOLDILOCKS_ORDER]
        .prop_map(Goldilocks::from_canonical_u64)
}

fn quadratic() -> impl Strategy<Value = Quadratic> {
    [element(), element()].prop_map(|coefficients| Quadratic { 0: coefficients })
}

/// Runs the program checked, then recorded with the same values, whose matrices the assignment must satisfy.
fn run(program: impl Fn(&mut ConstraintSystem) -> Result<(), Fault>) -> Result<(), Fault> {
    let (mut recorder, _) = ConstraintSystem::record(0);
    program(&mut recorder).expect("a recorded program stops only at its own mistakes");
    let recorded = recorder.into_recorded().expect("it was recorded");
    let (mut checker, _) = ConstraintSystem::check(&[]);
    let result = program(&mut checker);
    if result.is_ok() {
        assert_eq!(checker.constraints(), recorded.matrices.constraints());
        assert_eq!(recorded.first_broken(&checker.into_assignment()), None);
    }
    result
}

proptest! {
    #[test]
    fn arithmetic_is_that_of_the_field(a in element(), b in element(), c in element()) {
        run(|system| {
            let [x, y, z] =
                [Element::allocate(system, a)?, Element::allocate(system, b)?, Element::constant(c)];
            let sum = x.subtract(&y).scaled(c).add(&z.negated());
            assert_eq!(sum.value(), (a - b) * c - c);
            let product = x.multiply(system, &y)?.subtract(&z).reduced(system)?;
            assert_eq!(product.value(), a * b - c);
            assert_eq!(product.bits(), 64);
            product.enforce_equal(system, &Element::constant(a * b - c))
        })
        .unwrap();
    }

    #[test]
    fn extension_arithmetic_is_that_of_the_field(a in quadratic(), b in quadratic(), k in element()) {
        run(|system| {
            let (x, y) = (Extension::allocate(system, a)?, Extension::allocate(system, b)?);
            let product = x.multiply(system, &y)?;
            assert_eq!(product.value(), a * b);
            let square = x.subtract(&y).square(system)?.reduced(system)?;
            assert_eq!(square.value(), (a - b) * (a - b));
            let base = Element::allocate(system, k)?;
            let scaled = y.multiply_base(system, &base)?.scaled(Goldilocks::TWO);
            assert_eq!(scaled.value(), b * Quadratic::from(k + k));
            let difference = product.subtract(&scaled);
            difference.reduced(system)?.enforce_equal(system, &difference)
        })
        .unwrap();
    }

    #[test]
    fn unequal_residues_are_refused(a in element(), b in element()) {
        let result = run(|system| {
            Element::allocate(system, a)?.enforce_equal(system, &Element::constant(b))
        });
        prop_assert_eq!(result.is_ok(), a == b);
    }
}

#[test]
fn an_element_and_p_more_are_one_residue() {
    run(|system| {
        let more = system.allocate(Fr::from(5u64) + Fr::from(GOLDILOCKS_ORDER));
        system.decompose(&more, 64)?;
        let more = Element::from_bounded(more, 64);
        more.enforce_equal(system, &Element::constant(Goldilocks::from_canonical_u64(5)))
    })
    .unwrap();
}

#[test]
fn a_quotient_out_of_range_is_refused() {
    // 1 = q p has the solution q = 1 / p in the scalar field, which is no short integer
    let (mut system, _) = ConstraintSystem::check(&[]);
    let quotient = system.allocate(Fr::from(GOLDILOCKS_ORDER).inverse().unwrap());
    let result = system.decompose(&quotient, MAX_BITS - 63).map(drop);
    assert_eq!(result, Err(Fault::Unsatisfied { constraint: 188, section: "start" }));
    let one = Element::from_bounded(system.allocate(Fr::from(1u64)), 64);
    assert!(one.enforce_zero(&mut system).is_err());
}

#[test]
fn integers_that_could_be_too_long_are_faults_of_the_program() {
    let (mut system, _) = ConstraintSystem::record(0);
    let long = |bits| Element::from_bounded(LinearCombination::zero(), bits);
    let fault = |bits| Err(Fault::TooManyBits { section: "start", bits, limit: MAX_BITS });
    assert_eq!(long(126).multiply(&mut system, &long(127)).map(drop), fault(253));
    assert_eq!(long(253).reduced(&mut system).map(drop), fault(253));
    assert_eq!(long(253).enforce_zero(&mut system), fault(253));
    assert_eq!(long(252).enforce_zero(&mut system), Ok(()));
}

#[test]
fn reduction_costs_its_bits() {
    for bits in [65, 128, 252] {
        let (mut system, _) = ConstraintSystem::record(0);
        let integer = system.allocate(Fr::from(0u64));
        Element::from_bounded(integer, bits).reduced(&mut system).unwrap();
        assert_eq!(system.constraints(), bits as usize + 2);
    }
}

#[test]
fn bounds_of_sums_and_products_are_tight() {
    let of = |bits| Element::from_bounded(LinearCombination::zero(), bits);
    let sum = |bits: &[u32]| {
        let elements: Vec<Element> = bits.iter().map(|&bits| of(bits)).collect();
        Element::sum(&elements).bits()
    };
    assert_eq!(sum(&[]), 0);
    assert_eq!(sum(&[64]), 64);
    assert_eq!(sum(&[64, 64]), 65);
    assert_eq!(sum(&[3, 64, 64, 64]), 66);
    assert_eq!(sum(&[197, 64, 64, 64, 64]), 198);
    assert_eq!(sum(&[10, 10, 11]), 12);
    assert_eq!(sum(&[10, 10, 11, 12]), 13);
    for (factor, bits) in [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (7, 3), (8, 3), (9, 4)] {
        assert_eq!(of(64).scaled(Goldilocks::from_canonical_u64(factor)).bits(), 64 + bits);
    }
}

proptest! {
    #[test]
    fn halves_make_up_the_residue(a in element(), b in element()) {
        run(|system| {
            let (x, y) = (Element::allocate(system, a)?, Element::allocate(system, b)?);
            for (integer, value) in [(x.multiply(system, &y)?, a * b), (x, a)] {
                let before = system.constraints();
                let [low, high] = integer.halved(system)?;
                assert_eq!(system.constraints() - before, integer.bits() as usize + 2);
                assert!(low.bits() == 32 && high.bits() == 32);
                let composed = low.add(&high.scaled(Goldilocks::from_canonical_u64(1 << 32)));
                assert_eq!((composed.value(), composed.bits()), (value, 65));
            }
            Ok(())
        })
        .unwrap();
    }
}
