use std::fs;

use std::collections::BTreeSet;

use roxmltree::{Document, Node};
use serde_json::Value;

use super::csv::Line;
use starfold_rollup::file::FileError;

use super::*;
use crate::depth::record::{DepthReport, Source};
use crate::depth::sample;
use crate::words;

const COLUMNS: &str = "transactions,segment,fan_in,arity,fold_levels,cpu_seconds,wall_seconds,\
    critical_path_seconds,peak_rss_bytes,proof_bytes,verify_milliseconds,rate_bits,leaves,\
    cpu_seconds_per_transaction,segment_cpu_seconds,leaf_cpu_seconds,fold_cpu_seconds,\
    batch_cpu_seconds,source";

fn sample_page() -> (DepthReport, String) {
    let report = sample::report();
    let page = html::page(&report, &charts::all(&report).unwrap());
    (report, page)
}

/// The page as XML: `meta` is the only element on it that HTML does not close.
fn as_xml(page: &str) -> String {
    let page = page.strip_prefix("<!DOCTYPE html>").unwrap();
    let close = |(i, part): (usize, &str)| match (i, part.split_once('>')) {
        (1.., Some((meta, rest))) => format!("<meta{meta}/>{rest}"),
        _ => part.to_owned(),
    };
    page.split("<meta").enumerate().map(close).collect()
}

fn text_of(node: Node<'_, '_>) -> String {
    let texts = node.descendants().filter(Node::is_text).filter_map(|text| text.text());
    texts.collect::<String>()
}

fn elements<'a, 'b>(
    document: &'b Document<'a>,
    name: &'b str,
) -> impl Iterator<Item = Node<'b, 'a>> {
    document.descendants().filter(move |node| node.tag_name().name() == name)
}

fn number(node: Node<'_, '_>, attribute: &str) -> f64 {
    node.attribute(attribute).unwrap().parse().unwrap()
}

/// The rectangle of a text, generously: left, top, right, bottom.
fn text_box(text: Node<'_, '_>) -> [f64; 4] {
    let size = number(text, "font-size");
    let width = text_of(text).trim().chars().count() as f64 * size * 0.55;
    let (x, y) = (number(text, "x"), number(text, "y"));
    let left = match text.attribute("text-anchor") {
        Some("end") => x - width,
        Some("middle") => x - width / 2.0,
        _ => x,
    };
    [left, y - size / 2.0, left + width, y + size / 2.0]
}

#[test]
fn the_same_report_gives_the_same_files() {
    let report = sample::report();
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str| {
        let folder = folder.path().join(name);
        let paths = write(&report, &folder).unwrap();
        let files: Vec<(PathBuf, Vec<u8>)> = paths
            .into_iter()
            .map(|path| (path.strip_prefix(&folder).unwrap().to_owned(), fs::read(&path).unwrap()))
            .collect();
        files
    };
    let first = read("a/b");
    assert_eq!(first, read("a/b"), "a second run replaces the files");
    assert_eq!(first, read("c"));
    let names: Vec<&str> = first.iter().map(|(path, _)| path.to_str().unwrap()).collect();
    let plots = ["cost-by-segment", "cost-by-depth", "latency-by-machines", "stages", "memory"];
    assert_eq!(names[..3], ["depth.csv", "depth.json", "report.html"]);
    assert_eq!(names[3..], plots.map(|name| format!("plots/{name}.svg")));
    let left = fs::read_dir(folder.path().join("c")).unwrap().count();
    assert_eq!(left, 4, "three files and the plots, nothing half-written");
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = write(&sample::report(), &file).unwrap_err();
    assert!(
        matches!(error, ReportError::File(FileError::Io { operation: "create", .. })),
        "{error}"
    );
}

#[test]
fn a_file_that_cannot_be_replaced_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("depth.csv/full")).unwrap();
    let error = write(&sample::report(), folder.path()).unwrap_err();
    assert!(
        matches!(error, ReportError::File(FileError::Io { operation: "write", .. })),
        "{error}"
    );
    let left = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.collect::<BTreeSet<_>>(), BTreeSet::from(["depth.csv".into(), "plots".into()]));
}

#[test]
fn the_table_has_every_row_and_figure() {
    let rows = sample::report().rows;
    let table = table(rows.iter().map(csv::Line::from)).unwrap();
    assert_eq!(table.split(|byte| *byte == b'\n').next().unwrap(), COLUMNS.as_bytes());
    let read: Vec<Line> =
        ::csv::Reader::from_reader(table.as_slice()).deserialize().map(Result::unwrap).collect();
    assert_eq!(read, rows.iter().map(Line::from).collect::<Vec<_>>());
    for (text, row) in String::from_utf8(table).unwrap().lines().skip(1).zip(&rows) {
        let cells: Vec<&str> = text.split(',').collect();
        let stages = &row.stages;
        let leaf = stages.leaf.proofs as f64 * stages.leaf.cpu_seconds;
        assert_eq!(cells[0], row.point.transactions.to_string());
        assert_eq!(cells[3], row.point.arity.to_string());
        assert_eq!(cells[15].parse::<f64>().unwrap(), leaf);
        let of_stages: f64 = cells[14..18].iter().map(|cell| cell.parse::<f64>().unwrap()).sum();
        assert!((of_stages - row.cpu_seconds).abs() < 1e-6);
        assert_eq!(cells[18], row.source.to_string());
    }
}

#[test]
fn the_report_for_programs_reads_back() {
    let report = sample::report();
    let folder = tempfile::tempdir().unwrap();
    write(&report, folder.path()).unwrap();
    let bytes = fs::read(folder.path().join("depth.json")).unwrap();
    let read: DepthReport = serde_json::from_slice(&bytes).unwrap();
    assert!(alike(&serde_json::to_value(read).unwrap(), &serde_json::to_value(report).unwrap()));
}

/// Whether two values are the same, but for the last bits of fractions, which serde_json does not keep when reading.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && alike(a.1, b.1))
        }
        (Value::Number(a), Value::Number(b)) if a.is_f64() && b.is_f64() => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            (a - b).abs() <= 1e-12 * b.abs()
        }
        _ => a == b,
    }
}

#[test]
fn the_best_plans_have_the_least_figures() {
    let mut report = sample::report();
    for transactions in [16, 64, 256, 1024] {
        let Best { cost, latency } = best(&report, transactions).unwrap();
        for row in report.rows.iter().filter(|row| row.point.transactions == transactions) {
            assert!(cost.cpu_seconds <= row.cpu_seconds);
            assert!(latency.critical_path_seconds <= row.critical_path_seconds);
        }
        assert_eq!(
            (cost.point.transactions, latency.point.transactions),
            (transactions, transactions)
        );
    }
    assert_eq!(best(&report, 17), None);
    // Of equal costs the quicker one.
    let mut twin = best(&report, 16).unwrap().cost.clone();
    twin.critical_path_seconds /= 2.0;
    report.rows.push(twin.clone());
    assert_eq!(best(&report, 16).unwrap().cost, &twin);
}

#[test]
fn the_page_is_whole_and_needs_nothing_else() {
    let (report, page) = sample_page();
    let xml = as_xml(&page);
    let document = Document::parse(&xml).unwrap();
    for forbidden in ["http", "<script", "<link", "@import", "url(", "javascript:", "src="] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(
        !document
            .descendants()
            .any(|node| { node.attributes().any(|attribute| attribute.name().starts_with("on")) })
    );
    assert_eq!(elements(&document, "figure").count(), 5);
    assert_eq!(elements(&document, "svg").count(), 5);
    assert_eq!(elements(&document, "tr").count(), 2 + report.rows.len() + report.fleets.len());
    assert!(page.contains("Example &lt;64-core&gt; &amp; &quot;co&quot;"));
    let text = text_of(document.root_element());
    assert!(text.contains(&report.machine.processor));
    assert!(text.contains(&report.soundness));
    assert!(text.contains("commit 0123456789abcdef"));
    for fleet in &report.fleets {
        assert!(text.contains(&fleet.limit.to_string()));
    }
}

#[test]
fn the_page_names_the_best_plans_and_the_sources() {
    let (report, page) = sample_page();
    let xml = as_xml(&page);
    let document = Document::parse(&xml).unwrap();
    let paragraphs: Vec<String> = elements(&document, "p").map(text_of).collect();
    for size in [16, 64, 256, 1024] {
        let found = best(&report, size).unwrap();
        let start = format!("For batches of {}, ", words::count(size));
        let told = paragraphs.iter().find(|text| text.starts_with(&start)).unwrap();
        assert!(told.contains(&format!("{} costs least", found.cost.point.plan())));
        assert!(told.contains(&words::seconds(found.latency.critical_path_seconds)));
        assert!(told.contains(&found.latency.point.plan()));
    }
    for source in [Source::Measured, Source::Composed, Source::Estimated] {
        let marked = elements(&document, "td").filter(|cell| text_of(*cell) == source.to_string());
        let rows = report.rows.iter().filter(|row| row.source == source).count();
        assert_eq!(marked.count(), rows);
    }
}

#[test]
fn a_report_without_rows_is_a_page_without_plots() {
    let report = DepthReport { rows: Vec::new(), fleets: Vec::new(), ..sample::report() };
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(write(&report, folder.path()).unwrap().len(), 3);
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("The report has no rows."));
    assert!(!page.contains("<svg"));
}

#[test]
fn a_report_of_one_row_has_all_plots() {
    let report = DepthReport { rows: vec![sample::row(16, 16, 2)], ..sample::report() };
    let charts = charts::all(&report).unwrap();
    assert_eq!(charts.len(), 5);
    assert!(
        charts
            .iter()
            .all(|chart| Document::parse(&chart.svg).is_ok() && !chart.svg.contains("NaN"))
    );
}

/// Each row is a point: a disc where it was measured, a disc and a hole where composed, two squares where estimated.
#[test]
fn every_row_is_a_point_of_the_plots() {
    let report = sample::report();
    let charts = charts::all(&report).unwrap();
    let largest = |rows: &[crate::depth::record::Row]| {
        rows.iter().filter(|row| row.point.transactions == 1024).cloned().collect::<Vec<_>>()
    };
    for (name, rows) in [
        ("cost-by-segment", report.rows.clone()),
        ("cost-by-depth", report.rows.clone()),
        ("memory", largest(&report.rows)),
    ] {
        let chart = charts.iter().find(|chart| chart.name == name).unwrap();
        let document = Document::parse(&chart.svg).unwrap();
        let of = |source| 1 + rows.iter().filter(|row| row.source == source).count();
        let discs = of(Source::Measured) + 2 * of(Source::Composed);
        assert_eq!(elements(&document, "circle").count(), discs, "{name}");
        assert_eq!(elements(&document, "polygon").count(), 2 * of(Source::Estimated), "{name}");
    }
    let latency = charts.iter().find(|chart| chart.name == "latency-by-machines").unwrap();
    let document = Document::parse(&latency.svg).unwrap();
    // Two sizes of batch from measured figures and two from composed ones on 1 to 32 machines, where all lines are
    // flat: 16 segments are the most that a quickest plan has.
    assert_eq!(elements(&document, "circle").count(), 3 + (2 + 2 * 2) * 6);
}

#[test]
fn the_bars_are_as_long_as_the_stages() {
    let report = sample::report();
    let charts = charts::all(&report).unwrap();
    let chart = charts.iter().find(|chart| chart.name == "stages").unwrap();
    let document = Document::parse(&chart.svg).unwrap();
    // After the legend, two bars of four parts for each plan, those of the page's colour being grounds.
    let parts =
        elements(&document, "rect").filter(|rect| rect.attribute("fill") != Some("#FFFFFF"));
    let widths: Vec<f64> = parts.skip(4).map(|part| number(part, "width")).collect();
    let mut rows: Vec<_> =
        report.rows.iter().filter(|row| row.point.transactions == 1024).collect();
    rows.sort_by(|a, b| a.cpu_seconds.total_cmp(&b.cpu_seconds));
    assert_eq!(widths.len(), 8 * rows.len());
    let length = |parts: &[f64]| parts.iter().sum::<f64>();
    let last = &widths[widths.len() - 8..];
    let scale = length(&last[..4]) / rows.last().unwrap().cpu_seconds;
    let whole = length(&last[4..]);
    for (bars, row) in widths.chunks(8).zip(rows) {
        let stages = &row.stages;
        let all = [stages.segment, stages.leaf, stages.fold, stages.batch];
        for (i, stage) in all.into_iter().enumerate() {
            let seconds = stage.proofs as f64 * stage.cpu_seconds;
            assert!((bars[i] - seconds * scale).abs() <= 2.0, "{:?}", row.point);
            let share = seconds / row.cpu_seconds;
            assert!((bars[i + 4] - share * whole).abs() <= 2.0, "{:?}", row.point);
        }
    }
}

#[test]
fn no_words_touch_or_leave_the_plot() {
    for chart in charts::all(&sample::report()).unwrap() {
        let document = Document::parse(&chart.svg).unwrap();
        let height = number(document.root_element(), "height");
        let texts: Vec<Node<'_, '_>> = elements(&document, "text").collect();
        let mut words = 0;
        for (i, &text) in texts.iter().enumerate() {
            let [left, top, right, bottom] = text_box(text);
            let told = text_of(text);
            let inside = left >= 0.0 && top >= 0.0 && right <= 960.0 && bottom <= height;
            assert!(inside, "{}: {told}", chart.name);
            words += told.len();
            for &other in &texts[..i] {
                let [l, t, r, b] = text_box(other);
                let touches = left < r && l < right && top < b && t < bottom;
                assert!(!touches, "{}: {told} and {}", chart.name, text_of(other));
            }
        }
        assert!(words > 100, "{}", chart.name);
    }
}
