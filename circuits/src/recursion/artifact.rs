//! The committed verifier data of a batch circuit, and everything that must hold of it.
//!
//! A circuit digest covers cap and degree alone: number of queries, gates and all other common data decide just as much
//! what a proof is worth. So the bytes have a hash of their own, which is compared before they are parsed.

use std::fmt;
use std::str::FromStr;

use plonky2::field::cosets::get_unique_coset_shifts;
use plonky2::util::serialization::DefaultGateSerializer;
use serde::{Deserialize, Serialize};
use sha3::{Digest as _, Sha3_256};
use starfold_primitives::{Digest, Goldilocks};

use super::backend::{CommonData, VerifierData, circuit_digest};
use super::batch::BATCH_PUBLIC_INPUTS;
use super::shape::gate_set;
use crate::parameters::ParameterSet;

/// The SHA3-256 hash of an artifact's bytes. Its text is `0x` and 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ArtifactHash([u8; 32]);

/// Text that is no hash of an artifact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the hash of an artifact is 0x and 64 hexadecimal digits")]
pub struct MalformedHash;

impl ArtifactHash {
    /// The hash of an artifact.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha3_256::digest(bytes).into())
    }
}

impl fmt::Display for ArtifactHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

impl FromStr for ArtifactHash {
    type Err = MalformedHash;

    fn from_str(text: &str) -> Result<Self, MalformedHash> {
        let mut bytes = [0; 32];
        let digits = text.strip_prefix("0x").ok_or(MalformedHash)?;
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| MalformedHash)?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for ArtifactHash {
    type Error = MalformedHash;

    fn try_from(text: String) -> Result<Self, MalformedHash> {
        text.parse()
    }
}

impl From<ArtifactHash> for String {
    fn from(hash: ArtifactHash) -> Self {
        hash.to_string()
    }
}

/// What is pinned of a batch circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchPin {
    /// Its digest.
    pub circuit: Digest,
    /// The hash of its verifier data.
    pub artifact: ArtifactHash,
}

/// Why an artifact is not the verifier data of a batch circuit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArtifactError {
    /// The bytes are not those that were pinned.
    #[error("the verifier data has the hash {actual}, pinned is {expected}")]
    Hash {
        /// The pinned hash.
        expected: ArtifactHash,
        /// The hash of the bytes.
        actual: ArtifactHash,
    },
    /// Plonky2 cannot read it.
    #[error("the verifier data cannot be read")]
    Malformed,
    /// It belongs to another circuit.
    #[error("the verifier data is that of the circuit {actual}, not {expected}")]
    Circuit {
        /// The pinned digest.
        expected: Digest,
        /// The digest of the key in the artifact.
        actual: Digest,
    },
    /// It is no batch circuit's.
    #[error("a batch circuit exposes {BATCH_PUBLIC_INPUTS} elements, this one {actual}")]
    PublicInputs {
        /// How many it exposes.
        actual: usize,
    },
    /// Its configuration is not the parameter set's.
    #[error("the verifier data has not the configuration of the parameter set {parameters}")]
    Configuration {
        /// The parameter set.
        parameters: ParameterSet,
    },
    /// Its FRI parameters are not those of the parameter set's batch circuit.
    #[error("the verifier data has not the FRI parameters of the parameter set {parameters}")]
    Fri {
        /// The parameter set.
        parameters: ParameterSet,
    },
    /// It has lookups, which no circuit of the project has.
    #[error("the verifier data has lookups")]
    Lookups,
    /// A gate is not one that the circuits have.
    #[error("the verifier data has the gate {gate}, which no circuit has")]
    Gate {
        /// What plonky2 calls it.
        gate: String,
    },
    /// Numbers that follow from configuration, degree and gates do not.
    #[error("the verifier data contradicts itself: {part}")]
    Derived {
        /// The part.
        part: &'static str,
    },
}

/// Reads verifier data that has the pinned hash, and checks all of it that does not follow from the key.
pub(super) fn read(
    bytes: &[u8],
    parameters: ParameterSet,
    pinned: BatchPin,
) -> Result<VerifierData, ArtifactError> {
    let (expected, actual) = (pinned.artifact, ArtifactHash::of(bytes));
    if actual != expected {
        return Err(ArtifactError::Hash { expected, actual });
    }
    let data = VerifierData::from_bytes(bytes.to_vec(), &DefaultGateSerializer)
        .map_err(|_| ArtifactError::Malformed)?;
    check_common(&data.common, parameters)?;
    let expected = pinned.circuit;
    let cap = &data.verifier_only.constants_sigmas_cap;
    let actual = circuit_digest(cap, data.common.degree_bits());
    if actual != expected || data.verifier_only.circuit_digest.elements != expected.0 {
        return Err(ArtifactError::Circuit { expected, actual });
    }
    Ok(data)
}

fn check_common(common: &CommonData, parameters: ParameterSet) -> Result<(), ArtifactError> {
    let config = parameters.circuit_config();
    if common.config != config {
        return Err(ArtifactError::Configuration { parameters });
    }
    if common.fri_params != config.fri_config.fri_params(parameters.batch_degree_bits(), false) {
        return Err(ArtifactError::Fri { parameters });
    }
    let actual = common.num_public_inputs;
    if actual != BATCH_PUBLIC_INPUTS {
        return Err(ArtifactError::PublicInputs { actual });
    }
    if common.num_lookup_polys != 0 || common.num_lookup_selectors != 0 || !common.luts.is_empty() {
        return Err(ArtifactError::Lookups);
    }
    let known = gate_set(&config);
    if let Some(gate) = common.gates.iter().find(|gate| !known.contains(gate)) {
        return Err(ArtifactError::Gate { gate: gate.0.id() });
    }
    check_derived(common)
}

/// The numbers that plonky2 derives when it builds a circuit.
fn check_derived(common: &CommonData) -> Result<(), ArtifactError> {
    let config = &common.config;
    let factor = config.max_quotient_degree_factor;
    let constraints = common.gates.iter().map(|gate| gate.0.num_constraints()).max();
    let constants = common.gates.iter().map(|gate| gate.0.num_constants()).max();
    let selectors = common.selectors_info.num_selectors();
    let shifts = get_unique_coset_shifts::<Goldilocks>(common.degree(), config.num_routed_wires);
    let parts = [
        ("quotient degree", common.quotient_degree_factor == factor),
        // the last of the products is the permutation polynomial itself
        (
            "partial products",
            common.num_partial_products == config.num_routed_wires.div_ceil(factor) - 1,
        ),
        ("gate constraints", Some(common.num_gate_constraints) == constraints),
        ("constants", Some(common.num_constants) == constants.map(|n| n + selectors)),
        ("coset shifts", common.k_is == shifts),
    ];
    match parts.into_iter().find(|(_, holds)| !holds) {
        Some((part, _)) => Err(ArtifactError::Derived { part }),
        None => Ok(()),
    }
}
