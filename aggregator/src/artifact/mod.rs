//! Proofs on disk, so that no proof is made twice.
//!
//! A file appears under its name complete or not at all: it is written under another name, synced and renamed. What
//! is read is not trusted: the caller decodes and verifies it before it is used.

mod key;

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::codec::{CodecError, DecodedArtifact, decode_artifact, encode_artifact};
pub(crate) use key::KEY_BYTES;
pub use key::{ArtifactKey, ArtifactKind};

/// The largest file that is read: proofs are below one megabyte.
const MAX_FILE_BYTES: u64 = 16 << 20;
const TEMPORARY_PREFIX: &str = ".unfinished-";
/// Unfinished files older than this belong to a run that was killed.
const ABANDONED_AFTER: Duration = Duration::from_secs(3_600);

/// A folder of proofs.
#[derive(Clone, Debug)]
pub struct ArtifactStore {
    folder: PathBuf,
}

/// The file system failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", path.display())]
pub struct ArtifactIoError {
    /// What was tried.
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
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
    Io(#[from] io::Error),
    /// It is larger than any proof.
    #[error("it has {actual} bytes, more than {MAX_FILE_BYTES}")]
    TooLarge {
        /// Its size.
        actual: u64,
    },
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
    /// [`ArtifactIoError`] where it cannot be made.
    pub fn open(folder: &Path) -> Result<Self, ArtifactIoError> {
        let failed = |source| ArtifactIoError { action: "create", path: folder.into(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let store = Self { folder: folder.into() };
        store.remove_abandoned();
        Ok(store)
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
        let Some(bytes) = read_bounded(&path).transpose() else { return Ok(None) };
        let proof = bytes.and_then(|bytes| {
            let DecodedArtifact { kind, hash, proof } = decode_artifact(&bytes)?;
            if (kind, hash) != (key.kind(), key.hash()) {
                return Err(FaultReason::Foreign);
            }
            accept(proof).map_err(|reason| FaultReason::Proof { reason })
        });
        proof.map(Some).map_err(|reason| ArtifactFault { path, reason })
    }

    /// Stores a proof, in place of what is there.
    ///
    /// # Errors
    /// [`ArtifactIoError`] where the file system fails.
    pub fn save(&self, key: &ArtifactKey, proof: &[u8]) -> Result<(), ArtifactIoError> {
        write_atomically(&self.folder, &self.path(key), &encode_artifact(key, proof))
    }

    /// Removes what runs that were killed have left. That it fails is of no consequence.
    fn remove_abandoned(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            let is_unfinished = entry.file_name().to_string_lossy().starts_with(TEMPORARY_PREFIX);
            let age = entry.metadata().and_then(|data| data.modified()).map(|time| time.elapsed());
            if is_unfinished && matches!(age, Ok(Ok(age)) if age > ABANDONED_AFTER) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Reads a file, unless it is missing.
fn read_bounded(path: &Path) -> Result<Option<Vec<u8>>, FaultReason> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let actual = file.metadata()?.len();
    if actual > MAX_FILE_BYTES {
        return Err(FaultReason::TooLarge { actual });
    }
    let mut bytes = vec![];
    // a file may grow while it is read
    file.take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn write_atomically(folder: &Path, path: &Path, bytes: &[u8]) -> Result<(), ArtifactIoError> {
    let failed = |action| move |source| ArtifactIoError { action, path: path.into(), source };
    let mut file = tempfile::Builder::new()
        .prefix(TEMPORARY_PREFIX)
        .tempfile_in(folder)
        .map_err(failed("create"))?;
    file.write_all(bytes).map_err(failed("write"))?;
    file.as_file().sync_all().map_err(failed("sync"))?;
    file.persist(path).map_err(|error| failed("rename")(error.error))?;
    // the rename is durable once the folder is
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("sync the folder of"))
}
