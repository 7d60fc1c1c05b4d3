//! What a ceremony takes and gives.

use std::io::{BufWriter, ErrorKind};
use std::path::Path;

use starfold_l1_verifier::groth16::{
    CircuitDigest, KeyFileError, KeySummary, ZkeyError, import_zkey, write_proving_key, write_r1cs,
};
use starfold_l1_verifier::{SampleError, WrapperError, committed_circuit, sample_assignment};

use super::wrap::{Randomness, generator};
use crate::file::{self, FileError};

/// Why a circuit is not written or a key not taken over.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The circuit cannot be recorded.
    #[error(transparent)]
    Circuit(#[from] WrapperError),
    /// This program's own sample proof is damaged.
    #[error("the committed sample: {0}")]
    Sample(#[from] SampleError),
    /// The file is no key of a ceremony for the circuit.
    #[error(transparent)]
    Zkey(#[from] ZkeyError),
    /// The key cannot be written.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// There is no randomness.
    #[error(transparent)]
    Randomness(#[from] Randomness),
}

impl CeremonyError {
    /// Whether a file's content is at fault, not the way it was named.
    pub fn is_content(&self) -> bool {
        match self {
            Self::File(error) => error.is_content(),
            Self::Zkey(ZkeyError::Io(error)) => error.kind() == ErrorKind::UnexpectedEof,
            Self::KeyFile(KeyFileError::Io(_)) => false,
            _ => true,
        }
    }
}

/// A circuit that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportedCircuit {
    /// The circuit's digest.
    pub circuit: CircuitDigest,
    /// Its constraints.
    pub constraints: u64,
    /// Its public inputs.
    pub public_inputs: u64,
}

/// Writes the wrap's circuit as the `.r1cs` file from which a ceremony starts.
///
/// # Errors
/// [`CeremonyError::Circuit`], [`CeremonyError::File`].
pub fn export_r1cs(out: &Path) -> Result<ExportedCircuit, CeremonyError> {
    file::check_folder(out)?;
    let circuit = committed_circuit()?;
    let recorded = circuit.recorded();
    file::write_with(out, |file| write_r1cs(recorded, &mut BufWriter::new(file)))?;
    Ok(ExportedCircuit {
        circuit: circuit.digest(),
        constraints: recorded.matrices.constraints() as u64,
        public_inputs: recorded.public_inputs as u64,
    })
}

/// Takes over the key of a ceremony: checks the `.zkey` against the circuit, proves and verifies with it, and writes a
/// proving key. Returns the number of contributions, too.
///
/// # Errors
/// [`CeremonyError`], as its variants say.
pub fn import_ceremony(
    zkey: &Path,
    out: &Path,
    least_contributions: u32,
) -> Result<(KeySummary, u32), CeremonyError> {
    file::check_folder(out)?;
    let circuit = committed_circuit()?;
    let assignment = sample_assignment()?;
    let mut generator = generator()?;
    let imported = import_zkey(zkey, &circuit, least_contributions, &assignment, &mut generator)?;
    write_proving_key(out, &imported.key)?;
    Ok((KeySummary::of(&imported.key), imported.contributions))
}
