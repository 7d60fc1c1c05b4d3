use proptest::prelude::*;

use super::run::Run;
use super::*;
use crate::depth::record::StageCost;
use crate::depth::sample;

const FREE: Network = Network { latency_seconds: 0.0, bits_per_second: f64::INFINITY };
const STEADY: Stragglers = Stragglers { share: 0.0, slowdown: 1.0, seed: 1 };

fn steady(machines: usize) -> Fleet {
    Fleet { machines, network: FREE, stragglers: STEADY }
}

/// A row whose proofs take whole seconds, so that sums are exact.
fn whole(segments: usize, fan_in: usize, arity: usize, seconds: [u32; 4]) -> Row {
    let mut row = sample::row(segments, 1, arity);
    row.fan_in = fan_in;
    row.leaves = segments.div_ceil(fan_in);
    while !(row.leaves - 1).is_multiple_of(arity - 1) {
        row.leaves += 1;
    }
    let stages = &mut row.stages;
    let all = [&mut stages.segment, &mut stages.leaf, &mut stages.fold, &mut stages.batch];
    for (stage, seconds) in all.into_iter().zip(seconds) {
        *stage = StageCost { wall_seconds: f64::from(seconds), ..*stage };
    }
    row.stages.leaf.proofs = row.leaves;
    row.stages.fold.proofs = (row.leaves - 1) / (arity - 1);
    row
}

fn small_rows() -> impl Strategy<Value = Row> {
    let seconds = [1u32..5, 1u32..9, 1u32..9, 1u32..4];
    (1usize..24, 1usize..5, 2usize..5, seconds)
        .prop_map(|(segments, fan_in, arity, seconds)| whole(segments, fan_in, arity, seconds))
}

fn count(graph: &ProofGraph, kind: ProofKind) -> usize {
    graph.proofs().iter().filter(|proof| proof.kind == kind).count()
}

/// Whole-second time steps over every proof of every batch: slow and plain. Gives when each batch ends.
fn by_the_second(graph: &ProofGraph, machines: usize, arrivals: &[u32]) -> Vec<f64> {
    let proofs = graph.proofs();
    let remaining = graph.remaining_seconds();
    let mut ends = vec![vec![None::<u32>; proofs.len()]; arrivals.len()];
    let mut now = 0;
    while ends.iter().flatten().any(Option::is_none) {
        let done = |end: Option<u32>| end.is_some_and(|end| end <= now);
        let busy = ends.iter().flatten().filter(|end| end.is_some_and(|end| end > now)).count();
        let mut ready = Vec::new();
        for (batch, _) in arrivals.iter().enumerate().filter(|(_, arrival)| **arrival <= now) {
            for (number, proof) in proofs.iter().enumerate() {
                let made = proof.inputs.iter().all(|&input| done(ends[batch][input]));
                if ends[batch][number].is_none() && made {
                    ready.push((batch, -(remaining[number] as i64), number));
                }
            }
        }
        ready.sort_unstable();
        for (batch, _, number) in ready.into_iter().take(machines - busy) {
            ends[batch][number] = Some(now + proofs[number].wall_seconds as u32);
        }
        now += 1;
    }
    let last = |ends: &Vec<Option<u32>>| f64::from(ends.iter().flatten().copied().max().unwrap());
    ends.iter().map(last).collect()
}

#[test]
fn a_graph_has_the_proofs_of_its_row() {
    for arity in [2, 3, 7] {
        for segment in [1, 4, 16, 64, 256] {
            let row = sample::row(1024, segment, arity);
            let graph = ProofGraph::of(&row);
            assert_eq!(count(&graph, ProofKind::Segment), row.stages.segment.proofs);
            assert_eq!(count(&graph, ProofKind::Leaf), row.stages.leaf.proofs);
            assert_eq!(count(&graph, ProofKind::Fold), row.stages.fold.proofs);
            assert_eq!(count(&graph, ProofKind::Batch), 1);
            let folds = graph.proofs().iter().filter(|proof| proof.kind == ProofKind::Fold);
            assert!(folds.clone().all(|fold| fold.inputs.len() == arity));
            assert!((graph.total_seconds() - row.wall_seconds).abs() < 1e-6);
            let path = graph.critical_path_seconds();
            assert!((path - row.critical_path_seconds).abs() < 1e-9, "{:?}", row.point);
        }
    }
}

#[test]
fn a_remainder_is_passed_up() {
    let row = whole(10, 2, 3, [1, 1, 1, 1]);
    let graph = ProofGraph::of(&row);
    let inputs: Vec<&[usize]> = graph.proofs()[10..].iter().map(|p| p.inputs.as_slice()).collect();
    let leaves = [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]];
    assert_eq!(inputs[..5], leaves);
    assert_eq!(inputs[5..], [&[10, 11, 12][..], &[15, 13, 14], &[16]]);
}

#[test]
fn a_count_that_does_not_fit_still_ends_in_one_root() {
    let mut row = whole(8, 2, 7, [1, 1, 1, 1]);
    row.leaves = 4;
    let graph = ProofGraph::of(&row);
    assert_eq!(count(&graph, ProofKind::Fold), 1);
    assert_eq!(graph.proofs()[12].inputs, [8, 9, 10, 11]);
    row.point.arity = 0;
    row.leaves = 1;
    let graph = ProofGraph::of(&row);
    assert_eq!(graph.proofs()[8].inputs.len(), 8, "no segment is lost");
    assert_eq!(graph.critical_path_seconds(), 3.0);
}

#[test]
fn without_machines_nothing_ends() {
    assert_eq!(ProofGraph::of(&sample::row(16, 4, 2)).latency(0), f64::INFINITY);
}

#[test]
fn a_machine_moves_only_what_others_made() {
    // Two segments of 1 s on two machines, then one leaf proof on either: one proof of 8 000 bits moves.
    let mut row = whole(2, 2, 2, [1, 1, 1, 1]);
    row.stages.segment.proof_bytes = 1000;
    let graph = ProofGraph::of(&row);
    let network = Network { latency_seconds: 0.25, bits_per_second: 16_000.0 };
    let run = |machines| Run::new(&graph, &Fleet { network, ..steady(machines) }, 0.0, 1).finish();
    let two = run(2);
    assert_eq!(two.latencies, [1.0 + 0.5 + 0.25 + 1.0 + 1.0]);
    assert_eq!((two.link_seconds, two.held_seconds), (0.5, 4.75));
    let one = run(1);
    assert_eq!((one.latencies[0], one.link_seconds), (4.0, 0.0));
}

#[test]
fn a_machine_that_holds_an_input_comes_first() {
    // Four machines make a segment each. One of each leaf proof's two segments moves, then one leaf proof.
    let mut row = whole(4, 2, 2, [1, 1, 1, 1]);
    row.stages.segment.proof_bytes = 1000;
    row.stages.leaf.proof_bytes = 4000;
    let graph = ProofGraph::of(&row);
    let network = Network { latency_seconds: 0.0, bits_per_second: 16_000.0 };
    let outcome = Run::new(&graph, &Fleet { network, ..steady(4) }, 0.0, 1).finish();
    assert_eq!(outcome.link_seconds, 0.5 + 0.5 + 2.0);
}

#[test]
fn the_link_moves_one_proof_after_the_other() {
    // Four segments on four machines: three move, each 0.5 s, and are on their way for 0.25 s together.
    let mut row = whole(4, 4, 2, [1, 1, 1, 1]);
    row.stages.segment.proof_bytes = 1000;
    let graph = ProofGraph::of(&row);
    let network = Network { latency_seconds: 0.25, bits_per_second: 16_000.0 };
    let outcome = Run::new(&graph, &Fleet { network, ..steady(4) }, 0.0, 1).finish();
    assert_eq!(outcome.latencies, [1.0 + 1.5 + 0.25 + 1.0 + 1.0]);
}

#[test]
fn one_machine_proves_what_it_has_time_for() {
    let row = whole(4, 2, 2, [1, 2, 3, 4]);
    let work = 4.0 + 4.0 + 3.0 + 4.0 + 5.0;
    let load = |interval: f64| Load {
        transactions_per_second: 4.0 / interval,
        batch_transactions: 4,
        seconds: interval * 10.0,
        wrap_wall_seconds: 5.0,
    };
    let fits = simulate_fleet(&row, &load(work), &steady(1)).unwrap();
    assert!(fits.keeps_up);
    assert_eq!(fits.median_latency_seconds, Some(work));
    assert_eq!(fits.p99_latency_seconds, Some(work));
    assert_eq!(fits.sustained_transactions_per_second, 4.0 / work);
    assert_eq!(fits.utilisation, 1.0);
    let late = simulate_fleet(&row, &load(work / 2.5), &steady(1)).unwrap();
    assert!(!late.keeps_up);
    assert_eq!((late.median_latency_seconds, late.p99_latency_seconds), (None, None));
    assert_eq!(late.sustained_transactions_per_second, 4.0 / work);
    assert_eq!(late.limit, Limit::Machines { needed: 3 });
}

/// A wrap that takes longer than all else leaves machines idle at the end of a run, not while batches come.
#[test]
fn what_a_fleet_proves_does_not_depend_on_how_its_run_ends() {
    let row = whole(4, 2, 2, [1, 2, 3, 4]);
    let work = 4.0 + 4.0 + 3.0 + 4.0 + 100.0;
    for machines in [1, 3, 8] {
        let load = |batches: f64| Load {
            transactions_per_second: 4.0,
            batch_transactions: 4,
            seconds: batches,
            wrap_wall_seconds: 100.0,
        };
        for batches in [10.0, 40.0] {
            let found = simulate_fleet(&row, &load(batches), &steady(machines)).unwrap();
            let proved = found.sustained_transactions_per_second;
            assert!((proved - 4.0 * machines as f64 / work).abs() < 1e-9, "{proved}");
            assert!((found.utilisation - 1.0).abs() < 1e-9);
            assert_eq!(found.limit, Limit::Machines { needed: 115 });
        }
    }
}

/// Tenths of seconds are rounded, and so are their sums.
#[test]
fn a_fleet_with_just_the_time_keeps_up_however_long_it_runs() {
    let mut row = whole(4, 2, 2, [1, 1, 1, 1]);
    row.stages.segment.wall_seconds = 0.1;
    row.stages.leaf.wall_seconds = 0.7;
    let work = ProofGraph::of(&row).with_wrap(0.3).total_seconds();
    for batches in [1.0, 10.0, 100.0, 1000.0] {
        let load = Load {
            transactions_per_second: 4.0 / work,
            batch_transactions: 4,
            seconds: batches * work,
            wrap_wall_seconds: 0.3,
        };
        let found = simulate_fleet(&row, &load, &steady(1)).unwrap();
        assert!(found.keeps_up, "{batches} batches: {found:?}");
        let scarce = Load { transactions_per_second: 4.0 / work * 1.001, ..load };
        assert!(!simulate_fleet(&row, &scarce, &steady(1)).unwrap().keeps_up);
    }
}

#[test]
fn each_limit_is_met() {
    let row = sample::row(1024, 16, 2);
    let load = sample::load();
    let few = simulate_fleet(&row, &load, &sample::fleet(2)).unwrap();
    let Limit::Machines { needed } = few.limit else { panic!("{few:?}") };
    assert!(!few.keeps_up && needed > 2);
    let enough = simulate_fleet(&row, &load, &sample::fleet(needed + 1)).unwrap();
    assert!(enough.keeps_up);
    assert_eq!(enough.limit, Limit::Waiting);
    let many = simulate_fleet(&row, &load, &sample::fleet(400)).unwrap();
    assert_eq!(many.limit, Limit::CriticalPath);
    let network = Network { latency_seconds: 0.02, bits_per_second: 1e7 };
    let fleet = Fleet { network, ..sample::fleet(400) };
    let jammed = simulate_fleet(&row, &load, &fleet).unwrap();
    assert!(!jammed.keeps_up);
    assert_eq!(jammed.limit, Limit::Link);
    // The link has not the time either, but two machines are far scarcer.
    let both = simulate_fleet(&row, &load, &Fleet { network, ..sample::fleet(2) }).unwrap();
    assert!(matches!(both.limit, Limit::Machines { .. }), "{both:?}");
    let proved = |row: &FleetRow| row.sustained_transactions_per_second;
    assert!(proved(&both) < proved(&jammed) / 2.0);
    assert!(proved(&jammed) < load.transactions_per_second);
    // One segment of two moves, 9.5 s of 10: the link has the time, but hardly.
    let row = whole(2, 2, 2, [1, 1, 1, 1]);
    let bits = row.stages.segment.proof_bytes as f64 * 8.0;
    let network = Network { latency_seconds: 0.0, bits_per_second: bits / 9.5 };
    let load = Load {
        transactions_per_second: 0.2,
        batch_transactions: 2,
        seconds: 100.0,
        wrap_wall_seconds: 0.0,
    };
    let full = simulate_fleet(&row, &load, &Fleet { network, ..steady(4) }).unwrap();
    assert!(full.keeps_up);
    assert_eq!(full.limit, Limit::Link);
}

#[test]
fn a_fleet_takes_the_quickest_plan_it_keeps_up_with() {
    let rows: Vec<Row> = [1, 4, 16, 64, 256].map(|k| sample::row(1024, k, 2)).to_vec();
    let load = sample::load();
    for machines in [1, 2, 4, 8, 16, 64] {
        let fleet = sample::fleet(machines);
        let chosen = simulate_fleets(&rows, &load, &fleet, &[machines]).unwrap().remove(0);
        for row in &rows {
            let other = simulate_fleet(row, &load, &fleet).unwrap();
            let latency = |row: &FleetRow| row.median_latency_seconds.unwrap_or(f64::INFINITY);
            assert!(latency(&chosen) <= latency(&other));
            let throughput = |row: &FleetRow| row.sustained_transactions_per_second;
            assert!(throughput(&chosen) >= throughput(&other));
        }
    }
}

#[test]
fn smaller_batches_are_left_out() {
    let mut rows = vec![sample::row(1024, 64, 2)];
    let machines = [1, 8, 32];
    let simulate = |rows: &[Row]| {
        simulate_fleets(rows, &sample::load(), &sample::fleet(1), &machines).unwrap()
    };
    let alone = simulate(&rows);
    rows.push(sample::row(16, 16, 2));
    assert_eq!(alone, simulate(&rows));
    assert_eq!(alone.iter().map(|row| row.machines).collect::<Vec<_>>(), machines);
}

#[test]
fn more_machines_make_the_usual_plans_quicker() {
    for row in [16, 64, 256].map(|segment| sample::row(1024, segment, 2)) {
        let graph = ProofGraph::of(&row);
        for machines in [1, 2, 4, 8, 16, 32] {
            let (few, more) = (graph.latency(machines), graph.latency(2 * machines));
            assert!(more <= few * 1.01, "{machines} machines: {few}, twice as many: {more}");
        }
        assert!(graph.latency(8) < graph.latency(1) / 2.0);
    }
}

#[test]
fn stragglers_depend_on_the_seed_and_slow_down() {
    let graph = ProofGraph::of(&sample::row(256, 4, 2));
    let run = |share, seed| {
        let stragglers = Stragglers { share, slowdown: 3.0, seed };
        Run::new(&graph, &Fleet { stragglers, ..sample::fleet(8) }, 10.0, 20).finish()
    };
    assert_eq!(run(0.1, 1), run(0.1, 1));
    assert_ne!(run(0.1, 1), run(0.1, 2));
    let (none, all) = (run(0.0, 1).proving_seconds, run(1.0, 1).proving_seconds);
    assert!((all / none - 3.0).abs() < 1e-9);
    // About 3 900 draws of a tenth: the mean is 1.2 times as long, within five deviations.
    let some = run(0.1, 1).proving_seconds / none;
    assert!((some - 1.2).abs() < 0.06, "{some}");
}

#[test]
fn figures_that_make_no_sense_are_refused() {
    let rows = [sample::row(1024, 64, 2)];
    let (load, fleet) = (sample::load(), sample::fleet(1));
    let simulate = |load: &Load, fleet: &Fleet| simulate_fleets(&rows, load, fleet, &[1]);
    assert!(simulate(&load, &fleet).is_ok());
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let refused = simulate(&Load { transactions_per_second: rate, ..load }, &fleet);
        assert!(matches!(refused, Err(FleetError::Figure { .. })), "{rate}");
    }
    for share in [-0.1, 1.1, f64::NAN] {
        let stragglers = Stragglers { share, ..fleet.stragglers };
        let refused = simulate(&load, &Fleet { stragglers, ..fleet });
        assert!(matches!(refused, Err(FleetError::Figure { .. })), "{share}");
    }
    let other = Load { batch_transactions: 64, ..load };
    let refused = FleetError::BatchSize { load: 64, rows: 1024 };
    assert_eq!(simulate(&other, &fleet), Err(refused));
    assert_eq!(simulate_fleets(&[], &load, &fleet, &[1]), Err(FleetError::NoRows));
    assert_eq!(simulate_fleets(&rows, &load, &fleet, &[0]), Err(FleetError::NoMachines));
}

proptest! {
    #[test]
    fn one_machine_takes_the_sum_and_enough_take_the_longest_chain(row in small_rows()) {
        let graph = ProofGraph::of(&row).with_wrap(3.0);
        prop_assert_eq!(graph.latency(1), graph.total_seconds());
        prop_assert_eq!(graph.latency(graph.proofs().len()), graph.critical_path_seconds());
    }

    #[test]
    fn latency_is_that_of_plain_time_steps(row in small_rows(), machines in 1usize..9) {
        let graph = ProofGraph::of(&row);
        prop_assert_eq!(vec![graph.latency(machines)], by_the_second(&graph, machines, &[0]));
    }

    #[test]
    fn batches_end_as_in_plain_time_steps(
        row in small_rows(),
        machines in 1usize..6,
        interval in 1u32..40,
        batches in 1usize..6,
    ) {
        let graph = ProofGraph::of(&row);
        let arrivals: Vec<u32> = (0..batches as u32).map(|batch| batch * interval).collect();
        let run = Run::new(&graph, &steady(machines), f64::from(interval), batches).finish();
        let ends = arrivals.iter().zip(&run.latencies).map(|(arrival, wait)| f64::from(*arrival) + wait);
        prop_assert_eq!(ends.collect::<Vec<_>>(), by_the_second(&graph, machines, &arrivals));
    }

    /// Graham's bounds, which hold for any list schedule.
    #[test]
    fn latency_is_within_its_bounds(row in small_rows(), machines in 1usize..20) {
        let graph = ProofGraph::of(&row);
        let (sum, path) = (graph.total_seconds(), graph.critical_path_seconds());
        let (latency, m) = (graph.latency(machines), machines as f64);
        prop_assert!(latency >= path.max(sum / m) - 1e-9);
        prop_assert!(latency <= sum / m + path * (1.0 - 1.0 / m) + 1e-9);
    }

    /// A machine more can make a schedule longer, but by Graham's theorem not by more than this.
    #[test]
    fn more_machines_are_never_much_slower(row in small_rows(), few in 1usize..10, more in 0usize..10) {
        let graph = ProofGraph::of(&row);
        let bound = 1.0 + (few as f64 - 1.0) / (few + more) as f64;
        prop_assert!(graph.latency(few + more) <= graph.latency(few) * bound + 1e-9);
    }

    #[test]
    fn fleets_keep_to_what_is_possible(
        row in small_rows(),
        machines in 1usize..12,
        interval in 0.5f64..60.0,
        share in 0.0f64..0.5,
        bits_per_second in 1e5f64..1e9,
    ) {
        let load = Load {
            transactions_per_second: row.point.transactions as f64 / interval,
            batch_transactions: row.point.transactions,
            seconds: interval * 12.0,
            wrap_wall_seconds: 2.0,
        };
        let network = Network { latency_seconds: 0.1, bits_per_second };
        let stragglers = Stragglers { share, slowdown: 4.0, seed: 3 };
        let fleet = Fleet { machines, network, stragglers };
        let found = simulate_fleet(&row, &load, &fleet).unwrap();
        let offered = load.transactions_per_second;
        prop_assert!((0.0..=1.0).contains(&found.utilisation));
        prop_assert!(found.sustained_transactions_per_second <= offered * (1.0 + 1e-12));
        let path = ProofGraph::of(&row).with_wrap(2.0).critical_path_seconds();
        if let (Some(median), Some(p99)) = (found.median_latency_seconds, found.p99_latency_seconds) {
            prop_assert!(found.keeps_up && median >= path - 1e-9 && p99 >= median);
        } else {
            prop_assert!(!found.keeps_up);
        }
        let work = ProofGraph::of(&row).with_wrap(2.0).total_seconds();
        prop_assert!(!found.keeps_up || work <= machines as f64 * interval * (1.0 + 1e-9));
        let most = machines as f64 * row.point.transactions as f64 / work;
        prop_assert!(found.sustained_transactions_per_second <= most * (1.0 + 1e-9));
        prop_assert_eq!(&found, &simulate_fleet(&row, &load, &fleet).unwrap());
    }
}
