//! What verifies proofs of the outer layer.

use plonky2::fri::FriConfig;
use plonky2::fri::reduction_strategies::FriReductionStrategy;
use plonky2::hash::merkle_tree::MerkleCap;
use plonky2::plonk::circuit_data::{CommonCircuitData, VerifierOnlyCircuitData};
use plonky2::plonk::config::Hasher as _;
use plonky2::plonk::proof::ProofWithPublicInputs;
use starfold_primitives::Goldilocks;

use crate::bn254::{CONSTANT_COLUMNS, NodeHash, OuterConfig, OuterHasher};

/// A proof of the outer layer.
pub type OuterProof = ProofWithPublicInputs<Goldilocks, OuterConfig, 2>;

/// The outer layer's common data.
pub type OuterCommon = CommonCircuitData<Goldilocks, 2>;

/// The outer layer's key.
pub type OuterVerifierOnly = VerifierOnlyCircuitData<OuterConfig, 2>;

/// Queries of 5 bits each: with the proof of work 101 bits.
pub(super) const OUTER_FRI: FriConfig = FriConfig {
    rate_bits: 5,
    cap_height: 4,
    proof_of_work_bits: 16,
    reduction_strategy: FriReductionStrategy::ConstantArityBits(3, 6),
    num_query_rounds: 17,
};

/// Routed wires of the outer layer: as few as a circuit can have that verifies folds of 16 values. Each costs the wrap
/// a sigma to open and to combine.
pub(super) const OUTER_ROUTED_WIRES: usize = 37;

/// Logarithm of the rows of the outer layer.
const OUTER_DEGREE_BITS: usize = 12;

/// Public inputs of the outer layer: those of the batch circuit.
pub(crate) const OUTER_PUBLIC_INPUTS: usize = 4;

/// The height, from the root, of the nodes of the constants tree that a verifier may take as constants.
pub const CONSTANTS_HEIGHT: usize = 9;

/// The outer layer, as far as a verifier knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OuterLayer {
    common: OuterCommon,
    key: OuterVerifierOnly,
    constants_nodes: Vec<NodeHash>,
}

/// Why a circuit cannot be the outer layer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OuterLayerError {
    /// A number differs from that of the outer layer.
    #[error("the circuit's {part} is {actual}, the outer layer's {expected}")]
    Number {
        /// What is counted.
        part: &'static str,
        /// The outer layer's.
        expected: usize,
        /// The circuit's.
        actual: usize,
    },
    /// The circuit has lookups.
    #[error("the circuit has lookups")]
    Lookups,
    /// The circuit hides its rows with salts.
    #[error("the circuit's rows are salted")]
    Hiding,
    /// A tree other than that of the constants has rows as long as its.
    #[error(
        "the {tree} tree has rows of {CONSTANT_COLUMNS} elements, which only constants may have"
    )]
    RowLength {
        /// The tree.
        tree: &'static str,
    },
    /// Bytes are not those of a layer.
    #[error("the outer layer cannot be read")]
    Malformed,
    /// The nodes of the constants tree do not lead to its cap.
    #[error("the nodes of the constants tree do not lead to the cap of the circuit's key")]
    ConstantsNodes,
}

fn expect(part: &'static str, actual: usize, expected: usize) -> Result<(), OuterLayerError> {
    if actual == expected {
        Ok(())
    } else {
        Err(OuterLayerError::Number { part, expected, actual })
    }
}

impl OuterLayer {
    /// A circuit with the nodes of its constants tree at [`CONSTANTS_HEIGHT`], from left to right.
    ///
    /// # Errors
    /// [`OuterLayerError`] where it cannot be the outer layer: what a verifier relies on is checked.
    pub fn new(
        common: OuterCommon,
        key: OuterVerifierOnly,
        constants_nodes: Vec<NodeHash>,
    ) -> Result<Self, OuterLayerError> {
        check_common(&common)?;
        expect("cap", key.constants_sigmas_cap.0.len(), 1 << common.config.fri_config.cap_height)?;
        expect("number of constants nodes", constants_nodes.len(), 1 << CONSTANTS_HEIGHT)?;
        if fold_up(&constants_nodes, common.config.fri_config.cap_height)
            != key.constants_sigmas_cap
        {
            return Err(OuterLayerError::ConstantsNodes);
        }
        Ok(Self { common, key, constants_nodes })
    }

    /// The common data.
    #[must_use]
    pub fn common(&self) -> &OuterCommon {
        &self.common
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &OuterVerifierOnly {
        &self.key
    }

    /// The nodes of the constants tree at [`CONSTANTS_HEIGHT`], from left to right.
    #[must_use]
    pub fn constants_nodes(&self) -> &[NodeHash] {
        &self.constants_nodes
    }

    /// Bits of the index of a query: the logarithm of the size of the evaluation domain.
    #[must_use]
    pub fn index_bits(&self) -> usize {
        self.common.fri_params.lde_bits()
    }
}

/// The layer of a tree above the nodes, of which there are at least `2^height`.
fn fold_up(nodes: &[NodeHash], height: usize) -> MerkleCap<Goldilocks, OuterHasher> {
    let mut nodes = nodes.to_vec();
    while nodes.len() > 1 << height {
        let (pairs, _) = nodes.as_chunks::<2>();
        nodes = pairs.iter().map(|&[left, right]| OuterHasher::two_to_one(left, right)).collect();
    }
    MerkleCap(nodes)
}

/// That the common data has the shape of the outer layer's.
fn check_common(common: &OuterCommon) -> Result<(), OuterLayerError> {
    let config = &common.config;
    expect("logarithm of rows", common.degree_bits(), OUTER_DEGREE_BITS)?;
    expect("number of public inputs", common.num_public_inputs, OUTER_PUBLIC_INPUTS)?;
    expect("number of challenges", config.num_challenges, 2)?;
    if common.num_lookup_polys != 0 || common.num_lookup_selectors != 0 || !common.luts.is_empty() {
        return Err(OuterLayerError::Lookups);
    }
    if config.zero_knowledge || common.fri_params.hiding {
        return Err(OuterLayerError::Hiding);
    }
    check_queries(common)?;
    expect("number of routed wires", config.num_routed_wires, OUTER_ROUTED_WIRES)?;
    let constants = common.num_constants + config.num_routed_wires;
    expect("number of constant columns", constants, CONSTANT_COLUMNS)?;
    let products = config.num_challenges * (1 + common.num_partial_products);
    let quotients = config.num_challenges * common.quotient_degree_factor;
    let mut rows =
        vec![("wires", config.num_wires), ("permutation", products), ("quotient", quotients)];
    rows.extend(common.fri_params.reduction_arity_bits.iter().map(|bits| ("FRI", 2 << bits)));
    match rows.into_iter().find(|&(_, elements)| elements == CONSTANT_COLUMNS) {
        Some((tree, _)) => Err(OuterLayerError::RowLength { tree }),
        None => Ok(()),
    }
}

/// That the parameters of FRI, on which the bits of soundness depend, are those of the outer layer.
fn check_queries(common: &OuterCommon) -> Result<(), OuterLayerError> {
    let work = |config: &FriConfig| config.proof_of_work_bits as usize;
    for config in [&common.config.fri_config, &common.fri_params.config] {
        expect("rate", config.rate_bits, OUTER_FRI.rate_bits)?;
        expect("number of queries", config.num_query_rounds, OUTER_FRI.num_query_rounds)?;
        expect("proof of work", work(config), work(&OUTER_FRI))?;
        expect("height of caps", config.cap_height, OUTER_FRI.cap_height)?;
    }
    let folds = OUTER_FRI.fri_params(OUTER_DEGREE_BITS, false).reduction_arity_bits;
    let actual = &common.fri_params.reduction_arity_bits;
    expect("number of folds", actual.len(), folds.len())?;
    let mut pairs = actual.iter().zip(folds);
    pairs.try_for_each(|(&actual, expected)| expect("arity of folds", actual, expected))
}
