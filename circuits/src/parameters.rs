//! Named parameter sets.
//!
//! A rollup chooses a [`ParameterSet`] once. It fixes the FRI parameters of every layer, the one shape of leaf and
//! fold circuits, and so every circuit digest. What the layers are worth is in [`soundness`](crate::soundness).

use std::fmt;
use std::str::FromStr;

use plonky2::fri::FriConfig;
use plonky2::fri::reduction_strategies::FriReductionStrategy;
use plonky2::plonk::circuit_data::CircuitConfig;
use serde::{Deserialize, Serialize};
use starky::config::StarkConfig;

/// Bits that every layer's query phase reaches, in the regime that its parameter set names. Other terms of a layer's
/// soundness are lower: see [`soundness`](crate::soundness).
pub const SECURITY_BITS: u32 = 100;

/// Height of every Merkle cap. Another height would need a gate outside the shape of the recursion circuits.
const CAP_HEIGHT: usize = 4;
/// Every FRI reduction folds 2^4 values, down to a final polynomial of at most 2^5 coefficients.
const REDUCTION: FriReductionStrategy = FriReductionStrategy::ConstantArityBits(4, 5);
/// Repetitions of the permutation argument and of the combination of constraints. Their challenges are drawn from the
/// base field of 64 bits, so that one of each would not do.
pub(crate) const CHALLENGES: usize = 2;

/// Which parameters a rollup uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterSet {
    /// Query phases of 100 bits by the ethSTARK heuristic, `queries * rate bits + proof-of-work bits`. The permutation
    /// argument of the largest circuit has 87.
    Standard,
    /// Query phases of up to 100 bits by the Johnson bound, half a rate bit for each query: the limit of what is
    /// proven. The permutation argument of the largest circuit has 85.
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

/// How many children a fold has. A fold verifies folds of its own size, and with these numbers of children it fills a
/// circuit of 2^d rows, each with its own d. Rollups fold two; the others are there to be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "usize", into = "usize")]
pub enum FoldArity {
    /// Two, as in every rollup.
    Two,
    /// Three, in twice as many rows.
    Three,
    /// Seven, in four times as many.
    Seven,
}

/// A number of children of which there is no fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("folds have 2, 3 or 7 children, not {children}")]
pub struct UnknownArity {
    /// The number asked for.
    pub children: usize,
}

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

    /// The lowest rate from 2 bits on that constraints of a degree allow: below, the leaf circuit costs more than is
    /// won. The highest where none does.
    pub fn for_degree(degree: usize) -> Self {
        let needed = degree.saturating_sub(1).max(1).next_power_of_two().ilog2();
        Self(needed.clamp(2, 4))
    }

    /// The logarithm of the blow-up.
    pub fn bits(self) -> u32 {
        self.0
    }
}

impl FoldArity {
    /// Every arity, the least first.
    pub const ALL: [Self; 3] = [Self::Two, Self::Three, Self::Seven];

    /// The number of children.
    pub fn children(self) -> usize {
        match self {
            Self::Two => 2,
            Self::Three => 3,
            Self::Seven => 7,
        }
    }

    /// How many times the rows of a fold of two children double.
    fn doublings(self) -> usize {
        match self {
            Self::Two => 0,
            Self::Three => 1,
            Self::Seven => 2,
        }
    }
}

impl TryFrom<usize> for FoldArity {
    type Error = UnknownArity;

    fn try_from(children: usize) -> Result<Self, UnknownArity> {
        let found = Self::ALL.into_iter().find(|arity| arity.children() == children);
        found.ok_or(UnknownArity { children })
    }
}

impl From<FoldArity> for usize {
    fn from(arity: FoldArity) -> Self {
        arity.children()
    }
}

impl fmt::Display for FoldArity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.children().fmt(f)
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

    /// Logarithm of the rows of every leaf and fold circuit: the least at which a fold of so many children fits.
    pub fn shape_degree_bits(self, arity: FoldArity) -> usize {
        let of_two = match self {
            Self::Standard => 13,
            Self::Conservative => 15,
            #[cfg(test)]
            Self::Weak => 11,
        };
        of_two + arity.doublings()
    }

    /// Logarithm of the rows of the batch circuit.
    pub(crate) fn batch_degree_bits(self) -> usize {
        match self {
            Self::Standard => 12,
            Self::Conservative => 14,
            #[cfg(test)]
            Self::Weak => 11,
        }
    }

    /// Logarithm of the rows of the largest circuit of the catalogue: a leaf circuit before its adapter. The larger a
    /// circuit, the weaker its permutation argument.
    pub(crate) fn largest_degree_bits(self) -> usize {
        match self {
            Self::Standard => 14,
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
    pub(crate) fn stark_config(self, rate: SegmentRate) -> StarkConfig {
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
    }

    #[test]
    fn no_query_is_more_than_the_security_bits_take() {
        let plonky2s = CircuitConfig::standard_recursion_config();
        assert_eq!(plonky2s.security_bits, SECURITY_BITS as usize);
        let fri = plonky2s.fri_config;
        let expected = QueryPhase {
            rate_bits: fri.rate_bits as u32,
            queries: fri.num_query_rounds as u32,
            proof_of_work_bits: fri.proof_of_work_bits,
        };
        assert_eq!(ParameterSet::Standard.recursion_queries(), expected);
        // by the Johnson bound a query is worth half
        for (set, halves) in [(ParameterSet::Standard, 2), (ParameterSet::Conservative, 1)] {
            let QueryPhase { rate_bits, queries, proof_of_work_bits } = set.recursion_queries();
            let bits = |queries| halves * queries * rate_bits + 2 * proof_of_work_bits;
            let wanted = 2 * SECURITY_BITS;
            assert!(bits(queries) >= wanted && bits(queries - 1) < wanted, "{set}");
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
        for arity in FoldArity::ALL {
            assert_eq!(FoldArity::try_from(usize::from(arity)), Ok(arity));
        }
        assert_eq!(FoldArity::try_from(4), Err(UnknownArity { children: 4 }));
    }
}
