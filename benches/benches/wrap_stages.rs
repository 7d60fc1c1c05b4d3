//! Every stage of the wrap by itself: the layers' circuits and proofs, the assignment, Groth16's key and proof.

mod measure;

use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::batch_verifier;
use starfold_circuits::recursion::BatchProof;
use starfold_l1_verifier::groth16::{Circuit, prove, read_proving_key, verify, write_proving_key};
use starfold_l1_verifier::layers::LayerChain;
use starfold_l1_verifier::verifier::{WrapCircuit, public_inputs};
use starfold_rollup::wrapping::development_key;
use starfold_rollup::{Silent, cache_folder};

use measure::CpuTime;

fn batch() -> BatchProof {
    let verifier = batch_verifier(ParameterSet::Standard).expect("the pins are committed");
    let bytes = include_bytes!("../../l1-verifier/testdata/batch.proof");
    verifier.decode(bytes).expect("a committed proof")
}

fn layers(criterion: &mut Criterion<CpuTime>) {
    let build = || LayerChain::build().expect("the committed layers");
    let batch = batch();
    let chain = build();
    let bytes = chain.to_cache_bytes();
    let shrink = chain.prove_shrink(&batch).expect("an honest batch proof");

    let mut group = criterion.benchmark_group("layers");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.bench_function("circuits, built", |bencher| bencher.iter_with_large_drop(build));
    group.bench_function("circuits, from the cache", |bencher| {
        bencher.iter_with_large_drop(|| LayerChain::from_cache_bytes(&bytes).expect("its bytes"));
    });
    group.bench_function("shrink proof", |bencher| {
        bencher.iter(|| chain.prove_shrink(&batch).expect("an honest batch proof"));
    });
    group.bench_function("outer proof", |bencher| {
        bencher.iter(|| chain.prove_outer(&shrink).expect("an honest proof"));
    });
    group.finish();
}

fn groth16(criterion: &mut Criterion<CpuTime>) {
    let batch = batch();
    let chain = LayerChain::build().expect("the committed layers");
    let outer = chain.prove(&batch).expect("an honest batch proof");
    let wrap = WrapCircuit::new(chain.layer().clone());
    drop(chain);
    let record = || Circuit::new(wrap.record().expect("constraints for the committed layer"));
    let circuit = record();
    let assignment = wrap.assign(&outer).expect("an honest proof");
    let key = development_key(&cache_folder(), &Silent).expect("the circuit has a key");
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("development.key");
    write_proving_key(&path, &key).expect("the folder can be written");
    let make = || {
        let mut generator = ChaCha20Rng::seed_from_u64(1);
        prove(&key, &circuit, &assignment, &mut generator).expect("an honest assignment")
    };
    let proof = make();
    let inputs = public_inputs(&batch.exposed());

    let mut group = criterion.benchmark_group("groth16");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.bench_function("constraints", |bencher| bencher.iter_with_large_drop(record));
    group.bench_function("key, read", |bencher| {
        bencher.iter_with_large_drop(|| read_proving_key(&path, &circuit).expect("its key"));
    });
    group.bench_function("assignment", |bencher| {
        bencher.iter(|| wrap.assign(&outer).expect("an honest proof"));
    });
    group.bench_function("proof", |bencher| bencher.iter(make));
    group.bench_function("verification", |bencher| {
        bencher.iter(|| verify(key.verifying_key(), &proof, &inputs).expect("an honest proof"));
    });
    group.finish();
}

criterion_group! {
    name = stages;
    config = Criterion::default().with_measurement(CpuTime);
    targets = layers, groth16
}
criterion_main!(stages);
