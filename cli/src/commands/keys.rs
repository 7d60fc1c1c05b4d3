//! `starfold keys`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use starfold_rollup::wrapping::{
    CircuitDigest, KeyDigest, KeyKind, KeySummary, development_key, export_r1cs, import_ceremony,
    read_verifying_key, write_proving_key,
};
use starfold_rollup::{cache_folder, file};

use super::wrap::warn_of;
use crate::failure::Failure;
use crate::output::{Table, bytes, print_json};
use crate::progress::Display;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the UNSAFE development key, or find it in the cache folder: anyone can forge proofs under it.
    Dev(Dev),
    /// Write the wrap's circuit as .r1cs, from which a ceremony of snarkjs starts.
    ExportR1cs(ExportR1cs),
    /// Check the .zkey of a ceremony and write it as a proving key.
    ImportZkey(ImportZkey),
    /// Show a proving key, or the JSON of a verifying key.
    Show(Show),
}

#[derive(Debug, Args)]
pub(crate) struct Dev {
    /// Write the proving key to this file, too; the cache folder has it in any case.
    #[arg(long)]
    out: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct ExportR1cs {
    /// The file for the circuit.
    #[arg(long)]
    out: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "What was contributed, and that the points follow from the powers of tau, is \
                        for `snarkjs zkey verify` to say, from the .r1cs and the powers."
)]
pub(crate) struct ImportZkey {
    /// The .zkey at the end of the ceremony.
    zkey: PathBuf,
    /// The file for the proving key.
    #[arg(long)]
    out: PathBuf,
    /// The least number of contributions to the second phase, a beacon among them.
    #[arg(long, default_value_t = 1)]
    contributions: u32,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The key.
    file: PathBuf,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
struct Output {
    /// Write the verifying key as JSON, for whoever verifies or deploys.
    #[arg(long, value_name = "FILE")]
    verifying_key: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What is printed of a key.
#[derive(Debug, Serialize)]
struct Key {
    key_kind: KeyKind,
    circuit_digest: CircuitDigest,
    verifying_key: KeyDigest,
    #[serde(skip_serializing_if = "Option::is_none")]
    contributions: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
}

/// What is printed of a circuit.
#[derive(Debug, Serialize)]
struct Circuit {
    circuit_digest: CircuitDigest,
    constraints: u64,
    public_inputs: u64,
    file: PathBuf,
    file_bytes: u64,
}

impl Command {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Dev(arguments) => arguments.run(),
            Self::ExportR1cs(arguments) => arguments.run(),
            Self::ImportZkey(arguments) => arguments.run(),
            Self::Show(Show { file, output }) => {
                output.check()?;
                output.tell(&read_verifying_key(&file)?, None, Some(file))
            }
        }
    }

    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Dev(Dev { output, .. })
            | Self::ImportZkey(ImportZkey { output, .. })
            | Self::Show(Show { output, .. }) => output.json,
            Self::ExportR1cs(arguments) => arguments.json,
        }
    }
}

impl Dev {
    fn run(self) -> Result<(), Failure> {
        self.out.as_deref().map_or(Ok(()), file::check_folder)?;
        self.output.check()?;
        let key = development_key(&cache_folder(), &Display::new())?;
        if let Some(out) = &self.out {
            write_proving_key(out, &key).map_err(Failure::usage)?;
        }
        self.output.tell(&KeySummary::of(&key), None, self.out)
    }
}

impl ExportR1cs {
    fn run(self) -> Result<(), Failure> {
        let exported = export_r1cs(&self.out)?;
        let circuit = Circuit {
            circuit_digest: exported.circuit,
            constraints: exported.constraints,
            public_inputs: exported.public_inputs,
            file_bytes: length(&self.out),
            file: self.out,
        };
        if self.json {
            return Ok(print_json(&circuit)?);
        }
        Table::default()
            .row("circuit", circuit.circuit_digest)
            .row("constraints", circuit.constraints)
            .row("public inputs", circuit.public_inputs)
            .row("file", format!("{}, {}", circuit.file.display(), bytes(circuit.file_bytes)))
            .print()?;
        Ok(())
    }
}

/// The length of a file that was just written.
fn length(path: &Path) -> u64 {
    path.metadata().map_or(0, |data| data.len())
}

impl ImportZkey {
    fn run(self) -> Result<(), Failure> {
        self.output.check()?;
        let (key, contributions) = import_ceremony(&self.zkey, &self.out, self.contributions)?;
        self.output.tell(&key, Some(contributions), Some(self.out))
    }
}

impl Output {
    fn check(&self) -> Result<(), Failure> {
        Ok(self.verifying_key.as_deref().map_or(Ok(()), file::check_folder)?)
    }

    /// Writes the verifying key, where that is asked for, and prints what the key is.
    fn tell(
        &self,
        summary: &KeySummary,
        contributions: Option<u32>,
        file: Option<PathBuf>,
    ) -> Result<(), Failure> {
        if let Some(path) = &self.verifying_key {
            file::write(path, &summary.to_json())?;
        }
        let key = Key {
            key_kind: summary.kind,
            circuit_digest: summary.circuit,
            verifying_key: summary.verifying_key.digest(),
            contributions,
            file,
        };
        if self.json {
            return Ok(print_json(&key)?);
        }
        let mut table = Table::default();
        table
            .row("key", key.key_kind)
            .row("circuit", key.circuit_digest)
            .row("verifying key", key.verifying_key);
        if let Some(contributions) = key.contributions {
            table.row("contributions", contributions);
        }
        if let Some(file) = &key.file {
            table.row("file", format!("{}, {}", file.display(), bytes(length(file))));
        }
        table.print()?;
        warn_of(summary.kind);
        Ok(())
    }
}
