//! The values of a proof, each allocated and range-checked once.
//!
//! What a query opens is not among them: the query allocates it, so that one query's values live at a time.

use plonky2::hash::merkle_tree::MerkleCap;
use starfold_primitives::Goldilocks;
use starfold_primitives::word::Quadratic;

use crate::bn254::OuterHasher;
use crate::goldilocks::{Element, Extension};
use crate::layers::OuterProof;
use crate::r1cs::{ConstraintSystem, Fault, LinearCombination};

/// The values of the polynomials at zeta, and of the permutation polynomials at the next row too.
#[derive(Clone, Debug)]
pub struct OpeningVariables {
    /// Selectors and constants.
    pub constants: Vec<Extension>,
    /// Permutation of the routed wires.
    pub sigmas: Vec<Extension>,
    /// Wires.
    pub wires: Vec<Extension>,
    /// Permutation polynomials, one for each repetition.
    pub zs: Vec<Extension>,
    /// The same at the next row.
    pub zs_next: Vec<Extension>,
    /// Partial products, all of the first repetition, then all of the second.
    pub partial_products: Vec<Extension>,
    /// Parts of the quotient, all of the first repetition, then all of the second.
    pub quotients: Vec<Extension>,
}

/// The values of a proof without those of its queries. Openings, coefficients and the proof of work have 64 bits.
#[derive(Clone, Debug)]
pub struct ProofVariables {
    /// Commitment to the wires. A cap's hashes are any elements of the scalar field.
    pub wires_cap: Vec<LinearCombination>,
    /// Commitment to permutation polynomials and partial products.
    pub zs_cap: Vec<LinearCombination>,
    /// Commitment to the quotient.
    pub quotients_cap: Vec<LinearCombination>,
    /// The openings.
    pub openings: OpeningVariables,
    /// The commitment before each fold.
    pub fri_caps: Vec<Vec<LinearCombination>>,
    /// The coefficients of the final polynomial, low first.
    pub final_polynomial: Vec<Extension>,
    /// The witness of the proof of work.
    pub proof_of_work: Element,
}

fn cap(
    system: &mut ConstraintSystem,
    cap: &MerkleCap<Goldilocks, OuterHasher>,
) -> Vec<LinearCombination> {
    cap.0.iter().map(|hash| system.allocate(hash.0)).collect()
}

fn extensions(
    system: &mut ConstraintSystem,
    values: &[Quadratic],
) -> Result<Vec<Extension>, Fault> {
    values.iter().map(|&value| Extension::allocate(system, value)).collect()
}

impl ProofVariables {
    /// Allocates the values of a proof whose lengths were checked.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] never, as every element has 64 bits.
    pub fn allocate(system: &mut ConstraintSystem, proof: &OuterProof) -> Result<Self, Fault> {
        let values = &proof.proof;
        let (set, fri) = (&values.openings, &values.opening_proof);
        let openings = OpeningVariables {
            constants: extensions(system, &set.constants)?,
            sigmas: extensions(system, &set.plonk_sigmas)?,
            wires: extensions(system, &set.wires)?,
            zs: extensions(system, &set.plonk_zs)?,
            zs_next: extensions(system, &set.plonk_zs_next)?,
            partial_products: extensions(system, &set.partial_products)?,
            quotients: extensions(system, &set.quotient_polys)?,
        };
        Ok(Self {
            wires_cap: cap(system, &values.wires_cap),
            zs_cap: cap(system, &values.plonk_zs_partial_products_cap),
            quotients_cap: cap(system, &values.quotient_polys_cap),
            openings,
            fri_caps: fri
                .commit_phase_merkle_caps
                .iter()
                .map(|hashes| cap(system, hashes))
                .collect(),
            final_polynomial: extensions(system, &fri.final_poly.coeffs)?,
            proof_of_work: Element::allocate(system, fri.pow_witness)?,
        })
    }
}
