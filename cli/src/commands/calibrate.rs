//! `starfold calibrate`

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use starfold_rollup::{Calibration, Costs, cache_folder};

use crate::failure::Failure;
use crate::output::{Table, columns, note, print, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "In some ten seconds, and best while the machine does nothing else. What is measured is \
                  kept in the cache folder, and `batch-prove` plans with it from then on. It changes \
                  which proofs are made, not what is proved: a batch that was interrupted before may have \
                  to prove segments of another size anew."
)]
pub(crate) struct Arguments {
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    /// CPU time in microseconds.
    costs: Costs,
    /// The figures that plans use without a calibration.
    reference: Costs,
    file: PathBuf,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        note("measuring what proofs cost");
        let calibration = Calibration::measure().map_err(Failure::wrong)?;
        let cache = cache_folder();
        calibration.save(&cache)?;
        let report = Report {
            costs: calibration.costs,
            reference: Costs::REFERENCE,
            file: Calibration::path(&cache),
        };
        if self.json {
            return Ok(print_json(&report)?);
        }
        print(&columns(&["proof", "CPU ms here", "reference"], &report.rows()))?;
        Ok(Table::default().row("kept in", report.file.display()).print()?)
    }
}

impl Report {
    fn rows(&self) -> Vec<Vec<String>> {
        let row = |name: &str, figure: fn(&Costs) -> u64| {
            let milliseconds = [&self.costs, &self.reference]
                .map(|costs| format!("{:.1}", figure(costs) as f64 / 1e3));
            [vec![name.to_owned()], milliseconds.to_vec()].concat()
        };
        vec![
            row("a segment, whatever its size", |costs| costs.segment),
            row("a transaction in it, at rate 1", |costs| costs.blocks[0]),
            row("at rate 2", |costs| costs.blocks[1]),
            row("at rate 3", |costs| costs.blocks[2]),
            row("at rate 4", |costs| costs.blocks[3]),
            row("a circuit of 2^13 rows", |costs| costs.circuit),
            row("building it", |costs| costs.build),
        ]
    }
}

/// What proofs cost on this machine, or by default. A file that cannot be read is told.
pub(super) fn costs() -> Costs {
    let loaded = Calibration::load(&cache_folder()).unwrap_or_else(|error| {
        note(&format!("warning: {error}; `starfold calibrate` measures anew"));
        None
    });
    loaded.map_or(Costs::REFERENCE, |calibration| calibration.costs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn here_and_the_reference_stand_side_by_side() {
        let costs = Costs { segment: 1_500, ..Costs::REFERENCE };
        let report = Report { costs, reference: Costs::REFERENCE, file: PathBuf::new() };
        let rows = report.rows();
        assert_eq!(rows[0][1..], ["1.5", "60.0"]);
        assert!(rows[1..].iter().all(|row| row[1] == row[2]));
    }
}
