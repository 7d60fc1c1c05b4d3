//! Files that are there complete or not at all.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

const UNFINISHED_PREFIX: &str = ".unfinished-";
/// Unfinished files older than this belong to a run that was killed.
const ABANDONED_AFTER: Duration = Duration::from_secs(3_600);

/// The file system failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", path.display())]
pub struct FileError {
    /// What was tried.
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is larger than any file of its kind.
    #[error("it has {actual} bytes, more than {limit}")]
    TooLarge {
        /// Its size.
        actual: u64,
        /// The largest size.
        limit: u64,
    },
}

/// Makes a folder where it does not exist, and removes what runs that were killed have left in it.
pub(crate) fn open_folder(folder: &Path) -> Result<(), FileError> {
    fs::create_dir_all(folder).map_err(|source| FileError {
        action: "create",
        path: folder.into(),
        source,
    })?;
    remove_abandoned(folder);
    Ok(())
}

/// That it fails is of no consequence.
fn remove_abandoned(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED_PREFIX);
        let age = entry.metadata().and_then(|data| data.modified()).map(|time| time.elapsed());
        if is_unfinished && matches!(age, Ok(Ok(age)) if age > ABANDONED_AFTER) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Reads a file of at most `limit` bytes, unless it is missing.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, ReadError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let actual = file.metadata()?.len();
    if actual > limit {
        return Err(ReadError::TooLarge { actual, limit });
    }
    let mut bytes = vec![];
    // a file may grow while it is read
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Writes a file of a folder, in place of what is there: under another name, synced, then renamed.
pub(crate) fn write(folder: &Path, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let failed = |action| move |source| FileError { action, path: path.into(), source };
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED_PREFIX)
        .tempfile_in(folder)
        .map_err(failed("create"))?;
    file.write_all(bytes).map_err(failed("write"))?;
    file.as_file().sync_all().map_err(failed("sync"))?;
    file.persist(path).map_err(|error| failed("rename")(error.error))?;
    // the rename is durable once the folder is
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("sync the folder of"))
}
