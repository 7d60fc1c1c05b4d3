//! Whole batches of random transfers, signatures included: CPU seconds a transfer.
//!
//! The circuits come from the cache folder, which the first batch fills; every counted batch has a new data directory.

mod measure;

use std::path::Path;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use starfold_rollup::workload::{Funding, RandomTransfers, random};
use starfold_rollup::{
    BatchInputs, FinishedBatch, NewRollup, PlanOptions, Rollup, Silent, Started, cache_folder,
};
use tempfile::TempDir;

use measure::CpuTime;

/// A new rollup whose accounts have balances, and transfers between them.
fn workload(transfers: usize) -> (TempDir, Rollup, BatchInputs) {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut rollup =
        Rollup::init(folder.path(), &NewRollup::development()).expect("the folder is empty");
    let plan = random(RandomTransfers { transfers, accounts: 64, seed: 1 }).expect("a workload");
    let workload = rollup.simulate(&plan, Funding::Genesis).expect("the rollup is new");
    let inputs = BatchInputs { transactions: workload.transactions, ..BatchInputs::default() };
    (folder, rollup, inputs)
}

fn prove(
    rollup: &mut Rollup,
    inputs: &BatchInputs,
    options: PlanOptions,
    cache: &Path,
) -> FinishedBatch {
    let record = rollup.seal(inputs).expect("honest transactions");
    rollup
        .prove(&record, options, cache, &Silent, Started::now())
        .expect("a sealed batch is provable")
}

fn batches(criterion: &mut Criterion<CpuTime>) {
    let cache = cache_folder();
    let mut group = criterion.benchmark_group("batch-prove");
    group.sample_size(10);
    for (transfers, segment) in [(64, None), (512, None), (64, Some(1))] {
        group.throughput(Throughput::Elements(transfers as u64));
        let options = PlanOptions { segment, ..PlanOptions::default() };
        let name = segment.map_or("default plan".to_owned(), |k| format!("--segment {k}"));
        group.bench_function(BenchmarkId::new(name, transfers), |bencher| {
            bencher.iter_batched(
                || workload(transfers),
                |(folder, mut rollup, inputs)| {
                    (folder, prove(&mut rollup, &inputs, options, &cache))
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group! {
    name = batch_prove;
    config = Criterion::default().with_measurement(CpuTime);
    targets = batches
}
criterion_main!(batch_prove);
