//! Wall time on one thread and on all: of permutations that share nothing, which is what the machine gives, of the proof of
//! a large segment, of single recursion proofs, and of as many at a time as there are threads.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use starfold_circuits::parameters::{ParameterSet, SegmentRate};
use starfold_circuits::recursion::{LeafCircuit, SegmentSystem, Shape};
use starfold_circuits::transaction::TransactionAir;
use starfold_circuits::transaction::trace::SegmentTrace;
use starfold_hashing::{LANES, States, WIDTH, permute};
use starfold_primitives::{Field, Goldilocks};
use starfold_state::Overlay;
use starfold_transition::seal;
use starfold_transition::testing::arbitrary_batch;

const PARAMETERS: ParameterSet = ParameterSet::Standard;
/// Independent pieces of work, of some milliseconds each.
const PIECES: usize = 64;

fn pools() -> [(usize, ThreadPool); 2] {
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    [1, all].map(|threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        (threads, pool.expect("the system gives threads"))
    })
}

/// A segment of some transactions.
fn segment(degree_bits: usize, rate_bits: u32) -> (SegmentSystem, SegmentTrace) {
    let blocks = 1 << (degree_bits - 8);
    let (state, mut inputs) = arbitrary_batch(1, 2 * blocks);
    inputs.skip_invalid = true;
    let snapshot = state.snapshot();
    let batch =
        seal(&mut Overlay::new(&snapshot), &inputs).expect("an arbitrary batch seals").batch;
    let transactions = &batch.transactions[..blocks];
    let trace = SegmentTrace::generate(&batch.context, &batch.boundaries[0], transactions, blocks)
        .expect("executed transactions have a trace");
    let rate = SegmentRate::new(rate_bits).expect("a rate of the parameter sets");
    let system = SegmentSystem::new(TransactionAir, PARAMETERS, degree_bits, rate);
    (system.expect("the rate supports the AIR"), trace)
}

fn scaling(criterion: &mut Criterion) {
    let pools = pools();
    let mut group = criterion.benchmark_group("threads");
    group.sample_size(10);
    for (threads, pool) in &pools {
        let mut states: Vec<States> = vec![[[Goldilocks::TWO; LANES]; WIDTH]; PIECES];
        group.bench_function(BenchmarkId::new("permutations", threads), |bencher| {
            bencher.iter(|| {
                pool.install(|| {
                    states.par_iter_mut().for_each(|state| (0..1000).for_each(|_| permute(state)));
                });
            });
        });
    }

    let (system, large) = segment(14, 1);
    for (threads, pool) in &pools {
        group.bench_function(BenchmarkId::new("segment of 64", threads), |bencher| {
            bencher.iter(|| {
                let prove = || system.prove(large.rows.clone(), &large.claim);
                pool.install(prove).expect("an honest trace")
            });
        });
    }

    let (system, small) = segment(8, 4);
    let proof = system.prove(small.rows, &small.claim).expect("an honest trace");
    let leaf = LeafCircuit::build(&Shape::new(PARAMETERS), system, 1).expect("it has the shape");
    let prove = || leaf.prove(vec![proof.clone()]).expect("an honest segment");
    for (threads, pool) in &pools {
        group.bench_function(BenchmarkId::new("leaf", threads), |bencher| {
            bencher.iter(|| pool.install(prove));
        });
        let all = pools[1].0;
        group.bench_function(BenchmarkId::new(format!("{all} leaves"), threads), |bencher| {
            bencher.iter(|| {
                pool.install(|| {
                    (0..all).into_par_iter().with_max_len(1).map(|_| prove()).collect::<Vec<_>>()
                })
            });
        });
    }
    group.finish();
}

criterion_group!(threads, scaling);
criterion_main!(threads);
