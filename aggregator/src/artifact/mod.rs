//! Proofs on disk, so that no proof is made twice.
//!
//! A file appears under its name complete or not at all. What is read is not trusted: the caller decodes and verifies
//! it before it is used.

mod key;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::atomic_file::{self, FileError, ReadError};
use crate::codec::{CodecError, DecodedArtifact, decode_artifact, encode_artifact};
pub(crate) use key::KEY_BYTES;
pub use key::{ArtifactKey, ArtifactKind};

/// The largest file that is read: proofs are below one megabyte.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// A folder of proofs.
#[derive(Clone, Debug)]
pub struct ArtifactStore {
    folder: PathBuf,
}

/// A stored proof that is not used.
#[derive(Debug, thiserror::Error)]
#[error("the stored proof {} is not usable: {reason}", path.display())]
pub struct ArtifactFault {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub reason: FaultReason,
}

/// Why a stored proof is not used.
#[derive(Debug, thiserror::Error)]
pub enum FaultReason {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is no artifact.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// It is the proof of something else.
    #[error("it is another proof than its name says")]
    Foreign,
    /// The bytes are no proof, or the proof does not hold.
    #[error("{reason}")]
    Proof {
        /// What decoder or verifier says.
        reason: String,
    },
}

impl ArtifactStore {
    /// Opens a folder, which is made where it does not exist.
    ///
    /// # Errors
    /// [`FileError`] where it cannot be made.
    pub fn open(folder: &Path) -> Result<Self, FileError> {
        atomic_file::open_folder(folder)?;
        Ok(Self { folder: folder.into() })
    }

    /// The file of a proof, whether it exists or not.
    pub fn path(&self, key: &ArtifactKey) -> PathBuf {
        self.folder.join(key.file_name())
    }

    /// Loads a proof that `accept` decodes and verifies. `Ok(None)` where there is none.
    ///
    /// # Errors
    /// [`ArtifactFault`] where there is a file and it is not the proof.
    pub fn load<T>(
        &self,
        key: &ArtifactKey,
        accept: impl FnOnce(&[u8]) -> Result<T, String>,
    ) -> Result<Option<T>, ArtifactFault> {
        let path = self.path(key);
        self.try_load(key, &path, accept).map_err(|reason| ArtifactFault { path, reason })
    }

    fn try_load<T>(
        &self,
        key: &ArtifactKey,
        path: &Path,
        accept: impl FnOnce(&[u8]) -> Result<T, String>,
    ) -> Result<Option<T>, FaultReason> {
        let Some(bytes) = atomic_file::read(path, MAX_FILE_BYTES)? else { return Ok(None) };
        let DecodedArtifact { kind, hash, proof } = decode_artifact(&bytes)?;
        if (kind, hash) != (key.kind(), key.hash()) {
            return Err(FaultReason::Foreign);
        }
        accept(proof).map(Some).map_err(|reason| FaultReason::Proof { reason })
    }

    /// Stores a proof, in place of what is there.
    ///
    /// # Errors
    /// [`FileError`] where the file system fails.
    pub fn save(&self, key: &ArtifactKey, proof: &[u8]) -> Result<(), FileError> {
        atomic_file::write(&self.folder, &self.path(key), &encode_artifact(key, proof))
    }
}
