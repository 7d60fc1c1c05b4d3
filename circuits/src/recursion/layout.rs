//! The lengths of every part of a proof, checked before the libraries' verifiers index into it.

use plonky2::field::polynomial::PolynomialCoeffs;
use plonky2::fri::FriParams;
use plonky2::fri::proof::{FriInitialTreeProof, FriProof, FriQueryRound, FriQueryStep};
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::plonk::proof::{OpeningSet, Proof};
use starfold_primitives::Goldilocks;

use super::backend::{CircuitProof, CommonData, EXTENSION};
use super::encoding::{DecodeError, ElementReader, ElementWriter};

type Fri = FriProof<Goldilocks, PoseidonHash, EXTENSION>;
type QueryRound = FriQueryRound<Goldilocks, PoseidonHash, EXTENSION>;
type Openings = OpeningSet<Goldilocks, EXTENSION>;

/// Elements of a digest.
pub(super) const HASH_ELEMENTS: usize = 4;

/// A proof one of whose parts has another length than the circuit's proofs have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof's {part} has length {actual}, not {expected}")]
pub struct ShapeMismatch {
    /// The part.
    pub part: &'static str,
    /// Its length in every proof of this circuit.
    pub expected: usize,
    /// Its length in this proof.
    pub actual: usize,
}

pub(super) fn expect_len(
    part: &'static str,
    actual: usize,
    expected: usize,
) -> Result<(), ShapeMismatch> {
    if actual == expected { Ok(()) } else { Err(ShapeMismatch { part, expected, actual }) }
}

/// The lengths of a FRI proof.
#[derive(Clone, Debug)]
pub(super) struct FriLayout {
    params: FriParams,
    /// Polynomials of each oracle.
    oracles: Vec<usize>,
}

impl FriLayout {
    pub(super) fn new(params: FriParams, oracles: Vec<usize>) -> Self {
        Self { params, oracles }
    }

    /// Digests of a Merkle cap.
    pub(super) fn cap_len(&self) -> usize {
        1 << self.params.config.cap_height
    }

    /// Path length of the oracles' trees.
    fn oracle_path_len(&self) -> usize {
        self.params.lde_bits() - self.params.config.cap_height
    }

    /// For each reduction: its arity and the path length of its tree.
    fn steps(&self) -> impl Iterator<Item = (usize, usize)> {
        self.params.reduction_arity_bits.iter().scan(self.oracle_path_len(), |path_len, bits| {
            *path_len -= bits;
            Some((1 << bits, *path_len))
        })
    }

    /// Elements of an encoded proof.
    pub(super) fn elements(&self) -> usize {
        let oracles: usize =
            self.oracles.iter().map(|n| n + HASH_ELEMENTS * self.oracle_path_len()).sum();
        let steps: usize =
            self.steps().map(|(arity, path)| EXTENSION * arity + HASH_ELEMENTS * path).sum();
        self.params.reduction_arity_bits.len() * self.cap_len() * HASH_ELEMENTS
            + self.params.config.num_query_rounds * (oracles + steps)
            + EXTENSION * self.params.final_poly_len()
            + 1
    }

    pub(super) fn check(&self, proof: &Fri) -> Result<(), ShapeMismatch> {
        let reductions = self.params.reduction_arity_bits.len();
        expect_len("FRI commitments", proof.commit_phase_merkle_caps.len(), reductions)?;
        for cap in &proof.commit_phase_merkle_caps {
            expect_len("FRI cap", cap.0.len(), self.cap_len())?;
        }
        let queries = self.params.config.num_query_rounds;
        expect_len("query rounds", proof.query_round_proofs.len(), queries)?;
        for round in &proof.query_round_proofs {
            let evals = &round.initial_trees_proof.evals_proofs;
            expect_len("oracle openings", evals.len(), self.oracles.len())?;
            for ((values, path), &polynomials) in evals.iter().zip(&self.oracles) {
                expect_len("oracle values", values.len(), polynomials)?;
                expect_len("oracle path", path.siblings.len(), self.oracle_path_len())?;
            }
            expect_len("FRI steps", round.steps.len(), reductions)?;
            for (step, (arity, path)) in round.steps.iter().zip(self.steps()) {
                expect_len("FRI values", step.evals.len(), arity)?;
                expect_len("FRI path", step.merkle_proof.siblings.len(), path)?;
            }
        }
        expect_len("final polynomial", proof.final_poly.coeffs.len(), self.params.final_poly_len())
    }

    pub(super) fn write(&self, proof: &Fri, writer: &mut ElementWriter) {
        for cap in &proof.commit_phase_merkle_caps {
            writer.cap(cap);
        }
        for round in &proof.query_round_proofs {
            for (values, path) in &round.initial_trees_proof.evals_proofs {
                writer.elements(values);
                writer.path(path);
            }
            for step in &round.steps {
                writer.extensions(&step.evals);
                writer.path(&step.merkle_proof);
            }
        }
        writer.extensions(&proof.final_poly.coeffs);
        writer.elements(&[proof.pow_witness]);
    }

    pub(super) fn read(&self, reader: &mut ElementReader<'_>) -> Result<Fri, DecodeError> {
        let reductions = &self.params.reduction_arity_bits;
        let commit_phase_merkle_caps =
            reductions.iter().map(|_| reader.cap(self.cap_len())).collect::<Result<_, _>>()?;
        let query_round_proofs = (0..self.params.config.num_query_rounds)
            .map(|_| self.read_round(reader))
            .collect::<Result<_, _>>()?;
        let final_poly = PolynomialCoeffs::new(reader.extensions(self.params.final_poly_len())?);
        let pow_witness = reader.element()?;
        Ok(Fri { commit_phase_merkle_caps, query_round_proofs, final_poly, pow_witness })
    }

    fn read_round(&self, reader: &mut ElementReader<'_>) -> Result<QueryRound, DecodeError> {
        let evals_proofs = self
            .oracles
            .iter()
            .map(|&n| Ok((reader.elements(n)?, reader.path(self.oracle_path_len())?)))
            .collect::<Result<_, _>>()?;
        let steps = self
            .steps()
            .map(|(arity, path)| {
                let evals = reader.extensions(arity)?;
                Ok(FriQueryStep { evals, merkle_proof: reader.path(path)? })
            })
            .collect::<Result<_, _>>()?;
        Ok(FriQueryRound { initial_trees_proof: FriInitialTreeProof { evals_proofs }, steps })
    }
}

/// The lengths of a plonky2 proof.
#[derive(Clone, Debug)]
pub(super) struct CircuitLayout {
    public_inputs: usize,
    /// Openings in the order of the encoding, which is the order of [`openings`].
    openings: [(&'static str, usize); 9],
    fri: FriLayout,
}

/// Every list of openings, in the order of the encoding.
fn openings(set: &Openings) -> [&Vec<starfold_primitives::word::Quadratic>; 9] {
    [
        &set.constants,
        &set.plonk_sigmas,
        &set.wires,
        &set.plonk_zs,
        &set.plonk_zs_next,
        &set.partial_products,
        &set.quotient_polys,
        &set.lookup_zs,
        &set.lookup_zs_next,
    ]
}

impl CircuitLayout {
    /// The lengths of the proofs of circuits with this common data, which has no lookups.
    pub(super) fn new(common: &CommonData) -> Self {
        let config = &common.config;
        let challenges = config.num_challenges;
        let partial_products = challenges * common.num_partial_products;
        let quotients = challenges * common.quotient_degree_factor;
        let fri = FriLayout::new(
            common.fri_params.clone(),
            vec![
                common.num_constants + config.num_routed_wires,
                config.num_wires,
                challenges + partial_products,
                quotients,
            ],
        );
        let openings = [
            ("constant openings", common.num_constants),
            ("sigma openings", config.num_routed_wires),
            ("wire openings", config.num_wires),
            ("permutation openings", challenges),
            ("next permutation openings", challenges),
            ("partial product openings", partial_products),
            ("quotient openings", quotients),
            ("lookup openings", 0),
            ("next lookup openings", 0),
        ];
        Self { public_inputs: common.num_public_inputs, openings, fri }
    }

    /// Digests of a Merkle cap.
    pub(super) fn cap_len(&self) -> usize {
        self.fri.cap_len()
    }

    /// Elements of an encoded proof.
    pub(super) fn elements(&self) -> usize {
        let openings: usize = self.openings.iter().map(|(_, n)| EXTENSION * n).sum();
        self.public_inputs + 3 * self.cap_len() * HASH_ELEMENTS + openings + self.fri.elements()
    }

    pub(super) fn check(&self, proof: &CircuitProof) -> Result<(), ShapeMismatch> {
        expect_len("public inputs", proof.public_inputs.len(), self.public_inputs)?;
        let Proof {
            wires_cap,
            plonk_zs_partial_products_cap,
            quotient_polys_cap,
            openings: set,
            opening_proof,
        } = &proof.proof;
        for cap in [wires_cap, plonk_zs_partial_products_cap, quotient_polys_cap] {
            expect_len("cap", cap.0.len(), self.cap_len())?;
        }
        for (values, (part, expected)) in openings(set).into_iter().zip(self.openings) {
            expect_len(part, values.len(), expected)?;
        }
        self.fri.check(opening_proof)
    }

    pub(super) fn write(&self, proof: &CircuitProof, writer: &mut ElementWriter) {
        writer.elements(&proof.public_inputs);
        let parts = &proof.proof;
        writer.cap(&parts.wires_cap);
        writer.cap(&parts.plonk_zs_partial_products_cap);
        writer.cap(&parts.quotient_polys_cap);
        for values in openings(&parts.openings) {
            writer.extensions(values);
        }
        self.fri.write(&parts.opening_proof, writer);
    }

    pub(super) fn read(&self, reader: &mut ElementReader<'_>) -> Result<CircuitProof, DecodeError> {
        let public_inputs = reader.elements(self.public_inputs)?;
        let wires_cap = reader.cap(self.cap_len())?;
        let plonk_zs_partial_products_cap = reader.cap(self.cap_len())?;
        let quotient_polys_cap = reader.cap(self.cap_len())?;
        let mut lists = self.openings.iter().map(|&(_, n)| reader.extensions(n));
        let mut next = || lists.next().expect("a layout lists every kind of opening");
        let openings = OpeningSet {
            constants: next()?,
            plonk_sigmas: next()?,
            wires: next()?,
            plonk_zs: next()?,
            plonk_zs_next: next()?,
            partial_products: next()?,
            quotient_polys: next()?,
            lookup_zs: next()?,
            lookup_zs_next: next()?,
        };
        drop(lists);
        let opening_proof = self.fri.read(reader)?;
        let proof = Proof {
            wires_cap,
            plonk_zs_partial_products_cap,
            quotient_polys_cap,
            openings,
            opening_proof,
        };
        Ok(CircuitProof { proof, public_inputs })
    }
}
