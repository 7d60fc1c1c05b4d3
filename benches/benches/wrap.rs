//! The whole wrap, as the program does it: layers and key are read from the cache folder, which the first run fills, and
//! a batch proof becomes a wrapped proof. Each run prints its stages and the most memory;
//! `cargo bench -p starfold-benches --bench wrap -- --test` makes one.

#![expect(clippy::print_stdout, reason = "a figure for people")]

mod measure;

use std::path::Path;

use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use starfold_aggregator::usage::CpuClock;
use starfold_benches::peak_memory;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::batch_verifier;
use starfold_circuits::recursion::BatchProof;
use starfold_rollup::wrapping::{WrapKey, WrapStep, load_wrapper};
use starfold_rollup::{Silent, cache_folder};

use measure::CpuTime;

/// Runs the wrap and prints what it cost.
fn wrap(batch: &BatchProof, cache: &Path) {
    peak_memory();
    let start = CpuClock::start();
    let wrapper = load_wrapper(WrapKey::Development, cache, &Silent).expect("layers and a key");
    let mut ends = Vec::new();
    let mut running = WrapStep::Build;
    let mut generator = ChaCha20Rng::seed_from_u64(1);
    let wrapped = wrapper.wrap_by_stages(batch, &mut generator, |stage| {
        ends.push((running, start.seconds()));
        running = stage.into();
    });
    wrapped.expect("an honest batch proof");
    let seconds = start.seconds();
    ends.push((running, seconds));

    let mut before = 0.0;
    let stages: Vec<String> = ends
        .into_iter()
        .map(|(step, end)| format!("{step} {:.1}", end - std::mem::replace(&mut before, end)))
        .collect();
    let peak = peak_memory();
    println!("{seconds:.1} CPU s ({}), peak memory {peak} MiB", stages.join(", "));
}

fn whole(criterion: &mut Criterion<CpuTime>) {
    let verifier = batch_verifier(ParameterSet::Standard).expect("the pins are committed");
    let bytes = include_bytes!("../../l1-verifier/testdata/batch.proof");
    let batch = verifier.decode(bytes).expect("a committed proof");
    let cache = cache_folder();
    // fills the cache
    drop(load_wrapper(WrapKey::Development, &cache, &Silent).expect("layers and a key"));
    let mut group = criterion.benchmark_group("wrap");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.bench_function("whole", |bencher| bencher.iter(|| wrap(&batch, &cache)));
    group.finish();
}

criterion_group! {
    name = wraps;
    config = Criterion::default().with_measurement(CpuTime);
    targets = whole
}
criterion_main!(wraps);
