//! Proving and verifying.

use ark_bn254::{Bn254, Fr};
use ark_ff::One as _;
use rand::Rng;
use taceo_groth16::{CircomReduction, ConstraintMatrices, Groth16};

use super::circuit::Circuit;
use super::development::random_scalar;
use super::keys::{KeyError, ProvingKey, VerifyingKey};
use super::proof::Groth16Proof;
use crate::r1cs::{Matrices, Matrix};

/// Why there is no proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveError {
    /// The key does not fit the circuit.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The assignment has not one value for each variable.
    #[error("the assignment has {actual} values, the circuit has {expected} variables")]
    AssignmentLength {
        /// The variables of the circuit.
        expected: usize,
        /// The values.
        actual: usize,
    },
    /// The first value of the assignment is not one.
    #[error("the assignment does not begin with one")]
    ConstantOne,
    /// The library failed.
    #[error("no proof was made: {reason}")]
    Library {
        /// What the library said.
        reason: String,
    },
    /// The proof does not verify: the assignment breaks a constraint, or the key is damaged.
    #[error("the proof does not verify: a constraint is broken or the key is damaged")]
    Unsatisfied,
}

/// Why a proof is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The number of public inputs is wrong.
    #[error("{actual} public inputs, the key has {expected}")]
    PublicInputs {
        /// The key's.
        expected: usize,
        /// What was given.
        actual: usize,
    },
    /// The equation of the pairings does not hold.
    #[error("the proof is not one of these public inputs")]
    Pairing,
}

/// A proof that the circuit has an assignment with its public inputs. Verifies what it made.
///
/// # Errors
/// [`ProveError`], as its variants say.
pub fn prove(
    key: &ProvingKey,
    circuit: &Circuit,
    assignment: &[Fr],
    generator: &mut impl Rng,
) -> Result<Groth16Proof, ProveError> {
    key.check_circuit(circuit)?;
    let recorded = circuit.recorded();
    let (expected, actual) = (recorded.variables(), assignment.len());
    if actual != expected {
        return Err(ProveError::AssignmentLength { expected, actual });
    }
    if !assignment[0].is_one() {
        return Err(ProveError::ConstantOne);
    }
    let matrices = matrices(circuit);
    let [r, s] = [(); 2].map(|()| random_scalar(generator));
    let points =
        Groth16::<Bn254>::prove::<CircomReduction>(key.points(), r, s, &matrices, assignment)
            .map_err(|error| ProveError::Library { reason: error.to_string() })?;
    let proof = Groth16Proof::new(points);
    let public_inputs = &assignment[1..=recorded.public_inputs];
    verify(key.verifying_key(), &proof, public_inputs).map_err(|_| ProveError::Unsatisfied)?;
    Ok(proof)
}

/// Verifies a proof.
///
/// # Errors
/// [`VerifyError::PublicInputs`], [`VerifyError::Pairing`].
pub fn verify(
    key: &VerifyingKey,
    proof: &Groth16Proof,
    public_inputs: &[Fr],
) -> Result<(), VerifyError> {
    let (expected, actual) = (key.public_inputs(), public_inputs.len());
    if actual != expected {
        return Err(VerifyError::PublicInputs { expected, actual });
    }
    let prepared = ark_groth16::prepare_verifying_key(key.points());
    match ark_groth16::Groth16::<Bn254>::verify_proof(&prepared, proof.points(), public_inputs) {
        Ok(true) => Ok(()),
        _ => Err(VerifyError::Pairing),
    }
}

fn matrices(circuit: &Circuit) -> ConstraintMatrices<Fr> {
    let recorded = circuit.recorded();
    let matrices = &recorded.matrices;
    ConstraintMatrices {
        num_instance_variables: recorded.public_inputs + 1,
        num_witness_variables: recorded.witnesses,
        num_constraints: matrices.constraints(),
        a_num_non_zero: matrices.a.entries(),
        b_num_non_zero: matrices.b.entries(),
        c_num_non_zero: 0,
        a: rows(matrices, &matrices.a),
        b: rows(matrices, &matrices.b),
        // the reduction takes C from the products of A and B
        c: Vec::new(),
    }
}

fn rows(matrices: &Matrices, matrix: &Matrix) -> Vec<Vec<(Fr, usize)>> {
    (0..matrix.rows())
        .map(|row| matrices.row(matrix, row).map(|(column, factor)| (factor, column)).collect())
        .collect()
}
