use starfold_primitives::claim::BOUNDARY_LEN;

use super::*;
use crate::air::{Air, AirBuilder, Array, Cell, Claim};
use crate::provable::LeafSize;
use crate::recursion::CatalogueEntry;

fn near(actual: f64, expected: f64) -> bool {
    (actual - expected).abs() < 0.06
}

#[test]
fn query_phases_reach_what_the_parameter_sets_promise() {
    for layer in ParameterSet::Standard.soundness_table().layers {
        assert!(layer.query_phase.ethstark > 99.999, "{layer:?}");
    }
    for layer in ParameterSet::Conservative.soundness_table().layers {
        assert!(layer.query_phase.johnson > 99.999, "{layer:?}");
    }
}

/// Computed independently, to one decimal; above 128 the field of FRI's challenges is the bound.
#[test]
fn query_phases_are_those_of_the_published_formulas() {
    let table = [
        // queries, rate bits, ethSTARK, list decoding, Johnson, unique decoding
        (84, 1, [100.0, 98.1, 58.0, 50.9]),
        (42, 2, [100.0, 98.5, 58.0, 44.5]),
        (28, 3, [100.0, 98.6, 58.0, 39.2]),
        (56, 3, [128.0, 128.0, 100.0, 62.5]),
        (101, 3, [128.0, 128.0, 128.0, 99.8]),
        (168, 1, [128.0, 128.0, 100.0, 85.7]),
    ];
    for (queries, rate_bits, expected) in table {
        let phase = QueryPhase { rate_bits, queries, proof_of_work_bits: 16 };
        let Soundness { ethstark, list_decoding, johnson, unique_decoding } = phase.soundness();
        let actual = [ethstark, list_decoding, johnson, unique_decoding];
        for (actual, expected) in actual.into_iter().zip(expected) {
            assert!(near(actual, expected), "{phase:?}: {actual} and {expected}");
        }
    }
}

/// Computed independently, to one decimal.
#[test]
fn the_permutation_argument_bounds_every_circuit() {
    let permutations = |set: ParameterSet| {
        let layers = set.soundness_table().layers;
        let bits = layers.iter().filter_map(|layer| layer.challenges.permutation);
        bits.collect::<Vec<_>>()
    };
    let table = [
        (ParameterSet::Standard, [87.4, 89.4, 89.4, 91.4]),
        (ParameterSet::Conservative, [85.4, 85.4, 85.4, 87.4]),
    ];
    for (set, expected) in table {
        let actual = permutations(set);
        assert_eq!(actual.len(), expected.len());
        assert!(actual.iter().zip(expected).all(|(a, e)| near(*a, e)), "{set}: {actual:?}");
    }
}

/// Computed independently, to one decimal, with the slack that makes the lesser phase greatest.
#[test]
fn proven_phases_are_those_of_the_published_theorems() {
    let table = [
        // queries, rate bits, degree bits, openings; Johnson: slack, queries, commit; unique: queries, commit
        ([28, 3, 13, 256], 15, [56.7, 56.8, 39.2, 104.0]),
        ([56, 3, 15, 256], 3, [87.5, 67.8, 62.5, 102.0]),
        ([56, 3, 14, 256], 3, [87.5, 69.8, 62.5, 103.0]),
        ([84, 1, 20, 1000], 10, [52.1, 51.8, 50.9, 97.0]),
        ([42, 4, 20, 1000], 3, [90.7, 52.4, 54.3, 94.0]),
    ];
    for ([queries, rate_bits, degree_bits, openings], slack, expected) in table {
        let phase = QueryPhase { rate_bits, queries, proof_of_work_bits: 16 };
        let ProvenFri { johnson, johnson_slack, unique_decoding } =
            phase.proven_fri(degree_bits as usize, openings as usize);
        assert_eq!(johnson_slack, slack, "{phase:?}");
        let actual =
            [johnson, unique_decoding].map(|phases| [phases.query_phase, phases.commit_phase]);
        for (actual, expected) in actual.into_iter().flatten().zip(expected) {
            assert!(near(actual, expected), "{phase:?}: {actual} and {expected}");
        }
    }
}

#[test]
fn the_sets_are_worth_what_the_security_page_says() {
    let table = [
        (ParameterSet::Standard, [87.4, 87.4, 54.0, 35.2]),
        (ParameterSet::Conservative, [85.4, 85.4, 66.5, 54.3]),
    ];
    for (set, expected) in table {
        let Soundness { ethstark, list_decoding, johnson, unique_decoding } =
            set.soundness_table().least;
        let actual = [ethstark, list_decoding, johnson, unique_decoding];
        assert!(actual.iter().zip(expected).all(|(a, e)| near(*a, e)), "{set}: {actual:?}");
    }
}

#[test]
fn the_least_is_the_value_of_the_term_that_limits() {
    for layer in ParameterSet::ALL.into_iter().flat_map(|set| set.soundness_table().layers) {
        let ChallengeSoundness { permutation, combination, evaluation } = layer.challenges;
        let value = |term, fri: FriPhases| match term {
            Term::QueryPhase => fri.query_phase,
            Term::CommitPhase => fri.commit_phase,
            Term::Permutation => permutation.unwrap(),
            Term::Combination => combination,
            Term::Evaluation => evaluation,
        };
        let conjectured = |query_phase| FriPhases { query_phase, commit_phase: f64::NAN };
        let LimitingTerms { ethstark, list_decoding, johnson, unique_decoding } = layer.limited_by;
        let least = layer.least;
        let (query, proven) = (layer.query_phase, layer.proven_fri);
        for (term, fri, least) in [
            (ethstark, conjectured(query.ethstark), least.ethstark),
            (list_decoding, conjectured(query.list_decoding), least.list_decoding),
            (johnson, proven.johnson, least.johnson),
            (unique_decoding, proven.unique_decoding, least.unique_decoding),
        ] {
            assert_eq!(value(term, fri), least, "{layer:?}");
            let all = [fri.query_phase, fri.commit_phase, combination, evaluation];
            assert!(all.into_iter().chain(permutation).all(|term| term.is_nan() || term >= least));
        }
    }
}

/// Up to the Johnson bound there are as many candidates as the list is long, and a prover may hope for each.
#[test]
fn the_length_of_the_list_changes_no_least() {
    for layer in ParameterSet::ALL.into_iter().flat_map(|set| set.soundness_table().layers) {
        let list = f64::from(layer.proven_fri.johnson_slack) + 0.5;
        let loss = list.log2() + f64::from(layer.rate_bits) / 2.0;
        for (_, bits) in layer.challenges.terms() {
            assert!(bits - loss > layer.least.johnson, "{layer:?}");
        }
        assert!(layer.proven_fri.johnson.query_phase < layer.query_phase.johnson, "{layer:?}");
    }
}

#[test]
fn a_layer_has_the_query_phase_of_its_parameters() {
    for set in ParameterSet::ALL {
        for layer in set.soundness_table().layers {
            let LayerSoundness { rate_bits, queries, proof_of_work_bits, .. } = layer;
            let actual = QueryPhase { rate_bits, queries, proof_of_work_bits };
            let expected = match layer.layer.strip_prefix("segment, rate ") {
                Some(rate) => set.segment_queries(SegmentRate::new(rate.parse().unwrap()).unwrap()),
                None => set.recursion_queries(),
            };
            assert_eq!(actual, expected, "{set}, {}", layer.layer);
            assert_eq!(layer.query_phase, actual.soundness());
        }
    }
}

#[test]
fn a_set_is_worth_the_least_of_its_layers() {
    for set in ParameterSet::ALL {
        let SetSoundness { layers, least } = set.soundness_table();
        for layer in &layers {
            let ChallengeSoundness { permutation, combination, evaluation } = layer.challenges;
            assert!(least.johnson <= layer.least.johnson);
            // neither is ever the least
            assert!(combination > 100.0 && evaluation > 100.0, "{layer:?}");
            assert_eq!(permutation.is_none(), layer.layer.starts_with("segment"));
        }
    }
}

/// One column and one constraint, of degree 2.
#[derive(Clone, Copy, Debug)]
struct BitsAir;

impl Air for BitsAir {
    type Columns = Cell;
    type Boundary = Array<Cell, BOUNDARY_LEN>;
    const NAME: &'static str = "bits";
    const DEGREE: usize = 2;

    fn eval<B: AirBuilder>(
        &self,
        local: &B::Expr,
        _next: &B::Expr,
        _public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        builder.assert_bool("a cell is a bit", *local);
    }
}

#[test]
fn segments_of_ones_own_are_worth_what_their_air_and_length_allow() {
    let [_, low, _, highest] = SegmentRate::ALL;
    let entry = |degree_bits, rate| {
        CatalogueEntry::new(BitsAir, 0, LeafSize { degree_bits, rate, fan_in: 1 })
    };
    let own = [entry(8, low), entry(14, low), entry(9, highest)];
    let only = own.iter().cloned().fold(Catalogue::new(), Catalogue::with_entry);
    let mixed =
        own.into_iter().fold(Catalogue::new().with::<Transactions>(), Catalogue::with_entry);

    let set = ParameterSet::Standard;
    let built_in = set.soundness_table().layers;
    let layers = set.soundness_of(&only).layers;
    let named = |layers: &[LayerSoundness]| -> Vec<(String, usize)> {
        let layers = layers.iter().filter(|layer| layer.layer.starts_with("segment"));
        layers.map(|layer| (layer.layer.clone(), layer.degree_bits)).collect()
    };
    let rates = [low.bits(), highest.bits()];
    let expected = rates.map(|rate| format!("segment, rate {rate}"));
    assert_eq!(named(&layers), expected.into_iter().zip([14, 9]).collect::<Vec<_>>());
    // one constraint alone loses nothing to the others
    assert_eq!(layers[0].challenges.combination, 128.0);
    assert_eq!(layers[0].challenges.evaluation, 128.0 - 1.0 - 14.0);
    assert_eq!(layers[0].openings, 2 + 2);
    assert_eq!(layers[2..], built_in[built_in.len() - 4..]);

    let names = named(&set.soundness_of(&mixed).layers);
    let of_ours = rates.map(|rate| format!("segment of bits, rate {rate}"));
    assert_eq!(names[names.len() - 2..], of_ours.into_iter().zip([14, 9]).collect::<Vec<_>>());
    assert!(names[0].0.starts_with("segment of transaction, rate "));
}
