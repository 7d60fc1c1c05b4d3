//! The values of a proof of the outer layer, one by one: their number, their encoding, and their change.

use ark_ff::One as _;
use plonky2::field::polynomial::PolynomialCoeffs;
use plonky2::fri::proof::{FriInitialTreeProof, FriProof, FriQueryRound, FriQueryStep};
use plonky2::hash::merkle_proofs::MerkleProof;
use plonky2::hash::merkle_tree::MerkleCap;
use plonky2::plonk::proof::{OpeningSet, Proof};
use starfold_primitives::word::Quadratic;
use starfold_primitives::{Field as _, Goldilocks};

use super::{CONSTANTS_HEIGHT, OuterCommon, OuterProof};
use crate::bn254::{NodeHash, OuterHasher};
use crate::r1cs::Fr;

type Openings = OpeningSet<Goldilocks, 2>;
pub(super) type Fri = FriProof<Goldilocks, OuterHasher, 2>;
pub(super) type QueryRound = FriQueryRound<Goldilocks, OuterHasher, 2>;

/// A proof one of whose parts has another length than proofs of the outer layer have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof's {part} has length {actual}, not {expected}")]
pub struct OuterShapeMismatch {
    /// The part.
    pub part: &'static str,
    /// Its length in every proof of the outer layer.
    pub expected: usize,
    /// Its length in this proof.
    pub actual: usize,
}

/// A value of a proof.
#[derive(Debug)]
pub enum ProofValue<'a> {
    /// An element.
    Element(&'a mut Goldilocks),
    /// A hash.
    Hash(&'a mut NodeHash),
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProofPlace {
    /// The part of the proof.
    pub part: &'static str,
    /// The query that the part belongs to.
    pub query: Option<usize>,
}

fn openings(set: &mut Openings) -> [(&'static str, &mut Vec<Quadratic>); 9] {
    [
        ("constant openings", &mut set.constants),
        ("sigma openings", &mut set.plonk_sigmas),
        ("wire openings", &mut set.wires),
        ("permutation openings", &mut set.plonk_zs),
        ("next permutation openings", &mut set.plonk_zs_next),
        ("partial product openings", &mut set.partial_products),
        ("quotient openings", &mut set.quotient_polys),
        ("lookup openings", &mut set.lookup_zs),
        ("next lookup openings", &mut set.lookup_zs_next),
    ]
}

/// The trees of the polynomials, in the order in which a query opens them.
const ROWS: [&str; 4] = ["constant row", "wire row", "permutation row", "quotient row"];
const PATHS: [&str; 4] = ["constant path", "wire path", "permutation path", "quotient path"];

/// The part of the siblings in a constant row's path that a verifier does not read which has the nodes at
/// [`CONSTANTS_HEIGHT`] as constants.
pub const UNREAD_PART: &str = "constant path above the pinned nodes";

/// Calls `visit` for every value, in the order of the encoding.
pub fn visit_values(proof: &mut OuterProof, mut visit: impl FnMut(ProofPlace, ProofValue<'_>)) {
    let mut visit = |part, query, value: ProofValue<'_>| visit(ProofPlace { part, query }, value);
    for element in &mut proof.public_inputs {
        visit("public inputs", None, ProofValue::Element(element));
    }
    let values = &mut proof.proof;
    let caps = [
        ("wire cap", &mut values.wires_cap),
        ("permutation cap", &mut values.plonk_zs_partial_products_cap),
        ("quotient cap", &mut values.quotient_polys_cap),
    ];
    let fri = &mut values.opening_proof;
    let folds = fri.commit_phase_merkle_caps.iter_mut().map(|cap| ("fold cap", cap));
    for (part, cap) in caps.into_iter().chain(folds) {
        cap.0.iter_mut().for_each(|hash| visit(part, None, ProofValue::Hash(hash)));
    }
    let last = ("final polynomial", &mut fri.final_poly.coeffs);
    for (part, list) in openings(&mut values.openings).into_iter().chain([last]) {
        let coefficients = list.iter_mut().flat_map(|value| &mut value.0);
        coefficients.for_each(|element| visit(part, None, ProofValue::Element(element)));
    }
    visit("proof of work", None, ProofValue::Element(&mut fri.pow_witness));
    let cap_height = values.wires_cap.0.len().max(1).ilog2() as usize;
    for (query, round) in fri.query_round_proofs.iter_mut().enumerate() {
        let unread = CONSTANTS_HEIGHT.saturating_sub(cap_height);
        visit_round(round, unread, |part, value| visit(part, Some(query), value));
    }
}

/// Adds one to a value, given its number in the order of [`visit_values`], and says where it stands.
pub fn add_one(proof: &mut OuterProof, number: usize) -> Option<ProofPlace> {
    let mut found = None;
    let mut index = 0;
    visit_values(proof, |place, value| {
        if index == number {
            match value {
                ProofValue::Element(element) => *element += Goldilocks::ONE,
                ProofValue::Hash(hash) => hash.0 += Fr::one(),
            }
            found = Some(place);
        }
        index += 1;
    });
    found
}

fn visit_round(
    round: &mut QueryRound,
    unread: usize,
    mut visit: impl FnMut(&'static str, ProofValue<'_>),
) {
    let trees = &mut round.initial_trees_proof.evals_proofs;
    for (((row, path), rows), paths) in trees.iter_mut().zip(ROWS).zip(PATHS) {
        row.iter_mut().for_each(|element| visit(rows, ProofValue::Element(element)));
        let read = path.siblings.len().saturating_sub(if rows == ROWS[0] { unread } else { 0 });
        for (level, hash) in path.siblings.iter_mut().enumerate() {
            visit(if level < read { paths } else { UNREAD_PART }, ProofValue::Hash(hash));
        }
    }
    for step in &mut round.steps {
        let coefficients = step.evals.iter_mut().flat_map(|value| &mut value.0);
        coefficients.for_each(|element| visit("fold row", ProofValue::Element(element)));
        let siblings = &mut step.merkle_proof.siblings;
        siblings.iter_mut().for_each(|hash| visit("fold path", ProofValue::Hash(hash)));
    }
}

/// The length of every list in a proof.
fn lengths(proof: &OuterProof) -> Vec<(&'static str, usize)> {
    let values = &proof.proof;
    let fri = &values.opening_proof;
    let mut lengths = vec![
        ("public inputs", proof.public_inputs.len()),
        ("wire cap", values.wires_cap.0.len()),
        ("permutation cap", values.plonk_zs_partial_products_cap.0.len()),
        ("quotient cap", values.quotient_polys_cap.0.len()),
    ];
    let mut set = values.openings.clone();
    lengths.extend(openings(&mut set).map(|(part, values)| (part, values.len())));
    lengths.push(("fold caps", fri.commit_phase_merkle_caps.len()));
    lengths.extend(fri.commit_phase_merkle_caps.iter().map(|cap| ("fold cap", cap.0.len())));
    lengths.push(("final polynomial", fri.final_poly.coeffs.len()));
    lengths.push(("queries", fri.query_round_proofs.len()));
    for round in &fri.query_round_proofs {
        let trees = &round.initial_trees_proof.evals_proofs;
        lengths.push(("rows of a query", trees.len()));
        for (((row, path), rows), paths) in trees.iter().zip(ROWS).zip(PATHS) {
            lengths.extend([(rows, row.len()), (paths, path.siblings.len())]);
        }
        lengths.push(("folds of a query", round.steps.len()));
        for step in &round.steps {
            let path = step.merkle_proof.siblings.len();
            lengths.extend([("fold row", step.evals.len()), ("fold path", path)]);
        }
    }
    lengths
}

/// That all lists have the lengths of those of the outer layer's proofs.
pub(super) fn check_lengths(
    common: &OuterCommon,
    proof: &OuterProof,
) -> Result<(), OuterShapeMismatch> {
    let expected = lengths(&blank_proof(common));
    // a list of lists stands before its members, so that the first difference is in lists of one part
    for ((part, expected), (_, actual)) in expected.into_iter().zip(lengths(proof)) {
        if actual != expected {
            return Err(OuterShapeMismatch { part, expected, actual });
        }
    }
    Ok(())
}

/// A proof of the outer layer's lengths whose values are zero.
pub(super) fn blank_proof(common: &OuterCommon) -> OuterProof {
    let config = &common.config;
    let extensions = |count| vec![Quadratic::ZERO; count];
    let cap_height = config.fri_config.cap_height;
    let cap = || MerkleCap(vec![NodeHash(Fr::default()); 1 << cap_height]);
    let products = config.num_challenges * common.num_partial_products;
    let quotients = config.num_challenges * common.quotient_degree_factor;
    let openings = OpeningSet {
        constants: extensions(common.num_constants),
        plonk_sigmas: extensions(config.num_routed_wires),
        wires: extensions(config.num_wires),
        plonk_zs: extensions(config.num_challenges),
        plonk_zs_next: extensions(config.num_challenges),
        partial_products: extensions(products),
        quotient_polys: extensions(quotients),
        lookup_zs: Vec::new(),
        lookup_zs_next: Vec::new(),
    };
    let rows = [
        common.num_constants + config.num_routed_wires,
        config.num_wires,
        config.num_challenges + products,
        quotients,
    ];
    let parameters = &common.fri_params;
    let opening_proof = Fri {
        commit_phase_merkle_caps: parameters.reduction_arity_bits.iter().map(|_| cap()).collect(),
        query_round_proofs: vec![blank_round(common, &rows); parameters.config.num_query_rounds],
        final_poly: PolynomialCoeffs::new(extensions(parameters.final_poly_len())),
        pow_witness: Goldilocks::ZERO,
    };
    let proof = Proof {
        wires_cap: cap(),
        plonk_zs_partial_products_cap: cap(),
        quotient_polys_cap: cap(),
        openings,
        opening_proof,
    };
    OuterProof { proof, public_inputs: vec![Goldilocks::ZERO; common.num_public_inputs] }
}

fn blank_round(common: &OuterCommon, rows: &[usize]) -> QueryRound {
    let path = |siblings| MerkleProof { siblings: vec![NodeHash(Fr::default()); siblings] };
    let parameters = &common.fri_params;
    let mut height = parameters.lde_bits() - parameters.config.cap_height;
    let evals_proofs =
        rows.iter().map(|&columns| (vec![Goldilocks::ZERO; columns], path(height))).collect();
    let steps = parameters
        .reduction_arity_bits
        .iter()
        .map(|bits| {
            height -= bits;
            FriQueryStep { evals: vec![Quadratic::ZERO; 1 << bits], merkle_proof: path(height) }
        })
        .collect();
    FriQueryRound { initial_trees_proof: FriInitialTreeProof { evals_proofs }, steps }
}
