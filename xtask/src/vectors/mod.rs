//! What the contracts share with the crates, computed here and written as Solidity and as JSON: constants,
//! the layout of a claim, and test vectors.

mod batches;
mod hashes;
mod openings;
mod solidity;
#[cfg(test)]
mod tests;
mod words;

use std::{fs, path::Path};

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use starfold_primitives::{Digest, Goldilocks, PrimeField64};

/// Where the contracts stand, from the workspace root.
const CONTRACTS: &str = "l1-verifier/contracts";

/// A file that is made here.
#[derive(Debug)]
struct GeneratedFile {
    /// Path from the folder of the contracts.
    path: &'static str,
    text: String,
}

/// Writes every file.
///
/// # Errors
/// Says which file could not be computed or written.
pub(crate) fn write(root: &Path) -> anyhow::Result<()> {
    for GeneratedFile { path, text } in generate()? {
        let path = root.join(CONTRACTS).join(path);
        let folder = path.parent().context("a generated file lies in a folder")?;
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .with_context(|| format!("{} cannot be written", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}

/// Compares every file with what is committed.
///
/// # Errors
/// Names the files that differ.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    let mut differing = Vec::new();
    for GeneratedFile { path, text } in generate()? {
        let committed = fs::read_to_string(root.join(CONTRACTS).join(path)).unwrap_or_default();
        if committed != text {
            differing.push(path);
        }
    }
    if !differing.is_empty() {
        bail!("run `cargo xtask vectors`: these files differ: {}", differing.join(", "));
    }
    Ok(())
}

fn generate() -> anyhow::Result<Vec<GeneratedFile>> {
    let json = |path, value: Value| -> anyhow::Result<GeneratedFile> {
        Ok(GeneratedFile { path, text: format!("{}\n", serde_json::to_string_pretty(&value)?) })
    };
    Ok(vec![
        GeneratedFile { path: "src/generated/Protocol.sol", text: solidity::protocol()? },
        GeneratedFile { path: "src/generated/ClaimLayout.sol", text: solidity::claim_layout() },
        GeneratedFile {
            path: "test/generated/ClaimLayout.t.sol",
            text: solidity::claim_layout_test(),
        },
        json("test/vectors/poseidon.json", hashes::vectors())?,
        json("test/vectors/batches.json", batches::vectors()?)?,
        json("test/vectors/words.json", words::vectors()?)?,
        json("test/vectors/openings.json", openings::vectors()?)?,
    ])
}

/// An integer as Solidity tests read it from JSON.
fn integer(value: impl Into<u128>) -> Value {
    Value::String(format!("{:#x}", value.into()))
}

fn element(value: Goldilocks) -> Value {
    integer(value.to_canonical_u64())
}

fn elements(values: &[Goldilocks]) -> Value {
    values.iter().copied().map(element).collect()
}

/// A digest as the integer of section 1 of the protocol.
fn digest(value: Digest) -> Value {
    Value::String(value.to_string())
}

/// Bytes as hexadecimal digits.
fn bytes(value: &[u8]) -> Value {
    let digits: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
    Value::String(format!("0x{digits}"))
}

/// Says where the cases leave something out that they are for.
fn require_all<T: std::fmt::Debug>(
    what: &str,
    all: impl IntoIterator<Item = T>,
    seen: impl Fn(&T) -> bool,
) -> anyhow::Result<()> {
    let missing: Vec<T> = all.into_iter().filter(|item| !seen(item)).collect();
    ensure!(missing.is_empty(), "the {what} leave out {missing:?}: choose other seeds");
    Ok(())
}
