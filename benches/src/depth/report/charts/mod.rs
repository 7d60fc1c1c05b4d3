//! The plots. They name their colours by value, so that a page can give them others in the dark.

mod costs;
mod latency;
mod memory;
mod stages;

use crate::depth::record::DepthReport;
use crate::files::ReportError;
use crate::plot::DrawError;

/// A plot and what stands below it.
#[derive(Debug)]
pub(super) struct Chart {
    /// The name of its file, without the ending.
    pub(super) name: &'static str,
    /// What it shows.
    pub(super) title: &'static str,
    /// How to read it.
    pub(super) caption: &'static str,
    /// The drawing.
    pub(super) svg: String,
}

impl Chart {
    fn new(
        name: &'static str,
        title: &'static str,
        caption: &'static str,
        svg: Result<String, DrawError>,
    ) -> Result<Self, ReportError> {
        let svg = svg.map_err(|error| ReportError::Plot { name, source: Box::new(error) })?;
        Ok(Self { name, title, caption, svg })
    }
}

/// All plots of a report; none where it has no rows.
pub(super) fn all(report: &DepthReport) -> Result<Vec<Chart>, ReportError> {
    let rows = &report.rows;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![
        costs::by_segment(rows)?,
        costs::by_depth(rows)?,
        latency::by_machines(rows)?,
        stages::by_plan(rows)?,
        memory::by_segment(rows)?,
    ])
}
