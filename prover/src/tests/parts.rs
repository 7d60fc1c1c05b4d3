use plonky2::field::extension::flatten;
use plonky2::field::polynomial::{PolynomialCoeffs, PolynomialValues};
use plonky2::field::types::{Field, PrimeField64, Sample};
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::util::timing::TimingTree;

use crate::commitment::commit_to_values;
use crate::evaluation::{Coordinates, coset_values, evaluate};
use crate::grinding::grind;
use crate::tree::merkle_tree;
use crate::{Challenger, Commitment, EXTENSION, Extension, F, MerkleTree};

#[test]
fn trees_are_the_librarys() {
    for (log, width) in [(0, 3), (1, 9), (3, 135), (5, 4), (7, 20), (8, 1)] {
        let rows: Vec<Vec<F>> = (0..1 << log).map(|_| F::rand_vec(width)).collect();
        for cap_height in 0..=log {
            let expected: MerkleTree = MerkleTree::new(rows.clone(), cap_height);
            assert_eq!(merkle_tree(rows.clone(), cap_height), expected, "2^{log}, {cap_height}");
        }
    }
}

#[test]
fn commitments_are_the_librarys() {
    for (log, columns, rate_bits) in [(4, 1, 1), (5, 17, 3), (6, 40, 2)] {
        let values: Vec<PolynomialValues<F>> =
            (0..columns).map(|_| PolynomialValues::new(F::rand_vec(1 << log))).collect();
        let mut timing = TimingTree::default();
        let expected: Commitment =
            Commitment::from_values(values.clone(), rate_bits, false, 2, &mut timing, None);
        assert_eq!(commit_to_values(values, rate_bits, 2), expected);
    }
}

#[test]
fn sums_are_those_of_the_definition() {
    for length in [1, 5, 8, 33, 1 << 11] {
        let polynomials: Vec<_> =
            (0..5).map(|_| PolynomialCoeffs::new(F::rand_vec(length))).collect();
        let point = Extension::rand();
        let powers = Coordinates::powers(point, length);
        for polynomial in &polynomials {
            let expected = polynomial.to_extension::<EXTENSION>().eval(point);
            assert_eq!(evaluate(polynomial, [&powers]), [expected]);
            let other = Coordinates::powers(point * point, length);
            let expected_other = polynomial.to_extension::<EXTENSION>().eval(point * point);
            assert_eq!(evaluate(polynomial, [&other, &powers]), [expected_other, expected]);
        }
        let weights = Extension::rand_vec(5);
        let mut sum = Coordinates::zeros(length);
        let (start, rest): (Vec<_>, Vec<_>) =
            (polynomials[..2].iter().collect(), polynomials[2..].iter().collect());
        sum.add_combination(&start, &weights);
        sum.add_combination(&rest, &weights[2..]);
        for (i, actual) in sum.into_elements().into_iter().enumerate() {
            let terms = polynomials.iter().zip(&weights).map(|(p, &w)| w * p.coeffs[i].into());
            assert_eq!(actual, terms.sum());
        }
    }
}

#[test]
fn values_on_a_coset_are_those_of_the_definition() {
    let mut coefficients = Extension::rand_vec(8);
    coefficients.resize(32, Extension::ZERO);
    let shift = F::rand();
    let expected = PolynomialCoeffs::new(coefficients.clone()).coset_fft(shift.into());
    assert_eq!(coset_values(&coefficients, shift, 2), expected.values);
}

#[test]
fn the_nonce_is_the_least_and_the_challenger_goes_on() {
    for length in 0..20 {
        let mut challenger = Challenger::<PoseidonHash>::new();
        challenger.observe_elements(&F::rand_vec(9));
        challenger.get_challenge();
        let before = challenger.clone();
        let elements = flatten::<F, EXTENSION>(&Extension::rand_vec(length));
        let nonce = grind(&mut challenger, &elements, 7).to_canonical_u64();
        let zeros_after = |nonce: u64| {
            let mut challenger = before.clone();
            challenger.observe_elements(&elements);
            challenger.observe_element(F::from_canonical_u64(nonce));
            let zeros = challenger.get_challenge().to_canonical_u64().leading_zeros();
            (zeros, challenger.get_challenge())
        };
        let least = (0..).find(|&nonce| zeros_after(nonce).0 >= 7);
        assert_eq!(Some(nonce), least);
        assert_eq!(challenger.get_challenge(), zeros_after(nonce).1);
    }
}

#[test]
#[should_panic(expected = "a cap of 2^3 over 4 rows")]
fn a_cap_above_its_tree() {
    let _: MerkleTree = merkle_tree(vec![vec![F::ZERO]; 4], 3);
}
