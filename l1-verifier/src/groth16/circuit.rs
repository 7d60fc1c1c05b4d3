//! A recorded circuit as Groth16 takes it.

use ark_bn254::Fr;
use ark_ff::{BigInteger as _, PrimeField as _};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};
use serde::{Deserialize, Serialize};
use sha3::{Digest as _, Keccak256};

use super::hexadecimal::Hexadecimal;
use crate::r1cs::{Matrices, Matrix, Recorded};

/// The digest of a circuit: keys belong to the circuit with their digest and to no other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CircuitDigest(Hexadecimal);

impl CircuitDigest {
    /// The digest with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Hexadecimal(bytes))
    }

    /// Its bytes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 32] {
        self.0.0
    }

    /// The keccak-256 of what defines a circuit.
    ///
    /// Absorbed are a tag; the numbers of public inputs, witnesses, constraints and of different coefficients (8 bytes
    /// each); the coefficients in the order of first appearance (32 bytes each); then row by row the linear
    /// combinations of A, B and C: the number of entries, and of each its column and the place of its coefficient (4
    /// bytes each). All integers are little-endian.
    #[must_use]
    pub fn of(circuit: &Recorded) -> Self {
        let mut hasher = Keccak256::new_with_prefix("starfold r1cs 1");
        let matrices = &circuit.matrices;
        let coefficients = matrices.coefficients();
        let (rows, different) = (matrices.constraints(), coefficients.len());
        for number in [circuit.public_inputs, circuit.witnesses, rows, different] {
            hasher.update((number as u64).to_le_bytes());
        }
        for coefficient in coefficients {
            hasher.update(coefficient.into_bigint().to_bytes_le());
        }
        let mut bytes = Vec::new();
        for row in 0..rows {
            bytes.clear();
            for matrix in [&matrices.a, &matrices.b, &matrices.c] {
                let entries = matrices.indexed_row(matrix, row);
                let count = u32::try_from(entries.len()).expect("fewer entries than variables");
                bytes.extend_from_slice(&count.to_le_bytes());
                for (column, place) in entries {
                    bytes.extend_from_slice(&column.to_le_bytes());
                    bytes.extend_from_slice(&place.to_le_bytes());
                }
            }
            hasher.update(&bytes);
        }
        Self::from_bytes(hasher.finalize().into())
    }
}

impl std::fmt::Display for CircuitDigest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, formatter)
    }
}

impl std::fmt::Debug for CircuitDigest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, formatter)
    }
}

/// A recorded circuit with its digest.
#[derive(Clone, Debug)]
pub struct Circuit {
    recorded: Recorded,
    digest: CircuitDigest,
}

impl Circuit {
    /// The circuit of a recorded constraint system. Computes the digest.
    #[must_use]
    pub fn new(recorded: Recorded) -> Self {
        let digest = CircuitDigest::of(&recorded);
        Self { recorded, digest }
    }

    /// The constraint system.
    #[must_use]
    pub fn recorded(&self) -> &Recorded {
        &self.recorded
    }

    /// The digest.
    #[must_use]
    pub fn digest(&self) -> CircuitDigest {
        self.digest
    }

    /// The size of the evaluation domain: a power of two with room for a row for each constraint and for each public
    /// input, the constant one among them.
    #[must_use]
    pub fn domain_size(&self) -> usize {
        let rows = self.recorded.matrices.constraints() + self.recorded.public_inputs + 1;
        rows.next_power_of_two()
    }
}

/// Writes a recorded circuit into the constraint system of arkworks, without values.
pub(super) struct Replay<'a>(pub(super) &'a Recorded);

impl Replay<'_> {
    fn variable(&self, column: usize) -> Variable {
        match column.checked_sub(self.0.public_inputs + 1) {
            Some(witness) => Variable::witness(witness),
            None if column == 0 => Variable::one(),
            None => Variable::instance(column),
        }
    }

    fn combination(
        &self,
        matrices: &Matrices,
        matrix: &Matrix,
        row: usize,
    ) -> LinearCombination<Fr> {
        let entries = matrices.row(matrix, row);
        LinearCombination(entries.map(|(column, factor)| (factor, self.variable(column))).collect())
    }
}

impl ConstraintSynthesizer<Fr> for Replay<'_> {
    fn generate_constraints(self, system: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        for _ in 0..self.0.public_inputs {
            let _ = system.new_input_variable(|| Err(SynthesisError::AssignmentMissing))?;
        }
        for _ in 0..self.0.witnesses {
            let _ = system.new_witness_variable(|| Err(SynthesisError::AssignmentMissing))?;
        }
        let matrices = &self.0.matrices;
        for row in 0..matrices.constraints() {
            system.enforce_r1cs_constraint(
                || self.combination(matrices, &matrices.a, row),
                || self.combination(matrices, &matrices.b, row),
                || self.combination(matrices, &matrices.c, row),
            )?;
        }
        Ok(())
    }
}
