//! The benchmark's files: a table, the report for programs, a page for people and its plots.

mod best;
mod charts;
mod csv;
mod html;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use super::record::DepthReport;
use crate::files::{ReportError, json, table, write_all};

pub use self::best::{Best, best};

/// Writes `depth.csv`, `depth.json`, `report.html` and `plots/*.svg` below `folder`, which is made where it is missing.
/// Gives the files' paths. None is ever half there, and the same report gives the same bytes.
///
/// # Errors
/// [`ReportError`]. Nothing is written where the report itself is at fault.
pub fn write(report: &DepthReport, folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let charts = charts::all(report)?;
    let mut files = vec![
        (folder.join("depth.csv"), table(report.rows.iter().map(csv::Line::from))?),
        (folder.join("depth.json"), json(report)?),
        (folder.join("report.html"), html::page(report, &charts).into_bytes()),
    ];
    let plots = folder.join("plots");
    for chart in charts {
        files.push((plots.join(format!("{}.svg", chart.name)), chart.svg.into_bytes()));
    }
    write_all(files)
}
