//! Named parameter sets and the soundness they buy, layer by layer.
//!
//! A rollup chooses a [`ParameterSet`] once. It fixes the FRI parameters of every layer, the one shape of leaf and
//! fold circuits, and so every circuit digest.

use std::fmt;
use std::str::FromStr;

use plonky2::fri::FriConfig;
use plonky2::fri::reduction_strategies::FriReductionStrategy;
use plonky2::plonk::circuit_data::CircuitConfig;
use serde::{Deserialize, Serialize};
use starky::config::StarkConfig;

/// Bits that every layer's query phase must reach, in the regime that its parameter set names.
pub const SECURITY_BITS: u32 = 100;
/// Bits of the field extension from which challenges are drawn: no layer is sounder than this.
pub const CHALLENGE_FIELD_BITS: u32 = 128;

/// Height of every Merkle cap. Another height would need a gate outside the shape of the recursion circuits.
const CAP_HEIGHT: usize = 4;
/// Every FRI reduction folds 2^4 values, down to a final polynomial of at most 2^5 coefficients.
const REDUCTION: FriReductionStrategy = FriReductionStrategy::ConstantArityBits(4, 5);
/// Challenges drawn for the combination of constraints, each from the base field of 64 bits.
const CHALLENGES: usize = 2;

/// Which parameters a rollup uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterSet {
    /// 100 bits by the ethSTARK heuristic: `queries * rate bits + proof-of-work bits`.
    Standard,
    /// 100 bits of query soundness up to the Johnson bound, which is proven: half a rate bit for each query.
    Conservative,
    /// Hardly sound and fast: for tests of the circuits' logic alone.
    #[cfg(test)]
    Weak,
}

/// The blow-up of a segment's trace, 2^1 to 2^4: a higher rate costs the segment's prover more and the leaf circuit
/// less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct SegmentRate(u32);

/// A rate outside 1 to 4 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a segment's rate is 1 to 4 bits, not {bits}")]
pub struct RateOutOfRange {
    /// The rate asked for.
    pub bits: u32,
}

/// A name that is no parameter set's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no parameter set {name:?}: choose standard or conservative")]
pub struct UnknownParameterSet {
    /// The name.
    pub name: String,
}

impl SegmentRate {
    /// Every rate, the lowest first.
    pub const ALL: [Self; 4] = [Self(1), Self(2), Self(3), Self(4)];

    /// The rate of 2^`bits`.
    ///
    /// # Errors
    /// [`RateOutOfRange`] where `bits` is not 1 to 4.
    pub fn new(bits: u32) -> Result<Self, RateOutOfRange> {
        Self::ALL.into_iter().find(|rate| rate.0 == bits).ok_or(RateOutOfRange { bits })
    }

    /// The logarithm of the blow-up.
    pub fn bits(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for SegmentRate {
    type Error = RateOutOfRange;

    fn try_from(bits: u32) -> Result<Self, RateOutOfRange> {
        Self::new(bits)
    }
}

impl From<SegmentRate> for u32 {
    fn from(rate: SegmentRate) -> Self {
        rate.0
    }
}

/// The part of FRI's parameters that soundness depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryPhase {
    /// Logarithm of the blow-up.
    pub rate_bits: u32,
    /// Number of queries.
    pub queries: u32,
    /// Bits of grinding before the queries are drawn.
    pub proof_of_work_bits: u32,
}

impl QueryPhase {
    fn fri_config(self) -> FriConfig {
        FriConfig {
            rate_bits: self.rate_bits as usize,
            cap_height: CAP_HEIGHT,
            proof_of_work_bits: self.proof_of_work_bits,
            reduction_strategy: REDUCTION,
            num_query_rounds: self.queries as usize,
        }
    }

    /// Bits of soundness of the query phase, grinding included, by what one assumes of the code.
    pub fn soundness(self) -> Soundness {
        let rate = 0.5f64.powi(self.rate_bits as i32);
        let bits = |agreement: f64| {
            let total =
                f64::from(self.queries) * -agreement.log2() + f64::from(self.proof_of_work_bits);
            total.min(f64::from(CHALLENGE_FIELD_BITS))
        };
        // the radius at which lists stay small over an alphabet of 2^128: 1 - rate less the entropy's share
        let entropy = -rate * rate.log2() - (1.0 - rate) * (1.0 - rate).log2();
        Soundness {
            ethstark: bits(rate),
            list_decoding: bits(rate + entropy / f64::from(CHALLENGE_FIELD_BITS)),
            johnson: bits(rate.sqrt()),
            unique_decoding: bits(f64::midpoint(1.0, rate)),
        }
    }
}

/// Bits of soundness of one layer's query phase, grinding included and capped by the field of the challenges.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Soundness {
    /// The ethSTARK heuristic (<https://eprint.iacr.org/2021/582>), each query worth the rate's bits. Its strongest
    /// supporting conjecture was disproved in November 2025.
    pub ethstark: f64,
    /// The heuristic at the radius of list-decoding capacity, what is left of it after
    /// <https://eprint.iacr.org/2025/2046>: still a conjecture.
    pub list_decoding: f64,
    /// Proven up to the Johnson bound (<https://eprint.iacr.org/2020/654>), query phase alone: the commit phase over
    /// a field of 2^128 proves fewer bits.
    pub johnson: f64,
    /// Proven within the unique decoding radius.
    pub unique_decoding: f64,
}

/// A layer of the proof and what it is worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerSoundness {
    /// The layer's name.
    pub layer: String,
    /// Logarithm of the blow-up.
    pub rate_bits: u32,
    /// Number of queries.
    pub queries: u32,
    /// Bits of grinding.
    pub proof_of_work_bits: u32,
    /// Its bits.
    pub soundness: Soundness,
}

impl ParameterSet {
    /// The parameter sets that a rollup may choose.
    pub const ALL: [Self; 2] = [Self::Standard, Self::Conservative];

    /// The name in configuration, pins and file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Conservative => "conservative",
            #[cfg(test)]
            Self::Weak => "weak",
        }
    }

    /// FRI's query phase for segments of one rate.
    pub fn segment_queries(self, rate: SegmentRate) -> QueryPhase {
        let proof_of_work_bits = self.recursion_queries().proof_of_work_bits;
        let wanted = SECURITY_BITS - proof_of_work_bits.min(SECURITY_BITS);
        let queries = match self {
            Self::Standard => wanted.div_ceil(rate.bits()),
            Self::Conservative => (2 * wanted).div_ceil(rate.bits()),
            #[cfg(test)]
            Self::Weak => 2,
        };
        QueryPhase { rate_bits: rate.bits(), queries, proof_of_work_bits }
    }

    /// FRI's query phase for leaf, fold and batch circuits.
    pub fn recursion_queries(self) -> QueryPhase {
        let (queries, proof_of_work_bits) = match self {
            Self::Standard => (28, 16),
            Self::Conservative => (56, 16),
            #[cfg(test)]
            Self::Weak => (2, 1),
        };
        QueryPhase { rate_bits: 3, queries, proof_of_work_bits }
    }

    /// Logarithm of the rows of every leaf and fold circuit: the least at which a fold of two children fits.
    pub fn shape_degree_bits(self) -> usize {
        match self {
            Self::Standard => 13,
            Self::Conservative => 15,
            #[cfg(test)]
            Self::Weak => 11,
        }
    }

    /// The bits that the libraries insist upon when they check a configuration.
    fn checked_bits(self) -> usize {
        match self {
            Self::Standard | Self::Conservative => SECURITY_BITS as usize,
            #[cfg(test)]
            Self::Weak => 3,
        }
    }

    /// Starky's configuration for segments of one rate.
    pub fn stark_config(self, rate: SegmentRate) -> StarkConfig {
        let fri_config = self.segment_queries(rate).fri_config();
        StarkConfig::new(self.checked_bits(), CHALLENGES, fri_config)
    }

    /// Plonky2's configuration of leaf, fold and batch circuits.
    pub fn circuit_config(self) -> CircuitConfig {
        CircuitConfig {
            security_bits: self.checked_bits(),
            num_challenges: CHALLENGES,
            fri_config: self.recursion_queries().fri_config(),
            ..CircuitConfig::standard_recursion_config()
        }
    }

    /// What each layer is worth: segments at each rate, then leaf, fold and batch circuits.
    pub fn soundness_table(self) -> Vec<LayerSoundness> {
        let segments = SegmentRate::ALL
            .map(|rate| (format!("segment, rate {}", rate.bits()), self.segment_queries(rate)));
        let circuits =
            ["leaf", "fold", "batch"].map(|layer| (layer.to_owned(), self.recursion_queries()));
        segments
            .into_iter()
            .chain(circuits)
            .map(|(layer, phase)| LayerSoundness {
                layer,
                rate_bits: phase.rate_bits,
                queries: phase.queries,
                proof_of_work_bits: phase.proof_of_work_bits,
                soundness: phase.soundness(),
            })
            .collect()
    }
}

impl fmt::Display for ParameterSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ParameterSet {
    type Err = UnknownParameterSet;

    fn from_str(name: &str) -> Result<Self, UnknownParameterSet> {
        let found = Self::ALL.into_iter().find(|set| set.name() == name);
        found.ok_or_else(|| UnknownParameterSet { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_of_segments_reach_the_security_bits() {
        let queries = |set: ParameterSet| SegmentRate::ALL.map(|r| set.segment_queries(r).queries);
        assert_eq!(queries(ParameterSet::Standard), [84, 42, 28, 21]);
        assert_eq!(queries(ParameterSet::Conservative), [168, 84, 56, 42]);
        for layer in ParameterSet::Standard.soundness_table() {
            assert!(layer.soundness.ethstark > 99.999, "{layer:?}");
        }
        for layer in ParameterSet::Conservative.soundness_table() {
            assert!(layer.soundness.johnson > 99.999, "{layer:?}");
        }
    }

    /// Computed independently, to one decimal; above 128 the field of the challenges is the bound.
    #[test]
    fn soundness_is_that_of_the_published_formulas() {
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
                assert!((actual - expected).abs() < 0.06, "{phase:?}: {actual} and {expected}");
            }
        }
    }

    #[test]
    fn the_standard_circuit_configuration_is_plonky2s() {
        let mut plonky2s = CircuitConfig::standard_recursion_config();
        assert_eq!(ParameterSet::Standard.circuit_config(), plonky2s);
        plonky2s.fri_config.num_query_rounds = 56;
        assert_eq!(ParameterSet::Conservative.circuit_config(), plonky2s);
    }

    #[test]
    fn names_and_rates_are_read_strictly() {
        for set in ParameterSet::ALL {
            assert_eq!(set.name().parse(), Ok(set));
        }
        let unknown = UnknownParameterSet { name: "weak".to_owned() };
        assert_eq!("weak".parse::<ParameterSet>(), Err(unknown));
        for bits in [0, 5] {
            assert_eq!(SegmentRate::new(bits), Err(RateOutOfRange { bits }));
        }
    }
}
