//! `starfold soundness`

use clap::Args;
use serde::Serialize;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::soundness::{LayerSoundness, SetSoundness, Soundness};

use crate::failure::Failure;
use crate::output::{columns, print, print_json};

/// Bits by what one assumes of the query phase: the ethSTARK heuristic and list-decoding capacity are
/// conjectures, the Johnson bound and unique decoding are proven; FRI's commit phase is in none of
/// them, see docs/security.md.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    parameter_sets: Vec<Table>,
}

#[derive(Debug, Serialize)]
struct Table {
    parameter_set: ParameterSet,
    #[serde(flatten)]
    soundness: SetSoundness,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let parameter_sets: Vec<Table> = ParameterSet::ALL
            .into_iter()
            .map(|parameter_set| Table {
                parameter_set,
                soundness: parameter_set.soundness_table(),
            })
            .collect();
        if self.json {
            return Ok(print_json(&Report { parameter_sets })?);
        }
        for table in &parameter_sets {
            print(&format!("{}\n{}\n", table.parameter_set, table.text()))?;
        }
        print(
            "Bits of each layer: of the query phase and grinding by what one assumes, of the other \
             challenges, and the least of all.\nConjectured: ethSTARK, capacity. Proven, without FRI's \
             commit phase: Johnson, unique.",
        )?;
        Ok(())
    }
}

impl Table {
    fn text(&self) -> String {
        let heading = [
            "layer",
            "rate",
            "queries",
            "grinding",
            "ethSTARK",
            "capacity",
            "Johnson",
            "unique",
            "challenges",
            "least",
            "least Johnson",
        ];
        let mut rows: Vec<Vec<String>> = self.soundness.layers.iter().map(row).collect();
        let mut whole = vec!["all layers".to_owned()];
        whole.resize(heading.len() - 2, String::new());
        whole.extend(least(&self.soundness.least));
        rows.push(whole);
        columns(&heading, &rows)
    }
}

fn row(layer: &LayerSoundness) -> Vec<String> {
    let Soundness { ethstark, list_decoding, johnson, unique_decoding } = layer.query_phase;
    let challenges = layer.challenges;
    let others = challenges.combination.min(challenges.evaluation);
    let others = challenges.permutation.map_or(others, |permutation| permutation.min(others));
    let mut cells = vec![
        layer.layer.clone(),
        format!("1/{}", 1 << layer.rate_bits),
        layer.queries.to_string(),
        layer.proof_of_work_bits.to_string(),
    ];
    cells.extend([ethstark, list_decoding, johnson, unique_decoding, others].map(bits));
    cells.extend(least(&layer.least));
    cells
}

/// Under the heuristic, and up to the Johnson bound.
fn least(soundness: &Soundness) -> [String; 2] {
    [soundness.ethstark, soundness.johnson].map(bits)
}

fn bits(bits: f64) -> String {
    format!("{bits:.1}")
}
