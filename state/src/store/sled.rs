//! Records on the disk, in a sled database.

use std::path::Path;

use super::{NodeStore, Scan, WriteBatch};
use crate::StoreError;

/// A store in a folder of its own, open in one process at a time.
#[derive(Debug)]
pub struct SledStore {
    database: sled::Db,
}

impl SledStore {
    /// Opens the database in a folder and creates both where they are missing.
    ///
    /// # Errors
    /// [`StoreError`] where the folder cannot be used, another process holds it, or the database is damaged.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, StoreError> {
        let database = sled::Config::new()
            .path(folder)
            .mode(sled::Mode::HighThroughput)
            .open()
            .map_err(|error| failure("open", error))?;
        Ok(Self { database })
    }
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
