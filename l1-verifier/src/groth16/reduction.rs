//! From rank-1 constraints to the quadratic arithmetic program, as snarkjs reduces them.
//!
//! Development keys and those of a snarkjs ceremony take the quotient in the same form: not its coefficients but the
//! values of `A B - C` on the odd half of the domain of twice the size, which saves a transform and needs no matrix C.

use ark_ff::PrimeField;
use ark_groth16::r1cs_to_qap::{LibsnarkReduction, R1CSToQAP, evaluate_constraint};
use ark_poly::EvaluationDomain;
use ark_relations::{
    gr1cs::{ConstraintSystemRef, Result as SynthesisResult, SynthesisError},
    utils::matrix::Matrix,
};

/// The reduction of snarkjs for arkworks, which makes the development keys with it. Proofs are made by
/// `taceo_groth16`, which has its own.
#[derive(Debug)]
pub(super) struct SnarkjsReduction;

impl R1CSToQAP for SnarkjsReduction {
    fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
        system: ConstraintSystemRef<F>,
        point: &F,
    ) -> SynthesisResult<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize)> {
        LibsnarkReduction::instance_map_with_evaluation::<F, D>(system, point)
    }

    /// The values of `A B - C` on the odd half of the double domain, with C as the products on the domain.
    fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
        matrices: &[Matrix<F>],
        inputs: usize,
        constraints: usize,
        assignment: &[F],
    ) -> SynthesisResult<Vec<F>> {
        let size = constraints + inputs;
        let domain = D::new(size).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let double = D::new(2 * domain.size()).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let shift = double.group_gen();
        let odd_half = domain.get_coset(shift).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let values = |matrix: &Matrix<F>| -> Vec<F> {
            let row = |row: &Vec<(F, usize)>| evaluate_constraint(row, assignment);
            let mut values: Vec<F> = matrix.iter().take(constraints).map(row).collect();
            values.resize(domain.size(), F::zero());
            values
        };
        let (mut a, mut b) = (values(&matrices[0]), values(&matrices[1]));
        a[constraints..size].copy_from_slice(&assignment[..inputs]);
        let mut c: Vec<F> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
        for values in [&mut a, &mut b, &mut c] {
            domain.ifft_in_place(values);
            odd_half.fft_in_place(values);
        }
        Ok(a.iter().zip(&b).zip(&c).map(|((a, b), c)| *a * b - c).collect())
    }

    fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
        max_power: usize,
        point: F,
        _: F,
        delta_inverse: F,
    ) -> SynthesisResult<Vec<F>> {
        let double = D::new(2 * (max_power + 1)).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let lagrange = double.evaluate_all_lagrange_coefficients(point);
        Ok(lagrange.into_iter().skip(1).step_by(2).map(|value| value * delta_inverse).collect())
    }
}
