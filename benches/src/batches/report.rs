//! The files of a report: a table, JSON, and the plot of the cost of a transfer.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{BatchRow, BatchesReport};
use crate::depth::Source;
use crate::files::{ReportError, json, table, write_all};
use crate::plot::{
    Canvas, DrawError, HEAD, PLAIN, Panel, SMALL, Scale, Side, WIDTH, draw, palette,
};
use crate::words;

const HEIGHT: i32 = 420;
/// The name of the plot's file, without its ending.
const PLOT: &str = "cost-by-batch";

/// A line of the table.
#[derive(Debug, Serialize)]
struct Line {
    transfers: usize,
    segments: u64,
    segment: u64,
    fold_levels: u64,
    cpu_seconds: f64,
    cpu_seconds_per_transfer: f64,
    wall_seconds: f64,
    peak_rss_bytes: u64,
}

impl From<&BatchRow> for Line {
    fn from(row: &BatchRow) -> Self {
        Self {
            transfers: row.transfers,
            segments: row.segments,
            segment: row.segment,
            fold_levels: row.fold_levels,
            cpu_seconds: row.cpu_seconds,
            cpu_seconds_per_transfer: row.cpu_seconds_per_transfer(),
            wall_seconds: row.wall_seconds,
            peak_rss_bytes: row.peak_rss_bytes,
        }
    }
}

/// Writes `batches.csv`, `batches.json` and, where there are rows, `plots/cost-by-batch.svg` below a folder, which is made
/// where it is missing. Returns their paths.
///
/// # Errors
/// [`ReportError`]. Nothing is written where the report itself is at fault.
pub fn write(report: &BatchesReport, folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let mut files = vec![
        (folder.join("batches.csv"), table(report.rows.iter().map(Line::from))?),
        (folder.join("batches.json"), json(report)?),
    ];
    if !report.rows.is_empty() {
        let plot = plot(&report.rows)
            .map_err(|error| ReportError::Plot { name: PLOT, source: Box::new(error) })?;
        files.push((folder.join("plots").join(format!("{PLOT}.svg")), plot.into_bytes()));
    }
    write_all(files)
}

/// The cost of a transfer against the size of its batch.
fn plot(rows: &[BatchRow]) -> Result<String, DrawError> {
    let each = BatchRow::cpu_seconds_per_transfer;
    let ticks: Vec<usize> = rows.iter().map(|row| row.transfers).collect();
    let sizes = ticks.iter().map(|&transfers| transfers as f64);
    let panel = Panel {
        x: Scale::logarithmic(sizes, (0.03, 0.03), 64, WIDTH - 60),
        y: Scale::from_zero(rows.iter().map(|row| 1.1 * each(row)), HEIGHT - 64, HEAD),
        x_ticks: &ticks,
        x_title: "transfers of the batch",
        y_title: "CPU seconds for each transfer",
        head: None,
    };
    let [first, .., last] = rows else { return single(rows, &panel) };
    let finding = format!(
        "From {} with {} transfers to {} with {}. Below each point the wall time of the whole batch.",
        words::seconds(each(first)),
        words::count(first.transfers),
        words::seconds(each(last)),
        words::count(last.transfers),
    );
    draw(HEIGHT, TITLE, &finding, |canvas| marks(rows, &panel, canvas))
}

const TITLE: &str = "Cost of a transfer, by size of batch";

fn single(rows: &[BatchRow], panel: &Panel<'_>) -> Result<String, DrawError> {
    draw(HEIGHT, TITLE, "Below the point the wall time of the whole batch.", |canvas| {
        marks(rows, panel, canvas)
    })
}

fn marks(rows: &[BatchRow], panel: &Panel<'_>, canvas: &Canvas<'_>) -> Result<(), DrawError> {
    panel.draw(canvas)?;
    let at = |row: &BatchRow| panel.at(row.transfers as f64, row.cpu_seconds_per_transfer());
    canvas.line(rows.iter().map(at).collect(), palette::BLUE, 2)?;
    for row in rows {
        let (x, y) = at(row);
        canvas.point((x, y), palette::BLUE, Source::Measured)?;
        canvas.text(
            (x, y - 16),
            &words::figure(row.cpu_seconds_per_transfer()),
            PLAIN,
            Side::Middle,
        )?;
        let wall = words::seconds(row.wall_seconds);
        canvas.text((x, y + 16), &wall, SMALL, Side::Middle)?;
    }
    Ok(())
}
