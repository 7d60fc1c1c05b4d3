use starfold_aggregator::Silent;

use super::super::record::StageCosts;
use super::*;

fn grid(transactions: &[usize], segments: &[usize], arities: &[usize]) -> Grid {
    Grid { transactions: transactions.into(), segments: segments.into(), arities: arities.into() }
}

/// Runs a benchmark whose points are measured here, until one is to be measured that is not `wanted`.
fn run(
    folder: &Path,
    grid: Grid,
    budget: u64,
    wanted: impl Fn(Point) -> bool,
) -> (Result<DepthReport, DepthError>, Vec<Step>) {
    let mut steps = vec![];
    let bench = DepthBench::new(grid, folder.into(), Duration::from_secs(budget), Costs::REFERENCE);
    let report = bench.run(|step: Step| {
        steps.push(step);
        if !wanted(step.point) {
            return Err(DepthError::Transactions { expected: 0, actual: 0 });
        }
        DepthBench::measure(folder, step.point, Costs::REFERENCE, &Silent).map(drop)
    });
    (report, steps)
}

#[test]
fn without_a_budget_everything_is_estimated() {
    let folder = tempfile::tempdir().unwrap();
    let grid = grid(&[16, 64, 1024], &[1, 16, 256], &[2, 3, 7]);
    let (report, steps) = run(folder.path(), grid, 0, |_| false);
    let rows = report.unwrap().rows;
    assert_eq!((rows.len(), steps), (27, vec![]));
    assert!(rows.iter().all(|row| row.source == Source::Estimated && row.cpu_seconds > 1.0));
}

#[test]
fn the_cheapest_point_of_every_kind_of_circuits_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let grid = grid(&[16, 4095], &[1, 256], &[2, 7]);
    let bench = DepthBench::new(grid, folder.path().into(), Duration::MAX, Costs::REFERENCE);
    let mut points = vec![];
    let told = bench.run(|step| {
        points.push(step);
        Ok::<_, DepthError>(())
    });
    // nothing was measured
    assert!(told.unwrap().rows.iter().all(|row| row.source == Source::Estimated));
    let transactions: Vec<_> = points.iter().map(|step| step.point.transactions).collect();
    assert_eq!(transactions, [16, 16, 16, 16, 4095, 4095, 4095, 4095]);
    let seconds = |range: std::ops::Range<usize>| points[range].iter().map(|step| step.seconds);
    assert!(seconds(0..4).is_sorted() && seconds(4..8).is_sorted(), "{points:?}");
}

#[test]
fn batches_are_measured_once_and_the_rest_is_composed() {
    let folder = tempfile::tempdir().unwrap();
    let grid = grid(&[8, 9, 4095], &[1], &[3]);
    let small = |point: Point| point.transactions < 10;
    let (stopped, steps) = run(folder.path(), grid.clone(), 1000, |point| point.transactions == 8);
    assert!(stopped.is_err());
    assert_eq!((steps.len(), steps[0].measured, steps[1].measured), (2, 0, 1));
    assert_eq!((steps[0].total, steps[0].seconds_left.round()), (3, 1000.0));

    // what is left of proofs that another run has begun is judged by its content
    let place = Places::new(folder.path(), &Costs::REFERENCE).proofs(steps[1].point);
    make_folder(&place).unwrap();
    fs::write(place.join("segment-0.proof"), [0; 100]).unwrap();
    let (report, steps) = run(folder.path(), grid, 100, small);
    assert_eq!(steps.len(), 1);
    assert!(!place.exists());

    let DepthReport { rows, .. } = report.unwrap();
    let sources: Vec<_> = rows.iter().map(|row| row.source).collect();
    assert_eq!(sources, [Source::Measured, Source::Measured, Source::Composed]);
    let [eight, nine, many] = &rows[..] else { panic!("{rows:?}") };
    // two leaves of four segments, and one that only makes the tree complete
    assert_eq!((eight.fan_in, eight.leaves, eight.fold_levels), (4, 3, 1));
    assert_eq!((nine.leaves, nine.stages.segment.proofs), (3, 12));
    for row in [eight, nine] {
        let StageCosts { segment, leaf, fold, batch } = row.stages;
        assert_eq!((leaf.proofs, fold.proofs, batch.proofs), (3, 1, 1));
        for stage in [segment, leaf, fold, batch] {
            assert!(stage.cpu_seconds > 0.0 && stage.wall_seconds > 0.0, "{row:?}");
            assert!(stage.proof_bytes > 50_000, "{row:?}");
        }
        assert!(row.critical_path_seconds < row.wall_seconds, "{row:?}");
        assert!(row.verify_milliseconds > 0.0 && row.peak_rss_bytes > 1 << 26, "{row:?}");
        assert_eq!(row.proof_bytes, batch.proof_bytes);
    }
    let of_leaf = nine.stages.leaf.cpu_seconds;
    assert_eq!(many.stages.leaf.cpu_seconds, of_leaf);
    assert!(many.cpu_seconds > of_leaf * many.leaves as f64);
}
