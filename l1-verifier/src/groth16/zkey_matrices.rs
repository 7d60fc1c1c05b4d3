//! The matrices in the key of a ceremony.

use std::io::Read as _;

use ark_bn254::Fr;
use ark_ff::{MontFp, PrimeField as _};

use super::circuit::Circuit;
use super::zkey::{Zkey, ZkeyError, integer, u32_at};

const SECTION: u32 = 4;
/// Matrix, row and column, four bytes each, and the coefficient.
const ENTRY_BYTES: usize = 44;
/// Coefficients stand in the Montgomery form of their Montgomery form: the inverse of `2^512`.
const COEFFICIENT_FACTOR: Fr =
    MontFp!("8519677608991584271437967308266649112183478179623991153221810821821888926024");

/// Which entries of one of the circuit's matrices were found in the file.
struct Found {
    /// The number of the first entry of each row.
    starts: Vec<usize>,
    entries: Vec<bool>,
}

/// Whether the matrices A and B of the file are the circuit's: each entry of the file is one of the circuit, none is
/// there twice, and there are as many. The rows that Groth16 adds for the public inputs count with A.
pub(super) fn check_matrices(file: &mut Zkey, circuit: &Circuit) -> Result<(), ZkeyError> {
    let recorded = circuit.recorded();
    let matrices = &recorded.matrices;
    let both = [&matrices.a, &matrices.b];
    let rows = matrices.constraints();
    let input_rows = recorded.public_inputs + 1;
    let expected = matrices.a.entries() + matrices.b.entries() + input_rows;
    let section_bytes = 4 + (expected * ENTRY_BYTES) as u64;
    let reader = file.section(SECTION, section_bytes)?;
    let mut count = [0; 4];
    reader.read_exact(&mut count)?;
    let actual = u64::from(u32_at(&count, 0));
    if actual != expected as u64 {
        return Err(ZkeyError::Number {
            what: "matrix entries",
            expected: expected as u64,
            actual,
        });
    }
    let mut found = both.map(|matrix| {
        let lengths = (0..rows).map(|row| matrices.indexed_row(matrix, row).len());
        let starts = lengths.scan(0, |next, length| Some(std::mem::replace(next, *next + length)));
        Found { starts: starts.collect(), entries: vec![false; matrix.entries()] }
    });
    let mut inputs = vec![false; input_rows];
    let mut bytes = [0; ENTRY_BYTES];
    for entry in 0..expected {
        reader.read_exact(&mut bytes)?;
        let [which, row, column] = [0, 4, 8].map(|at| u32_at(&bytes, at) as usize);
        let form = Fr::from_bigint(integer(&bytes[12..])).ok_or(ZkeyError::Matrix { entry })?;
        let coefficient = form * COEFFICIENT_FACTOR;
        let seen = match (row.checked_sub(rows), which) {
            (None, 0 | 1) => {
                let columns = matrices.indexed_row(both[which], row);
                let place = columns.binary_search_by_key(&column, |&(column, _)| column as usize);
                let place = place.map_err(|_| ZkeyError::Matrix { entry })?;
                let (_, expected) = columns[place];
                if matrices.coefficients()[expected as usize] != coefficient {
                    return Err(ZkeyError::Matrix { entry });
                }
                &mut found[which].entries[found[which].starts[row] + place]
            }
            (Some(input), 0)
                if input < input_rows && column == input && coefficient == Fr::from(1u64) =>
            {
                &mut inputs[input]
            }
            _ => return Err(ZkeyError::Matrix { entry }),
        };
        if std::mem::replace(seen, true) {
            return Err(ZkeyError::Matrix { entry });
        }
    }
    Ok(())
}
