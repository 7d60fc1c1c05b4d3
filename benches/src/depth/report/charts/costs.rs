//! What a transaction costs: by the segments' size and by the depth of the folds.

use super::Chart;
use crate::depth::record::{Row, Source};
use crate::depth::report::best::{batch_sizes, cost_per_transaction};
use crate::files::ReportError;
use crate::plot::Panel;
use crate::plot::Scale;
use crate::plot::{Canvas, DrawError, HEAD, Legend, PLAIN, Side, WIDTH, draw, palette};
use crate::words;

const COLUMNS: usize = 2;
const PANEL_HEIGHT: i32 = 300;

/// What stands across.
struct Across {
    value: fn(&Row) -> usize,
    title: &'static str,
    logarithmic: bool,
}

/// Cost against the size of the segments.
pub(super) fn by_segment(rows: &[Row]) -> Result<Chart, ReportError> {
    let title = "CPU seconds per transaction, by size of segment";
    let across = Across {
        value: |row| row.point.segment,
        title: "transactions of a segment",
        logarithmic: true,
    };
    let caption = "Lower is cheaper; both axes are logarithmic. Small segments need more recursive proofs, large \
                   ones spread the cost of these over more transactions. Each panel is a batch size, each line an \
                   arity; the panels share their scales. The cheapest plan of each panel is named.";
    Chart::new("cost-by-segment", title, caption, panels(rows, title, &across))
}

/// Cost against the depth.
pub(super) fn by_depth(rows: &[Row]) -> Result<Chart, ReportError> {
    let title = "CPU seconds per transaction, by depth of the fold tree";
    let across = Across {
        value: |row| row.fold_levels,
        title: "levels of folds (depth)",
        logarithmic: false,
    };
    let caption = "Lower is cheaper; costs are on a logarithmic axis. Along a line the arity stays and the segments \
                   get smaller to the right, so that there is more to fold. Where several sizes of segment give the \
                   same depth, their points stand above each other. The cheapest plan of each panel is named.";
    Chart::new("cost-by-depth", title, caption, panels(rows, title, &across))
}

fn panels(rows: &[Row], title: &str, across: &Across) -> Result<String, DrawError> {
    let sizes = batch_sizes(rows);
    let lines = sizes.len().div_ceil(COLUMNS) as i32;
    let mut arities: Vec<usize> = rows.iter().map(|row| row.point.arity).collect();
    arities.sort_unstable();
    arities.dedup();
    let least =
        rows.iter().min_by(|a, b| cost_per_transaction(a).total_cmp(&cost_per_transaction(b)));
    let finding = least.map_or_else(String::new, |row| {
        let batch = words::count(row.point.transactions);
        let cost = words::seconds(cost_per_transaction(row));
        format!("Least: {cost} for {}, in batches of {batch}.", row.point.plan())
    });
    let y = Scale::logarithmic(rows.iter().map(cost_per_transaction), (0.24, 0.06), 1, 0);
    let values = || rows.iter().map(|row| (across.value)(row) as f64);
    let x = if across.logarithmic {
        Scale::logarithmic(values(), (0.05, 0.05), 0, 1)
    } else {
        Scale::from_zero(values(), 0, 1).widened(0.05)
    };
    draw(HEAD + lines * PANEL_HEIGHT, title, &finding, |canvas| {
        let mut legend = Legend::new(canvas);
        for (number, arity) in arities.iter().enumerate() {
            legend.line(palette::line(number), &format!("arity {arity}"))?;
        }
        for source in [Source::Measured, Source::Composed, Source::Estimated] {
            legend.point(source, &source.to_string())?;
        }
        for (number, &size) in sizes.iter().enumerate() {
            let shown: Vec<&Row> =
                rows.iter().filter(|row| row.point.transactions == size).collect();
            let place = (number % COLUMNS, number / COLUMNS);
            panel(canvas, place, &shown, &arities, (x, y), across)?;
        }
        Ok(())
    })
}

fn panel(
    canvas: &Canvas<'_>,
    (column, line): (usize, usize),
    rows: &[&Row],
    arities: &[usize],
    (x, y): (Scale, Scale),
    across: &Across,
) -> Result<(), DrawError> {
    let width = WIDTH / COLUMNS as i32;
    let left = column as i32 * width;
    let top = HEAD + line as i32 * PANEL_HEIGHT;
    let mut x_ticks: Vec<usize> = rows.iter().map(|row| (across.value)(row)).collect();
    x_ticks.sort_unstable();
    x_ticks.dedup();
    let head =
        rows.first().map(|row| format!("{} transactions", words::count(row.point.transactions)));
    let panel = Panel {
        x: x.moved(left + 64, left + width - 28),
        y: y.moved(top + PANEL_HEIGHT - 64, top + 44),
        x_ticks: &x_ticks,
        x_title: across.title,
        y_title: "CPU seconds per transaction",
        head: head.as_deref(),
    };
    panel.draw(canvas)?;
    let at = |row: &Row| panel.at((across.value)(row) as f64, cost_per_transaction(row));
    for (number, &arity) in arities.iter().enumerate() {
        let mut line: Vec<&Row> =
            rows.iter().copied().filter(|row| row.point.arity == arity).collect();
        line.sort_by_key(|row| ((across.value)(row), row.point.segment));
        if !across.logarithmic {
            line.sort_by_key(|row| std::cmp::Reverse(row.point.segment));
        }
        if line.len() > 1 {
            canvas.line(line.iter().map(|row| at(row)).collect(), palette::line(number), 2)?;
        }
        for row in line {
            canvas.point(at(row), palette::line(number), row.source)?;
        }
    }
    let cost = |row: &&&Row| cost_per_transaction(row);
    if let Some(least) = rows.iter().min_by(|a, b| cost(a).total_cmp(&cost(b))) {
        let (x, y) = at(least);
        let ends = panel.x.ends();
        // Beside the edge the words stand on the inner side.
        let side = match x {
            x if x > ends.1 - 60 => Side::Left,
            x if x < ends.0 + 60 => Side::Right,
            _ => Side::Middle,
        };
        canvas.label((x, y + 20), &least.point.plan(), PLAIN, side)?;
    }
    Ok(())
}
