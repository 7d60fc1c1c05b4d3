//! Built circuits on disk: reading one takes a small part of the time that building it takes.
//!
//! A file is named after its circuit's digest, and what is read from it must have the pinned digest. The prover's
//! part of a circuit is not covered by the digest; where it is another one's, proofs fail, but none is wrong, and the
//! file goes.

use std::fs;
use std::path::{Path, PathBuf};

use starfold_circuits::recursion::{CacheError, ProverFailure};
use starfold_primitives::Digest;

use crate::atomic_file::{self, FileError, ReadError};

/// The largest file that is read: the largest circuit has 2^15 rows and takes about 300 megabytes.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// A folder of built circuits.
#[derive(Clone, Debug)]
pub(crate) struct CircuitCache {
    folder: PathBuf,
}

/// A circuit that is not read from the cache, or not written to it.
#[derive(Debug, thiserror::Error)]
pub enum CacheFault {
    /// The folder or the file cannot be written.
    #[error("the circuit is not kept: {0}")]
    Write(#[from] FileError),
    /// The file cannot be read.
    #[error("the circuit in {} is not usable: {reason}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: ReadError,
    },
    /// No proof comes of the circuit in the file.
    #[error("the circuit in {} is not usable: {reason}", path.display())]
    Proofs {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: ProverFailure,
    },
    /// The file holds another circuit or is damaged.
    #[error("the circuit in {} is not usable: {reason}", path.display())]
    Circuit {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: CacheError,
    },
}

impl CircuitCache {
    pub(crate) fn open(folder: &Path) -> Result<Self, CacheFault> {
        atomic_file::open_folder(folder)?;
        Ok(Self { folder: folder.into() })
    }

    fn path(&self, name: &str, digest: Digest) -> PathBuf {
        self.folder.join(format!("{name}-{digest}.circuit"))
    }

    /// The circuit of this name and digest, if it is there.
    pub(crate) fn load<T>(
        &self,
        name: &str,
        digest: Digest,
        read: impl FnOnce(&[u8]) -> Result<T, CacheError>,
    ) -> Result<Option<T>, CacheFault> {
        let path = self.path(name, digest);
        match atomic_file::read(&path, MAX_FILE_BYTES) {
            Ok(None) => Ok(None),
            Ok(Some(bytes)) => {
                read(&bytes).map(Some).map_err(|reason| CacheFault::Circuit { path, reason })
            }
            Err(reason) => Err(CacheFault::Read { path, reason }),
        }
    }

    /// Removes a circuit of which no proof came.
    pub(crate) fn discard(&self, name: &str, digest: Digest, reason: ProverFailure) -> CacheFault {
        let path = self.path(name, digest);
        // a file that stays fails again, and is told again
        let _ = fs::remove_file(&path);
        CacheFault::Proofs { path, reason }
    }

    /// Keeps a circuit, and removes those of the same name that have another digest: they belong to another version.
    pub(crate) fn save(&self, name: &str, digest: Digest, bytes: &[u8]) -> Result<(), CacheFault> {
        let path = self.path(name, digest);
        atomic_file::write(&self.folder, &path, bytes)?;
        let prefix = format!("{name}-0x");
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.path() != path) {
            if entry.file_name().to_string_lossy().starts_with(&prefix) {
                // a file that stays wastes space alone
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(i: u64) -> Digest {
        Digest::from_canonical([i, 1, 2, 3]).unwrap()
    }

    fn accept(bytes: &[u8]) -> Result<Vec<u8>, CacheError> {
        if bytes == b"damaged" { Err(CacheError::Damaged) } else { Ok(bytes.to_vec()) }
    }

    #[test]
    fn circuits_are_found_by_name_and_digest_and_the_old_version_goes() {
        let folder = tempfile::tempdir().unwrap();
        let cache = CircuitCache::open(folder.path()).unwrap();
        assert!(matches!(cache.load("fold", digest(1), accept), Ok(None)));
        cache.save("fold", digest(1), b"one").unwrap();
        cache.save("fold-2", digest(1), b"other").unwrap();
        let found = cache.load("fold", digest(1), accept).unwrap();
        assert_eq!(found.as_deref(), Some(b"one".as_slice()));
        cache.save("fold", digest(2), b"two").unwrap();
        assert!(matches!(cache.load("fold", digest(1), accept), Ok(None)));
        let reason = ProverFailure { reason: "unsatisfied".to_owned() };
        let fault = cache.discard("fold", digest(2), reason);
        assert!(fault.to_string().ends_with("the prover failed: unsatisfied"), "{fault}");
        assert!(matches!(cache.load("fold", digest(2), accept), Ok(None)));
        assert!(matches!(cache.load("fold-2", digest(1), accept), Ok(Some(_))));
    }

    #[test]
    fn a_file_that_does_not_hold_the_circuit_is_a_fault() {
        let folder = tempfile::tempdir().unwrap();
        let cache = CircuitCache::open(folder.path()).unwrap();
        cache.save("fold", digest(1), b"damaged").unwrap();
        let fault = cache.load("fold", digest(1), accept);
        assert!(
            matches!(fault, Err(CacheFault::Circuit { reason: CacheError::Damaged, .. })),
            "{fault:?}"
        );
        fs::create_dir(cache.path("batch", digest(1))).unwrap();
        let fault = cache.load("batch", digest(1), accept);
        assert!(matches!(fault, Err(CacheFault::Read { .. })), "{fault:?}");
    }
}
