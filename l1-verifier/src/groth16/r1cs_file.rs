//! Circuits as `.r1cs` files, from which a snarkjs ceremony starts.
//!
//! The format is version 1 of iden3's: sections with the header, the constraints and the labels of the wires.
//! Wires are the constant one, the public inputs and the witnesses, as in [`Recorded`].

use std::io::{self, Write};

use ark_bn254::Fr;
use ark_ff::{BigInteger as _, PrimeField as _};

use crate::r1cs::Recorded;

const HEADER_BYTES: u64 = 4 + 32 + 4 * 4 + 8 + 4;

/// Writes a circuit in iden3's format.
///
/// # Errors
/// What the writer returns, and an error of the kind `InvalidInput` where the circuit has 2^32 wires or constraints.
pub fn write_r1cs(circuit: &Recorded, writer: &mut impl Write) -> io::Result<()> {
    let matrices = &circuit.matrices;
    let rows = matrices.constraints();
    let wires = number(circuit.variables())?;
    let entries: usize =
        [&matrices.a, &matrices.b, &matrices.c].map(|matrix| matrix.entries()).iter().sum();

    writer.write_all(b"r1cs")?;
    writer.write_all(&1u32.to_le_bytes())?;
    writer.write_all(&3u32.to_le_bytes())?;

    section(writer, 1, HEADER_BYTES)?;
    writer.write_all(&32u32.to_le_bytes())?;
    writer.write_all(&Fr::MODULUS.to_bytes_le())?;
    // no public outputs: what is public is an input
    for count in [wires, 0, number(circuit.public_inputs)?, number(circuit.witnesses)?] {
        writer.write_all(&count.to_le_bytes())?;
    }
    writer.write_all(&u64::from(wires).to_le_bytes())?;
    writer.write_all(&number(rows)?.to_le_bytes())?;

    section(writer, 2, 3 * 4 * rows as u64 + 36 * entries as u64)?;
    for row in 0..rows {
        for matrix in [&matrices.a, &matrices.b, &matrices.c] {
            writer.write_all(&number(matrices.indexed_row(matrix, row).len())?.to_le_bytes())?;
            for (column, coefficient) in matrices.row(matrix, row) {
                writer.write_all(&number(column)?.to_le_bytes())?;
                writer.write_all(&coefficient.into_bigint().to_bytes_le())?;
            }
        }
    }

    section(writer, 3, 8 * u64::from(wires))?;
    (0..u64::from(wires)).try_for_each(|label| writer.write_all(&label.to_le_bytes()))
}

fn section(writer: &mut impl Write, kind: u32, length: u64) -> io::Result<()> {
    writer.write_all(&kind.to_le_bytes())?;
    writer.write_all(&length.to_le_bytes())
}

fn number(count: usize) -> io::Result<u32> {
    u32::try_from(count).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
}
