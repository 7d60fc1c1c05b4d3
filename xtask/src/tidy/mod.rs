//! Checks the project's own rules, which are listed in [`policy`].

mod files;
mod finding;
mod imports;
mod length;
mod policy;
mod source;
#[cfg(test)]
mod tests;
mod text;

use std::path::Path;

use anyhow::bail;

use self::finding::Finding;

pub(crate) use self::files::{ProjectFile, list as project_files};
pub(crate) use self::policy::BELOW_THE_TOP as LIBRARIES;

/// Prints every place in the tree that breaks a rule.
///
/// # Errors
///
/// Says how many places there are, or why the tree could not be read.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    let findings = findings(root)?;
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => bail!("tidy: one finding"),
        count => bail!("tidy: {count} findings"),
    }
}

fn findings(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let mut findings = imports::check(root)?;
    for file in files::list(root)? {
        findings.extend(text::check(&file));
        findings.extend(length::check_file(&file));
        if file.has_extension("rs") {
            match source::parse(&file) {
                Ok((tokens, syntax)) => {
                    findings.extend(length::check_functions(&file, &syntax));
                    findings.extend(source::check(&file, tokens));
                }
                Err(finding) => findings.push(finding),
            }
        }
    }
    findings.sort();
    findings.dedup();
    Ok(findings)
}
