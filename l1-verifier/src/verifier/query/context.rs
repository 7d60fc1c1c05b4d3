//! What all queries of a proof share, computed once.
//!
//! Nothing here is free: powers are products reduced by constraints, and openings, caps and coefficients are the
//! proof's own variables, which the transcript observed before it gave the challenges.

use starfold_primitives::word::Quadratic;
use starfold_primitives::{Field as _, Goldilocks};

use super::combination::{BLOCK_COLUMNS, within_block};
use super::index::Table;
use super::points::PointTables;
use super::{ARITY_BITS, expect_length};
use crate::bn254::NodeHash;
use crate::goldilocks::{Element, Extension};
use crate::layers::OuterCommon;
use crate::r1cs::{ConstraintSystem, Fault, LinearCombination};
use crate::verifier::{Challenges, OpeningVariables, ProofVariables};

/// Elements in a row of each of the four trees that plonky2 opens at a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowLengths {
    pub(super) constants: usize,
    pub(super) wires: usize,
    pub(super) permutation: usize,
    pub(super) quotients: usize,
    /// Of a row of the permutation tree, those that are opened at the next row too.
    pub(super) next: usize,
}

/// The powers of the challenge that combines polynomials: a column's factor is the product of one of each list.
#[derive(Clone, Debug)]
pub(super) struct CombinationPowers {
    /// The powers 0 to [`BLOCK_COLUMNS`] - 1.
    pub(super) within: Vec<Extension>,
    /// The multiples of [`BLOCK_COLUMNS`], each plus the number of columns that are opened at the next row too.
    pub(super) blocks: Vec<Extension>,
}

/// What all queries of a proof share.
#[derive(Clone, Debug)]
pub struct QueryContext {
    pub(super) index_bits: usize,
    pub(super) lengths: RowLengths,
    /// The logarithm of the number of nodes at which paths in the constants tree end.
    pub(super) constants_height: usize,
    pub(super) constants_nodes: Table,
    /// Wires, permutation, quotients.
    pub(super) caps: [Vec<LinearCombination>; 3],
    pub(super) fri_caps: Vec<Vec<LinearCombination>>,
    pub(super) points: PointTables,
    pub(super) zeta: Extension,
    /// The point of the next row.
    pub(super) zeta_next: Extension,
    pub(super) powers: CombinationPowers,
    /// The openings at zeta, combined with the same factors as a query's columns.
    pub(super) openings: Extension,
    /// The openings at the next row, combined with the powers from zero on.
    pub(super) openings_next: Extension,
    /// The powers 1 to 7 of the point of each fold.
    pub(super) beta_powers: Vec<Vec<Extension>>,
    pub(super) final_polynomial: Vec<Extension>,
}

impl RowLengths {
    fn new(common: &OuterCommon) -> Self {
        let challenges = common.config.num_challenges;
        Self {
            constants: common.num_constants + common.config.num_routed_wires,
            wires: common.config.num_wires,
            permutation: challenges * (1 + common.num_partial_products),
            quotients: challenges * common.quotient_degree_factor,
            next: challenges,
        }
    }

    fn total(&self) -> usize {
        self.constants + self.wires + self.permutation + self.quotients
    }
}

/// The powers 0 to `count` of an element, each reduced.
fn powers(
    system: &mut ConstraintSystem,
    base: &Extension,
    count: usize,
) -> Result<Vec<Extension>, Fault> {
    let mut powers = vec![Extension::constant(Quadratic::ONE), base.clone()];
    for power in 2..=count {
        let half = &powers[power / 2];
        let next = if power % 2 == 0 {
            half.square(system)?
        } else {
            powers[power - 1].multiply(system, base)?
        };
        powers.push(next.reduced(system)?);
    }
    powers.truncate(count + 1);
    Ok(powers)
}

impl CombinationPowers {
    fn new(
        system: &mut ConstraintSystem,
        alpha: &Extension,
        lengths: &RowLengths,
    ) -> Result<Self, Fault> {
        let mut within = powers(system, alpha, BLOCK_COLUMNS)?;
        let stride = within.split_off(BLOCK_COLUMNS).swap_remove(0);
        let mut blocks = vec![within[lengths.next].clone()];
        for block in 1..lengths.total().div_ceil(BLOCK_COLUMNS) {
            blocks.push(blocks[block - 1].multiply(system, &stride)?.reduced(system)?);
        }
        Ok(Self { within, blocks })
    }
}

/// That the element is not in the base field, where every point of a query lies.
fn enforce_outside_base(system: &mut ConstraintSystem, point: &Extension) -> Result<(), Fault> {
    let coefficient = &point.0[1];
    let inverse = coefficient.value().try_inverse().unwrap_or(Goldilocks::ZERO);
    let inverse = Element::allocate(system, inverse)?;
    let one = Element::constant(Goldilocks::ONE);
    coefficient.multiply(system, &inverse)?.enforce_equal(system, &one)
}

/// The openings at zeta in the order of plonky2's batch, which is that of a query's columns.
fn in_order(openings: &OpeningVariables) -> Vec<Extension> {
    let OpeningVariables { constants, sigmas, wires, zs, partial_products, quotients, .. } =
        openings;
    [constants, sigmas, wires, zs, partial_products, quotients]
        .into_iter()
        .flatten()
        .cloned()
        .collect()
}

/// Variables of their own for both coefficients, which every query reads.
fn materialized(system: &mut ConstraintSystem, sum: &Extension) -> Result<Extension, Fault> {
    let [low, high] = &sum.0;
    let mut variable = |coefficient: &Element| {
        let integer = system.materialize(coefficient.integer())?;
        Ok(Element::from_bounded(integer, coefficient.bits()))
    };
    Ok(Extension([variable(low)?, variable(high)?]))
}

/// Refuses parameters for which the query is not written.
fn check_parameters(common: &OuterCommon) -> Result<(), Fault> {
    expect_length("the list of lookup polynomials", common.num_lookup_polys, 0)?;
    expect_length("the salt of a row", usize::from(common.fri_params.hiding), 0)?;
    let folds = &common.fri_params.reduction_arity_bits;
    if folds.is_empty() {
        return Err(Fault::Length { what: "the list of folds", expected: 1, actual: 0 });
    }
    let next = common.config.num_challenges;
    if next >= BLOCK_COLUMNS {
        let what = "the list of columns opened at the next row";
        return Err(Fault::Length { what, expected: BLOCK_COLUMNS - 1, actual: next });
    }
    folds
        .iter()
        .try_for_each(|&bits| expect_length("the index within a coset", bits, ARITY_BITS))?;
    let needed = folds.len() * ARITY_BITS;
    at_least("the list of coefficients' bits", common.degree_bits(), needed)?;
    let cap_height = common.fri_params.config.cap_height;
    at_least("the index of a query", common.fri_params.lde_bits(), needed + cap_height)
}

fn at_least(what: &'static str, actual: usize, expected: usize) -> Result<(), Fault> {
    if actual >= expected { Ok(()) } else { Err(Fault::Length { what, expected, actual }) }
}

/// Refuses variables of another shape than the common data's.
fn check_lengths(
    common: &OuterCommon,
    constants_nodes: &[NodeHash],
    proof: &ProofVariables,
    challenges: &Challenges,
) -> Result<(), Fault> {
    let parameters = &common.fri_params;
    let folds = parameters.reduction_arity_bits.len();
    let nodes = constants_nodes.len();
    expect_length("the list of constants nodes", nodes, nodes.next_power_of_two())?;
    at_least("the index of a query", parameters.lde_bits(), nodes.ilog2() as usize)?;
    expect_length("the list of fold caps", proof.fri_caps.len(), folds)?;
    expect_length("the list of fold points", challenges.fri_betas.len(), folds)?;
    expect_length(
        "the final polynomial",
        proof.final_polynomial.len(),
        parameters.final_poly_len(),
    )?;
    let next = common.config.num_challenges;
    expect_length("the list of openings at the next row", proof.openings.zs_next.len(), next)?;
    let caps = [&proof.wires_cap, &proof.zs_cap, &proof.quotients_cap];
    caps.into_iter()
        .chain(&proof.fri_caps)
        .try_for_each(|cap| expect_length("a cap", cap.len(), parameters.config.num_cap_elements()))
}

impl QueryContext {
    /// The context of a proof's queries, given the nodes of the constants tree at some height.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] where zeta is in the base field, which happens with probability 2^-64;
    /// [`Fault::Length`] for variables of another shape than the common data's, or one for which the query is not written.
    pub fn new(
        system: &mut ConstraintSystem,
        common: &OuterCommon,
        constants_nodes: &[NodeHash],
        proof: &ProofVariables,
        challenges: &Challenges,
    ) -> Result<Self, Fault> {
        system.enter_section("combination of openings");
        check_parameters(common)?;
        let lengths = RowLengths::new(common);
        check_lengths(common, constants_nodes, proof, challenges)?;
        let index_bits = common.fri_params.lde_bits();
        let constants_height = constants_nodes.len().ilog2() as usize;
        let constants_nodes =
            Table::new(index_bits, index_bits - constants_height, |node| constants_nodes[node].0)?;

        let zeta = challenges.zeta.clone();
        enforce_outside_base(system, &zeta)?;
        let generator = Goldilocks::primitive_root_of_unity(common.degree_bits());
        let zeta_next = zeta.scaled(generator).reduced(system)?;
        let powers = CombinationPowers::new(system, &challenges.fri_alpha, &lengths)?;
        let opened = in_order(&proof.openings);
        expect_length("the list of openings", opened.len(), lengths.total())?;
        let openings = powers.sum(system, &opened, Extension::multiply)?;
        let openings = materialized(system, &openings)?;
        let next = &proof.openings.zs_next;
        let openings_next = within_block(system, &powers.within, next, Extension::multiply)?;

        system.enter_section("powers of fold points");
        let beta_powers = challenges
            .fri_betas
            .iter()
            .map(|beta| Ok(self::powers(system, beta, (1 << ARITY_BITS) - 1)?.split_off(1)))
            .collect::<Result<_, Fault>>()?;
        let coefficients = proof.final_polynomial.len();
        Ok(Self {
            index_bits,
            lengths,
            constants_height,
            constants_nodes,
            caps: [&proof.wires_cap, &proof.zs_cap, &proof.quotients_cap].map(Clone::clone),
            fri_caps: proof.fri_caps.clone(),
            points: PointTables::new(index_bits, proof.fri_caps.len(), coefficients)?,
            zeta,
            zeta_next,
            powers,
            openings,
            openings_next,
            beta_powers,
            final_polynomial: proof.final_polynomial.clone(),
        })
    }
}
