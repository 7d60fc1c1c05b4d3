//! The filters, which vanish on the rows of other gates.

use std::ops::Range;

use plonky2::plonk::circuit_data::CommonCircuitData;
use serde::Deserialize;
use starfold_primitives::{Field as _, Goldilocks};

use super::super::OpeningVariables;
use super::super::weights::Weight;
use crate::goldilocks::Extension;
use crate::r1cs::{ConstraintSystem, Fault};

/// What a selector is on the rows of gates in other groups.
const UNUSED_SELECTOR: u32 = u32::MAX;

/// plonky2's `SelectorsInfo`, whose fields are private there.
#[derive(Debug, Deserialize)]
struct Selectors {
    /// The selector of each gate.
    selector_indices: Vec<usize>,
    /// The gates of each selector.
    groups: Vec<Range<usize>>,
}

/// The selectors at the point of the openings, and as many powers of each as were needed.
#[derive(Debug)]
pub(super) struct SelectorPowers {
    selectors: Selectors,
    /// For each selector the powers from the first on, reduced.
    powers: Vec<Vec<Extension>>,
}

impl SelectorPowers {
    /// No powers yet but the selectors themselves.
    ///
    /// # Errors
    /// [`Fault::Length`] where there are fewer constants than selectors.
    pub(super) fn new(
        common: &CommonCircuitData<Goldilocks, 2>,
        openings: &OpeningVariables,
    ) -> Result<Self, Fault> {
        let selectors = serde_json::to_value(&common.selectors_info)
            .and_then(serde_json::from_value::<Selectors>)
            .expect("plonky2 writes its selectors as two lists");
        let (expected, actual) = (selectors.groups.len(), openings.constants.len());
        if actual < expected {
            return Err(Fault::Length { what: "a row of constants", expected, actual });
        }
        let powers = openings.constants[..expected].iter().map(|s| vec![s.clone()]).collect();
        Ok(Self { selectors, powers })
    }

    /// The values of the gate's selector at which its filter vanishes.
    fn roots(&self, gate: usize) -> Vec<Goldilocks> {
        let selectors = &self.selectors;
        let group = selectors.groups[selectors.selector_indices[gate]].clone();
        let others = group.filter(|&other| other != gate).map(Goldilocks::from_canonical_usize);
        let unused = Goldilocks::from_canonical_u32(UNUSED_SELECTOR);
        let unused = (selectors.groups.len() > 1).then_some(unused);
        others.chain(unused).collect()
    }

    /// The product of the `root - s` over the roots, where s is the gate's selector.
    pub(super) fn filter(
        &mut self,
        system: &mut ConstraintSystem,
        gate: usize,
    ) -> Result<Weight<Extension>, Fault> {
        let coefficients = self.roots(gate).iter().fold(vec![Goldilocks::ONE], |product, &root| {
            let mut next: Vec<Goldilocks> = product.iter().map(|&factor| factor * root).collect();
            next.push(Goldilocks::ZERO);
            for (place, &factor) in product.iter().enumerate() {
                next[place + 1] -= factor;
            }
            next
        });
        let powers = &mut self.powers[self.selectors.selector_indices[gate]];
        while powers.len() + 1 < coefficients.len() {
            powers.push(powers[powers.len() - 1].multiply(system, &powers[0])?.reduced(system)?);
        }
        let terms = powers.iter().zip(&coefficients[1..]);
        let mut terms: Vec<Extension> =
            terms.map(|(power, &factor)| power.scaled(factor)).collect();
        terms.push(Extension::constant(coefficients[0].into()));
        Weight::new(system, &Extension::sum(&terms))
    }
}
