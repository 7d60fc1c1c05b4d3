use std::fs;

use serde_json::Value;

use crate::fixture::Fixture;
use crate::schemas::check;

/// A batch is proved in a process of its own, what is left is told apart, and nothing is measured twice.
#[test]
fn a_depth_benchmark_measures_within_its_budget_and_goes_on() {
    let fixture = Fixture::new();
    let run = |budget: &str| {
        let arguments =
            ["bench", "depth", "--transactions", "4,1024", "--segment", "1", "--arity", "2"];
        let arguments =
            [&arguments[..], &["--out", "depth", "--budget", budget, "--json"]].concat();
        fixture.json("bench-depth", &arguments)
    };
    let sources = |report: &Value| {
        let rows = report["rows"].as_array().unwrap();
        rows.iter().map(|row| row["source"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(sources(&run("0s")), ["estimated", "estimated"]);
    let report = run("60s");
    assert_eq!(sources(&report), ["measured", "composed"]);
    assert_eq!(report["fleets"].as_array().unwrap().len(), 3);
    let again = run("0s");
    assert_eq!(again["rows"], report["rows"]);

    let read = |name: &str| fs::read_to_string(fixture.path("depth").join(name)).unwrap();
    check("bench-depth", &serde_json::from_str(&read("depth.json")).unwrap());
    assert_eq!(read("depth.csv").lines().count(), 3);
    assert!(read("report.html").contains("<svg") && read("plots/memory.svg").contains("<svg"));
    let text = fixture.succeeds(&["bench", "depth", "--out", "depth", "--budget", "0s"]);
    assert!(text.contains("best for") && text.contains("report.html"), "{text}");
}

#[test]
fn what_cannot_be_measured_is_wrong_use() {
    let fixture = Fixture::new();
    for arguments in [
        ["--arity", "4"],
        ["--segment", "3"],
        ["--transactions", "5000"],
        ["--machines", "0"],
        ["--rate", "0"],
        ["--budget", "soon"],
    ] {
        let all = [&["bench", "depth", "--out", "depth"][..], &arguments].concat();
        fixture.fails(2, &all);
    }
    assert!(!fixture.path("depth").exists());
}

#[test]
fn whole_batches_are_measured_once() {
    let fixture = Fixture::new();
    let arguments = ["bench", "batches", "--transfers", "3", "--out", "batches"];
    let json = [&arguments[..], &["--json"]].concat();
    let report = fixture.json("bench-batches", &json);
    let row = &report["rows"][0];
    assert!(row["cpu_seconds"].as_f64().unwrap() > 1.0, "{row}");
    assert_eq!(fixture.json("bench-batches", &json), report);
    assert!(fixture.succeeds(&arguments).contains("cost-by-batch.svg"));
    for transfers in ["0", "4096"] {
        fixture.fails(2, &["bench", "batches", "--transfers", transfers, "--out", "batches"]);
    }
}
