//! Folds: a coset's eight evaluations become one of the next polynomial.
//!
//! Let P be the polynomial of degree below 8 with the evaluations `e_j` at `x0 h^j`, h being the primitive eighth root
//! of unity. Its coefficients are `x0^-k / 8` times `C_k`, the sum of all `e_j h^(-jk)`, so that the next evaluation is
//! P(beta) with
//!
//! `8 P(beta) = sum of beta^k x0^-k C_k`.
//!
//! The sum is never reduced: eighth roots of unity are `±2^(24 i)`, which have at most 48 bits modulo p, and so all fits
//! the scalar field. It is compared with eight times the evaluation that the next row opens at the place chosen by the
//! next three bits of the index, or with that of the final polynomial.

use plonky2::fri::proof::FriQueryStep;
use starfold_primitives::{Field as _, GOLDILOCKS_ORDER, Goldilocks, PrimeField64 as _};

use super::context::QueryContext;
use super::index::Index;
use super::trees::{Cap, enforce_member};
use super::{ARITY_BITS, expect_length};
use crate::bn254::OuterHasher;
use crate::goldilocks::{ELEMENT_BITS, Element, Extension};
use crate::r1cs::{ConstraintSystem, Fault, Fr, LinearCombination};

/// Evaluations in a coset.
const ARITY: usize = 1 << ARITY_BITS;

/// A coset's evaluations in the order of the row: bit-reversed.
#[derive(Clone, Debug)]
pub(super) struct Coset(Vec<Extension>);

/// An evaluation times eight, each coefficient as long as the scalar field admits.
#[derive(Clone, Debug)]
pub(super) struct EightTimes(Extension);

impl EightTimes {
    /// That it is eight times the evaluation.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] where it is not.
    pub(super) fn enforce_of(
        &self,
        system: &mut ConstraintSystem,
        evaluation: &Extension,
    ) -> Result<(), Fault> {
        let eight = Goldilocks::from_canonical_usize(ARITY);
        self.0.enforce_equal(system, &evaluation.scaled(eight))
    }
}

/// The sum of integers below 2^64, each times a power of the root of unity: modulo p, as an integer that is not
/// negative. Roots above p / 2 are subtracted, and a multiple of p makes up for them.
///
/// # Errors
/// [`Fault::TooManyBits`] where an integer may be longer.
fn rooted_sum(
    system: &ConstraintSystem,
    terms: &[(&Element, Goldilocks)],
) -> Result<Element, Fault> {
    if let Some((long, _)) = terms.iter().find(|(element, _)| element.bits() > ELEMENT_BITS) {
        let section = system.section();
        return Err(Fault::TooManyBits { section, bits: long.bits(), limit: ELEMENT_BITS });
    }
    let (mut added, mut subtracted) = (0u128, 0u128);
    let factors = terms.iter().map(|(_, root)| {
        let (root, negative) = (root.to_canonical_u64(), (-*root).to_canonical_u64());
        if root <= negative {
            added += u128::from(root);
            Fr::from(root)
        } else {
            subtracted += u128::from(negative);
            -Fr::from(negative)
        }
    });
    let factors: Vec<Fr> = factors.collect();
    let sum = LinearCombination::weighted_sum(
        factors.into_iter().zip(terms.iter().map(|(element, _)| element.integer())),
    );
    // 2 p exceeds 2^64, so that twice as many p exceed what is subtracted
    let multiple = Fr::from(2 * subtracted) * Fr::from(GOLDILOCKS_ORDER);
    let bound = added + 2 * subtracted;
    let bits = ELEMENT_BITS + bound.next_power_of_two().ilog2();
    Ok(Element::from_bounded(&sum + &LinearCombination::constant(multiple), bits))
}

impl Coset {
    /// Eight evaluations, bit-reversed.
    #[cfg(test)]
    pub(super) fn new(evaluations: Vec<Extension>) -> Self {
        Self(evaluations)
    }

    /// The evaluations that a step opens, which must stand in the fold's tree.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] where they do not, [`Fault::Length`] for another number of evaluations or a short path.
    pub(super) fn open(
        system: &mut ConstraintSystem,
        context: &QueryContext,
        index: &Index,
        fold: usize,
        step: &FriQueryStep<Goldilocks, OuterHasher, 2>,
    ) -> Result<Self, Fault> {
        expect_length("a coset", step.evals.len(), ARITY)?;
        system.enter_section("query: fold rows");
        let evaluations: Vec<Extension> = step
            .evals
            .iter()
            .map(|&evaluation| Extension::allocate(system, evaluation))
            .collect::<Result<_, _>>()?;
        let row: Vec<Element> = evaluations.iter().flat_map(|e| e.0.clone()).collect();
        system.enter_section("query: fold paths");
        let cap = Cap::Variable(&context.fri_caps[fold]);
        let skipped = (fold + 1) * ARITY_BITS;
        enforce_member(system, index, skipped, &row, &step.merkle_proof, cap)?;
        Ok(Self(evaluations))
    }

    /// The evaluation at the place that the index bits of this fold choose.
    pub(super) fn at_index(
        &self,
        system: &mut ConstraintSystem,
        index: &Index,
        fold: usize,
    ) -> Result<Extension, Fault> {
        let bits = &index.bits()[fold * ARITY_BITS..][..ARITY_BITS];
        let mut chosen = |place: usize| {
            let values: Vec<_> = self.0.iter().map(|e| e.0[place].integer().clone()).collect();
            Ok(Element::from_bounded(system.look_up(bits, &values)?, ELEMENT_BITS))
        };
        Ok(Extension([chosen(0)?, chosen(1)?]))
    }

    /// The sum of all `e_j h^(-jk)`.
    ///
    /// # Errors
    /// [`Fault::TooManyBits`] as for [`rooted_sum`].
    fn coefficient(&self, system: &ConstraintSystem, power: usize) -> Result<Extension, Fault> {
        let root = Goldilocks::primitive_root_of_unity(ARITY_BITS);
        let places = (0..ARITY).map(|place| {
            let reversed = place.reverse_bits() >> (usize::BITS as usize - ARITY_BITS);
            root.exp_u64(((ARITY - reversed) * power) as u64)
        });
        let roots: Vec<Goldilocks> = places.collect();
        let [low, high] = [0, 1].map(|coefficient| {
            let elements = self.0.iter().map(|evaluation| &evaluation.0[coefficient]);
            rooted_sum(system, &elements.zip(roots.iter().copied()).collect::<Vec<_>>())
        });
        Ok(Extension([low?, high?]))
    }

    /// Eight times the evaluation of the next polynomial, given the powers 1 to 7 of the inverse of the coset's first
    /// point and of the fold's point.
    pub(super) fn fold(
        &self,
        system: &mut ConstraintSystem,
        inverse_powers: &[Element],
        beta_powers: &[Extension],
    ) -> Result<EightTimes, Fault> {
        expect_length("the powers of a point", inverse_powers.len(), ARITY - 1)?;
        expect_length("the powers of a fold's point", beta_powers.len(), ARITY - 1)?;
        let mut terms = vec![self.coefficient(system, 0)?];
        for (power, (inverse, beta)) in (1..).zip(inverse_powers.iter().zip(beta_powers)) {
            let term = self.coefficient(system, power)?.multiply_base(system, inverse)?;
            terms.push(term.multiply(system, beta)?);
        }
        Ok(EightTimes(Extension::sum(&terms)))
    }
}
