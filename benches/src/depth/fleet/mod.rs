//! Fleets of machines that prove a steady load.
//!
//! Batches come one after the other. Each proof runs on one machine, which first has its inputs moved to it from the
//! machines that made them. Inputs of segment proofs are not counted: they are small beside proofs.

mod graph;
mod run;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::run::{Outcome, Run};
use super::record::{Point, Row};

pub use self::graph::{Proof, ProofGraph, ProofKind};

/// More of the link's time than this is a full link: queues for it are long by then.
const FULL_LINK: f64 = 0.9;
/// Sums of seconds may exceed a whole by this share of it: they are rounded.
const ROUNDING: f64 = 1e-9;
/// The most machines of a fleet.
const MOST_MACHINES: usize = 1_000_000;
/// The most transactions a second.
const MOST_TRANSACTIONS: f64 = 1e9;
/// Machines that cut the median wait by less than this share are of no use.
const WORTHWHILE_GAIN: f64 = 0.05;

/// How proofs get from machine to machine.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Seconds that a proof is on its way, whatever its length.
    pub latency_seconds: f64,
    /// Bits a second of the coordinator's link, which moves one proof after the other.
    pub bits_per_second: f64,
}

/// Proofs that take longer than they should.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stragglers {
    /// The share of proofs that do, from 0 to 1.
    pub share: f64,
    /// How many times as long they take, at least 1.
    pub slowdown: f64,
    /// What the draw of them starts from: the same seed draws the same proofs.
    pub seed: u64,
}

/// Machines that prove together. Each is like the one that was measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fleet {
    /// How many.
    pub machines: usize,
    /// How they are connected.
    pub network: Network,
    /// How often they are slow.
    pub stragglers: Stragglers,
}

/// What a fleet has to prove.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// Transactions that arrive in a second.
    pub transactions_per_second: f64,
    /// Transactions of a batch.
    pub batch_transactions: usize,
    /// Seconds that the load lasts; at least one batch is proved.
    pub seconds: f64,
    /// Wall seconds to wrap a batch proof.
    pub wrap_wall_seconds: f64,
}

/// What is assumed of fleets and of what they have to prove.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumptions {
    /// What is to be proved.
    pub load: Load,
    /// How machines are connected.
    pub network: Network,
    /// How often machines are slow.
    pub stragglers: Stragglers,
}

impl Assumptions {
    /// Checks that fleets of so many machines can be simulated.
    ///
    /// # Errors
    /// [`FleetError`] where a figure makes no sense or a fleet has no machine.
    pub fn check(&self, machines: &[usize]) -> Result<(), FleetError> {
        let Self { load, network, stragglers } = *self;
        if machines.contains(&0) {
            return Err(FleetError::NoMachines);
        }
        if let Some(&actual) = machines.iter().find(|&&machines| machines > MOST_MACHINES) {
            return Err(FleetError::Machines { limit: MOST_MACHINES, actual });
        }
        check(&load, &Fleet { machines: 1, network, stragglers })
    }

    /// What fleets of each number of machines do, by [`simulate_fleets`].
    ///
    /// # Errors
    /// [`FleetError`], as there.
    pub fn simulate(&self, rows: &[Row], machines: &[usize]) -> Result<Vec<FleetRow>, FleetError> {
        let Self { load, network, stragglers } = *self;
        simulate_fleets(rows, &load, &Fleet { machines: 1, network, stragglers }, machines)
    }
}

impl Load {
    /// Seconds from one batch to the next.
    pub fn interval_seconds(&self) -> f64 {
        self.batch_transactions as f64 / self.transactions_per_second
    }

    /// Whole batches that arrive, at least one.
    pub fn batches(&self) -> usize {
        // Rounding alone must not lose a batch.
        let whole = (self.seconds / self.interval_seconds() + ROUNDING).floor();
        (whole as usize).max(1)
    }
}

/// What keeps a fleet from being faster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Limit {
    /// The machines do not keep up.
    Machines {
        /// Fewer have no time for the proofs alone, without waiting for inputs.
        needed: usize,
    },
    /// The coordinator's link is full.
    Link,
    /// The fleet keeps up; proofs wait for machines at times.
    Waiting,
    /// The fleet keeps up; what takes time is the chain of proofs that wait for each other.
    CriticalPath,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Machines { needed } => {
                write!(f, "Too few machines: at least {needed} are needed for this plan.")
            }
            Self::Link => f.write_str("The coordinator's link is full: more machines do not help."),
            Self::Waiting => f.write_str("It keeps up; more machines would shorten the wait."),
            Self::CriticalPath => f.write_str(
                "It keeps up; the longest chain of proofs sets the wait, more machines do not shorten it.",
            ),
        }
    }
}

/// What a fleet of some size does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FleetRow {
    /// How many machines.
    pub machines: usize,
    /// The plan that they follow.
    pub plan: Point,
    /// Transactions a second that are proved: those of the load where the fleet keeps up, else by the time that machines
    /// and link are held, idle machines at the start and the end left out. Where the link is full it is at most this:
    /// the longer that lasts, the more proofs are moved, since no machine waits for what it holds itself.
    pub sustained_transactions_per_second: f64,
    /// Median of the seconds from a batch's last transaction to its wrapped proof, where the fleet keeps up.
    pub median_latency_seconds: Option<f64>,
    /// The seconds that 99 of 100 batches do not exceed, where the fleet keeps up.
    pub p99_latency_seconds: Option<f64>,
    /// The share of the machines' time, from 0 to 1, that they prove. Idle machines at the start and the end are left
    /// out, waiting for inputs is not proving.
    pub utilisation: f64,
    /// Whether the machines and the link have the time for all that arrives.
    pub keeps_up: bool,
    /// What keeps it from being faster.
    pub limit: Limit,
}

/// Why fleets were not simulated.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FleetError {
    /// A fleet has no machines.
    #[error("a fleet has at least one machine")]
    NoMachines,
    /// A fleet is too large to be simulated.
    #[error("a fleet has at most {limit} machines, not {actual}")]
    Machines {
        /// The most.
        limit: usize,
        /// The number asked for.
        actual: usize,
    },
    /// There is no plan to follow.
    #[error("there are no rows to simulate")]
    NoRows,
    /// A figure cannot be simulated.
    #[error("{what} is {value}, which cannot be simulated")]
    Figure {
        /// What the figure says.
        what: &'static str,
        /// The figure.
        value: f64,
    },
    /// The load's batches are not those of the rows.
    #[error("the load has batches of {load} transactions, the largest rows have {rows}")]
    BatchSize {
        /// Transactions of the load's batches.
        load: usize,
        /// Transactions of the largest rows.
        rows: usize,
    },
}

/// What fleets of each number of `machines` do under `load`. Only the rows with the most transactions are plans. A
/// fleet takes the one with the least median latency among those that it keeps up with, otherwise the one that proves
/// most. The network and stragglers are those of `fleet`, its number of machines is not used.
///
/// # Errors
/// [`FleetError`] where there is nothing to simulate or a figure makes no sense.
pub fn simulate_fleets(
    rows: &[Row],
    load: &Load,
    fleet: &Fleet,
    machines: &[usize],
) -> Result<Vec<FleetRow>, FleetError> {
    check(load, fleet)?;
    let largest = rows.iter().map(|row| row.point.transactions).max().ok_or(FleetError::NoRows)?;
    if largest != load.batch_transactions {
        return Err(FleetError::BatchSize { load: load.batch_transactions, rows: largest });
    }
    let mut plans = Vec::new();
    for row in rows.iter().filter(|row| row.point.transactions == largest) {
        let graph = ProofGraph::of(row).with_wrap(load.wrap_wall_seconds);
        for proof in graph.proofs() {
            figure("wall seconds of a proof", proof.wall_seconds, 0.0, f64::MAX)?;
        }
        plans.push((row.point, graph));
    }
    let simulate = |&machines: &usize| {
        if machines == 0 {
            return Err(FleetError::NoMachines);
        }
        choose(&plans, load, &Fleet { machines, ..*fleet }).ok_or(FleetError::NoRows)
    };
    machines.iter().map(simulate).collect()
}

/// What a fleet does that follows the plan of `row`.
///
/// # Errors
/// [`FleetError`], as for [`simulate_fleets`].
pub fn simulate_fleet(row: &Row, load: &Load, fleet: &Fleet) -> Result<FleetRow, FleetError> {
    let rows = simulate_fleets(std::slice::from_ref(row), load, fleet, &[fleet.machines])?;
    rows.into_iter().next().ok_or(FleetError::NoRows)
}

fn choose(plans: &[(Point, ProofGraph)], load: &Load, fleet: &Fleet) -> Option<FleetRow> {
    // Stragglers only add to the work: what is too much without them needs no run unless all plans are.
    let possible = fleet.machines as f64 * load.interval_seconds();
    let fits = |(_, graph): &(Point, &ProofGraph)| graph.total_seconds() <= possible;
    let (hopeful, hopeless): (Vec<_>, Vec<_>) =
        plans.iter().map(|(plan, graph)| (*plan, graph)).partition(fits);
    let run = |(plan, graph)| Trial::new(plan, graph, load, fleet);
    let hopeful: Vec<Trial<'_>> = hopeful.into_iter().map(run).collect();
    let keeping_up = hopeful.iter().filter(|trial| trial.keeps_up());
    if let Some(quickest) = keeping_up.min_by(|a, b| a.median().total_cmp(&b.median())) {
        return Some(quickest.row());
    }
    let all: Vec<Trial<'_>> = hopeful.into_iter().chain(hopeless.into_iter().map(run)).collect();
    // The first of equals, as above.
    let most = |a: &&Trial<'_>, b: &&Trial<'_>| b.throughput().total_cmp(&a.throughput());
    all.iter().min_by(most).map(Trial::row)
}

/// A plan's run on a fleet.
#[derive(Debug)]
struct Trial<'a> {
    plan: Point,
    graph: &'a ProofGraph,
    load: &'a Load,
    fleet: Fleet,
    outcome: Outcome,
    /// The latencies, least first.
    sorted: Vec<f64>,
}

impl<'a> Trial<'a> {
    fn new(plan: Point, graph: &'a ProofGraph, load: &'a Load, fleet: &Fleet) -> Self {
        let outcome = Run::new(graph, fleet, load.interval_seconds(), load.batches()).finish();
        let mut sorted = outcome.latencies.clone();
        sorted.sort_by(f64::total_cmp);
        Self { plan, graph, load, fleet: *fleet, outcome, sorted }
    }

    /// Seconds in which batches arrive that make up the load.
    fn loaded_seconds(&self) -> f64 {
        self.load.batches() as f64 * self.load.interval_seconds()
    }

    /// Machines are never idle while a proof is ready, so that a fleet whose machines and link have the time keeps up.
    fn keeps_up(&self) -> bool {
        self.steady_seconds() <= self.loaded_seconds() * (1.0 + ROUNDING)
    }

    /// Seconds that the load takes in the middle of a longer one: as long as its batches arrive, or as the scarcer of
    /// machines and link is held. Idle machines, as while the last batches are wrapped, are not part of it.
    fn steady_seconds(&self) -> f64 {
        let held = self.outcome.held_seconds / self.fleet.machines as f64;
        self.loaded_seconds().max(held).max(self.outcome.link_seconds)
    }

    fn throughput(&self) -> f64 {
        let load = self.load.transactions_per_second;
        if self.keeps_up() {
            return load;
        }
        let transactions = (self.load.batches() * self.load.batch_transactions) as f64;
        (transactions / self.steady_seconds()).min(load)
    }

    fn median(&self) -> f64 {
        self.quantile(50)
    }

    /// The least latency that `percent` of the batches do not exceed.
    fn quantile(&self, percent: usize) -> f64 {
        let rank = (self.sorted.len() * percent).div_ceil(100).saturating_sub(1);
        self.sorted.get(rank).copied().unwrap_or_default()
    }

    fn limit(&self) -> Limit {
        if self.outcome.link_seconds > FULL_LINK * self.steady_seconds() {
            return Limit::Link;
        }
        if !self.keeps_up() {
            let least = (self.outcome.proving_seconds / self.loaded_seconds()).ceil() as usize;
            return Limit::Machines { needed: least.max(self.fleet.machines.saturating_add(1)) };
        }
        let machines = self.fleet.machines.saturating_mul(2);
        let fleet = Fleet { machines, ..self.fleet };
        let twice = Self::new(self.plan, self.graph, self.load, &fleet).median();
        if twice < self.median() * (1.0 - WORTHWHILE_GAIN) {
            Limit::Waiting
        } else {
            Limit::CriticalPath
        }
    }

    fn row(&self) -> FleetRow {
        let keeps_up = self.keeps_up();
        let machine_seconds = self.steady_seconds() * self.fleet.machines as f64;
        FleetRow {
            machines: self.fleet.machines,
            plan: self.plan,
            sustained_transactions_per_second: self.throughput(),
            median_latency_seconds: keeps_up.then(|| self.median()),
            p99_latency_seconds: keeps_up.then(|| self.quantile(99)),
            // Sums of rounded seconds may exceed the whole by a little.
            utilisation: (self.outcome.proving_seconds / machine_seconds).min(1.0),
            keeps_up,
            limit: self.limit(),
        }
    }
}

fn check(load: &Load, fleet: &Fleet) -> Result<(), FleetError> {
    let (network, stragglers) = (&fleet.network, &fleet.stragglers);
    let least = f64::MIN_POSITIVE;
    figure("transactions a second", load.transactions_per_second, 1e-6, MOST_TRANSACTIONS)?;
    figure("transactions of a batch", load.batch_transactions as f64, 1.0, f64::MAX)?;
    figure("seconds of the load", load.seconds, 0.0, f64::MAX)?;
    figure("wall seconds of the wrap", load.wrap_wall_seconds, 0.0, f64::MAX)?;
    figure("latency of the network", network.latency_seconds, 0.0, f64::MAX)?;
    figure("bits a second of the link", network.bits_per_second, least, f64::INFINITY)?;
    figure("share of stragglers", stragglers.share, 0.0, 1.0)?;
    figure("slowdown of stragglers", stragglers.slowdown, 1.0, f64::MAX)
}

fn figure(what: &'static str, value: f64, least: f64, most: f64) -> Result<(), FleetError> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(FleetError::Figure { what, value }) }
}
