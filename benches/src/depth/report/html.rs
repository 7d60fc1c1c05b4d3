//! The page for people: one file, without scripts and without anything from elsewhere.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use plotters::style::RGBColor;

use super::best::{Best, batch_sizes, best, cost_per_transaction};
use super::charts::Chart;
use crate::depth::fleet::Assumptions;
use crate::depth::record::{DepthReport, Row, Source};
use crate::plot::palette;
use crate::words;

const STYLE: &str = include_str!("page.css");

/// The page with its plots.
pub(super) fn page(report: &DepthReport, charts: &[Chart]) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Starfold: how deep should aggregation be?" }
                style { (PreEscaped(STYLE)) (PreEscaped(dark_plots())) }
            }
            body {
                main {
                    h1 { "How deep should aggregation be?" }
                    (introduction())
                    (best_plans(report))
                    (setting(report))
                    @if !charts.is_empty() { h2 { "Plots" } }
                    @for chart in charts { (figure(chart)) }
                    (fleets(report))
                    (table(&report.rows))
                }
            }
        }
    };
    page.into_string()
}

fn introduction() -> Markup {
    html! {
        p {
            "Starfold proves batches of transactions. A batch is cut into parts, which machines can prove at the same "
            "time, and the proofs of the parts are aggregated into one. This page compares ways to cut and aggregate "
            "a batch: what they cost, and how long they take."
        }
        dl {
            dt { "Segment" }
            dd {
                "Some transactions in a row, proved together. Large segments need fewer proofs but more memory, and "
                "there are fewer of them to prove at the same time."
            }
            dt { "Leaf proof" }
            dd { "A proof that some segment proofs are right. The fan-in says how many." }
            dt { "Fold" }
            dd { "A proof that some leaf proofs or folds are right. The arity says how many." }
            dt { "Depth" }
            dd {
                "How many levels of folds lie between the leaf proofs and the batch proof. A higher arity makes the "
                "tree flatter, but each fold costs more."
            }
            dt { "Batch proof" }
            dd { "The one proof that is left. It is wrapped for Ethereum afterwards." }
            dt { "Plan" }
            dd { "A size of segment and an arity." }
        }
    }
}

fn best_plans(report: &DepthReport) -> Markup {
    let sizes = batch_sizes(&report.rows);
    let found = sizes.iter().filter_map(|&size| Some((size, best(report, size)?)));
    html! {
        h2 { "The best plans" }
        @if sizes.is_empty() { p { "The report has no rows." } }
        @for (size, Best { cost, latency }) in found {
            p {
                "For batches of " b { (words::count(size)) } ", "
                b { (cost.point.plan()) } " costs least: "
                (words::seconds(cost_per_transaction(cost))) " of CPU time per transaction"
                (origin(cost)) ". "
                @if cost.point == latency.point {
                    "It is also the quickest where every proof has its own machine: "
                    (words::seconds(latency.critical_path_seconds)) "."
                } @else {
                    "Where every proof has its own machine, "
                    b { (latency.point.plan()) } " is the quickest: "
                    (words::seconds(latency.critical_path_seconds)) (origin(latency))
                    ", where the cheapest takes " (words::seconds(cost.critical_path_seconds)) "."
                }
            }
        }
    }
}

/// What to add to a figure that was not measured.
fn origin(row: &Row) -> Markup {
    html! {
        @if row.source != Source::Measured { " (" (row.source) ")" }
    }
}

fn setting(report: &DepthReport) -> Markup {
    let machine = &report.machine;
    let poseidon = if machine.vectorised { "on vectors" } else { "without vectors" };
    html! {
        h2 { "What was measured" }
        dl {
            dt { "Machine" }
            dd {
                (machine.processor) ", " (words::count(machine.threads)) " threads, Poseidon " (poseidon)
            }
            dt { "Program" }
            dd {
                "Starfold " (report.version) ", "
                @match &report.commit {
                    Some(commit) => { "commit " code { (commit) } },
                    None => { "commit unknown" },
                }
            }
            dt { "Soundness" }
            dd { (report.soundness) }
        }
        p {
            "CPU seconds are those of all threads together, without the time to build circuits, which happens once. "
            "Wall seconds are those of this machine making one proof after the other."
        }
    }
}

fn figure(chart: &Chart) -> Markup {
    // Inside a page the drawing needs no namespace; there it would be the only address on the page.
    let svg = chart.svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1);
    html! {
        figure {
            div.plot role="img" aria-label=(chart.title) { (PreEscaped(svg)) }
            figcaption { (chart.caption) }
        }
    }
}

fn fleets(DepthReport { assumptions, fleets, .. }: &DepthReport) -> Markup {
    let Assumptions { load, network, stragglers } = assumptions;
    let seconds = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), words::figure);
    html! {
        @if !fleets.is_empty() {
            h2 { "Fleets of machines" }
            p {
                "Simulated, not measured: so many machines like this one prove batches that keep coming. Proofs are "
                "moved between machines, some take longer than they should, and each batch proof is wrapped. Each "
                "fleet follows the plan that is quickest with it, or the one that proves most where it keeps up with "
                "none. The wait is from a batch's last transaction to its wrapped proof. Rates and shares are those of a longer "
                "run, without the idle machines at its start and end; where the link is the limit, the rate is an upper "
                "bound."
            }
            p {
                "Assumed: " b { (words::figure(load.transactions_per_second)) } " transactions per second, in batches "
                "of " (words::count(load.batch_transactions)) ", for " (words::seconds(load.seconds)) "; "
                (words::seconds(load.wrap_wall_seconds)) " for each wrap; a proof is "
                (words::seconds(network.latency_seconds)) " on its way, over one link of "
                (words::figure(network.bits_per_second / 1e6)) " Mbit/s that all share; "
                (format!("{:.0} %", 100.0 * stragglers.share)) " of the proofs take "
                (words::figure(stragglers.slowdown)) " times as long. Executing transactions and writing to Ethereum "
                "are not part of it."
            }
            div.wide {
                table {
                    thead {
                        tr {
                            th { "machines" } th.word { "plan" } th { "transactions per second" }
                            th { "median wait, s" } th { "99 % wait at most, s" }
                            th { "share of machines' time used" } th.word { "limit" }
                        }
                    }
                    tbody {
                        @for row in fleets {
                            tr {
                                td { (words::count(row.machines)) }
                                td.word { (row.plan.plan()) }
                                td { (words::figure(row.sustained_transactions_per_second)) }
                                td { (seconds(row.median_latency_seconds)) }
                                td { (seconds(row.p99_latency_seconds)) }
                                td { (format!("{:.0} %", 100.0 * row.utilisation)) }
                                td.word { (row.limit) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn table(rows: &[Row]) -> Markup {
    html! {
        @if !rows.is_empty() {
            h2 { "All plans" }
            p {
                span.source.measured { "measured" } " Every proof of the batch was made. "
                span.source.composed { "composed" }
                " Proofs of each kind were made for a smaller batch, and multiplied. "
                span.source.estimated { "estimated" }
                " Proofs of some kind were not made: their figures follow from what the program compares plans by."
            }
            div.wide {
                table {
                    thead {
                        tr {
                            th { "transactions" } th { "segment" } th { "arity" } th { "fan-in" }
                            th { "leaf proofs" } th { "depth" } th { "CPU s per transaction" }
                            th { "CPU s" } th { "wall s" } th { "longest chain, s" }
                            th { "memory" } th { "proof" } th { "verify, ms" } th { "rate bits" }
                            th.word { "source" }
                        }
                    }
                    tbody { @for row in rows { (line(row)) } }
                }
            }
        }
    }
}

fn line(row: &Row) -> Markup {
    let source = row.source.to_string();
    html! {
        tr {
            td { (words::count(row.point.transactions)) }
            td { (words::count(row.point.segment)) }
            td { (row.point.arity) }
            td { (row.fan_in) }
            td { (words::count(row.leaves)) }
            td { (row.fold_levels) }
            td { (words::figure(cost_per_transaction(row))) }
            td { (words::figure(row.cpu_seconds)) }
            td { (words::figure(row.wall_seconds)) }
            td { (words::figure(row.critical_path_seconds)) }
            td { (words::bytes(row.peak_rss_bytes)) }
            td { (words::bytes(row.proof_bytes)) }
            td { (words::figure(row.verify_milliseconds)) }
            td { (row.rate_bits) }
            td.word { span class={ "source " (source) } { (source) } }
        }
    }
}

/// Rules that give the plots' colours others in the dark. A rule wins over the colour that a drawing names.
fn dark_plots() -> String {
    let others = [
        (palette::PAGE, "#14181D"),
        (palette::INK, "#E6EAEE"),
        (palette::MUTED, "#A3AEBA"),
        (palette::GRID, "#323A43"),
        (palette::BLUE, "#4AA3DF"),
        (palette::RED, "#FF8A3D"),
        (palette::GREEN, "#2CC79B"),
        (palette::PURPLE, "#E08DBE"),
        (palette::SKY, "#A5D8F7"),
    ];
    let mut rules = String::from("@media (prefers-color-scheme: dark) {\n");
    for (RGBColor(red, green, blue), dark) in others {
        let light = format!("#{red:02X}{green:02X}{blue:02X}");
        for what in ["fill", "stroke"] {
            rules.push_str(&format!("  .plot [{what}=\"{light}\"] {{ {what}: {dark}; }}\n"));
        }
    }
    rules.push_str("}\n");
    rules
}
