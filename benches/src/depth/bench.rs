//! Measures a grid within a budget.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use starfold_aggregator::{Costs, Progress};
use starfold_rollup::file::{self, FileError};

use super::DepthError;
use super::fleet::{Assumptions, FleetError, Load, Network, Stragglers};
use super::grid::{Grid, PARAMETERS, Recipe};
use super::prove::prove_point;
use super::record::{DepthReport, Point, Row, Source};
use crate::files::make_folder;
use crate::identity::{Identity, soundness};

/// A benchmark in a folder. What was measured there with the same program on the same machine is not measured again.
#[derive(Clone, Debug)]
pub struct DepthBench {
    grid: Grid,
    folder: PathBuf,
    budget: Duration,
    costs: Costs,
    fleets: Vec<usize>,
    transactions_per_second: f64,
}

/// Seconds of the load that fleets are simulated with, and the most batches: a simulation of these takes seconds.
const LOAD_SECONDS: f64 = 120.0;
const LOAD_BATCHES: f64 = 1000.0;
/// Wall seconds of a wrap by a machine that has read layers and key, measured on two cores by `starfold wrap`.
const WRAP_SECONDS: f64 = 12.0;
/// Machines of one data centre.
const NETWORK: Network = Network { latency_seconds: 0.005, bits_per_second: 1e9 };
/// Rare, and slow enough to be felt.
const STRAGGLERS: Stragglers = Stragglers { share: 0.01, slowdown: 5.0, seed: 1 };

fn assumptions(batch_transactions: usize, transactions_per_second: f64) -> Assumptions {
    let interval_seconds = batch_transactions as f64 / transactions_per_second;
    let load = Load {
        transactions_per_second,
        batch_transactions,
        seconds: LOAD_SECONDS.min(LOAD_BATCHES * interval_seconds),
        wrap_wall_seconds: WRAP_SECONDS,
    };
    Assumptions { load, network: NETWORK, stragglers: STRAGGLERS }
}

/// A point that is to be measured now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The point.
    pub point: Point,
    /// How many points were measured before, in this run or an earlier one.
    pub measured: usize,
    /// How many there are.
    pub total: usize,
    /// About how many seconds it takes.
    pub seconds: f64,
    /// What is left of the budget, in seconds.
    pub seconds_left: f64,
}

/// The file of a point that was measured.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    row: Row,
}

/// Where things are kept until the program or the machine is another one.
#[derive(Debug)]
struct Places(PathBuf);

impl Places {
    fn new(folder: &Path, costs: &Costs) -> Self {
        Self(folder.join(format!("kept-{}", Identity::here().name(costs))))
    }

    fn name(Point { transactions, segment, arity }: Point) -> String {
        format!("{transactions}-transactions-segment-{segment}-arity-{arity}")
    }

    fn circuits(&self) -> PathBuf {
        self.0.join("circuits")
    }

    fn proofs(&self, point: Point) -> PathBuf {
        self.0.join("proofs").join(Self::name(point))
    }

    fn row(&self, point: Point) -> PathBuf {
        self.0.join("rows").join(format!("{}.json", Self::name(point)))
    }

    /// The row of a point, where it was measured.
    fn measured(&self, point: Point) -> Option<Row> {
        let kept: Kept = file::read_json(&self.row(point)).ok()?;
        (kept.row.point == point).then_some(kept.row)
    }
}

impl DepthBench {
    /// The benchmark of a grid. It takes no point of which it expects that the budget, wall time, is exceeded; costs are
    /// those by which that is judged until proofs were measured.
    pub fn new(grid: Grid, folder: PathBuf, budget: Duration, costs: Costs) -> Self {
        let (fleets, transactions_per_second) = (vec![], 1.0);
        Self { grid, folder, budget, costs, fleets, transactions_per_second }
    }

    /// Simulates fleets of so many machines, too, which are to prove so many transactions a second.
    ///
    /// # Errors
    /// [`FleetError`] where a figure makes no sense.
    pub fn with_fleets(
        mut self,
        machines: Vec<usize>,
        transactions_per_second: f64,
    ) -> Result<Self, FleetError> {
        let largest = self.grid.transactions.iter().copied().max().unwrap_or(1);
        assumptions(largest, transactions_per_second).check(&machines)?;
        (self.fleets, self.transactions_per_second) = (machines, transactions_per_second);
        Ok(self)
    }

    /// Measures one point and keeps its row.
    ///
    /// # Errors
    /// [`DepthError`]; what was proved is kept, and a later call goes on.
    pub fn measure(
        folder: &Path,
        point: Point,
        costs: Costs,
        progress: &dyn Progress,
    ) -> Result<Row, DepthError> {
        let places = Places::new(folder, &costs);
        if let Some(row) = places.measured(point) {
            return Ok(row);
        }
        let (circuits, proofs, row) = (places.circuits(), places.proofs(point), places.row(point));
        let folders = [circuits.as_path(), &proofs, row.parent().unwrap_or(&places.0)];
        folders.into_iter().try_for_each(make_folder)?;
        let measured = prove_point(point, costs, [&circuits, &proofs], progress)?;
        let kept = Kept { row: measured };
        let json = serde_json::to_vec_pretty(&kept)
            .map_err(|error| FileError::Content { path: row.clone(), reason: error.to_string() })?;
        file::write(&row, &json)?;
        // of no use any more; that they stay is of no consequence
        let _ = fs::remove_dir_all(&proofs);
        Ok(kept.row)
    }

    /// Measures the grid, the cheapest point of every kind of circuits first, then the others by cost. `measure` calls
    /// [`Self::measure`] for each, best in a process of its own, whose memory is then the point's.
    ///
    /// # Errors
    /// What `measure` returns, and [`DepthError`] where the grid or the folder is at fault.
    pub fn run<E: From<DepthError>>(
        &self,
        mut measure: impl FnMut(Step) -> Result<(), E>,
    ) -> Result<DepthReport, E> {
        let points = self.grid.points().map_err(DepthError::from)?;
        make_folder(&self.folder).map_err(DepthError::from)?;
        let places = Places::new(&self.folder, &self.costs);
        let started = Instant::now();
        let table = Table { points, places, costs: self.costs };
        for point in table.order()? {
            if table.places.measured(point).is_some() {
                continue;
            }
            let seconds = table.seconds(point)?;
            let left = self.budget.saturating_sub(started.elapsed()).as_secs_f64();
            if seconds > left {
                continue;
            }
            let (measured, total) = (table.measured().count(), table.points.len());
            measure(Step { point, measured, total, seconds, seconds_left: left })?;
        }
        if table.measured().count() == table.points.len() {
            // gigabytes, and of no use any more; that they stay is of no consequence
            let _ = fs::remove_dir_all(table.places.circuits());
        }
        let mut report = table.report(self.transactions_per_second)?;
        let machines = &self.fleets;
        let simulated = report.assumptions.simulate(&report.rows, machines);
        report.fleets = simulated.map_err(DepthError::from)?;
        Ok(report)
    }
}

/// The points and what is known of them.
struct Table {
    points: Vec<Point>,
    places: Places,
    costs: Costs,
}

impl Table {
    fn measured(&self) -> impl Iterator<Item = Row> {
        self.points.iter().filter_map(|&point| self.places.measured(point))
    }

    /// The points in the order in which they are measured.
    fn order(&self) -> Result<Vec<Point>, DepthError> {
        let mut estimated = vec![];
        for &point in &self.points {
            estimated.push((self.seconds(point)?, point));
        }
        estimated.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let is_first = |at: usize| {
            let circuits = |point: Point| (point.segment, point.arity);
            let (before, rest) = estimated.split_at(at);
            before.iter().all(|(_, point)| circuits(*point) != circuits(rest[0].1))
        };
        let (first, others): (Vec<usize>, Vec<usize>) =
            (0..estimated.len()).partition(|&at| is_first(at));
        Ok(first.into_iter().chain(others).map(|at| estimated[at].1).collect())
    }

    /// About how many seconds a point takes, circuits that were not needed before included.
    fn seconds(&self, point: Point) -> Result<f64, DepthError> {
        let recipe = Recipe::new(point, self.costs)?;
        let is_built = self.measured().any(|row| recipe.has_circuits_of(&row));
        let build = if is_built { 0.0 } else { recipe.build_seconds() };
        Ok(self.row(point)?.wall_seconds + build)
    }

    /// The row of a point: measured, or composed of what was measured of its circuits, or estimated.
    fn row(&self, point: Point) -> Result<Row, DepthError> {
        if let Some(row) = self.places.measured(point) {
            return Ok(row);
        }
        let recipe = Recipe::new(point, self.costs)?;
        let estimated = recipe.estimate(Identity::here().machine.threads);
        // the larger, the more proofs its medians are of
        let alike = self.measured().filter(|row| recipe.has_circuits_of(row));
        let Some(mut best) = alike.max_by_key(|row| row.point.transactions) else {
            return Ok(estimated);
        };
        if best.stages.fold.proofs == 0 {
            let of_arity = |row: &Row| row.point.arity == point.arity;
            let folds = self.measured().filter(of_arity).map(|row| row.stages.fold);
            let fold = folds.max_by_key(|fold| fold.proofs).filter(|fold| fold.proofs > 0);
            best.stages.fold = fold.unwrap_or(estimated.stages.fold);
            if fold.is_none() && recipe.tree.folds() > 0 {
                return Ok(Row { source: Source::Estimated, ..recipe.compose(&best) });
            }
        }
        Ok(recipe.compose(&best))
    }

    fn report(&self, transactions_per_second: f64) -> Result<DepthReport, DepthError> {
        let rows =
            self.points.iter().map(|&point| self.row(point)).collect::<Result<Vec<_>, _>>()?;
        let Identity { version, commit, machine } = Identity::here();
        let largest = rows.iter().map(|row| row.point.transactions).max().unwrap_or(1);
        let (assumptions, fleets) = (assumptions(largest, transactions_per_second), vec![]);
        let soundness = soundness(PARAMETERS);
        Ok(DepthReport { version, commit, machine, soundness, rows, assumptions, fleets })
    }
}

#[cfg(test)]
mod tests;
