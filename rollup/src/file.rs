//! Reading files of bounded length, and writing them whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// The most bytes of a JSON file.
pub const MAX_JSON_BYTES: u64 = 64 << 20;

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system refused.
    #[error("cannot {operation} {}: {source}", path.display())]
    Io {
        /// What was attempted.
        operation: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is longer than anything of its kind.
    #[error("{} is longer than {limit} bytes, the most that such a file has", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The most bytes.
        limit: u64,
    },
    /// The content is not what it should be.
    #[error("{}: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There is no folder for the file.
    #[error("there is no folder {} for a new file", folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// A file is to be written where a folder is.
    #[error("{} is a folder, name a file", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// The file exists and must not be overwritten.
    #[error("{} exists already and is not overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
}

impl FileError {
    pub(crate) fn io(
        operation: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { operation, path, source }
    }

    /// Whether the file's content is at fault, not the way it was named.
    pub fn is_content(&self) -> bool {
        matches!(self, Self::Content { .. } | Self::TooLong { .. })
    }
}

/// Reads a file of at most `limit` bytes; a longer one is refused before it is read.
///
/// # Errors
/// [`FileError::Io`], [`FileError::TooLong`].
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let too_long = || FileError::TooLong { path: path.to_owned(), limit };
    let file = File::open(path).map_err(FileError::io("read", path))?;
    let length = file.metadata().map_err(FileError::io("read", path))?.len();
    if length > limit {
        return Err(too_long());
    }
    let mut bytes = Vec::new();
    // devices and pipes tell no length
    file.take(limit + 1).read_to_end(&mut bytes).map_err(FileError::io("read", path))?;
    if bytes.len() as u64 > limit {
        return Err(too_long());
    }
    Ok(bytes)
}

/// Reads a JSON file of at most [`MAX_JSON_BYTES`].
///
/// # Errors
/// [`FileError`]; [`FileError::Content`] says where the JSON is wrong.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, FileError> {
    let bytes = read(path, MAX_JSON_BYTES)?;
    serde_json::from_slice(&bytes)
        .map_err(|error| FileError::Content { path: path.to_owned(), reason: error.to_string() })
}

/// Writes a file so that at any moment it has its old content or all of the new.
///
/// # Errors
/// [`FileError::Io`].
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    write_with(path, |file| file.write_all(bytes))
}

/// As [`write()`], with the content that `fill` writes.
///
/// # Errors
/// [`FileError::Io`].
pub(crate) fn write_with(
    path: &Path,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), FileError> {
    let folder = folder_of(path);
    let failed = || FileError::io("write", path);
    let mut file = tempfile::Builder::new()
        .prefix(".starfold-")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .tempfile_in(folder)
        .map_err(failed())?;
    fill(file.as_file_mut()).map_err(failed())?;
    file.as_file().sync_all().map_err(failed())?;
    file.persist(path).map_err(|error| failed()(error.error))?;
    sync_folder(folder)
}

/// Writes a new file that only its owner may read.
///
/// # Errors
/// [`FileError::Exists`] where there is one of that name; [`FileError::Io`].
pub fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let failed = || FileError::io("write", path);
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = match opened {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(FileError::Exists { path: path.to_owned() });
        }
        opened => opened.map_err(failed())?,
    };
    file.write_all(bytes).map_err(failed())?;
    file.sync_all().map_err(failed())?;
    sync_folder(folder_of(path))
}

/// Checks that a file has a folder to be written to and is none itself, before the work that fills it.
///
/// # Errors
/// [`FileError::NoFolder`], [`FileError::Folder`].
pub fn check_folder(path: &Path) -> Result<(), FileError> {
    if path.is_dir() {
        return Err(FileError::Folder { path: path.to_owned() });
    }
    let folder = folder_of(path);
    if folder.is_dir() { Ok(()) } else { Err(FileError::NoFolder { folder: folder.to_owned() }) }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync_folder(folder: &Path) -> Result<(), FileError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(FileError::io("write", folder))
}

/// JSON as files hold it: indented, with a newline at the end.
pub(crate) fn json_bytes<T: serde::Serialize>(value: &T) -> Vec<u8> {
    let mut bytes =
        serde_json::to_vec_pretty(value).expect("own types have string keys and serialize");
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests;
