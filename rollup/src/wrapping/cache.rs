//! Layers and development key on disk: reading them takes seconds, making them minutes.
//!
//! A file is named after what it must hold, written under another name and renamed. Whoever finds one missing or
//! damaged takes a lock, looks again, and makes it: of several processes one works, the others wait.

use std::fmt::Display;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use starfold_l1_verifier::groth16::{
    self, Circuit, KeyKind, KeySummary, ProvingKey, read_proving_key, write_proving_key,
};
use starfold_l1_verifier::layers::LayerChain;

use super::error::KeyLoadError;
use super::progress::{WrapNote, WrapProgress};
use crate::file;

/// The largest file of layers that is read: one has about 275 megabytes.
const MAX_LAYERS_BYTES: u64 = 1 << 30;
const LOCK: &str = "wrap.lock";
const LAYERS: &str = "wrap-layers-";
const DEVELOPMENT_KEY: &str = "wrap-development-key-";

/// A folder with layers and development key.
pub(super) struct WrapCache<'a> {
    folder: &'a Path,
    progress: &'a dyn WrapProgress,
}

/// Why a file of the cache does not serve.
enum Unusable {
    /// There is none.
    Missing,
    /// It is damaged or something else.
    Fault(String),
}

impl Unusable {
    fn fault(reason: impl Display) -> Self {
        Self::Fault(reason.to_string())
    }
}

impl<'a> WrapCache<'a> {
    pub(super) fn open(folder: &'a Path, progress: &'a dyn WrapProgress) -> Self {
        // where the folder cannot be made, nothing is kept, and that is told
        let _ = fs::create_dir_all(folder);
        Self { folder, progress }
    }

    /// The layers, read or built.
    pub(super) fn layers(&self) -> Result<LayerChain, KeyLoadError> {
        let path = self.folder.join(format!("{LAYERS}{}.circuit", LayerChain::cache_name()));
        let read = || {
            let bytes = file::read(&path, MAX_LAYERS_BYTES).map_err(Unusable::fault)?;
            LayerChain::from_cache_bytes(&bytes).map_err(Unusable::fault)
        };
        let make = || Ok(LayerChain::build()?);
        let keep = |layers: &LayerChain| {
            file::write(&path, &layers.to_cache_bytes()).map_err(|error| error.to_string())
        };
        self.read_or_make(&path, LAYERS, read, make, keep)
    }

    /// The development key of the wrap's circuit, read or made.
    pub(super) fn development_key(&self, circuit: &Circuit) -> Result<ProvingKey, KeyLoadError> {
        let committed = KeySummary::development().map_err(KeyLoadError::CommittedKey)?;
        let path = self.folder.join(format!("{DEVELOPMENT_KEY}{}.key", circuit.digest()));
        let read = || {
            let key = read_proving_key(&path, circuit).map_err(Unusable::fault)?;
            if key.kind() == KeyKind::Development && *key.verifying_key() == committed.verifying_key
            {
                Ok(key)
            } else {
                Err(Unusable::fault("the file holds another key than the development key"))
            }
        };
        let make = || {
            self.progress.note(&WrapNote::MakesDevelopmentKey);
            groth16::development_key(circuit).map_err(KeyLoadError::Development)
        };
        let keep =
            |key: &ProvingKey| write_proving_key(&path, key).map_err(|error| error.to_string());
        self.read_or_make(&path, DEVELOPMENT_KEY, read, make, keep)
    }

    fn read_or_make<T>(
        &self,
        path: &Path,
        prefix: &str,
        read: impl Fn() -> Result<T, Unusable>,
        make: impl FnOnce() -> Result<T, KeyLoadError>,
        keep: impl FnOnce(&T) -> Result<(), String>,
    ) -> Result<T, KeyLoadError> {
        let read = || if path.exists() { read() } else { Err(Unusable::Missing) };
        if let Ok(found) = read() {
            return Ok(found);
        }
        let locked = self.lock();
        // another process may have made it meanwhile
        match read() {
            Ok(found) => return Ok(found),
            Err(Unusable::Missing) => {}
            Err(Unusable::Fault(reason)) => {
                self.progress.note(&WrapNote::NotUsable { path, reason: &reason });
            }
        }
        let made = make()?;
        let kept = match &locked {
            Ok(_) => keep(&made),
            Err(error) => Err(error.to_string()),
        };
        match kept {
            Ok(()) => self.remove_others(prefix, path),
            Err(reason) => self.progress.note(&WrapNote::NotKept { path, reason: &reason }),
        }
        Ok(made)
    }

    /// The lock of the folder, held until it is dropped.
    fn lock(&self) -> io::Result<File> {
        let path: PathBuf = self.folder.join(LOCK);
        let file = File::options().create(true).write(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                self.progress.note(&WrapNote::Waiting);
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(file)
    }

    /// Removes files of other versions of the program, and what a process that was killed has left.
    fn remove_others(&self, prefix: &str, path: &Path) {
        let entries = fs::read_dir(self.folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.path() != path) {
            if entry.file_name().to_string_lossy().starts_with(prefix) {
                // a file that stays wastes space alone
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::wrapping::WrapStep;

    /// Keeps the notes.
    #[derive(Default)]
    struct Notes(Mutex<Vec<String>>);

    impl WrapProgress for Notes {
        fn step(&self, _: WrapStep, _: u64) {}
        fn advance(&self, _: WrapStep, _: u64) {}
        fn note(&self, note: &WrapNote<'_>) {
            self.0.lock().unwrap().push(note.to_string());
        }
    }

    /// Reads or makes the text «made» in the file `thing-1`, and tells the notes.
    fn thing(folder: &Path, made: &AtomicUsize) -> Vec<String> {
        let notes = Notes::default();
        let path = folder.join("thing-1");
        let read = || match fs::read(&path).map_err(Unusable::fault)?.as_slice() {
            b"made" => Ok(()),
            other => Err(Unusable::fault(String::from_utf8_lossy(other))),
        };
        let make = || {
            made.fetch_add(1, Ordering::SeqCst);
            Ok(())
        };
        let keep = |_: &()| file::write(&path, b"made").map_err(|error| error.to_string());
        let cache = WrapCache::open(folder, &notes);
        cache.read_or_make(&path, "thing-", read, make, keep).unwrap();
        notes.0.into_inner().unwrap()
    }

    #[test]
    fn what_is_made_is_kept_and_what_is_damaged_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("new");
        let made = AtomicUsize::new(0);
        assert!(thing(&folder, &made).is_empty());
        assert!(thing(&folder, &made).is_empty());
        assert_eq!(made.load(Ordering::SeqCst), 1);
        fs::write(folder.join("thing-0"), "of another version").unwrap();
        fs::write(folder.join("thing-1"), "damaged").unwrap();
        let [note] = thing(&folder, &made).try_into().unwrap();
        assert!(note.ends_with("thing-1 is not usable: damaged: it is made again"), "{note}");
        assert_eq!(made.load(Ordering::SeqCst), 2);
        assert!(!folder.join("thing-0").exists());
    }

    #[test]
    fn what_cannot_be_kept_is_made_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "no folder").unwrap();
        let made = AtomicUsize::new(0);
        let [note] = thing(&file, &made).try_into().unwrap();
        assert!(note.contains("thing-1 is not kept: "), "{note}");
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn of_several_at_once_one_makes_it() {
        let folder = tempfile::tempdir().unwrap();
        let made = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            (0..8).for_each(|_| drop(scope.spawn(|| thing(folder.path(), &made))));
        });
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }
}
