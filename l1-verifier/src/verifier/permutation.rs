//! The permutation argument at the point of the openings.
//!
//! Two factors are multiplied before they are reduced: with `w' = w + gamma`,
//! `(w1' + beta s1)(w2' + beta s2) = w1' w2' + beta (w1' s2 + w2' s1) + beta^2 s1 s2` has no more than 200 bits.

use plonky2::plonk::circuit_data::CommonCircuitData;
use starfold_primitives::word::Quadratic;
use starfold_primitives::{Field as _, Goldilocks};

use super::{Challenges, OpeningVariables};
use crate::goldilocks::{Element, Extension};
use crate::r1cs::{ConstraintSystem, Fault, MAX_BITS};

/// What one repetition adds to each factor.
#[derive(Debug)]
struct Repetition {
    beta: Element,
    beta_squared: Element,
    gamma: Extension,
    /// `beta * zeta` and its square.
    shift: Extension,
    shift_squared: Extension,
}

/// A routed wire at the point of the openings, plus gamma, and what makes it a numerator and a denominator.
#[derive(Debug)]
struct RoutedWire<'a> {
    value: Extension,
    coset: Goldilocks,
    sigma: &'a Extension,
}

impl Repetition {
    fn new(
        system: &mut ConstraintSystem,
        beta: &Element,
        gamma: &Element,
        zeta: &Extension,
    ) -> Result<Self, Fault> {
        let shift = zeta.multiply_base(system, beta)?.reduced(system)?;
        Ok(Self {
            beta: beta.clone(),
            beta_squared: beta.multiply(system, beta)?.reduced(system)?,
            gamma: Extension::from_base(gamma.clone()),
            shift_squared: shift.square(system)?.reduced(system)?,
            shift,
        })
    }

    /// Numerator and denominator of one wire, not reduced.
    fn single(
        &self,
        system: &mut ConstraintSystem,
        wire: &RoutedWire<'_>,
    ) -> Result<[Extension; 2], Fault> {
        let sigma = wire.sigma.multiply_base(system, &self.beta)?;
        Ok([wire.value.add(&self.shift.scaled(wire.coset)), wire.value.add(&sigma)])
    }

    /// Numerator and denominator of two wires, from the product of their sigmas, reduced.
    fn pair(
        &self,
        system: &mut ConstraintSystem,
        [first, second]: [&RoutedWire<'_>; 2],
        sigmas: &Extension,
    ) -> Result<[Extension; 2], Fault> {
        let values = first.value.multiply(system, &second.value)?;
        let cosets = second.value.scaled(first.coset).add(&first.value.scaled(second.coset));
        let numerator = Extension::sum([
            &values,
            &cosets.multiply(system, &self.shift)?,
            &self.shift_squared.scaled(first.coset * second.coset),
        ]);
        let cross = Extension::cross(
            system,
            [&first.value, first.sigma],
            [&second.value, second.sigma],
            [&values, sigmas],
        )?;
        let denominator = Extension::sum([
            &values,
            &cross.multiply_base(system, &self.beta)?,
            &sigmas.multiply_base(system, &self.beta_squared)?,
        ]);
        Ok([numerator.reduced(system)?, denominator.reduced(system)?])
    }
}

/// The product of any number of factors, reduced only where it would become too long.
fn product(system: &mut ConstraintSystem, factors: &[Extension]) -> Result<Extension, Fault> {
    let Some((first, others)) = factors.split_first() else {
        return Ok(Extension::constant(Quadratic::ONE));
    };
    let mut product = first.clone();
    for factor in others {
        // a coefficient is at most eight products of coefficients
        if product.bits() + factor.bits() + 4 > MAX_BITS {
            product = product.reduced(system)?;
        }
        product = product.multiply(system, factor)?;
    }
    Ok(product)
}

/// The products of the sigmas of two wires, for each pair within each chunk.
fn sigma_products(
    system: &mut ConstraintSystem,
    sigmas: &[Extension],
    chunk: usize,
) -> Result<Vec<Vec<Extension>>, Fault> {
    let mut pairs = |chunk: &[Extension]| {
        chunk.chunks_exact(2).map(|pair| pair[0].multiply(system, &pair[1])).collect()
    };
    sigmas.chunks(chunk).map(&mut pairs).collect()
}

/// That `accumulators[1]` is `accumulators[0]` times numerators by denominators of the chunk's wires.
fn chunk_check(
    system: &mut ConstraintSystem,
    repetition: &Repetition,
    wires: &[RoutedWire<'_>],
    sigma_products: &[Extension],
    accumulators: &[&Extension],
) -> Result<Extension, Fault> {
    let pairs = wires.chunks_exact(2);
    // a single factor goes first, as it is not reduced
    let single = pairs.remainder().iter().map(|wire| repetition.single(system, wire));
    let single = single.collect::<Result<Vec<_>, _>>()?;
    let mut products = Vec::with_capacity(sigma_products.len());
    for (pair, sigmas) in pairs.zip(sigma_products) {
        products.push(repetition.pair(system, [&pair[0], &pair[1]], sigmas)?);
    }
    let sides = [0, 1].map(|side| {
        let mut factors: Vec<Extension> = single.iter().map(|sides| sides[side].clone()).collect();
        factors.push(accumulators[side].clone());
        factors.extend(products.iter().map(|sides| sides[side].clone()));
        product(system, &factors)
    });
    let [numerators, denominators] = sides;
    Ok(numerators?.subtract(&denominators?))
}

/// The values of the constraints on the partial products, those of the first repetition before those of the second.
pub(super) fn constraints(
    system: &mut ConstraintSystem,
    common: &CommonCircuitData<Goldilocks, 2>,
    openings: &OpeningVariables,
    challenges: &Challenges,
) -> Result<Vec<Extension>, Fault> {
    let chunk = common.quotient_degree_factor;
    let sigma_products = sigma_products(system, &openings.sigmas, chunk)?;
    let mut constraints = Vec::new();
    for (place, (beta, gamma)) in challenges.betas.iter().zip(&challenges.gammas).enumerate() {
        let repetition = Repetition::new(system, beta, gamma, &challenges.zeta)?;
        let wires = openings.wires.iter().zip(&common.k_is).zip(&openings.sigmas);
        let wires: Vec<RoutedWire<'_>> = wires
            .map(|((wire, &coset), sigma)| RoutedWire {
                value: wire.add(&repetition.gamma),
                coset,
                sigma,
            })
            .collect();
        let own = common.num_partial_products;
        let mut accumulators = vec![&openings.zs[place]];
        accumulators.extend(&openings.partial_products[place * own..(place + 1) * own]);
        accumulators.push(&openings.zs_next[place]);
        let chunks = wires.chunks(chunk).zip(&sigma_products).zip(accumulators.windows(2));
        for ((wires, sigmas), accumulators) in chunks {
            constraints.push(chunk_check(system, &repetition, wires, sigmas, accumulators)?);
        }
    }
    Ok(constraints)
}
