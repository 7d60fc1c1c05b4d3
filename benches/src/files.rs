//! The files of a report.

use std::path::{Path, PathBuf};

use serde::Serialize;
use starfold_rollup::file::{self, FileError};

/// Why the files of a report were not written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file cannot be written, or a folder made.
    #[error(transparent)]
    File(#[from] FileError),
    /// The table.
    #[error("the table cannot be written")]
    Csv(#[source] csv::Error),
    /// The report for programs.
    #[error("the report cannot be written as JSON")]
    Json(#[source] serde_json::Error),
    /// A plot.
    #[error("the plot {name} cannot be drawn")]
    Plot {
        /// The name of its file.
        name: &'static str,
        /// Why it failed.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Makes a folder where it does not exist.
pub(crate) fn make_folder(path: &Path) -> Result<(), FileError> {
    std::fs::create_dir_all(path).map_err(|source| FileError::Io {
        operation: "create",
        path: path.to_owned(),
        source,
    })
}

/// A table for spreadsheets and programs: a line of names, then a line for each row.
pub(crate) fn table<T: Serialize>(rows: impl Iterator<Item = T>) -> Result<Vec<u8>, ReportError> {
    let mut table = csv::Writer::from_writer(Vec::new());
    for row in rows {
        table.serialize(row).map_err(ReportError::Csv)?;
    }
    table.into_inner().map_err(|error| ReportError::Csv(error.into_error().into()))
}

/// A report for programs.
pub(crate) fn json<T: Serialize>(report: &T) -> Result<Vec<u8>, ReportError> {
    let mut json = serde_json::to_vec_pretty(report).map_err(ReportError::Json)?;
    json.push(b'\n');
    Ok(json)
}

/// Writes files, and their folders where they are missing. None is ever half there. Returns their paths.
pub(crate) fn write_all(files: Vec<(PathBuf, Vec<u8>)>) -> Result<Vec<PathBuf>, ReportError> {
    for folder in files.iter().filter_map(|(path, _)| path.parent()) {
        make_folder(folder)?;
    }
    for (path, bytes) in &files {
        file::write(path, bytes)?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}
