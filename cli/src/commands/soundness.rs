//! `starfold soundness`

use clap::Args;
use serde::Serialize;
use starfold_circuits::parameters::{LayerSoundness, ParameterSet};

use crate::failure::Failure;
use crate::output::{columns, print, print_json};

/// Bits of the query phase, grinding included, by what one assumes: the ethSTARK heuristic and
/// list-decoding capacity are conjectures, the Johnson bound and unique decoding are proven.
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
    layers: Vec<LayerSoundness>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let parameter_sets: Vec<Table> = ParameterSet::ALL
            .into_iter()
            .map(|parameter_set| Table { parameter_set, layers: parameter_set.soundness_table() })
            .collect();
        if self.json {
            return Ok(print_json(&Report { parameter_sets })?);
        }
        for table in &parameter_sets {
            print(&format!("{}\n{}\n", table.parameter_set, table.rows()))?;
        }
        print("conjectured: ethSTARK, capacity; proven, query phase alone: Johnson, unique")?;
        Ok(())
    }
}

impl Table {
    fn rows(&self) -> String {
        let heading =
            ["layer", "rate", "queries", "grinding", "ethSTARK", "capacity", "Johnson", "unique"];
        let rows: Vec<Vec<String>> = self
            .layers
            .iter()
            .map(|layer| {
                let soundness = layer.soundness;
                let bits = |bits: f64| format!("{bits:.1}");
                vec![
                    layer.layer.clone(),
                    format!("1/{}", 1 << layer.rate_bits),
                    layer.queries.to_string(),
                    layer.proof_of_work_bits.to_string(),
                    bits(soundness.ethstark),
                    bits(soundness.list_decoding),
                    bits(soundness.johnson),
                    bits(soundness.unique_decoding),
                ]
            })
            .collect();
        columns(&heading, &rows)
    }
}
