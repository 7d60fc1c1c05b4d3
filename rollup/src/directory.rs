//! The data directory: its layout, its lock, making and opening it (`docs/data-directory.md`).

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use starfold_primitives::quantities::{Address, BatchNumber};
use starfold_state::{Genesis, SledStore, State, StateError};

use crate::config::{Config, FORMAT, NewRollup};
use crate::file::{self, FileError};

/// Why a data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// A file or folder failed.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no rollup.
    #[error("{} holds no rollup; make one with `starfold init --data-dir {}`", folder.display(), folder.display())]
    NotInitialised {
        /// The folder.
        folder: PathBuf,
    },
    /// There is a rollup already.
    #[error("{} holds a rollup already", folder.display())]
    AlreadyInitialised {
        /// The folder.
        folder: PathBuf,
    },
    /// There is something else.
    #[error("{} is not empty: it holds {:?}", folder.display(), entry)]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
        /// The name of what it holds.
        entry: String,
    },
    /// Another process uses it.
    #[error("{} is in use by another process", folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// It was written by another version.
    #[error("the data directory has format {actual}, expected {expected}")]
    Format {
        /// The format of this version.
        expected: u32,
        /// The directory's.
        actual: u32,
    },
    /// The operator's address is zero.
    #[error("the operator's address is zero, which nobody owns")]
    ZeroOperator,
    /// There are batches or accounts already.
    #[error("the rollup has {found} already; this needs a new one")]
    NotNew {
        /// What it has.
        found: &'static str,
    },
    /// The state failed.
    #[error(transparent)]
    State(#[from] StateError),
}

impl DirectoryError {
    /// Whether the content of a file is at fault, not the way the directory is used.
    pub fn is_content(&self) -> bool {
        match self {
            Self::File(error) => error.is_content(),
            Self::Format { .. } | Self::State(_) => true,
            _ => false,
        }
    }
}

/// The names inside a data directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    folder: PathBuf,
}

impl Layout {
    /// The layout of a folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The data directory itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the directory says about its rollup; written last, so it marks a whole one.
    pub fn config(&self) -> PathBuf {
        self.folder.join("rollup.json")
    }

    /// The file that one process at a time locks.
    pub fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    /// The database of the state.
    pub fn state(&self, number: u32) -> PathBuf {
        self.folder.join(format!("state-{number}"))
    }

    /// The proofs of segments and folds, kept so that proving can be continued.
    pub fn artifacts(&self) -> PathBuf {
        self.folder.join("artifacts")
    }

    /// The finished proofs with their reports.
    pub fn proofs(&self) -> PathBuf {
        self.folder.join("proofs")
    }
}

/// An open rollup. No other process opens it before this is dropped.
#[derive(Debug)]
pub struct Rollup {
    pub(crate) layout: Layout,
    pub(crate) config: Config,
    pub(crate) state: State<SledStore>,
    _lock: File,
}

impl Rollup {
    /// Makes a rollup in a new or empty folder.
    ///
    /// # Errors
    /// [`DirectoryError`]; [`StateError::Genesis`] in it where the genesis contradicts itself.
    pub fn init(folder: &Path, new: &NewRollup) -> Result<Self, DirectoryError> {
        if new.operator == Address::ZERO {
            return Err(DirectoryError::ZeroOperator);
        }
        let layout = Layout::new(folder);
        if layout.config().exists() {
            return Err(DirectoryError::AlreadyInitialised { folder: folder.to_owned() });
        }
        check_empty(&layout)?;
        fs::create_dir_all(folder).map_err(FileError::io("create", folder))?;
        let lock = lock(&layout)?;
        clear_leftover(&layout)?;
        let config = Config {
            starfold_rollup: FORMAT,
            parameters: new.parameters,
            operator: new.operator,
            parameter_set: new.parameter_set,
            state_folder: 0,
            deployment_block: None,
        };
        let created = State::create(
            SledStore::open(layout.state(0)).map_err(StateError::from)?,
            &new.genesis,
        );
        let state = match created {
            Ok(state) => state,
            Err(error) => {
                remove_folder(&layout.state(0))?;
                return Err(error.into());
            }
        };
        file::write(&layout.config(), &file::json_bytes(&config))?;
        Ok(Self { layout, config, state, _lock: lock })
    }

    /// Opens the rollup of a folder.
    ///
    /// # Errors
    /// [`DirectoryError`].
    pub fn open(folder: &Path) -> Result<Self, DirectoryError> {
        let layout = Layout::new(folder);
        if !layout.config().exists() {
            return Err(DirectoryError::NotInitialised { folder: folder.to_owned() });
        }
        let lock = lock(&layout)?;
        let config: Config = file::read_json(&layout.config())?;
        let actual = config.starfold_rollup;
        if actual != FORMAT {
            return Err(DirectoryError::Format { expected: FORMAT, actual });
        }
        let store = SledStore::open(layout.state(config.state_folder)).map_err(StateError::from)?;
        let state = State::open(store)?;
        Ok(Self { layout, config, state, _lock: lock })
    }

    /// What the directory says about its rollup.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The names inside the directory.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The state.
    pub fn state(&self) -> &State<SledStore> {
        &self.state
    }

    /// Replaces what the rollup starts with, before its first batch.
    ///
    /// # Errors
    /// [`DirectoryError::NotNew`] where there is a batch; [`DirectoryError::State`].
    pub fn replace_genesis(&mut self, genesis: &Genesis) -> Result<(), DirectoryError> {
        if self.state.head().batch != BatchNumber::ZERO {
            return Err(DirectoryError::NotNew { found: "batches" });
        }
        let old = self.layout.state(self.config.state_folder);
        let number = self.config.state_folder.wrapping_add(1);
        let new = self.layout.state(number);
        remove_folder(&new)?;
        let state = State::create(SledStore::open(&new).map_err(StateError::from)?, genesis)?;
        let config = Config { state_folder: number, ..self.config.clone() };
        // from this write on the new state counts
        file::write(&self.layout.config(), &file::json_bytes(&config))?;
        self.config = config;
        drop(std::mem::replace(&mut self.state, state));
        Ok(remove_folder(&old)?)
    }
}

/// Takes the lock; the system gives it back when the process ends, however it ends.
fn lock(layout: &Layout) -> Result<File, DirectoryError> {
    let path = layout.lock();
    let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = opened.map_err(FileError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(DirectoryError::Busy { folder: layout.folder.clone() })
        }
        Err(TryLockError::Error(error)) => Err(FileError::io("lock", path)(error).into()),
    }
}

/// Refuses a folder with anything in it that an interrupted `init` does not leave.
fn check_empty(layout: &Layout) -> Result<(), DirectoryError> {
    let folder = layout.folder();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(FileError::io("read", folder))?,
    };
    let own = [layout.lock(), layout.state(0)];
    for entry in entries {
        let path = entry.map_err(FileError::io("read", folder))?.path();
        if !own.contains(&path) {
            let entry = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            return Err(DirectoryError::NotEmpty { folder: folder.to_owned(), entry });
        }
    }
    Ok(())
}

/// Removes the state of an interrupted `init`; one with batches in it stays and is refused.
fn clear_leftover(layout: &Layout) -> Result<(), DirectoryError> {
    let path = layout.state(0);
    if !path.exists() {
        return Ok(());
    }
    let left = SledStore::open(&path).map_err(StateError::from).and_then(State::open);
    if left.is_ok_and(|state| state.head().batch != BatchNumber::ZERO) {
        let folder = layout.folder().to_owned();
        return Err(DirectoryError::NotEmpty { folder, entry: "state-0".to_owned() });
    }
    Ok(remove_folder(&path)?)
}

fn remove_folder(path: &Path) -> Result<(), FileError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(FileError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
