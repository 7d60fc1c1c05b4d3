//! What each layer of a proof is worth, term by term.
//!
//! A prover who cheats may hope for any of the random choices that a layer makes, so that a layer is worth the least of
//! its terms and a batch proof the least of its layers. Two kinds of terms have nothing to do with FRI's queries and gain
//! nothing from grinding: plonky2 draws the challenges of its permutation argument, and both libraries those that
//! combine constraints, from the base field of 64 bits, twice. Both repetitions of a challenge are drawn at once, and each
//! combination covers both repetitions of the permutation argument, so their errors multiply.
//!
//! Where soundness is proven and not conjectured, FRI's commit phase is a term as well: up to the Johnson bound it and the
//! queries share a slack, and the more slack the queries give up, the more the commit phase is worth.

use std::fmt;

use serde::Serialize;

use crate::parameters::{CHALLENGES, FoldArity, ParameterSet, QueryPhase, SegmentRate};
use crate::recursion::{Catalogue, LeafSpec, combined_constraints, opened_values};
use crate::transaction::Transactions;

/// Bits of the base field.
const BASE_FIELD_BITS: f64 = 64.0;
/// Bits of the quadratic extension, from which FRI's challenges and the point of evaluation are drawn.
const EXTENSION_FIELD_BITS: f64 = 128.0;
/// The slacks that the theorem up to the Johnson bound allows; a larger one than the last never helps at these fields.
const SLACKS: std::ops::RangeInclusive<u32> = 3..=1000;

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

/// Bits of FRI's two phases in a regime where both are proven.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FriPhases {
    /// The queries, grinding included.
    pub query_phase: f64,
    /// The challenges that combine the opened values and fold the code.
    pub commit_phase: f64,
}

/// What is proven of FRI (<https://eprint.iacr.org/2020/654>), for openings combined with the powers of one challenge.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ProvenFri {
    /// Up to the Johnson bound (theorem 8.3): a query is worth `-log2(sqrt(rate) (1 + 1/(2 slack)))` bits, and the
    /// commit phase errs with probability `openings (slack + 1/2)^7 n^2 / (2 rate^(3/2) 2^128)` on a domain of n.
    pub johnson: FriPhases,
    /// The slack (m in the paper) at which the lesser of the two is greatest.
    pub johnson_slack: u32,
    /// Within the unique decoding radius, without slack: the commit phase errs with probability `openings n / 2^128`.
    pub unique_decoding: FriPhases,
}

/// A random choice that a cheating prover may hope for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// FRI's queries and the grinding before them.
    QueryPhase,
    /// FRI's challenges.
    CommitPhase,
    /// Plonky2's permutation argument.
    Permutation,
    /// The combination of all constraints.
    Combination,
    /// The point of evaluation.
    Evaluation,
}

/// The least of a layer's terms, by what one assumes of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LimitingTerms {
    /// Under the ethSTARK heuristic, which takes the commit phase to be negligible.
    pub ethstark: Term,
    /// Under the heuristic at list-decoding capacity, likewise.
    pub list_decoding: Term,
    /// Proven up to the Johnson bound.
    pub johnson: Term,
    /// Proven within the unique decoding radius.
    pub unique_decoding: Term,
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
    /// Number of values that a proof opens, at most.
    pub openings: usize,
    /// Bits of the query phase alone, grinding included.
    pub query_phase: Soundness,
    /// Bits of FRI's phases where both are proven.
    pub proven_fri: ProvenFri,
    /// Bits of the other terms.
    pub challenges: ChallengeSoundness,
    /// The least of all these terms, by what one assumes of the code: conjectured without the commit phase for ethSTARK and
    /// list decoding, proven with it for Johnson, at its slack, and unique decoding.
    pub least: Soundness,
    /// Which term the least is.
    pub limited_by: LimitingTerms,
}

/// Every layer of a parameter set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SetSoundness {
    /// The longest segments that leaf circuits verify of each AIR at each rate, then leaf circuits before and after
    /// their adapter, fold and batch circuits.
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
    fn terms(&self) -> [(Term, f64); 3] {
        [
            (Term::Permutation, self.permutation.unwrap_or(f64::INFINITY)),
            (Term::Combination, self.combination),
            (Term::Evaluation, self.evaluation),
        ]
    }

    /// The least of these terms and the queries.
    fn least_with_queries(&self, query_phase: f64) -> (Term, f64) {
        let queries = (Term::QueryPhase, query_phase);
        self.terms().into_iter().fold(queries, lesser)
    }

    /// The least of these terms and both phases of FRI.
    fn least_with_fri(&self, fri: FriPhases) -> (Term, f64) {
        let commit_phase = (Term::CommitPhase, fri.commit_phase);
        lesser(self.least_with_queries(fri.query_phase), commit_phase)
    }
}

fn lesser(first: (Term, f64), second: (Term, f64)) -> (Term, f64) {
    if second.1 < first.1 { second } else { first }
}

impl FriPhases {
    fn least(self) -> f64 {
        self.query_phase.min(self.commit_phase)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::QueryPhase => "queries",
            Self::CommitPhase => "commit phase",
            Self::Permutation => "permutation",
            Self::Combination => "combination",
            Self::Evaluation => "evaluation",
        })
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
        agreement.map(|agreement| self.queries_at(agreement))
    }

    /// Bits of the queries and the grinding where a false word agrees with the code in such a part of the domain.
    fn queries_at(self, agreement: f64) -> f64 {
        let queries = f64::from(self.queries) * -agreement.log2();
        (queries + f64::from(self.proof_of_work_bits)).min(EXTENSION_FIELD_BITS)
    }

    /// Bits of both phases, as far as they are proven, where codewords are polynomials of degree below
    /// `2^degree_bits` and a proof opens so many values.
    fn proven_fri(self, degree_bits: usize, openings: usize) -> ProvenFri {
        let rate_bits = f64::from(self.rate_bits);
        let domain_bits = degree_bits as f64 + rate_bits;
        let combined = EXTENSION_FIELD_BITS - (openings as f64).log2();
        let johnson = |slack: u32| {
            let slack = f64::from(slack);
            let loss = 7.0 * (slack + 0.5).log2() + 2.0 * domain_bits + 1.5 * rate_bits - 1.0;
            let agreement = (-rate_bits / 2.0).exp2() * (1.0 + 0.5 / slack);
            FriPhases { query_phase: self.queries_at(agreement), commit_phase: combined - loss }
        };
        let (mut johnson_slack, mut best) = (*SLACKS.start(), johnson(*SLACKS.start()));
        for slack in SLACKS {
            let phases = johnson(slack);
            if phases.least() > best.least() {
                (johnson_slack, best) = (slack, phases);
            }
        }
        let unique_decoding = FriPhases {
            query_phase: self.soundness().unique_decoding,
            commit_phase: combined - domain_bits,
        };
        ProvenFri { johnson: best, johnson_slack, unique_decoding }
    }
}

impl LayerSoundness {
    fn new(
        layer: &str,
        degree_bits: usize,
        phase: QueryPhase,
        openings: usize,
        challenges: ChallengeSoundness,
    ) -> Self {
        let QueryPhase { rate_bits, queries, proof_of_work_bits } = phase;
        let query_phase = phase.soundness();
        let proven_fri = phase.proven_fri(degree_bits, openings);
        let ethstark = challenges.least_with_queries(query_phase.ethstark);
        let list_decoding = challenges.least_with_queries(query_phase.list_decoding);
        let johnson = challenges.least_with_fri(proven_fri.johnson);
        let unique_decoding = challenges.least_with_fri(proven_fri.unique_decoding);
        Self {
            layer: layer.to_owned(),
            degree_bits,
            rate_bits,
            queries,
            proof_of_work_bits,
            openings,
            query_phase,
            proven_fri,
            challenges,
            least: Soundness {
                ethstark: ethstark.1,
                list_decoding: list_decoding.1,
                johnson: johnson.1,
                unique_decoding: unique_decoding.1,
            },
            limited_by: LimitingTerms {
                ethstark: ethstark.0,
                list_decoding: list_decoding.0,
                johnson: johnson.0,
                unique_decoding: unique_decoding.0,
            },
        }
    }
}

impl ParameterSet {
    /// What each layer of the built-in rollup is worth.
    pub fn soundness_table(self) -> SetSoundness {
        self.soundness_of(&Catalogue::new().with::<Transactions>())
    }

    /// What each layer is worth where the segments are those of a catalogue: circuits of one's own have other columns,
    /// constraints and lengths than the built-in ones.
    pub fn soundness_of(self, catalogue: &Catalogue) -> SetSoundness {
        let mut airs = vec![];
        for entry in catalogue.entries() {
            if !airs.contains(&entry.spec().air) {
                airs.push(entry.spec().air);
            }
        }
        let kinds = airs.iter().flat_map(|&air| SegmentRate::ALL.map(|rate| (air, rate)));
        let longest = kinds.filter_map(|kind| {
            let of_kind = catalogue
                .entries()
                .iter()
                .filter(|entry| (entry.spec().air, entry.spec().rate) == kind);
            of_kind.max_by_key(|entry| entry.spec().degree_bits)
        });
        let segments = longest.map(|entry| {
            let LeafSpec { air, degree_bits, rate, .. } = entry.spec();
            let challenges = ChallengeSoundness {
                permutation: None,
                combination: repeated(entry.constraints() as f64),
                evaluation: evaluation(entry.degree(), degree_bits),
            };
            let of_air = if airs.len() > 1 { format!(" of {air}") } else { String::new() };
            let name = format!("segment{of_air}, rate {}", rate.bits());
            // the columns of a row and the next, and the quotients
            let quotients = entry.degree().saturating_sub(1).max(1);
            let openings = 2 * entry.columns() + CHALLENGES * quotients;
            LayerSoundness::new(
                &name,
                degree_bits,
                self.segment_queries(rate),
                openings,
                challenges,
            )
        });
        let config = self.circuit_config();
        let circuits = [
            ("leaf before its adapter", self.largest_degree_bits()),
            ("leaf", self.shape_degree_bits(FoldArity::Two)),
            ("fold", self.shape_degree_bits(FoldArity::Two)),
            ("batch", self.batch_degree_bits()),
        ];
        let circuits = circuits.map(|(name, degree_bits)| {
            let cells = config.num_routed_wires << degree_bits;
            let challenges = ChallengeSoundness {
                permutation: Some(repeated(cells as f64)),
                combination: repeated(combined_constraints(&config) as f64),
                evaluation: evaluation(config.max_quotient_degree_factor + 1, degree_bits),
            };
            let openings = opened_values(&config);
            LayerSoundness::new(name, degree_bits, self.recursion_queries(), openings, challenges)
        });
        let layers: Vec<_> = segments.chain(circuits).collect();
        let unbounded = layers[0].least.map(|_| f64::INFINITY);
        let least = layers.iter().fold(unbounded, |least, layer| least.min(layer.least));
        SetSoundness { layers, least }
    }
}

#[cfg(test)]
mod tests;
