//! `starfold bench depth`

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;
use humantime::{Duration, format_duration};
use starfold_benches::depth::{
    Best, DepthBench, DepthReport, FleetRow, Grid, Point, Row, Step, best, write_report,
};

use super::super::calibrate::costs;
use super::run_apart;
use crate::failure::Failure;
use crate::output::{bytes, columns, note, print, print_json};
use crate::progress::Display;

#[derive(Debug, Args)]
#[command(
    after_help = "Writes depth.csv, depth.json, report.html and plots/*.svg into the folder. Every batch is proved \
                  for real while the budget lasts, the cheapest first; the others are composed of the proofs \
                  that were measured, and marked so. A run that was interrupted, or that is given more time, goes on \
                  where it was. Best while the machine does nothing else."
)]
pub(crate) struct Arguments {
    /// Transactions of the batches.
    #[arg(long, value_name = "N,...", value_delimiter = ',', default_value = "16,64,256,1024")]
    transactions: Vec<usize>,
    /// Transactions of a segment, powers of two.
    #[arg(long, value_name = "K,...", value_delimiter = ',', default_value = "1,4,16,64,256")]
    segment: Vec<usize>,
    /// Children of a fold: 2, as in every rollup, 3 or 7.
    #[arg(long, value_name = "A,...", value_delimiter = ',', default_value = "2,3,7")]
    arity: Vec<usize>,
    /// The folder for what is found.
    #[arg(long)]
    out: PathBuf,
    /// How long to measure, as 90s, 30m or 2h.
    #[arg(long, default_value = "30m")]
    budget: Duration,
    /// Machines of the fleets that are simulated.
    #[arg(long, value_name = "M,...", value_delimiter = ',', default_value = "10,100,1000")]
    machines: Vec<usize>,
    /// Transactions each second that the fleets are to prove.
    #[arg(long, value_name = "R", default_value_t = 1000.0)]
    rate: f64,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PointArguments {
    #[arg(long)]
    transactions: usize,
    #[arg(long)]
    segment: usize,
    #[arg(long)]
    arity: usize,
    #[arg(long)]
    out: PathBuf,
}

impl PointArguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let Self { transactions, segment, arity, out } = self;
        let point = Point { transactions, segment, arity };
        DepthBench::measure(&out, point, costs(), &Display::new()).map_err(Failure::wrong)?;
        Ok(())
    }
}

/// Measures a point.
fn measure(
    folder: &Path,
    Step { point, measured, total, seconds, seconds_left }: Step,
) -> Result<(), Failure> {
    let time =
        |seconds: f64| format_duration(std::time::Duration::from_secs(seconds.ceil() as u64));
    note(&format!(
        "{measured} of {total} batches are measured; {point} next, in about {}; {} of the budget left",
        time(seconds),
        time(seconds_left)
    ));
    let mut arguments: Vec<OsString> = vec!["depth-point".into(), "--out".into(), folder.into()];
    for (name, value) in [
        ("--transactions", point.transactions),
        ("--segment", point.segment),
        ("--arity", point.arity),
    ] {
        arguments.extend([name.into(), value.to_string().into()]);
    }
    run_apart(&arguments)
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let grid =
            Grid { transactions: self.transactions, segments: self.segment, arities: self.arity };
        grid.points().map_err(Failure::usage)?;
        let bench = DepthBench::new(grid, self.out.clone(), self.budget.into(), costs());
        let bench = bench.with_fleets(self.machines, self.rate).map_err(Failure::usage)?;
        let mut failed = vec![];
        let report = bench.run(|step| {
            let measured = measure(&self.out, step);
            failed
                .extend(measured.err().map(|failure| format!("{}: {}", step.point, failure.error)));
            Ok::<_, Failure>(())
        })?;
        let files = write_report(&report, &self.out).map_err(Failure::wrong)?;
        if self.json {
            print_json(&report)?;
        } else {
            print_report(&report)?;
            let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
            print(&format!("  written: {}", files.join(", ")))?;
        }
        if failed.is_empty() {
            return Ok(());
        }
        // what else there is was reported
        let mut failure = Failure::wrong(failed.join("; "));
        failure.reported = self.json;
        Err(failure)
    }
}

fn print_report(report: &DepthReport) -> Result<(), Failure> {
    let heading =
        ["transactions", "best for", "plan", "CPU s each", "latency s", "memory", "proofs"];
    let mut transactions: Vec<usize> =
        report.rows.iter().map(|row| row.point.transactions).collect();
    transactions.dedup();
    let rows = transactions.into_iter().filter_map(|transactions| best(report, transactions));
    let rows: Vec<Vec<String>> = rows
        .flat_map(|Best { cost, latency }| [("cost", cost), ("latency", latency)])
        .map(|(quality, row)| plan_cells(quality, row))
        .collect();
    print(&columns(&heading, &rows))?;
    let heading = ["machines", "plan", "transactions/s", "latency s", "in use", "limit"];
    let rows: Vec<Vec<String>> = report.fleets.iter().map(fleet_cells).collect();
    Ok(print(&columns(&heading, &rows))?)
}

fn plan_cells(quality: &str, row: &Row) -> Vec<String> {
    vec![
        row.point.transactions.to_string(),
        quality.to_owned(),
        row.point.plan(),
        format!("{:.3}", row.cpu_seconds / row.point.transactions as f64),
        format!("{:.1}", row.critical_path_seconds),
        bytes(row.peak_rss_bytes),
        row.source.to_string(),
    ]
}

fn fleet_cells(row: &FleetRow) -> Vec<String> {
    vec![
        row.machines.to_string(),
        row.plan.plan(),
        format!("{:.0}", row.sustained_transactions_per_second),
        row.median_latency_seconds.map_or("-".to_owned(), |seconds| format!("{seconds:.1}")),
        format!("{:.0} %", row.utilisation * 100.0),
        row.limit.to_string(),
    ]
}
