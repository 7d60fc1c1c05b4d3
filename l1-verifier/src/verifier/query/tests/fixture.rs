//! Real proofs under the outer configuration, and plonky2's own challenges of them.

use std::sync::OnceLock;

use plonky2::field::types::Sample as _;
use plonky2::fri::reduction_strategies::FriReductionStrategy;
use plonky2::gates::noop::NoopGate;
use plonky2::hash::merkle_tree::MerkleTree;
use plonky2::iop::witness::{PartialWitness, WitnessWrite as _};
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::{CircuitConfig, CircuitData};
use plonky2::plonk::config::{GenericConfig, PoseidonGoldilocksConfig};
use starfold_primitives::word::Quadratic;
use starfold_primitives::{Field as _, Goldilocks};

use crate::bn254::{NodeHash, OuterConfig, OuterHasher};
use crate::goldilocks::{Element, Extension};
use crate::layers::{OuterCommon, OuterProof};
use crate::r1cs::{Bit, ConstraintSystem, Fault};
use crate::verifier::query::{QueryContext, QueryRound, verify_query};
use crate::verifier::{Challenges, ProofVariables};

/// The values of the challenges on which queries depend.
#[derive(Clone, Debug)]
pub(super) struct ChallengeValues {
    pub(super) zeta: Quadratic,
    pub(super) fri_alpha: Quadratic,
    pub(super) fri_betas: Vec<Quadratic>,
    pub(super) indices: Vec<usize>,
}

/// A proof with all that its queries are verified against.
#[derive(Clone, Debug)]
pub(super) struct Fixture {
    pub(super) common: OuterCommon,
    pub(super) constants_nodes: Vec<NodeHash>,
    pub(super) proof: OuterProof,
    pub(super) challenges: ChallengeValues,
}

fn config(rate_bits: usize, queries: usize, final_bits: usize) -> CircuitConfig {
    let mut config = CircuitConfig::standard_recursion_config();
    config.num_routed_wires = 37;
    config.fri_config.rate_bits = rate_bits;
    config.fri_config.num_query_rounds = queries;
    config.fri_config.reduction_strategy = FriReductionStrategy::ConstantArityBits(3, final_bits);
    config
}

/// Proves a circuit of four public inputs and as many rows as it is padded to.
fn prove_padded<C: GenericConfig<2, F = Goldilocks, FE = Quadratic> + 'static>(
    config: CircuitConfig,
    rows: usize,
) -> (CircuitData<Goldilocks, C, 2>, plonky2::plonk::proof::ProofWithPublicInputs<Goldilocks, C, 2>)
{
    let mut builder = CircuitBuilder::<Goldilocks, 2>::new(config);
    let mut witness = PartialWitness::new();
    for _ in 0..4 {
        let input = builder.add_virtual_public_input();
        witness.set_target(input, Goldilocks::rand()).unwrap();
    }
    while builder.num_gates() < rows {
        builder.add_gate(NoopGate, vec![]);
    }
    let data = builder.build::<C>();
    let proof = data.prove(witness).unwrap();
    (data, proof)
}

/// The nodes of a tree at a height from the root.
fn nodes(tree: &MerkleTree<Goldilocks, OuterHasher>, height: usize) -> Vec<NodeHash> {
    let levels = tree.leaves.len().ilog2() as usize - height;
    let sibling = |node: usize| tree.prove((node ^ 1) << levels).siblings[levels];
    (0..1 << height).map(sibling).collect()
}

impl Fixture {
    fn new(
        data: &CircuitData<Goldilocks, OuterConfig, 2>,
        proof: OuterProof,
        height: usize,
    ) -> Self {
        data.verify(proof.clone()).unwrap();
        let digest = &data.verifier_only.circuit_digest;
        let challenges =
            proof.get_challenges(proof.get_public_inputs_hash(), digest, &data.common).unwrap();
        let fri = challenges.fri_challenges;
        let tree = &data.prover_only.constants_sigmas_commitment.merkle_tree;
        Self {
            common: data.common.clone(),
            constants_nodes: nodes(tree, height),
            proof,
            challenges: ChallengeValues {
                zeta: challenges.plonk_zeta,
                fri_alpha: fri.fri_alpha,
                fri_betas: fri.fri_betas,
                indices: fri.fri_query_indices,
            },
        }
    }

    /// Two folds, a domain of 2^12 points, rows of constants that share lanes.
    pub(super) fn small() -> &'static Self {
        static FIXTURE: OnceLock<Fixture> = OnceLock::new();
        FIXTURE.get_or_init(|| {
            let mut config = config(3, 6, 3);
            config.fri_config.proof_of_work_bits = 1;
            config.security_bits = 1;
            let (data, proof) = prove_padded::<OuterConfig>(config, (1 << 9) - 16);
            Self::new(&data, proof, 7)
        })
    }

    /// The outer layer's shape: a circuit with all gates of a verifier, 2^12 rows at rate 5, 17 queries.
    pub(super) fn full() -> &'static Self {
        static FIXTURE: OnceLock<Fixture> = OnceLock::new();
        FIXTURE.get_or_init(|| {
            let mut inner_config = CircuitConfig::standard_recursion_config();
            inner_config.fri_config.num_query_rounds = 1;
            inner_config.security_bits = 1;
            let (inner, inner_proof) =
                prove_padded::<PoseidonGoldilocksConfig>(inner_config, 1 << 11);
            let mut builder = CircuitBuilder::<Goldilocks, 2>::new(config(5, 17, 6));
            let target = builder.add_virtual_proof_with_pis(&inner.common);
            let key =
                builder.constant_verifier_data::<PoseidonGoldilocksConfig>(&inner.verifier_only);
            builder.verify_proof::<PoseidonGoldilocksConfig>(&target, &key, &inner.common);
            builder.register_public_inputs(&target.public_inputs);
            while builder.num_gates() < (1 << 11) + 64 {
                builder.add_gate(NoopGate, vec![]);
            }
            let data = builder.build::<OuterConfig>();
            let mut witness = PartialWitness::new();
            witness.set_proof_with_pis_target(&target, &inner_proof).unwrap();
            let proof = data.prove(witness).unwrap();
            Self::new(&data, proof, 12)
        })
    }

    /// What the prover opens at one query.
    pub(super) fn round(&self, query: usize) -> &QueryRound {
        &self.proof.proof.opening_proof.query_round_proofs[query]
    }

    /// Allocates the proof and its challenges.
    pub(super) fn allocate(
        &self,
        system: &mut ConstraintSystem,
    ) -> Result<(ProofVariables, Challenges), Fault> {
        system.enter_section("proof");
        let proof = ProofVariables::allocate(system, &self.proof)?;
        let values = &self.challenges;
        let element = || Element::constant(Goldilocks::ZERO);
        let pair = || [element(), element()];
        let challenges = Challenges {
            betas: pair(),
            gammas: pair(),
            alphas: pair(),
            zeta: Extension::allocate(system, values.zeta)?,
            fri_alpha: Extension::allocate(system, values.fri_alpha)?,
            fri_betas: values
                .fri_betas
                .iter()
                .map(|&beta| Extension::allocate(system, beta))
                .collect::<Result<_, _>>()?,
            query_indices: Vec::new(),
        };
        Ok((proof, challenges))
    }

    /// Allocates the proof and computes what queries share.
    pub(super) fn context(&self, system: &mut ConstraintSystem) -> Result<QueryContext, Fault> {
        let (proof, challenges) = self.allocate(system)?;
        QueryContext::new(system, &self.common, &self.constants_nodes, &proof, &challenges)
    }

    /// The bits of a query's index.
    pub(super) fn index(
        &self,
        system: &mut ConstraintSystem,
        query: usize,
    ) -> Result<Vec<Bit>, Fault> {
        system.enter_section("proof");
        let index = self.challenges.indices[query];
        let bits = 0..self.common.fri_params.lde_bits();
        bits.map(|bit| system.allocate_bit(index >> bit & 1 == 1)).collect()
    }

    /// The shared part and one query.
    pub(super) fn run(&self, system: &mut ConstraintSystem, query: usize) -> Result<(), Fault> {
        let context = self.context(system)?;
        let index = self.index(system, query)?;
        verify_query(system, &context, &index, self.round(query))
    }

    /// One query, checked against a context that was checked too.
    pub(super) fn check_round(&self, context: &QueryContext, query: usize) -> Result<(), Fault> {
        // combinations of a checked system are values, so that they may enter another
        let mut system = ConstraintSystem::check(&[]).0;
        let index = self.index(&mut system, query)?;
        verify_query(&mut system, context, &index, self.round(query))
    }

    /// The shared part and one query, checked.
    pub(super) fn check(&self, query: usize) -> Result<(), Fault> {
        self.run(&mut ConstraintSystem::check(&[]).0, query)
    }
}
