//! The files of the project: those that git tracks or would track.

use std::{fs, io, path::Path, process::Command};

use anyhow::{Context, ensure};

use super::finding::{Finding, Rule};

/// A file and its text.
pub(crate) struct ProjectFile {
    /// Path from the workspace root, with `/` between its parts.
    pub(crate) path: String,
    /// The text, empty for a binary file.
    pub(crate) text: String,
}

impl ProjectFile {
    /// Whether the path ends in a dot and `extension`.
    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, ending)| ending == extension)
    }

    /// Whether the file lies in a folder, named from the workspace root.
    pub(crate) fn is_below(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The parts of the path, each without what follows its first dot.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').map(|part| part.split('.').next().unwrap_or(part))
    }

    /// A finding in this file.
    pub(super) fn finding(
        &self,
        line: usize,
        rule: Rule,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Finding {
        let (path, expected, actual) = (self.path.clone(), expected.into(), actual.into());
        Finding { path, line, rule, expected, actual }
    }
}

/// Reads every file that git tracks or does not ignore.
pub(crate) fn list(root: &Path) -> anyhow::Result<Vec<ProjectFile>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"])
        .current_dir(root)
        // A git hook sets these for a repository that need not be the one at `root`.
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_WORK_TREE")
        .output()
        .context("`git` could not be started")?;
    ensure!(
        output.status.success(),
        "`git ls-files` failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let paths = String::from_utf8(output.stdout).context("a file's name is not UTF-8")?;
    let mut files = Vec::new();
    for path in paths.split_terminator('\0') {
        let text = match fs::read(root.join(path)) {
            Ok(bytes) => String::from_utf8(bytes).unwrap_or_default(),
            // Deleted in the tree and still in the index, or the folder of a submodule.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::IsADirectory
                ) =>
            {
                continue;
            }
            Err(error) => return Err(error).with_context(|| format!("{path} cannot be read")),
        };
        files.push(ProjectFile { path: path.to_owned(), text });
    }
    Ok(files)
}
