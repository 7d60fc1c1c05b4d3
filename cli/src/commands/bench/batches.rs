//! `starfold bench batches`

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use starfold_benches::batches::{BatchRow, BatchesReport, check, measure, measured, report, write};
use starfold_rollup::{PlanOptions, cache_folder};

use super::super::calibrate::costs;
use super::run_apart;
use crate::failure::Failure;
use crate::output::{bytes, columns, note, print, print_json, seconds};
use crate::progress::Display;

#[derive(Debug, Args)]
#[command(
    after_help = "Seals and proves batches of random transfers by the plans that `batch-prove` chooses, and writes \
                  batches.csv, batches.json and plots/cost-by-batch.svg into the folder. A run that was \
                  interrupted goes on where it was. Where circuits have to be built, the batch is proved once more."
)]
pub(crate) struct Arguments {
    /// Transfers of the batches.
    #[arg(
        long,
        value_name = "N,...",
        value_delimiter = ',',
        default_value = "64,128,256,512,1024,2048,4095"
    )]
    transfers: Vec<usize>,
    /// The folder for what is found.
    #[arg(long)]
    out: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PointArguments {
    #[arg(long)]
    transfers: usize,
    #[arg(long)]
    out: PathBuf,
    /// Keep the row where circuits were built, too.
    #[arg(long)]
    always_keep: bool,
}

impl PointArguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let options = PlanOptions { costs: costs(), ..PlanOptions::default() };
        let (row, has_built) = measure(self.transfers, options, &cache_folder(), &Display::new())
            .map_err(Failure::wrong)?;
        if self.always_keep || !has_built {
            row.keep(&self.out, &options.costs)?;
        }
        Ok(())
    }
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let costs = costs();
        for &transfers in &self.transfers {
            check(transfers).map_err(Failure::usage)?;
        }
        for &transfers in &self.transfers {
            // what builds circuits is measured once more
            for always_keep in [false, true] {
                if measured(&self.out, transfers, &costs).is_some() {
                    break;
                }
                note(&format!("a batch of {transfers} transfers"));
                let mut arguments: Vec<OsString> =
                    vec!["batches-point".into(), "--out".into(), self.out.clone().into()];
                arguments.extend(["--transfers".into(), transfers.to_string().into()]);
                if always_keep {
                    arguments.push("--always-keep".into());
                }
                run_apart(&arguments)?;
            }
        }
        let report = report(&self.out, &self.transfers, &costs);
        let files = write(&report, &self.out).map_err(Failure::wrong)?;
        if self.json {
            return Ok(print_json(&report)?);
        }
        print_rows(&report)?;
        let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        Ok(print(&format!("  written: {}", files.join(", ")))?)
    }
}

fn print_rows(report: &BatchesReport) -> Result<(), Failure> {
    let heading = ["transfers", "segments", "of up to", "CPU", "CPU each", "wall", "memory"];
    let cells = |row: &BatchRow| {
        vec![
            row.transfers.to_string(),
            row.segments.to_string(),
            row.segment.to_string(),
            seconds(row.cpu_seconds),
            seconds(row.cpu_seconds_per_transfer()),
            seconds(row.wall_seconds),
            bytes(row.peak_rss_bytes),
        ]
    };
    let rows: Vec<Vec<String>> = report.rows.iter().map(cells).collect();
    Ok(print(&columns(&heading, &rows))?)
}
