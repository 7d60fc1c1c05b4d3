//! The public interface of each library, as pages of the book, and what of it no test names: nothing, where the checks
//! pass.
//!
//! A `pub` item is public: the lint `unreachable_pub` denies one that nobody outside can name. So the interface is read
//! from the source, without a compiler.

mod items;
mod uses;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, ensure};

use crate::tidy::{LIBRARIES, ProjectFile, project_files};
use items::{Item, items_of};
use uses::identifiers_of_tests;

/// The folder of the pages.
const FOLDER: &str = "docs/api";

/// Writes a page for each library.
///
/// # Errors
/// Names the file that cannot be read or written.
pub(crate) fn write(root: &Path) -> anyhow::Result<()> {
    for (path, page) in pages(root)? {
        let path = root.join(path);
        std::fs::write(&path, page)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// Checks that the pages are those of the source, and that a test or an example names every item.
///
/// # Errors
/// Names the page that differs, or lists the items that none does.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    for (path, expected) in pages(root)? {
        let actual = std::fs::read_to_string(root.join(&path)).unwrap_or_default();
        ensure!(actual == expected, "{path} is not that of the source: run `cargo xtask api`");
    }
    check_uses(root)
}

/// Checks that a test or an example names every item.
///
/// # Errors
/// Lists the items that none does.
pub(crate) fn check_uses(root: &Path) -> anyhow::Result<()> {
    let unused = unused(&project_files(root)?)?;
    ensure!(
        unused.is_empty(),
        "no test and no example uses these public items:\n  {}",
        unused.join("\n  ")
    );
    Ok(())
}

/// The public items that no test and no example names, after the path of their file.
fn unused(files: &[ProjectFile]) -> anyhow::Result<Vec<String>> {
    let used = identifiers_of_tests(files)?;
    let mut unused = vec![];
    for folder in LIBRARIES {
        for (path, items) in interface(files, folder)? {
            let left = items.iter().filter(|item| !used.contains(item.identifier()));
            unused.extend(left.map(|item| format!("{path}: {}", item.name)));
        }
    }
    Ok(unused)
}

/// The path and text of each page.
fn pages(root: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let files = project_files(root)?;
    let page = |folder: &&str| {
        let text = render(folder, &interface(&files, folder)?);
        Ok((format!("{FOLDER}/{folder}.md"), text))
    };
    LIBRARIES.iter().map(page).collect()
}

/// The public items of a library by source file.
fn interface(files: &[ProjectFile], folder: &str) -> anyhow::Result<BTreeMap<String, Vec<Item>>> {
    let source = format!("{folder}/src");
    let mut interface = BTreeMap::new();
    for file in files {
        if !file.is_below(&source) || !file.has_extension("rs") || uses::is_test(&file.path) {
            continue;
        }
        let items =
            items_of(&file.text).with_context(|| format!("{} is no Rust code", file.path))?;
        if !items.is_empty() {
            interface.insert(file.path.clone(), items);
        }
    }
    Ok(interface)
}

fn render(folder: &str, interface: &BTreeMap<String, Vec<Item>>) -> String {
    let mut page = format!(
        "# `starfold-{folder}`\n\nEvery public item, by source file; a test or an example names each. Written by \
         `cargo xtask api`; the test command compares it with the source.\n"
    );
    for (path, items) in interface {
        page += &format!("\n## `{path}`\n\n");
        for Item { kind, name, summary } in items {
            page += &format!("* {kind} `{name}`: {summary}\n");
        }
    }
    page
}
