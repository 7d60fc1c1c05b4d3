//! Sixteen permutations and the hashes of sixteen rows: side by side, and one after the other by the library.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plonky2::field::goldilocks_field::GoldilocksField;
use plonky2::field::types::Sample;
use plonky2::hash::hash_types::HashOut;
use plonky2::hash::poseidon::{Poseidon, PoseidonHash};
use plonky2::plonk::config::Hasher;
use starfold_hashing::{LANES, States, WIDTH, hash_rows, permute};

/// Columns of the wires of plonky2's circuits.
const COLUMNS: usize = 135;

fn permutations(criterion: &mut Criterion) {
    let mut states: States = [[GoldilocksField(7); LANES]; WIDTH];
    let mut each = [[GoldilocksField(7); WIDTH]; LANES];
    let mut group = criterion.benchmark_group("permutation");
    group.throughput(Throughput::Elements(LANES as u64));
    group
        .bench_function("side by side", |bencher| bencher.iter(|| permute(black_box(&mut states))));
    group.bench_function("library", |bencher| {
        bencher.iter(|| {
            for state in black_box(&mut each) {
                *state = GoldilocksField::poseidon(*state);
            }
        });
    });
    group.finish();
}

fn rows(criterion: &mut Criterion) {
    let rows: Vec<_> = (0..LANES).map(|_| GoldilocksField::rand_vec(COLUMNS)).collect();
    let mut digests = [HashOut::<GoldilocksField>::ZERO; LANES];
    let mut group = criterion.benchmark_group("row of 135");
    group.throughput(Throughput::Elements(LANES as u64));
    group.bench_function("side by side", |bencher| {
        bencher.iter(|| hash_rows(black_box(&rows), black_box(&mut digests)));
    });
    group.bench_function("library", |bencher| {
        bencher.iter(|| {
            for (row, digest) in black_box(&rows).iter().zip(&mut digests) {
                *digest = PoseidonHash::hash_or_noop(row);
            }
        });
    });
    group.finish();
}

criterion_group!(hashing, permutations, rows);
criterion_main!(hashing);
