//! One run of a fleet, from event to event.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Fleet;
use super::graph::ProofGraph;

/// Seconds since the start that can be sorted.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Seconds(f64);

impl Eq for Seconds {}

impl PartialOrd for Seconds {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Seconds {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The batch's last transaction is here.
    Arrival { batch: usize },
    /// A machine has made a proof.
    Proved { batch: usize, proof: usize, machine: usize },
}

/// A proof whose inputs are made: older batches first, then the longest chain.
type Ready = Reverse<(usize, Reverse<Seconds>, usize)>;

/// A batch under way.
#[derive(Debug)]
struct UnderWay {
    arrived: f64,
    /// How many inputs each proof still waits for.
    waiting: Vec<usize>,
    /// The seconds that each proof takes, stragglers slowed down.
    seconds: Vec<f64>,
    /// The machine that made each proof.
    made_by: Vec<usize>,
}

/// What a run showed. Seconds count from the first batch's arrival.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    /// For each batch the seconds from its arrival to its last proof.
    pub(super) latencies: Vec<f64>,
    /// Seconds of proving, summed over the machines.
    pub(super) proving_seconds: f64,
    /// Seconds in which machines prove or wait for their inputs, summed.
    pub(super) held_seconds: f64,
    /// Seconds in which the coordinator's link moves proofs.
    pub(super) link_seconds: f64,
}

/// The state of a run.
#[derive(Debug)]
pub(super) struct Run<'a> {
    graph: &'a ProofGraph,
    fleet: &'a Fleet,
    interval_seconds: f64,
    batches: usize,
    remaining: Vec<f64>,
    verifiers: Vec<Option<usize>>,
    straggling: ChaCha8Rng,
    now: f64,
    events: BinaryHeap<Reverse<(Seconds, Event)>>,
    ready: BinaryHeap<Ready>,
    idle: BTreeSet<usize>,
    under_way: BTreeMap<usize, UnderWay>,
    link_free_at: f64,
    outcome: Outcome,
}

impl<'a> Run<'a> {
    /// A fleet that waits for the first of `batches`, which come `interval_seconds` after each other.
    pub(super) fn new(
        graph: &'a ProofGraph,
        fleet: &'a Fleet,
        interval_seconds: f64,
        batches: usize,
    ) -> Self {
        let first = Reverse((Seconds(0.0), Event::Arrival { batch: 0 }));
        Self {
            graph,
            fleet,
            interval_seconds,
            batches,
            remaining: graph.remaining_seconds(),
            verifiers: graph.verifiers(),
            straggling: ChaCha8Rng::seed_from_u64(fleet.stragglers.seed),
            now: 0.0,
            events: (batches > 0).then_some(first).into_iter().collect(),
            ready: BinaryHeap::new(),
            idle: (0..fleet.machines).collect(),
            under_way: BTreeMap::new(),
            link_free_at: 0.0,
            outcome: Outcome { latencies: vec![0.0; batches], ..Outcome::default() },
        }
    }

    /// Runs until every batch is proved.
    pub(super) fn finish(mut self) -> Outcome {
        while let Some(Reverse((at, event))) = self.events.pop() {
            self.now = at.0;
            self.happen(event);
            // Of what happens at the same time each proof readies one at most, and frees a machine for it.
            self.hand_out();
        }
        self.outcome
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrival { batch } => self.arrive(batch),
            Event::Proved { batch, proof, machine } => {
                self.idle.insert(machine);
                self.proved(batch, proof, machine);
            }
        }
    }

    fn arrive(&mut self, batch: usize) {
        let proofs = self.graph.proofs();
        // Drawn in the order of batches and proofs, so that every fleet meets the same stragglers.
        let stragglers = self.fleet.stragglers;
        let seconds = proofs
            .iter()
            .map(|proof| {
                let slow = self.straggling.random::<f64>() < stragglers.share;
                proof.wall_seconds * if slow { stragglers.slowdown } else { 1.0 }
            })
            .collect();
        let waiting: Vec<usize> = proofs.iter().map(|proof| proof.inputs.len()).collect();
        for (proof, _) in waiting.iter().enumerate().filter(|(_, inputs)| **inputs == 0) {
            self.ready.push(Reverse((batch, Reverse(Seconds(self.remaining[proof])), proof)));
        }
        let made_by = vec![0; proofs.len()];
        self.under_way.insert(batch, UnderWay { arrived: self.now, waiting, seconds, made_by });
        if batch + 1 < self.batches {
            // A product rather than a sum: rounding does not add up.
            let at = Seconds((batch + 1) as f64 * self.interval_seconds);
            self.events.push(Reverse((at, Event::Arrival { batch: batch + 1 })));
        }
    }

    fn proved(&mut self, batch: usize, proof: usize, machine: usize) {
        let Some(under_way) = self.under_way.get_mut(&batch) else { return };
        under_way.made_by[proof] = machine;
        match self.verifiers[proof] {
            Some(next) => {
                under_way.waiting[next] -= 1;
                if under_way.waiting[next] == 0 {
                    let remaining = Reverse(Seconds(self.remaining[next]));
                    self.ready.push(Reverse((batch, remaining, next)));
                }
            }
            None => {
                self.outcome.latencies[batch] = self.now - under_way.arrived;
                self.under_way.remove(&batch);
            }
        }
    }

    /// Gives ready proofs to idle machines.
    fn hand_out(&mut self) {
        while !self.idle.is_empty() {
            let Some(Reverse((batch, _, proof))) = self.ready.pop() else { return };
            let Some(under_way) = self.under_way.get(&batch) else { return };
            let inputs = &self.graph.proofs()[proof].inputs;
            let held = |input: &&usize| self.idle.contains(&under_way.made_by[**input]);
            // A machine that already holds an input saves moving it.
            let machine = inputs.iter().find(held).map(|&input| under_way.made_by[input]);
            let Some(machine) = machine.or_else(|| self.idle.first().copied()) else { return };
            self.idle.remove(&machine);

            let network = &self.fleet.network;
            let mut start = self.now;
            for &input in inputs.iter().filter(|input| under_way.made_by[**input] != machine) {
                let bits = self.graph.proofs()[input].proof_bytes as f64 * 8.0;
                let moving = bits / network.bits_per_second;
                self.link_free_at = self.link_free_at.max(self.now) + moving;
                self.outcome.link_seconds += moving;
                start = start.max(self.link_free_at + network.latency_seconds);
            }
            let seconds = under_way.seconds[proof];
            self.outcome.proving_seconds += seconds;
            self.outcome.held_seconds += start - self.now + seconds;
            let event = Event::Proved { batch, proof, machine };
            self.events.push(Reverse((Seconds(start + seconds), event)));
        }
    }
}
