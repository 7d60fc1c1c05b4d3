//! Every stage by itself: trace, segment proof, leaf, fold, batch, verification.

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use starfold_benches::CpuTime;
use starfold_circuits::parameters::{ParameterSet, SegmentRate};
use starfold_circuits::provable::LeafSize;
use starfold_circuits::recursion::{
    BatchCircuit, BatchStatement, BatchVerifier, CatalogueEntry, CircuitSet, FoldCircuit,
    SegmentSystem, Shape,
};
use starfold_circuits::transaction::TransactionAir;
use starfold_circuits::transaction::trace::SegmentTrace;
use starfold_state::Overlay;
use starfold_transition::testing::arbitrary_batch;
use starfold_transition::{SealedBatch, seal};

const PARAMETERS: ParameterSet = ParameterSet::Standard;
const BLOCK_DEGREE_BITS: usize = 8;

fn sealed(transactions: usize) -> SealedBatch {
    let (state, mut inputs) = arbitrary_batch(1, transactions);
    inputs.skip_invalid = true;
    let snapshot = state.snapshot();
    seal(&mut Overlay::new(&snapshot), &inputs).expect("an arbitrary batch seals").batch
}

fn trace(batch: &SealedBatch, from: usize, blocks: usize) -> SegmentTrace {
    let transactions = &batch.transactions[from..from + blocks];
    SegmentTrace::generate(&batch.context, &batch.boundaries[from], transactions, blocks)
        .expect("an executed transaction has a trace")
}

fn rate(bits: u32) -> SegmentRate {
    SegmentRate::new(bits).expect("a rate of the parameter sets")
}

fn segments(criterion: &mut Criterion<CpuTime>) {
    let batch = sealed(80);
    let mut group = criterion.benchmark_group("segment");
    group.sample_size(10);
    group.bench_function("trace of 16 transactions", |bencher| {
        bencher.iter(|| trace(&batch, 0, 16));
    });
    for (blocks, bits) in [(1, 4), (1, 2), (16, 2), (64, 2), (64, 1)] {
        let degree_bits = BLOCK_DEGREE_BITS + usize::ilog2(blocks) as usize;
        let system = SegmentSystem::new(TransactionAir, PARAMETERS, degree_bits, rate(bits));
        let system = system.expect("the rate supports the AIR");
        let trace = trace(&batch, 0, blocks);
        let name = BenchmarkId::new(format!("proof at rate {bits}"), blocks);
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || trace.rows.clone(),
                |rows| system.prove(rows, &trace.claim).expect("an honest trace"),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

fn recursion(criterion: &mut Criterion<CpuTime>) {
    let shape = Shape::new(PARAMETERS);
    let entry = CatalogueEntry::new(
        TransactionAir,
        BLOCK_DEGREE_BITS,
        LeafSize { degree_bits: BLOCK_DEGREE_BITS, rate: rate(4), fan_in: 2 },
    );
    let leaf = entry.build(&shape).expect("a leaf of the catalogue");
    let fold = FoldCircuit::build(&shape).expect("the fold has the shape");
    let circuit = BatchCircuit::build(&fold).expect("the batch circuit exposes four elements");
    let set = CircuitSet::new(vec![leaf.digest()]).expect("one member");
    let batch = sealed(4);
    let segment = |from: usize| {
        let trace = trace(&batch, from, 1);
        leaf.system().prove(trace.rows, &trace.claim).expect("an honest trace")
    };
    let pairs = [[segment(0), segment(1)], [segment(2), segment(3)]];
    let leaves = pairs.clone().map(|pair| leaf.prove(pair.into()).expect("honest segments"));
    let [left, right] = leaves.clone();
    let top = fold.prove(&set, left, right).expect("neighbours");

    let mut group = criterion.benchmark_group("recursion");
    group.sample_size(10);
    group.bench_function("leaf of two segments", |bencher| {
        bencher.iter(|| leaf.prove(pairs[0].clone().into()).expect("honest segments"));
    });
    group.bench_function("fold", |bencher| {
        bencher.iter(|| {
            let [left, right] = leaves.clone();
            fold.prove(&set, left, right).expect("neighbours")
        });
    });
    group.bench_function("batch", |bencher| {
        bencher.iter(|| circuit.prove(&set, top.clone()).expect("an honest fold"));
    });
    let proof = circuit.prove(&set, top.clone()).expect("an honest fold");
    let verifier = BatchVerifier::of_circuit(&circuit);
    let statement = BatchStatement { claim: top.claim(), set: set.root() };
    group.bench_function("native verification of a batch proof", |bencher| {
        bencher.iter(|| verifier.verify(&proof, &statement).expect("an honest proof"));
    });
    group.finish();
}

criterion_group! {
    name = stages;
    config = Criterion::default().with_measurement(CpuTime);
    targets = segments, recursion
}
criterion_main!(stages);
