//! `starfold soundness`

use clap::Args;
use serde::Serialize;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::soundness::{LayerSoundness, SetSoundness, Term};

use crate::failure::Failure;
use crate::output::{columns, print, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "Bits of every term of every layer, and which term is the least: conjectured under \
                  the ethSTARK heuristic and at list-decoding capacity, proven up to the Johnson \
                  bound and within the unique decoding radius. See docs/security.md."
)]
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
            print(&table.text())?;
        }
        print(
            "A layer is worth the least of its terms: permutation, combination and evaluation, which are \
             the same\nunder every assumption, the queries with their grinding, and, where FRI is proven \
             and not conjectured,\nits commit phase. Up to the Johnson bound the queries stand at the slack \
             that is best for both phases.",
        )?;
        Ok(())
    }
}

impl Table {
    fn text(&self) -> String {
        let Self { parameter_set, soundness } = self;
        let least = soundness.least;
        let challenges = columns(&CHALLENGES, &self.rows(challenges));
        let mut rows = self.rows(conjectured);
        rows.push(whole(3, 1, [least.ethstark, least.list_decoding]));
        let conjectured = columns(&CONJECTURED, &rows);
        let mut rows = self.rows(proven);
        rows.push(whole(3, 2, [least.johnson, least.unique_decoding]));
        let proven = columns(&PROVEN, &rows);
        format!(
            "{parameter_set}: the challenges, in bits\n{challenges}\n\n\
             {parameter_set}: conjectured bits\n{conjectured}\n\n\
             {parameter_set}: proven bits\n{proven}\n"
        )
    }

    fn rows(&self, row: impl Fn(&LayerSoundness) -> Vec<String>) -> Vec<Vec<String>> {
        self.soundness
            .layers
            .iter()
            .map(|layer| [vec![layer.layer.clone()], row(layer)].concat())
            .collect()
    }
}

const CHALLENGES: [&str; 7] =
    ["layer", "rows", "rate", "openings", "permutation", "combination", "evaluation"];

fn challenges(layer: &LayerSoundness) -> Vec<String> {
    let challenges = layer.challenges;
    vec![
        format!("2^{}", layer.degree_bits),
        format!("1/{}", 1 << layer.rate_bits),
        layer.openings.to_string(),
        challenges.permutation.map_or_else(|| "-".to_owned(), bits),
        bits(challenges.combination),
        bits(challenges.evaluation),
    ]
}

const CONJECTURED: [&str; 9] = [
    "layer",
    "queries",
    "grinding",
    "ethSTARK",
    "least",
    "limited by",
    "capacity",
    "least",
    "limited by",
];

fn conjectured(layer: &LayerSoundness) -> Vec<String> {
    let LayerSoundness { query_phase, least, limited_by, .. } = layer;
    let sizes = [layer.queries.to_string(), layer.proof_of_work_bits.to_string()];
    let ethstark = regime(&[query_phase.ethstark], least.ethstark, limited_by.ethstark);
    let (least, term) = (least.list_decoding, limited_by.list_decoding);
    let capacity = regime(&[query_phase.list_decoding], least, term);
    [sizes.to_vec(), ethstark, capacity].concat()
}

const PROVEN: [&str; 10] = [
    "layer",
    "slack",
    "Johnson queries",
    "commit phase",
    "least",
    "limited by",
    "unique queries",
    "commit phase",
    "least",
    "limited by",
];

fn proven(layer: &LayerSoundness) -> Vec<String> {
    let LayerSoundness { proven_fri, least, limited_by, .. } = layer;
    let (johnson, unique) = (proven_fri.johnson, proven_fri.unique_decoding);
    let slack = vec![proven_fri.johnson_slack.to_string()];
    let phases = [johnson.query_phase, johnson.commit_phase];
    let johnson = regime(&phases, least.johnson, limited_by.johnson);
    let phases = [unique.query_phase, unique.commit_phase];
    let unique = regime(&phases, least.unique_decoding, limited_by.unique_decoding);
    [slack, johnson, unique].concat()
}

/// The phases of FRI in one regime, the least of all terms, and which it is.
fn regime(phases: &[f64], least: f64, limited_by: Term) -> Vec<String> {
    let phases = phases.iter().copied().map(bits);
    phases.chain([bits(least), limited_by.to_string()]).collect()
}

/// The row of all layers together: the least of two regimes of so many phases, after so many other cells.
fn whole(before: usize, phases: usize, least: [f64; 2]) -> Vec<String> {
    let blank = |cells: usize| vec![String::new(); cells];
    let [first, second] = least.map(|least| vec![bits(least), String::new()]);
    let mut row = vec!["all layers".to_owned()];
    row.extend([blank(before), first, blank(phases), second].concat());
    row
}

fn bits(bits: f64) -> String {
    format!("{bits:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(parameter_set: ParameterSet) -> String {
        Table { parameter_set, soundness: parameter_set.soundness_table() }.text()
    }

    /// The lines of a block, by its title.
    fn block<'a>(text: &'a str, title: &str) -> Vec<&'a str> {
        text.lines()
            .skip_while(|line| !line.ends_with(title))
            .skip(1)
            .take_while(|line| !line.is_empty())
            .collect()
    }

    #[test]
    fn conjectured_and_proven_bits_stand_apart() {
        for set in ParameterSet::ALL {
            let text = text(set);
            let layers = set.soundness_table().layers.len();
            let challenges = block(&text, "the challenges, in bits");
            for name in CHALLENGES {
                assert!(challenges[0].contains(name), "{name}: {text}");
            }
            assert_eq!(challenges.len(), 1 + layers);
            let conjectured = block(&text, "conjectured bits");
            assert_eq!(conjectured.len(), 2 + layers, "{text}");
            assert!(!conjectured[0].contains("Johnson"), "{text}");
            let proven = block(&text, "proven bits");
            assert_eq!(proven.len(), 2 + layers, "{text}");
            assert!(!proven[0].contains("ethSTARK"), "{text}");
        }
    }

    #[test]
    fn a_reader_sees_which_term_limits_a_layer() {
        let standard = text(ParameterSet::Standard);
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let fold = |block: &[&str]| {
            let line = block.iter().find(|line| line.trim_start().starts_with("fold "));
            words(line.unwrap())
        };
        let conjectured = block(&standard, "conjectured bits");
        let expected =
            ["fold", "28", "16", "100.0", "89.4", "permutation", "98.7", "89.4", "permutation"];
        assert_eq!(fold(&conjectured), expected);
        assert_eq!(words(conjectured.last().unwrap()), ["all", "layers", "87.4", "87.4"]);
        let proven = block(&standard, "proven bits");
        let expected = "fold 15 56.7 56.7 56.7 queries 39.2 103.9 39.2 queries";
        assert_eq!(fold(&proven), words(expected));
        assert_eq!(words(proven.last().unwrap()), ["all", "layers", "54.0", "35.2"]);
        let conservative = text(ParameterSet::Conservative);
        let limited = fold(&block(&conservative, "proven bits"));
        assert_eq!(limited[5..7], ["commit", "phase"]);
    }
}
