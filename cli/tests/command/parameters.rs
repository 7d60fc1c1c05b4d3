//! The other parameter set, from the first command to the last.

use crate::fixture::Fixture;

#[test]
fn two_segments_at_conservative_parameters() {
    let fixture = Fixture::new();
    fixture.succeeds(&["init", "--data-dir", "rollup", "--parameters", "conservative"]);
    fixture.simulate(1);
    let prove = [
        "batch-prove",
        "--data-dir",
        "rollup",
        "--transactions",
        "txs.json",
        "--out",
        "batch.proof",
        "--segment",
        "1",
        "--fan-in",
        "1",
        "--json",
    ];
    let report = fixture.json("batch-prove", &prove);
    assert_eq!((&report["segments"], &report["fold_levels"]), (&2.into(), &1.into()));
    assert_eq!(report["parameter_set"], "conservative");
    let verified =
        fixture.json("verify", &["verify", "batch.proof", "--data-dir", "rollup", "--json"]);
    assert_eq!(verified["parameter_set"], "conservative");
    assert_eq!(verified["circuit_digest"], report["circuit_digest"]);
    let text = fixture.fails(1, &["wrap", "batch.proof", "--out", "wrapped.json"]);
    assert!(text.contains("parameter set conservative, the wrap covers standard alone"), "{text}");
}
