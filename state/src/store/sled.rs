//! Records on the disk, in a sled database.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::{NodeStore, Scan, WriteBatch};
use crate::StoreError;

/// How long a folder that is in use may take to become free.
///
/// A database that is closed keeps its lock until the last of its background threads lets go of the file: some
/// milliseconds, more on a busy machine.
const RELEASE: Duration = Duration::from_secs(1);

/// A store in a folder of its own, open in one process at a time.
#[derive(Debug)]
pub struct SledStore {
    database: sled::Db,
}

impl SledStore {
    /// Opens the database in a folder and creates both where they are missing.
    ///
    /// A folder in use is waited for, one second at most: its last owner may have closed it just now.
    ///
    /// # Errors
    /// [`StoreError`] where the folder cannot be used, another process holds it, or the database is damaged.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, StoreError> {
        let config = sled::Config::new().path(folder).mode(sled::Mode::HighThroughput);
        let deadline = Instant::now() + RELEASE;
        loop {
            match config.open() {
                Ok(database) => return Ok(Self { database }),
                Err(error) if is_locked(&error) && Instant::now() < deadline => {
                    thread::sleep(Duration::from_millis(5));
                }
                Err(error) => return Err(failure("open", error)),
            }
        }
    }
}

/// Whether the file of the database is locked. Sled gives this error no kind of its own, so it is told by its words.
fn is_locked(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(cause) if cause.to_string().starts_with("could not acquire lock"))
}

impl NodeStore for SledStore {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let value = self.database.get(key).map_err(|error| failure("read", error))?;
        Ok(value.map(|bytes| bytes.to_vec()))
    }

    fn apply(&self, batch: WriteBatch) -> Result<(), StoreError> {
        let mut writes = sled::Batch::default();
        for (key, value) in batch {
            match value {
                Some(value) => writes.insert(key, value),
                None => writes.remove(key),
            }
        }
        self.database.apply_batch(writes).map_err(|error| failure("write", error))
    }

    fn flush(&self) -> Result<(), StoreError> {
        self.database.flush().map_err(|error| failure("flush", error))?;
        Ok(())
    }

    fn scan<'s>(&'s self, prefix: &[u8]) -> Scan<'s> {
        Box::new(self.database.scan_prefix(prefix).map(|entry| {
            let (key, value) = entry.map_err(|error| failure("scan", error))?;
            Ok((key.to_vec(), value.to_vec()))
        }))
    }
}

fn failure(operation: &'static str, error: sled::Error) -> StoreError {
    StoreError { operation, message: error.to_string() }
}
