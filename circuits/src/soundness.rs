//! What each layer of a proof is worth, term by term.
//!
//! A prover who cheats may hope for any of the random choices that a layer makes, so that a layer is worth the least of
//! its terms and a batch proof the least of its layers. Two kinds of terms have nothing to do with FRI's queries and gain
//! nothing from grinding: plonky2 draws the challenges of its permutation argument, and both libraries those that
//! combine constraints, from the base field of 64 bits, twice. Both repetitions of a challenge are drawn at once, and each
//! combination covers both repetitions of the permutation argument, so their errors multiply.
//!
//! Not among the terms is FRI's commit phase: `docs/security.md` says what is proven of it.

use serde::Serialize;

use crate::air::{Air, constraint_table};
use crate::parameters::{CHALLENGES, ParameterSet, QueryPhase, SegmentRate};
use crate::recursion::{MAX_DEGREE_BITS, combined_constraints};
use crate::transaction::TransactionAir;

/// Bits of the base field.
const BASE_FIELD_BITS: f64 = 64.0;
/// Bits of the quadratic extension, from which FRI's challenges and the point of evaluation are drawn.
const EXTENSION_FIELD_BITS: f64 = 128.0;

/// Bits by what one assumes of the code.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Soundness {
    /// The ethSTARK heuristic (<https://eprint.iacr.org/2021/582>), each query worth the rate's bits. Its strongest
    /// supporting conjecture was disproved in November 2025.
    pub ethstark: f64,
    /// The heuristic at the radius of list-decoding capacity, what is left of it after
    /// <https://eprint.iacr.org/2025/2046>: still a conjecture.
    pub list_decoding: f64,
    /// The Johnson bound (<https://eprint.iacr.org/2020/654>), up to which soundness is proven: a limit, since every
    /// theorem stays away from the bound by a slack that is not subtracted here.
    pub johnson: f64,
    /// Proven within the unique decoding radius.
    pub unique_decoding: f64,
}

/// Bits of the random choices that are neither FRI's nor improved by grinding.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ChallengeSoundness {
    /// Plonky2's permutation argument: two repetitions, each wrong with probability `routed wires * rows / 2^64`. None
    /// for segments, which have no such argument.
    pub permutation: Option<f64>,
    /// The combination of all constraints: two repetitions, each wrong with probability `constraints / 2^64`.
    pub combination: f64,
    /// The point at which the combination is evaluated: wrong with probability `degree / 2^128`, for one candidate
    /// polynomial.
    pub evaluation: f64,
}

/// A layer of the proof and what it is worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerSoundness {
    /// The layer's name.
    pub layer: String,
    /// Logarithm of the rows, at most.
    pub degree_bits: usize,
    /// Logarithm of the blow-up.
    pub rate_bits: u32,
    /// Number of queries.
    pub queries: u32,
    /// Bits of grinding.
    pub proof_of_work_bits: u32,
    /// Bits of the query phase alone, grinding included.
    pub query_phase: Soundness,
    /// Bits of the other terms.
    pub challenges: ChallengeSoundness,
    /// The least of all these terms, by what one assumes of the query phase.
    pub least: Soundness,
}

/// Every layer of a parameter set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SetSoundness {
    /// Segments of transactions at each rate, then leaf circuits before and after their adapter, fold and batch
    /// circuits.
    pub layers: Vec<LayerSoundness>,
    /// The least of all layers.
    pub least: Soundness,
}

impl Soundness {
    fn map(self, f: impl Fn(f64) -> f64) -> Self {
        let Self { ethstark, list_decoding, johnson, unique_decoding } = self;
        Self {
            ethstark: f(ethstark),
            list_decoding: f(list_decoding),
            johnson: f(johnson),
            unique_decoding: f(unique_decoding),
        }
    }

    fn min(self, other: Self) -> Self {
        Self {
            ethstark: self.ethstark.min(other.ethstark),
            list_decoding: self.list_decoding.min(other.list_decoding),
            johnson: self.johnson.min(other.johnson),
            unique_decoding: self.unique_decoding.min(other.unique_decoding),
        }
    }
}

impl ChallengeSoundness {
    fn least(&self) -> f64 {
        self.permutation.unwrap_or(f64::INFINITY).min(self.combination).min(self.evaluation)
    }
}

/// Bits of a choice in the base field that misses with probability `count / 2^64`, repeated.
fn repeated(count: f64) -> f64 {
    CHALLENGES as f64 * (BASE_FIELD_BITS - count.log2())
}

/// Bits of a point of the extension at which a polynomial of degree `factor * 2^degree_bits` vanishes.
fn evaluation(factor: usize, degree_bits: usize) -> f64 {
    EXTENSION_FIELD_BITS - (factor as f64).log2() - degree_bits as f64
}

impl QueryPhase {
    /// Bits of soundness of the query phase alone, grinding included, by what one assumes of the code. What the field
    /// of FRI's challenges bounds is capped; no other term of a layer is in these figures.
    pub fn soundness(self) -> Soundness {
        let rate = 0.5f64.powi(self.rate_bits as i32);
        // the radius at which lists stay small over an alphabet of 2^128: 1 - rate less the entropy's share
        let entropy = -rate * rate.log2() - (1.0 - rate) * (1.0 - rate).log2();
        let agreement = Soundness {
            ethstark: rate,
            list_decoding: rate + entropy / EXTENSION_FIELD_BITS,
            johnson: rate.sqrt(),
            unique_decoding: f64::midpoint(1.0, rate),
        };
        agreement.map(|agreement| {
            let queries = f64::from(self.queries) * -agreement.log2();
            (queries + f64::from(self.proof_of_work_bits)).min(EXTENSION_FIELD_BITS)
        })
    }
}

impl LayerSoundness {
    fn new(
        layer: &str,
        degree_bits: usize,
        phase: QueryPhase,
        challenges: ChallengeSoundness,
    ) -> Self {
        let QueryPhase { rate_bits, queries, proof_of_work_bits } = phase;
        let query_phase = phase.soundness();
        Self {
            layer: layer.to_owned(),
            degree_bits,
            rate_bits,
            queries,
            proof_of_work_bits,
            query_phase,
            challenges,
            least: query_phase.map(|bits| bits.min(challenges.least())),
        }
    }
}

impl ParameterSet {
    /// What each layer is worth.
    pub fn soundness_table(self) -> SetSoundness {
        let constraints = constraint_table(&TransactionAir).polynomials();
        let segments = SegmentRate::ALL.map(|rate| {
            let challenges = ChallengeSoundness {
                permutation: None,
                combination: repeated(constraints as f64),
                evaluation: evaluation(TransactionAir::DEGREE, MAX_DEGREE_BITS),
            };
            let name = format!("segment, rate {}", rate.bits());
            LayerSoundness::new(&name, MAX_DEGREE_BITS, self.segment_queries(rate), challenges)
        });
        let config = self.circuit_config();
        let circuits = [
            ("leaf before its adapter", self.largest_degree_bits()),
            ("leaf", self.shape_degree_bits()),
            ("fold", self.shape_degree_bits()),
            ("batch", self.batch_degree_bits()),
        ];
        let circuits = circuits.map(|(name, degree_bits)| {
            let cells = config.num_routed_wires << degree_bits;
            let challenges = ChallengeSoundness {
                permutation: Some(repeated(cells as f64)),
                combination: repeated(combined_constraints(&config) as f64),
                evaluation: evaluation(config.max_quotient_degree_factor + 1, degree_bits),
            };
            LayerSoundness::new(name, degree_bits, self.recursion_queries(), challenges)
        });
        let layers: Vec<_> = segments.into_iter().chain(circuits).collect();
        let unbounded = layers[0].least.map(|_| f64::INFINITY);
        let least = layers.iter().fold(unbounded, |least, layer| least.min(layer.least));
        SetSoundness { layers, least }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let least = ParameterSet::Standard.soundness_table().least;
        assert!(near(least.ethstark, 87.4) && near(least.johnson, 58.0), "{least:?}");
        assert!(near(least.unique_decoding, 35.2), "{least:?}");
        let least = ParameterSet::Conservative.soundness_table().least;
        assert!(near(least.ethstark, 85.4) && near(least.johnson, 85.4), "{least:?}");
        assert!(near(least.unique_decoding, 54.3), "{least:?}");
    }

    #[test]
    fn every_layer_is_worth_the_least_of_its_terms() {
        for set in ParameterSet::ALL {
            let table = set.soundness_table();
            for layer in &table.layers {
                let ChallengeSoundness { permutation, combination, evaluation } = layer.challenges;
                let terms = [permutation.unwrap_or(128.0), combination, evaluation];
                let others = terms.into_iter().fold(f64::INFINITY, f64::min);
                assert_eq!(layer.least.johnson, others.min(layer.query_phase.johnson));
                assert!(table.least.johnson <= layer.least.johnson);
                // neither is ever the least
                assert!(combination > 100.0 && evaluation > 100.0, "{layer:?}");
                assert_eq!(permutation.is_none(), layer.layer.starts_with("segment"));
            }
        }
    }
}
