//! Rows and nodes of the outer layer's Merkle trees: side by side, and one after the other by the library.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plonky2::plonk::config::Hasher;
use starfold_l1_verifier::bn254::{NodeHash, OuterHasher};
use starfold_primitives::{Field, Goldilocks};
use starfold_prover::{LANES, LaneHasher};

/// Columns of the wires of the outer layer, of its permutation argument, and of a row of a fold.
const ROWS: [usize; 3] = [135, 10, 16];

fn rows(criterion: &mut Criterion) {
    for columns in ROWS {
        let row = |i| (0..columns).map(|j| Goldilocks::from_canonical_usize(i * j + 1)).collect();
        let rows: Vec<Vec<Goldilocks>> = (0..LANES).map(row).collect();
        let mut digests = vec![OuterHasher::hash_or_noop(&[]); LANES];
        let mut group = criterion.benchmark_group(format!("row of {columns}"));
        group.throughput(Throughput::Elements(LANES as u64));
        group.bench_function("side by side", |bencher| {
            bencher.iter(|| OuterHasher::hash_rows(black_box(&rows), black_box(&mut digests)));
        });
        group.bench_function("library", |bencher| {
            bencher.iter(|| {
                for (row, digest) in black_box(&rows).iter().zip(&mut digests) {
                    *digest = OuterHasher::hash_or_noop(row);
                }
            });
        });
        group.finish();
    }
}

fn nodes(criterion: &mut Criterion) {
    let leaf = |i| OuterHasher::hash_or_noop(&[Goldilocks::from_canonical_usize(i)]);
    let children: Vec<NodeHash> = (0..2 * LANES).map(leaf).collect();
    let mut parents = vec![children[0]; LANES];
    let mut group = criterion.benchmark_group("node");
    group.throughput(Throughput::Elements(LANES as u64));
    group.bench_function("side by side", |bencher| {
        bencher.iter(|| OuterHasher::parents(black_box(&children), black_box(&mut parents)));
    });
    group.bench_function("library", |bencher| {
        bencher.iter(|| {
            for (pair, parent) in black_box(&children).chunks_exact(2).zip(&mut parents) {
                *parent = OuterHasher::two_to_one(pair[0], pair[1]);
            }
        });
    });
    group.finish();
}

criterion_group!(outer_hashing, rows, nodes);
criterion_main!(outer_hashing);
