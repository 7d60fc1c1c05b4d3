//! Where the records of a state are kept: a small ordered map with atomic batches.

use std::collections::BTreeMap;
use std::fmt::Debug;

use crate::StoreError;

mod memory;
mod sled;

pub use self::sled::SledStore;
pub use memory::MemoryStore;

/// One record: its key and its value.
pub type Entry = (Vec<u8>, Vec<u8>);
/// The records that [`NodeStore::scan`] finds.
pub type Scan<'s> = Box<dyn Iterator<Item = Result<Entry, StoreError>> + 's>;

/// Records by key, changed in atomic batches.
pub trait NodeStore: Debug + Send + Sync {
    /// The value of a key.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Writes a whole batch or, where that fails or the process ends before it, nothing of it.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be written.
    fn apply(&self, batch: WriteBatch) -> Result<(), StoreError>;

    /// Returns when everything applied is on the disk.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be written.
    fn flush(&self) -> Result<(), StoreError>;

    /// The records whose keys begin with a prefix, in the order of their keys.
    fn scan<'s>(&'s self, prefix: &[u8]) -> Scan<'s>;
}

/// Puts and deletes that belong together; of two writes to one key the later counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteBatch {
    writes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl WriteBatch {
    /// Writes a record.
    pub fn put(&mut self, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        self.writes.insert(key.into(), Some(value.into()));
    }

    /// Removes a record, if it is there.
    pub fn delete(&mut self, key: impl Into<Vec<u8>>) {
        self.writes.insert(key.into(), None);
    }

    /// How many records the batch touches.
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// Whether the batch does nothing.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }
}

impl IntoIterator for WriteBatch {
    type Item = (Vec<u8>, Option<Vec<u8>>);
    type IntoIter = std::collections::btree_map::IntoIter<Vec<u8>, Option<Vec<u8>>>;

    /// The keys in order, with the new value or nothing for a removal.
    fn into_iter(self) -> Self::IntoIter {
        self.writes.into_iter()
    }
}

#[cfg(test)]
mod tests;
