//! The import wall: which crate of the workspace may depend on what.

use std::{fs, path::Path};

use anyhow::Context;
use cargo_metadata::{Dependency, DependencyKind, MetadataCommand, Package};

use super::{
    finding::{Finding, Rule},
    policy::{HOMES, Home, LAYERS, Layer},
};

/// A manifest of the workspace.
struct Manifest<'a> {
    /// Path from the workspace root.
    path: String,
    text: String,
    layer: &'a Layer,
}

/// Reports each dependency that the wall forbids.
pub(super) fn check(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let metadata = MetadataCommand::new()
        .current_dir(root)
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .context("`cargo metadata` failed")?;
    let workspace = metadata.workspace_root.as_std_path();
    let mut findings = Vec::new();
    for package in metadata.workspace_packages() {
        match read_manifest(workspace, package)? {
            Ok(manifest) => {
                for dependency in &package.dependencies {
                    findings.extend(check_dependency(workspace, &manifest, dependency));
                }
            }
            Err(finding) => findings.push(finding),
        }
    }
    Ok(findings)
}

fn read_manifest(
    workspace: &Path,
    package: &Package,
) -> anyhow::Result<Result<Manifest<'static>, Finding>> {
    let path = package.manifest_path.as_std_path();
    let text =
        fs::read_to_string(path).with_context(|| format!("{} is unreadable", path.display()))?;
    let path = path.strip_prefix(workspace).unwrap_or(path).display().to_string();
    let folder = path.split('/').next().unwrap_or_default();
    Ok(match LAYERS.iter().find(|layer| layer.folder == folder) {
        Some(layer) => Ok(Manifest { path, text, layer }),
        None => Err(Finding {
            line: 1,
            rule: Rule::UnknownFolder,
            expected: "a crate in a folder that the import wall lists".to_owned(),
            actual: format!("crate `{}`", package.name),
            path,
        }),
    })
}

fn check_dependency(
    workspace: &Path,
    manifest: &Manifest<'_>,
    dependency: &Dependency,
) -> Option<Finding> {
    let Layer { folder, may_import } = manifest.layer;
    let (rule, expected, actual) = match &dependency.path {
        Some(path) => {
            let path = path.as_std_path();
            let inside = path.strip_prefix(workspace).unwrap_or(path).display().to_string();
            let imported = inside.split('/').next().unwrap_or_default();
            // the tests of a crate may want a feature of it
            let itself = manifest.path == format!("{inside}/Cargo.toml");
            if itself || may_import.contains(&imported) {
                return None;
            }
            let expected = format!("{folder} to import only {}", list(may_import));
            (Rule::ImportWall, expected, imported.to_owned())
        }
        None => {
            let home = HOMES.iter().find(|home| home.forbids(folder, dependency))?;
            let expected = format!("`{}` only in {}", dependency.name, list(home.folders));
            (Rule::ExternalCrate, expected, (*folder).to_owned())
        }
    };
    let line = line_of(&manifest.text, dependency.rename.as_ref().unwrap_or(&dependency.name));
    Some(Finding { path: manifest.path.clone(), line, rule, expected, actual })
}

impl Home {
    fn forbids(&self, folder: &str, dependency: &Dependency) -> bool {
        let named = |pattern: &&str| match pattern.strip_suffix('*') {
            Some(start) => dependency.name.starts_with(start),
            None => dependency.name == **pattern,
        };
        self.crates.iter().any(named)
            && !self.folders.contains(&folder)
            && (self.tests_too || dependency.kind != DependencyKind::Development)
    }
}

fn list(folders: &[&str]) -> String {
    if folders.is_empty() { "nothing".to_owned() } else { folders.join(", ") }
}

/// The line of a manifest that declares the dependency `key`, or 1 where none is found.
fn line_of(manifest: &str, key: &str) -> usize {
    let declares = |line: &str| {
        let entry = match line.trim().strip_prefix('[') {
            // `[dependencies.key]`, perhaps below a target.
            Some(header) => header.trim_end_matches(']').rsplit('.').next().unwrap_or_default(),
            None => line.split(['=', '.']).next().unwrap_or_default(),
        };
        entry.trim().trim_matches('"') == key
    };
    manifest.lines().position(declares).map_or(1, |index| index + 1)
}
