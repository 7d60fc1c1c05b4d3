//! What proofs cost on this machine, in a file of the cache folder.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use starfold_aggregator::{CalibrationError, Costs, measure_costs};

use crate::file::{self, FileError};

/// Costs that were measured with one version of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// The program's version: another one's provers cost something else.
    pub version: String,
    /// The costs.
    pub costs: Costs,
}

impl Calibration {
    /// Measures, in some ten seconds.
    ///
    /// # Errors
    /// [`CalibrationError`], which would be a fault of the program.
    pub fn measure() -> Result<Self, CalibrationError> {
        Ok(Self { version: env!("CARGO_PKG_VERSION").to_owned(), costs: measure_costs()? })
    }

    /// The file in a cache folder.
    pub fn path(cache: &Path) -> PathBuf {
        cache.join("calibration.json")
    }

    /// Reads what was measured with this version of the program, where something was.
    ///
    /// # Errors
    /// [`FileError`] where there is a file that cannot be read or is no calibration.
    pub fn load(cache: &Path) -> Result<Option<Self>, FileError> {
        match file::read_json::<Self>(&Self::path(cache)) {
            Ok(calibration) if calibration.version == env!("CARGO_PKG_VERSION") => {
                Ok(Some(calibration))
            }
            Ok(_) => Ok(None),
            Err(FileError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes the file, in place of an earlier one, and the folder where there is none.
    ///
    /// # Errors
    /// [`FileError`] where it cannot be written.
    pub fn save(&self, cache: &Path) -> Result<(), FileError> {
        std::fs::create_dir_all(cache).map_err(FileError::io("create", cache))?;
        file::write(&Self::path(cache), &file::json_bytes(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_calibration_of_this_version_counts() {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("cache");
        assert_eq!(Calibration::load(&cache).unwrap(), None);
        let costs = Costs { segment: 7, ..Costs::REFERENCE };
        let mut calibration = Calibration { version: env!("CARGO_PKG_VERSION").to_owned(), costs };
        calibration.save(&cache).unwrap();
        assert_eq!(Calibration::load(&cache).unwrap(), Some(calibration.clone()));
        calibration.version = "0.0.0".to_owned();
        calibration.save(&cache).unwrap();
        assert_eq!(Calibration::load(&cache).unwrap(), None);
        std::fs::write(Calibration::path(&cache), "{}").unwrap();
        let error = Calibration::load(&cache).unwrap_err();
        assert!(error.is_content(), "{error}");
    }
}
