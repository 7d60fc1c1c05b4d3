//! Measures what the planner's cost model holds: CPU seconds and peak memory of segments by size and rate, gates of
//! the leaf circuits, CPU seconds of the recursion circuits.
//!
//! `cargo run --release -p starfold-benches --example cost_table -- segments 8 14 2`: traces of 2^8 to 2^14 rows
//! at rate 2. `... -- leaves 8 14 2 1`: leaf circuits over one of them. `... -- batch 64 0 FOLDER standard`: a whole batch of
//! 64 transactions and CollectFee, with segments of so many blocks or, where 0, of the planner's choice.

#![expect(clippy::print_stdout, reason = "a table for people")]

use std::path::Path;

use starfold_aggregator::usage::CpuClock;
use starfold_aggregator::{Note, PlanOptions, Progress, ProveRequest, Stage, prove};
use starfold_benches::peak_memory;
use starfold_circuits::parameters::{ParameterSet, SegmentRate};
use starfold_circuits::provable::LeafSize;
use starfold_circuits::recursion::{CatalogueEntry, SegmentSystem, Shape};
use starfold_circuits::transaction::trace::SegmentTrace;
use starfold_circuits::transaction::{COLUMNS, TransactionAir};
use starfold_state::Overlay;
use starfold_transition::testing::arbitrary_batch;
use starfold_transition::{SealedBatch, seal};

type Failure = Box<dyn std::error::Error>;

fn cpu<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let clock = CpuClock::start();
    let result = work();
    (result, clock.seconds())
}

fn batch(transactions: usize) -> Result<SealedBatch, Failure> {
    let (state, inputs) = arbitrary_batch(7, transactions);
    let snapshot = state.snapshot();
    Ok(seal(&mut Overlay::new(&snapshot), &inputs)?.batch)
}

fn segments(lengths: std::ops::RangeInclusive<usize>, rate: SegmentRate) -> Result<(), Failure> {
    println!("rows rate   trace_s   prove_s  verify_s  proof_kB  peak_MB");
    for degree_bits in lengths {
        let blocks = 1 << (degree_bits - 8);
        let batch = batch(blocks)?;
        let witnesses = &batch.transactions[..blocks];
        let entry = &batch.boundaries[0];
        let system = SegmentSystem::new(TransactionAir, ParameterSet::Standard, degree_bits, rate)?;
        peak_memory();
        let (trace, filling) =
            cpu(|| SegmentTrace::generate(&batch.context, entry, witnesses, blocks));
        let trace = trace?;
        let SegmentTrace { rows, claim, .. } = trace;
        let (proof, proving) = cpu(|| system.prove(rows, &claim));
        let proof = proof?;
        let (verified, verifying) = cpu(|| system.verify(&proof));
        verified?;
        let bytes = system.encode(&proof)?.len();
        println!(
            "2^{degree_bits:<2} {:4} {filling:9.2} {proving:9.2} {verifying:9.3} {:9} {:8}",
            rate.bits(),
            bytes / 1000,
            peak_memory()
        );
    }
    Ok(())
}

fn leaves(
    lengths: std::ops::RangeInclusive<usize>,
    rate: SegmentRate,
    fan_in: usize,
) -> Result<(), Failure> {
    let (shape, seconds) = cpu(|| Shape::new(ParameterSet::Standard));
    println!("shape {seconds:.2} s");
    println!("rows rate fan-in    gates  adapter   build_s  peak_MB");
    for degree_bits in lengths {
        let entry = CatalogueEntry::new(TransactionAir, 8, LeafSize { degree_bits, rate, fan_in });
        peak_memory();
        let (leaf, building) = cpu(|| entry.build(&shape));
        let leaf = leaf?;
        println!(
            "2^{degree_bits:<2} {:4} {fan_in:6} {:8} {:8} {building:9.2} {:8}",
            rate.bits(),
            leaf.gates(),
            leaf.adapter_gates().unwrap_or(0),
            peak_memory()
        );
    }
    Ok(())
}

struct Lines;

impl Progress for Lines {
    fn stage(&self, stage: Stage, total: u64) {
        println!("{stage}: {total} steps");
    }

    fn advance(&self, _: Stage, _: u64) {}

    fn note(&self, note: &Note<'_>) {
        println!("{note}");
    }
}

fn whole_batch(
    transactions: usize,
    segment: usize,
    folder: &Path,
    parameters: ParameterSet,
) -> Result<(), Failure> {
    let batch = batch(transactions)?;
    let request = ProveRequest {
        batch: &batch,
        parameters,
        options: PlanOptions {
            segment: (segment != 0).then_some(segment),
            ..PlanOptions::default()
        },
        artifacts: &folder.join("artifacts"),
        cache: &folder.join("cache"),
    };
    peak_memory();
    let (proved, seconds) = cpu(|| prove(&request, &Lines));
    let proved = proved?;
    let (verified, verifying) = cpu(|| proved.proof.verify());
    println!("{:#?}\nverified in {verifying:.3} s: {:?}", proved.report, verified?.exposed);
    let each = seconds / transactions as f64;
    println!("{seconds:.1} CPU s, {each:.3} each, peak {} MB", peak_memory());
    Ok(())
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize| -> Result<usize, Failure> {
        Ok(arguments.get(i).ok_or("missing argument")?.parse()?)
    };
    println!("{COLUMNS} columns");
    if arguments.first().is_some_and(|command| command == "batch") {
        let argument = |i: usize| arguments.get(i).ok_or("missing argument");
        let parameters = argument(4)?.parse()?;
        return whole_batch(number(1)?, number(2)?, Path::new(argument(3)?), parameters);
    }
    let (first, last) = (number(1)?.max(8), number(2)?);
    let rate = SegmentRate::new(u32::try_from(number(3)?)?)?;
    match arguments.first().map(String::as_str) {
        Some("segments") => segments(first..=last, rate),
        Some("leaves") => leaves(first..=last, rate, number(4)?),
        _ => Err("segments, leaves or batch".into()),
    }
}
