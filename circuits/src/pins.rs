//! Pinned circuit digests and the verifier data of the batch circuits.
//!
//! `pins.toml` names the digest of every fold and batch circuit and of every leaf circuit in the catalogue, and
//! `artifacts/` holds what verifies batch proofs. Both are written from a rebuild of all circuits and change with
//! them alone, so that a change of any circuit is seen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use starfold_primitives::Digest;

use crate::parameters::ParameterSet;
use crate::recursion::{
    ArtifactError, ArtifactHash, BatchCircuit, BatchPin, BatchVerifier, BuildError, Catalogue,
    CatalogueEntry, CircuitSet, CircuitSetError, FoldCircuit, LeafBuildError, LeafSpec, Shape,
};

/// The text of the committed pins.
pub(crate) const COMMITTED_PINS: &str = include_str!("../pins.toml");
const BATCH_STANDARD: &[u8] = include_bytes!("../artifacts/batch-standard.bin");
const BATCH_CONSERVATIVE: &[u8] = include_bytes!("../artifacts/batch-conservative.bin");

const HEADER: &str = "# Digests of all circuits, by parameter set. The order of the leaf circuits is their order in the\n\
                      # circuit set.\n\n";

/// The pins of every parameter set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pins(BTreeMap<ParameterSet, SetPins>);

/// The pins of one parameter set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetPins {
    /// The fold circuit.
    pub fold: Digest,
    /// The batch circuit.
    pub batch: Digest,
    /// The content of `artifacts/batch-{parameter set}.bin`: no digest covers all of it.
    pub batch_artifact: ArtifactHash,
    /// The leaf circuits of the catalogue, in the order of the circuit set.
    #[serde(default, rename = "leaf", skip_serializing_if = "Vec::is_empty")]
    pub leaves: Vec<LeafPin>,
}

/// The pin of a leaf circuit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafPin {
    /// The name of its [`LeafSpec`].
    pub name: String,
    /// Its digest.
    pub digest: Digest,
}

/// Pins and artifact of one parameter set, from circuits just built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComputedSet {
    /// The digests.
    pub pins: SetPins,
    /// The content of `artifacts/batch-{parameter set}.bin`.
    pub batch_artifact: Vec<u8>,
}

/// Why pins cannot be read or made, or differ from the circuits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinsError {
    /// The file is not in the format of pins.
    #[error("the pins cannot be read: {reason}")]
    Malformed {
        /// What the parser says.
        reason: String,
    },
    /// A parameter set has no pins.
    #[error("there are no pins for the parameter set {parameters}")]
    MissingSet {
        /// Which.
        parameters: ParameterSet,
    },
    /// A circuit is not the pinned one.
    #[error("{parameters}: the circuit {name} has the digest {actual}, pinned is {pinned}")]
    Circuit {
        /// The parameter set.
        parameters: ParameterSet,
        /// The circuit.
        name: String,
        /// The digest in the file.
        pinned: Digest,
        /// The digest of the circuit just built.
        actual: Digest,
    },
    /// The pinned leaf circuits are not those of the catalogue.
    #[error(
        "{parameters}: leaf circuit {index} of the catalogue is {actual:?}, pinned is {pinned:?}"
    )]
    Catalogue {
        /// The parameter set.
        parameters: ParameterSet,
        /// The place.
        index: usize,
        /// The name in the file, if there is one.
        pinned: Option<String>,
        /// The name in the catalogue, if there is one.
        actual: Option<String>,
    },
    /// A leaf circuit of a catalogue cannot be used.
    #[error("the leaf circuit {name} is not usable: {reason}")]
    Unusable {
        /// Its name.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// Two leaf circuits of a catalogue have one name.
    #[error("two leaf circuits of the catalogue have the name {name}")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// The verifier data of the batch circuit is not the committed one.
    #[error(
        "{parameters}: the verifier data of the batch circuit differs from the committed artifact"
    )]
    BatchArtifact {
        /// The parameter set.
        parameters: ParameterSet,
    },
    /// The committed verifier data is not usable.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The pinned leaf circuits make no circuit set.
    #[error(transparent)]
    Set(#[from] CircuitSetError),
    /// A fold or batch circuit cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A leaf circuit cannot be built.
    #[error("the leaf circuit {name}: {source}")]
    Leaf {
        /// The circuit.
        name: String,
        /// Why.
        source: LeafBuildError,
    },
}

impl Pins {
    /// The committed pins.
    ///
    /// # Errors
    /// [`PinsError::Malformed`] where the committed file is damaged.
    pub fn committed() -> Result<Self, PinsError> {
        Self::parse(COMMITTED_PINS)
    }

    /// Reads the text of a file of pins.
    ///
    /// # Errors
    /// [`PinsError::Malformed`] names the line that is wrong.
    pub fn parse(text: &str) -> Result<Self, PinsError> {
        toml::from_str(text).map_err(|error| PinsError::Malformed { reason: error.to_string() })
    }

    /// The pins of one parameter set.
    ///
    /// # Errors
    /// [`PinsError::MissingSet`] where there are none.
    pub fn of(&self, parameters: ParameterSet) -> Result<&SetPins, PinsError> {
        self.0.get(&parameters).ok_or(PinsError::MissingSet { parameters })
    }

    /// Enters the pins of one parameter set.
    pub fn insert(&mut self, parameters: ParameterSet, pins: SetPins) {
        self.0.insert(parameters, pins);
    }
}

impl SetPins {
    /// The circuit set of the catalogue, without building a circuit.
    ///
    /// # Errors
    /// [`CircuitSetError`] where a circuit is pinned twice.
    pub fn circuit_set(&self) -> Result<CircuitSet, CircuitSetError> {
        CircuitSet::new(self.leaves.iter().map(|leaf| leaf.digest).collect())
    }

    /// What is pinned of the batch circuit.
    pub fn batch_pin(&self) -> BatchPin {
        BatchPin { circuit: self.batch, artifact: self.batch_artifact }
    }

    /// The pinned digest of a leaf circuit.
    pub fn leaf(&self, spec: &LeafSpec) -> Option<Digest> {
        let name = spec.to_string();
        self.leaves.iter().find(|leaf| leaf.name == name).map(|leaf| leaf.digest)
    }
}

/// What verifies the batch proofs of a parameter set, from the committed artifact: no circuit is built.
///
/// # Errors
/// [`PinsError`] where the committed files are damaged.
pub fn batch_verifier(parameters: ParameterSet) -> Result<BatchVerifier, PinsError> {
    let pinned = Pins::committed()?.of(parameters)?.batch_pin();
    let artifact = committed_artifact(parameters)?;
    Ok(BatchVerifier::from_artifact(artifact, parameters, pinned)?)
}

fn committed_artifact(parameters: ParameterSet) -> Result<&'static [u8], PinsError> {
    match parameters {
        ParameterSet::Standard => Ok(BATCH_STANDARD),
        ParameterSet::Conservative => Ok(BATCH_CONSERVATIVE),
        #[cfg(test)]
        ParameterSet::Weak => Err(PinsError::MissingSet { parameters }),
    }
}

/// Builds every circuit of a parameter set, the leaf circuits being those of `catalogue`, and takes its digest.
///
/// # Errors
/// [`PinsError`] names the circuit that cannot be built.
pub fn compute(parameters: ParameterSet, catalogue: &Catalogue) -> Result<ComputedSet, PinsError> {
    let shape = Shape::new(parameters);
    let fold = FoldCircuit::build(&shape)?;
    let batch = BatchCircuit::build(&fold)?;
    let leaves = leaf_pins(&shape, catalogue, |_| None)?;
    let batch_artifact = BatchVerifier::of_circuit(&batch).to_artifact();
    let pins = SetPins {
        fold: fold.digest(),
        batch: batch.digest(),
        batch_artifact: ArtifactHash::of(&batch_artifact),
        leaves,
    };
    BatchVerifier::from_artifact(&batch_artifact, parameters, pins.batch_pin())?;
    Ok(ComputedSet { pins, batch_artifact })
}

/// Builds the leaf circuits of a catalogue for the sake of their digests, but for those that are `known`.
pub(crate) fn leaf_pins(
    shape: &Shape,
    catalogue: &Catalogue,
    known: impl Fn(&CatalogueEntry) -> Option<Digest>,
) -> Result<Vec<LeafPin>, PinsError> {
    let pin = |entry: &CatalogueEntry| {
        let name = entry.spec().to_string();
        if let Some(digest) = known(entry) {
            return Ok(LeafPin { name, digest });
        }
        match entry.build(shape) {
            Ok(circuit) => Ok(LeafPin { name, digest: circuit.digest() }),
            Err(source) => Err(PinsError::Leaf { name, source }),
        }
    };
    catalogue.entries().iter().map(pin).collect()
}

/// The text of a file of pins.
///
/// # Errors
/// None in practice: [`PinsError::Malformed`] where the serialiser fails.
pub fn render(pins: &Pins) -> Result<String, PinsError> {
    let text = toml::to_string_pretty(pins)
        .map_err(|error| PinsError::Malformed { reason: error.to_string() })?;
    Ok(format!("{HEADER}{text}"))
}

/// Compares the committed pins and artifact of a parameter set with circuits just built.
///
/// # Errors
/// [`PinsError`] names the first circuit that differs.
pub fn check(parameters: ParameterSet, computed: &ComputedSet) -> Result<(), PinsError> {
    compare(parameters, Pins::committed()?.of(parameters)?, &computed.pins)?;
    if committed_artifact(parameters)? == computed.batch_artifact {
        Ok(())
    } else {
        Err(PinsError::BatchArtifact { parameters })
    }
}

fn compare(parameters: ParameterSet, pinned: &SetPins, actual: &SetPins) -> Result<(), PinsError> {
    let equal = |name: &str, pinned: Digest, actual: Digest| {
        if pinned == actual {
            return Ok(());
        }
        Err(PinsError::Circuit { parameters, name: name.to_owned(), pinned, actual })
    };
    equal("fold", pinned.fold, actual.fold)?;
    equal("batch", pinned.batch, actual.batch)?;
    let names: Vec<String> = actual.leaves.iter().map(|leaf| leaf.name.clone()).collect();
    compare_names(parameters, pinned, &names)?;
    let mut leaves = pinned.leaves.iter().zip(&actual.leaves);
    leaves.try_for_each(|(pinned, actual)| equal(&pinned.name, pinned.digest, actual.digest))
}

fn compare_names(
    parameters: ParameterSet,
    pinned: &SetPins,
    actual: &[String],
) -> Result<(), PinsError> {
    for index in 0..pinned.leaves.len().max(actual.len()) {
        let pinned = pinned.leaves.get(index).map(|leaf| leaf.name.clone());
        let actual = actual.get(index).cloned();
        if pinned != actual {
            return Err(PinsError::Catalogue { parameters, index, pinned, actual });
        }
    }
    Ok(())
}

/// Checks that every name of a catalogue stands for one circuit, and that pins have the same names in the same order.
pub(crate) fn check_names(
    parameters: ParameterSet,
    pins: &SetPins,
    catalogue: &Catalogue,
) -> Result<(), PinsError> {
    let names: Vec<String> =
        catalogue.entries().iter().map(|entry| entry.spec().to_string()).collect();
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) {
            return Err(PinsError::Duplicate { name: name.clone() });
        }
    }
    compare_names(parameters, pins, &names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::SegmentRate;
    use crate::recursion::CIRCUIT_SET_CAPACITY;

    fn digest(i: u64) -> Digest {
        Digest::from_canonical([i, 2, 3, 4]).unwrap()
    }

    fn spec(fan_in: usize) -> LeafSpec {
        LeafSpec { air: "chain", degree_bits: 8, rate: SegmentRate::ALL[1], fan_in }
    }

    fn set_pins() -> SetPins {
        let leaf = |i| LeafPin { name: spec(i as usize).to_string(), digest: digest(i) };
        SetPins {
            fold: digest(10),
            batch: digest(11),
            batch_artifact: ArtifactHash::of(b"artifact"),
            leaves: vec![leaf(1), leaf(2)],
        }
    }

    #[test]
    fn pins_survive_their_text() {
        let mut pins = Pins::default();
        for parameters in ParameterSet::ALL {
            pins.insert(parameters, set_pins());
        }
        let text = render(&pins).unwrap();
        assert_eq!(Pins::parse(&text), Ok(pins));
        assert!(text.contains("[[standard.leaf]]\nname = \"chain-2^8-rate-2-x1\"\n"), "{text}");
        for (part, other) in [("fold", "cold"), ("batch_artifact = \"0x", "batch_artifact = \"1x")]
        {
            let damaged = Pins::parse(&text.replace(part, other));
            assert!(matches!(damaged, Err(PinsError::Malformed { .. })), "{damaged:?}");
        }
    }

    #[test]
    fn the_catalogue_names_every_circuit_once() {
        let names: Vec<_> = Catalogue::new()
            .with::<crate::transaction::Transactions>()
            .entries()
            .iter()
            .map(|entry| entry.spec().to_string())
            .collect();
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names.len() <= CIRCUIT_SET_CAPACITY);
        for parameters in ParameterSet::ALL {
            let committed = Pins::committed().unwrap();
            let pinned = committed.of(parameters).unwrap();
            let pinned_names: Vec<_> =
                pinned.leaves.iter().map(|leaf| leaf.name.as_str()).collect();
            assert_eq!(pinned_names, names);
            assert_eq!(pinned.circuit_set().unwrap().members().len(), names.len());
        }
    }

    #[test]
    fn the_circuit_set_is_that_of_the_pins() {
        let pins = set_pins();
        assert_eq!(pins.circuit_set().unwrap().members(), [digest(1), digest(2)]);
        assert_eq!(pins.leaf(&spec(2)), Some(digest(2)));
        assert_eq!(pins.leaf(&spec(3)), None);
    }

    #[test]
    fn every_difference_is_named() {
        let parameters = ParameterSet::Standard;
        let pinned = set_pins();
        assert_eq!(compare(parameters, &pinned, &pinned), Ok(()));

        let mut actual = set_pins();
        actual.leaves[1].digest = digest(9);
        let name = pinned.leaves[1].name.clone();
        let circuit = PinsError::Circuit { parameters, name, pinned: digest(2), actual: digest(9) };
        assert_eq!(compare(parameters, &pinned, &actual), Err(circuit));

        let mut actual = set_pins();
        actual.batch = digest(9);
        let name = "batch".to_owned();
        let circuit =
            PinsError::Circuit { parameters, name, pinned: digest(11), actual: digest(9) };
        assert_eq!(compare(parameters, &pinned, &actual), Err(circuit));

        let mut actual = set_pins();
        actual.leaves.pop();
        let name = Some(pinned.leaves[1].name.clone());
        let catalogue = PinsError::Catalogue { parameters, index: 1, pinned: name, actual: None };
        assert_eq!(compare(parameters, &pinned, &actual), Err(catalogue));
    }

    #[test]
    fn circuits_just_built_are_compared_with_what_is_committed() {
        for parameters in ParameterSet::ALL {
            let pins = Pins::committed().unwrap().of(parameters).unwrap().clone();
            let batch_artifact = committed_artifact(parameters).unwrap().to_vec();
            assert_eq!(ArtifactHash::of(&batch_artifact), pins.batch_artifact);
            let mut computed = ComputedSet { pins, batch_artifact };
            assert_eq!(check(parameters, &computed), Ok(()));
            computed.batch_artifact[0] ^= 1;
            assert_eq!(check(parameters, &computed), Err(PinsError::BatchArtifact { parameters }));
            let pinned = std::mem::replace(&mut computed.pins.fold, digest(1));
            let (name, actual) = ("fold".to_owned(), digest(1));
            let circuit = PinsError::Circuit { parameters, name, pinned, actual };
            assert_eq!(check(parameters, &computed), Err(circuit));
        }
    }

    #[test]
    fn committed_verifiers_load_without_building() {
        for parameters in ParameterSet::ALL {
            let pinned = Pins::committed().unwrap().of(parameters).unwrap().batch;
            assert_eq!(batch_verifier(parameters).unwrap().circuit(), pinned);
        }
    }
}
