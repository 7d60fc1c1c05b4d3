//! Where the CPU seconds of a batch go.

use plotters::style::RGBColor;

use super::Chart;
use crate::depth::record::{Row, StageCost, StageCosts};
use crate::depth::report::best::batch_sizes;
use crate::files::ReportError;
use crate::plot::Scale;
use crate::plot::{Canvas, DrawError, HEAD, Legend, PLAIN, SMALL, Side, WIDTH, draw, palette};
use crate::words;

const BAR: i32 = 18;
const STEP: i32 = 28;
/// Where the bars begin, where the longest ends, and where those of the shares begin.
const LEFT: i32 = 160;
const MIDDLE: i32 = 470;
const SHARES: i32 = 630;

/// CPU seconds by stage, a bar for each plan of the largest batches.
pub(super) fn by_plan(rows: &[Row]) -> Result<Chart, ReportError> {
    let title = "CPU seconds of a batch, by stage";
    let caption = "Two bars for each plan of the largest batch, the cheapest first: CPU seconds by stage on the left, \
                   the same in percent on the right. Where the parts for leaf proofs and folds are long, recursion \
                   costs more than the transactions themselves.";
    Chart::new("stages", title, caption, bars(rows, title))
}

/// The stages' colours and names, in their order.
const STAGES: [(RGBColor, &str); 4] = [
    (palette::BLUE, "segments"),
    (palette::SKY, "leaf proofs"),
    (palette::ORANGE, "folds"),
    (palette::GREEN, "batch proof"),
];

fn bars(rows: &[Row], title: &str) -> Result<String, DrawError> {
    let largest = batch_sizes(rows).pop().unwrap_or_default();
    let mut shown: Vec<(&Row, [f64; 4])> = rows
        .iter()
        .filter(|row| row.point.transactions == largest)
        .map(|row| (row, parts(&row.stages)))
        .collect();
    shown.sort_by(|a, b| total(&a.1).total_cmp(&total(&b.1)));
    let seconds = Scale::from_zero(shown.iter().map(|(_, parts)| total(parts)), LEFT, MIDDLE);
    let percent = Scale::from_zero([100.0], SHARES, WIDTH - 24);
    let bottom = HEAD + STEP * shown.len() as i32;
    let finding = shown.first().map_or_else(String::new, |(row, parts)| {
        let recursion = shares(parts)[1..].iter().sum::<f64>();
        let batch = words::count(largest);
        let plan = row.point.plan();
        format!("Batches of {batch}. The cheapest, {plan}, spends {recursion:.0} % on recursion.")
    });
    draw(bottom + 56, title, &finding, |canvas| {
        let mut legend = Legend::new(canvas);
        for (colour, name) in STAGES {
            legend.bar(colour, name)?;
        }
        axis(canvas, &seconds, bottom, "CPU seconds")?;
        axis(canvas, &percent, bottom, "% of the CPU seconds")?;
        for (number, (row, parts)) in shown.iter().enumerate() {
            let y = HEAD + STEP * number as i32;
            let centre = y + BAR / 2;
            canvas.text((LEFT - 10, centre), &row.point.plan(), PLAIN, Side::Left)?;
            bar(canvas, &seconds, y, parts)?;
            let sum = total(parts);
            let end = format!("{}, {}", words::seconds(sum), row.source);
            canvas.label((seconds.at(sum) + 8, centre), &end, SMALL, Side::Right)?;
            bar(canvas, &percent, y, &shares(parts))?;
        }
        Ok(())
    })
}

fn axis(canvas: &Canvas<'_>, x: &Scale, bottom: i32, title: &str) -> Result<(), DrawError> {
    for tick in x.ticks() {
        let at = x.at(tick);
        canvas.line(vec![(at, HEAD - 8), (at, bottom)], palette::GRID, 1)?;
        canvas.text((at, bottom + 14), &words::mark(tick), SMALL, Side::Middle)?;
    }
    let (left, right) = x.ends();
    canvas.text((i32::midpoint(left, right), bottom + 36), title, SMALL, Side::Middle)
}

fn bar(canvas: &Canvas<'_>, x: &Scale, y: i32, parts: &[f64; 4]) -> Result<(), DrawError> {
    let mut sum = 0.0;
    for (part, (colour, _)) in parts.iter().zip(STAGES) {
        let from = x.at(sum);
        sum += part;
        canvas.bar((from, y), (x.at(sum), y + BAR), colour)?;
    }
    Ok(())
}

fn total(parts: &[f64; 4]) -> f64 {
    parts.iter().sum()
}

/// The parts in percent of their sum.
fn shares(parts: &[f64; 4]) -> [f64; 4] {
    let sum = total(parts);
    parts.map(|part| if sum > 0.0 { 100.0 * part / sum } else { 0.0 })
}

/// CPU seconds of all proofs of each stage.
fn parts(stages: &StageCosts) -> [f64; 4] {
    let all = |cost: &StageCost| cost.proofs as f64 * cost.cpu_seconds;
    [all(&stages.segment), all(&stages.leaf), all(&stages.fold), all(&stages.batch)]
}
