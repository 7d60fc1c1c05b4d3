//! How much memory proving takes.

use super::Chart;
use crate::depth::record::{Row, Source};
use crate::depth::report::best::batch_sizes;
use crate::files::ReportError;
use crate::plot::Panel;
use crate::plot::{DrawError, Face, HEAD, Legend, PLAIN, Side, WIDTH, draw, palette};
use crate::plot::{Scale, apart};
use crate::words;

const HEIGHT: i32 = 460;

/// The most memory against the size of the segments.
pub(super) fn by_segment(rows: &[Row]) -> Result<Chart, ReportError> {
    let title = "Most memory in use, by size of segment";
    let caption = "The peak while the proofs of the largest batch are made, a line for each arity. Large segments \
                   have long traces, and folds of many children are large circuits.";
    Chart::new("memory", title, caption, lines(rows, title))
}

fn lines(rows: &[Row], title: &str) -> Result<String, DrawError> {
    let largest = batch_sizes(rows).pop().unwrap_or_default();
    let mut shown: Vec<&Row> =
        rows.iter().filter(|row| row.point.transactions == largest).collect();
    shown.sort_by_key(|row| (row.point.arity, row.point.segment));
    let gigabytes = |row: &Row| row.peak_rss_bytes as f64 / 1e9;
    let mut ticks: Vec<usize> = shown.iter().map(|row| row.point.segment).collect();
    ticks.sort_unstable();
    ticks.dedup();
    let segments = shown.iter().map(|row| row.point.segment as f64);
    let panel = Panel {
        x: Scale::logarithmic(segments, (0.03, 0.03), 64, WIDTH - 110),
        y: Scale::from_zero(shown.iter().map(|row| gigabytes(row)), HEIGHT - 64, HEAD + 20),
        x_ticks: &ticks,
        x_title: "transactions of a segment",
        y_title: "GB at the peak",
        head: None,
    };
    let bytes = || shown.iter().map(|row| row.peak_rss_bytes);
    let finding = match (bytes().min(), bytes().max()) {
        (Some(least), Some(most)) => format!(
            "From {} to {}, in batches of {}.",
            words::bytes(least),
            words::bytes(most),
            words::count(largest)
        ),
        _ => String::new(),
    };
    draw(HEIGHT, title, &finding, |canvas| {
        let mut legend = Legend::new(canvas);
        for source in [Source::Measured, Source::Composed, Source::Estimated] {
            legend.point(source, &source.to_string())?;
        }
        panel.draw(canvas)?;
        let at = |row: &Row| panel.at(row.point.segment as f64, gigabytes(row));
        let groups: Vec<&[&Row]> = shown.chunk_by(|a, b| a.point.arity == b.point.arity).collect();
        let ends: Vec<i32> =
            groups.iter().filter_map(|group| group.last()).map(|row| at(row).1).collect();
        let labels = apart(&ends, 18, HEAD, HEIGHT - 70);
        for (number, (group, label)) in groups.iter().zip(labels).enumerate() {
            let colour = palette::line(number);
            if group.len() > 1 {
                canvas.line(group.iter().map(|row| at(row)).collect(), colour, 2)?;
            }
            for row in *group {
                canvas.point(at(row), colour, row.source)?;
            }
            let Some(last) = group.last() else { continue };
            let text = format!("arity {}", last.point.arity);
            let face = Face { colour, bold: true, ..PLAIN };
            canvas.text((at(last).0 + 14, label), &text, face, Side::Right)?;
        }
        Ok(())
    })
}
