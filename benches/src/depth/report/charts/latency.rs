//! How long a batch takes on more machines.

use plotters::style::RGBColor;

use super::Chart;
use crate::depth::fleet::ProofGraph;
use crate::depth::record::{Row, Source};
use crate::depth::report::best::batch_sizes;
use crate::files::ReportError;
use crate::plot::Panel;
use crate::plot::{
    Canvas, DrawError, Face, HEAD, Legend, PLAIN, SMALL, Side, WIDTH, draw, palette,
};
use crate::plot::{Scale, apart};
use crate::words;

const HEIGHT: i32 = 540;
/// The powers of two that are tried as numbers of machines: 1 to 1,024.
const DOUBLINGS: u32 = 11;
/// Closer to the last point than by this share a line is flat.
const FLAT: f64 = 0.001;

/// The quickest plan for each number of machines.
struct Line<'a> {
    transactions: usize,
    points: Vec<Quickest<'a>>,
}

/// A plan that no other is quicker than on so many machines.
#[derive(Clone, Copy)]
struct Quickest<'a> {
    machines: usize,
    seconds: f64,
    row: &'a Row,
}

impl Line<'_> {
    /// The first point from which on more machines change nothing.
    fn flat_from(&self) -> usize {
        let Some(last) = self.points.last() else { return 0 };
        let slower = |point: &Quickest<'_>| point.seconds > last.seconds * (1.0 + FLAT);
        self.points.iter().rposition(slower).map_or(0, |point| point + 1)
    }
}

/// Seconds of a batch against the number of machines.
pub(super) fn by_machines(rows: &[Row]) -> Result<Chart, ReportError> {
    let title = "Seconds to prove a batch, by number of machines";
    let caption = "Lower is quicker; both axes are logarithmic. Computed from the seconds of the proofs: one batch \
                   on an idle fleet, each proof on one machine, moving proofs for nothing, before the wrap. Every \
                   point is the plan that is quickest with that many machines; that of the last point is named. A \
                   line that turns flat has as many machines as it can use: what is left is the chain of proofs that \
                   wait for each other.";
    Chart::new("latency-by-machines", title, caption, lines(rows, title))
}

fn quickest(rows: &[Row], transactions: usize) -> Line<'_> {
    let of_size = rows.iter().filter(|row| row.point.transactions == transactions);
    let plans: Vec<(&Row, ProofGraph)> = of_size.map(|row| (row, ProofGraph::of(row))).collect();
    let points = (0..DOUBLINGS).filter_map(|power| {
        let machines = 1 << power;
        let timed = plans.iter().map(|(row, graph)| Quickest {
            machines,
            seconds: graph.latency(machines),
            row,
        });
        timed.min_by(|a, b| a.seconds.total_cmp(&b.seconds))
    });
    Line { transactions, points: points.collect() }
}

fn lines(rows: &[Row], title: &str) -> Result<String, DrawError> {
    let sizes = batch_sizes(rows);
    let mut lines: Vec<Line<'_>> = sizes.iter().map(|&size| quickest(rows, size)).collect();
    // One number of machines after all lines are flat is enough to see it.
    let shown = 2 + lines.iter().map(Line::flat_from).max().unwrap_or_default();
    lines.iter_mut().for_each(|line| line.points.truncate(shown));
    let ticks: Vec<usize> = (0..DOUBLINGS).map(|power| 1 << power).take(shown).collect();
    let machines = ticks.iter().map(|tick| *tick as f64);
    let seconds = lines.iter().flat_map(|line| line.points.iter().map(|point| point.seconds));
    let panel = Panel {
        x: Scale::logarithmic(machines, (0.01, 0.01), 72, WIDTH - 210),
        y: Scale::logarithmic(seconds, (0.06, 0.06), HEIGHT - 64, HEAD + 24),
        x_ticks: &ticks,
        x_title: "machines",
        y_title: "seconds from the batch to its proof",
        head: None,
    };
    let largest = lines.last().and_then(|line| line.points.first().zip(line.points.last()));
    let finding = largest.map_or_else(String::new, |(first, last)| {
        format!(
            "A batch of {}: {} on 1 machine, {} on {}.",
            words::count(last.row.point.transactions),
            words::seconds(first.seconds),
            words::seconds(last.seconds),
            words::count(last.machines)
        )
    });
    draw(HEIGHT, title, &finding, |canvas| {
        let mut legend = Legend::new(canvas);
        for source in [Source::Measured, Source::Composed, Source::Estimated] {
            legend.point(source, &format!("from {} figures", source))?;
        }
        panel.draw(canvas)?;
        let last = |line: &Line<'_>| line.points.last().map(|point| panel.y.at(point.seconds));
        let ends: Vec<i32> = lines.iter().filter_map(last).collect();
        let labels = apart(&ends, 38, HEAD + 12, HEIGHT - 90);
        for (number, (line, label)) in lines.iter().zip(labels).enumerate() {
            draw_line(canvas, &panel, line, palette::line(number), label)?;
        }
        Ok(())
    })
}

/// Draws a line, and at its end, at the height `label`, what it is.
fn draw_line(
    canvas: &Canvas<'_>,
    panel: &Panel<'_>,
    line: &Line<'_>,
    colour: RGBColor,
    label: i32,
) -> Result<(), DrawError> {
    let at = |point: &Quickest<'_>| panel.at(point.machines as f64, point.seconds);
    let Some(last) = line.points.last() else { return Ok(()) };
    canvas.line(line.points.iter().map(at).collect(), colour, 2)?;
    for point in &line.points {
        canvas.point(at(point), colour, point.row.source)?;
    }
    let (end, x) = (at(last), panel.x.ends().1 + 24);
    canvas.line(vec![(end.0 + 8, end.1), (x - 6, label)], palette::GRID, 1)?;
    let text = format!("{} transactions", words::count(line.transactions));
    canvas.text((x, label - 8), &text, Face { colour, bold: true, ..PLAIN }, Side::Right)?;
    canvas.text((x, label + 8), &last.row.point.plan(), SMALL, Side::Right)
}
