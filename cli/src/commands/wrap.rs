//! `starfold wrap`

use std::path::{Path, PathBuf};

use clap::Args;
use starfold_rollup::wrapping::{KeyKind, WrapKey, WrapReport, WrapRequest, wrap};
use starfold_rollup::{BatchProof, Started, cache_folder, file};

use crate::failure::Failure;
use crate::output::{Table, bytes, columns, note, print, print_json, seconds};
use crate::progress::Display;

#[derive(Debug, Args)]
#[command(after_help = "Without --key the UNSAFE development key is used, which is made once and \
                        kept in the cache folder. Anyone can forge proofs under it.")]
pub(crate) struct Arguments {
    /// The file of the batch proof, made with the parameters `standard`.
    proof: PathBuf,
    /// The file for the wrapped batch.
    #[arg(long)]
    out: PathBuf,
    /// The proving key, as `starfold keys import-zkey` writes it.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Write proof.json, public.json and verification_key.json for snarkjs to this folder.
    #[arg(long, value_name = "DIR")]
    snarkjs: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let started = Started::now();
        file::check_folder(&self.out)?;
        let proof = BatchProof::read(&self.proof)?;
        let key = self.key.as_deref().map_or(WrapKey::Development, WrapKey::File);
        let report = wrap_to(&proof, key, &self.out, self.snarkjs.as_deref(), started)?;
        if self.json {
            return Ok(print_json(&report)?);
        }
        print_report(&report, &self.out)
    }
}

/// Wraps a batch proof and writes the wrapped batch.
pub(super) fn wrap_to(
    proof: &BatchProof,
    key: WrapKey<'_>,
    out: &Path,
    snarkjs: Option<&Path>,
    started: Started,
) -> Result<WrapReport, Failure> {
    let request = WrapRequest { proof, key, cache: &cache_folder() };
    let finished = wrap(&request, &Display::new(), started)?;
    file::write(out, &finished.wrapped.to_bytes())?;
    if let Some(folder) = snarkjs {
        finished.wrapped.write_snarkjs(&finished.verifying_key, folder)?;
    }
    Ok(finished.report)
}

/// Warns of a key under which anyone can forge.
pub(super) fn warn_of(kind: KeyKind) {
    if kind == KeyKind::Development {
        note("UNSAFE: anyone can forge proofs under the development key");
    }
}

pub(super) fn print_report(report: &WrapReport, out: &Path) -> Result<(), Failure> {
    Table::default()
        .row("batch", report.batch)
        .row("constraints", report.constraints)
        .row("public inputs", report.public_inputs)
        .row("key", report.key_kind)
        .row("verifying key", report.verifying_key)
        .row("circuit", report.circuit_digest)
        .row("claim digest", report.claim_digest)
        .row("words", report.words)
        .row("proof", bytes(report.proof_bytes))
        .row("file", out.display())
        .row(
            "time",
            format!("{}, processors {}", seconds(report.wall_seconds), seconds(report.cpu_seconds)),
        )
        .row("peak memory", bytes(report.peak_rss_bytes))
        .print()?;
    let stages = report.stage_cpu_seconds;
    let cells = [stages.build, stages.shrink, stages.outer, stages.assign, stages.groth16];
    let heading = ["build", "shrink", "outer", "assign", "groth16"];
    print(&columns(&heading, &[cells.map(seconds).to_vec()]))?;
    warn_of(report.key_kind);
    Ok(())
}
