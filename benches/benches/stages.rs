//! Every stage by itself: execution, trace, segment proof by size and rate, leaf by fan-in, fold by arity, batch,
//! verification.

mod measure;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use starfold_circuits::parameters::{FoldArity, ParameterSet, SegmentRate};
use starfold_circuits::recursion::{
    BatchCircuit, BatchStatement, BatchVerifier, CircuitSet, FoldCircuit, LeafCircuit, Node,
    SegmentProof, SegmentSystem, Shape,
};
use starfold_circuits::transaction::TransactionAir;
use starfold_circuits::transaction::trace::SegmentTrace;
use starfold_state::Overlay;
use starfold_transition::testing::arbitrary_batch;
use starfold_transition::{SealedBatch, seal};

use measure::CpuTime;

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
    for (blocks, bits) in [(1, 4), (1, 1), (4, 1), (16, 1), (64, 1), (64, 2)] {
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

fn execution(criterion: &mut Criterion<CpuTime>) {
    const TRANSACTIONS: usize = 256;
    let (state, mut inputs) = arbitrary_batch(1, TRANSACTIONS);
    inputs.skip_invalid = true;
    let snapshot = state.snapshot();
    let mut group = criterion.benchmark_group("execution");
    group.sample_size(10).throughput(Throughput::Elements(TRANSACTIONS as u64));
    group.bench_function("sealing a batch", |bencher| {
        bencher.iter(|| {
            seal(&mut Overlay::new(&snapshot), &inputs).expect("an arbitrary batch seals")
        });
    });
    group.finish();
}

/// A leaf circuit over segments of one transaction at the highest rate.
fn leaf_circuit(shape: &Shape, fan_in: usize) -> LeafCircuit {
    let rate = rate(4);
    let system = SegmentSystem::new(TransactionAir, PARAMETERS, BLOCK_DEGREE_BITS, rate);
    LeafCircuit::build(shape, system.expect("the rate supports the AIR"), fan_in)
        .expect("a leaf, with an adapter where it needs one")
}

/// The proof of a leaf whose first transaction is at a place of the batch.
fn segment_proofs(leaf: &LeafCircuit, batch: &SealedBatch, from: usize) -> Vec<SegmentProof> {
    let prove = |at| {
        let trace = trace(batch, at, 1);
        leaf.system().prove(trace.rows, &trace.claim).expect("an honest trace")
    };
    (from..from + leaf.fan_in()).map(prove).collect()
}

fn leaves(criterion: &mut Criterion<CpuTime>) {
    let batch = sealed(16);
    let shape = Shape::new(PARAMETERS);
    let mut group = criterion.benchmark_group("leaf by fan-in");
    group.sample_size(10);
    for fan_in in [1, 2, 4, 8] {
        let leaf = leaf_circuit(&shape, fan_in);
        let segments = segment_proofs(&leaf, &batch, 0);
        group.throughput(Throughput::Elements(fan_in as u64));
        group.bench_function(BenchmarkId::from_parameter(fan_in), |bencher| {
            bencher.iter(|| leaf.prove(segments.clone()).expect("honest segments"));
        });
    }
    group.finish();
}

fn folds(criterion: &mut Criterion<CpuTime>) {
    let batch = sealed(16);
    let mut group = criterion.benchmark_group("fold by arity");
    group.sample_size(10);
    for arity in FoldArity::ALL {
        let shape = Shape::of_arity(PARAMETERS, arity);
        let leaf = leaf_circuit(&shape, 1);
        let fold = FoldCircuit::build(&shape).expect("the fold has the shape");
        let set = CircuitSet::new(vec![leaf.digest()]).expect("one member");
        let children: Vec<Node> = (0..arity.children())
            .map(|at| segment_proofs(&leaf, &batch, at))
            .map(|segments| leaf.prove(segments).expect("honest segments").into())
            .collect();
        group.throughput(Throughput::Elements(arity.children() as u64 - 1));
        group.bench_function(BenchmarkId::from_parameter(arity), |bencher| {
            bencher.iter(|| fold.prove_all(&set, &children).expect("neighbours"));
        });
    }
    group.finish();
}

fn batches(criterion: &mut Criterion<CpuTime>) {
    let shape = Shape::new(PARAMETERS);
    let leaf = leaf_circuit(&shape, 2);
    let fold = FoldCircuit::build(&shape).expect("the fold has the shape");
    let circuit = BatchCircuit::build(&fold).expect("the batch circuit exposes four elements");
    let set = CircuitSet::new(vec![leaf.digest()]).expect("one member");
    let segments = segment_proofs(&leaf, &sealed(2), 0);
    let top = leaf.prove(segments).expect("honest segments");
    let proof = circuit.prove(&set, top.clone()).expect("an honest leaf");
    let verifier = BatchVerifier::of_circuit(&circuit);
    let statement = BatchStatement { claim: top.claim(), set: set.root() };
    let mut group = criterion.benchmark_group("batch");
    group.sample_size(10);
    group.bench_function("proof", |bencher| {
        bencher.iter(|| circuit.prove(&set, top.clone()).expect("an honest leaf"));
    });
    group.bench_function("native verification", |bencher| {
        bencher.iter(|| verifier.verify(&proof, &statement).expect("an honest proof"));
    });
    group.finish();
}

criterion_group! {
    name = stages;
    config = Criterion::default().with_measurement(CpuTime);
    targets = execution, segments, leaves, folds, batches
}
criterion_main!(stages);
