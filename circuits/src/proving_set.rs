//! A circuit set together with what builds its circuits.

use starfold_primitives::Digest;

use crate::parameters::ParameterSet;
use crate::pins::{Pins, PinsError, SetPins, check_names, leaf_pins, render};
use crate::recursion::{Catalogue, CatalogueEntry, CircuitSet, LeafSpec, Shape};
use crate::transaction::Transactions;

/// The circuits that prove batches: a catalogue of leaf circuits, and the digest of each of them and of the fold and
/// batch circuits, which are the same for every set.
///
/// What verifies a batch proof needs [`Self::root`] alone. It stands for every constraint of every AIR of the set, so
/// it is derived once from circuits that were built, and pinned in a text file that is read as carefully as code.
#[derive(Clone, Debug)]
pub struct ProvingSet {
    parameters: ParameterSet,
    catalogue: Catalogue,
    pins: SetPins,
    set: CircuitSet,
}

impl ProvingSet {
    /// The set of the built-in rollup, by its committed pins.
    ///
    /// # Errors
    /// [`PinsError`] where the committed files are damaged.
    pub fn built_in(parameters: ParameterSet) -> Result<Self, PinsError> {
        let pins = Pins::committed()?.of(parameters)?.clone();
        Self::new(parameters, Catalogue::new().with::<Transactions>(), pins)
    }

    /// The set of a catalogue whose leaf circuits are built now, which takes seconds for each. Those of the built-in
    /// rollup are pinned already.
    ///
    /// # Errors
    /// [`PinsError`] names the circuit that cannot be built, or a name that two have.
    pub fn derive(parameters: ParameterSet, catalogue: Catalogue) -> Result<Self, PinsError> {
        check_entries(parameters, catalogue.entries())?;
        let committed = Pins::committed()?.of(parameters)?.clone();
        let built_in = Catalogue::new().with::<Transactions>();
        // the same name is not enough: it has to be the same AIR
        let known = |entry: &CatalogueEntry| {
            let same = built_in.entry(&entry.spec())?.fingerprint() == entry.fingerprint();
            same.then(|| committed.leaf(&entry.spec())).flatten()
        };
        let leaves = leaf_pins(&Shape::new(parameters), &catalogue, known)?;
        let pins = SetPins { leaves, ..committed };
        Self::new(parameters, catalogue, pins)
    }

    /// The set of a catalogue by the text that [`Self::to_pins`] wrote. No circuit is built; each is compared with its
    /// pin when it is.
    ///
    /// # Errors
    /// [`PinsError`] where the text is malformed, or its circuits are not those of the catalogue, or the fold and
    /// batch circuits not those of this version.
    pub fn pinned(
        parameters: ParameterSet,
        catalogue: Catalogue,
        text: &str,
    ) -> Result<Self, PinsError> {
        let pins = Pins::parse(text)?.of(parameters)?.clone();
        let committed = Pins::committed()?;
        let SetPins { fold, batch, .. } = *committed.of(parameters)?;
        for (name, pinned, actual) in [("fold", pins.fold, fold), ("batch", pins.batch, batch)] {
            if pinned != actual {
                let name = name.to_owned();
                return Err(PinsError::Circuit { parameters, name, pinned, actual });
            }
        }
        Self::new(parameters, catalogue, pins)
    }

    fn new(
        parameters: ParameterSet,
        catalogue: Catalogue,
        pins: SetPins,
    ) -> Result<Self, PinsError> {
        check_names(parameters, &pins, &catalogue)?;
        check_entries(parameters, catalogue.entries())?;
        let set = pins.circuit_set()?;
        Ok(Self { parameters, catalogue, pins, set })
    }

    /// The text of a file of pins for [`Self::pinned`].
    ///
    /// # Errors
    /// None in practice: [`PinsError::Malformed`] where the serialiser fails.
    pub fn to_pins(&self) -> Result<String, PinsError> {
        let mut pins = Pins::default();
        pins.insert(self.parameters, self.pins.clone());
        render(&pins)
    }

    /// The parameter set of every circuit.
    pub fn parameters(&self) -> ParameterSet {
        self.parameters
    }

    /// The leaf circuits.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The leaf circuits over one AIR.
    pub fn of_air(&self, name: &str) -> Vec<&CatalogueEntry> {
        self.catalogue.entries().iter().filter(|entry| entry.spec().air == name).collect()
    }

    /// The digests.
    pub fn pins(&self) -> &SetPins {
        &self.pins
    }

    /// The digest of a leaf circuit.
    pub fn leaf(&self, spec: &LeafSpec) -> Option<Digest> {
        self.pins.leaf(spec)
    }

    /// The digests of the leaf circuits as a Merkle tree.
    pub fn circuit_set(&self) -> &CircuitSet {
        &self.set
    }

    /// The root that verifiers and contracts know the set by.
    pub fn root(&self) -> Digest {
        self.set.root()
    }
}

/// Checks that every leaf circuit can take steps, and that one name stands for one AIR and one size of steps.
fn check_entries(parameters: ParameterSet, entries: &[CatalogueEntry]) -> Result<(), PinsError> {
    for (index, entry) in entries.iter().enumerate() {
        let spec = entry.spec();
        let unusable = |reason| PinsError::Unusable { name: spec.to_string(), reason };
        if let Err(source) = entry.system(parameters) {
            return Err(PinsError::Leaf { name: spec.to_string(), source: source.into() });
        }
        if spec.fan_in == 0 {
            return Err(unusable("it takes no segment"));
        }
        if entry.steps().is_none() {
            return Err(unusable("its segments are shorter than a step"));
        }
        let named = entries[..index].iter().find(|other| other.spec().air == spec.air);
        let is_same = |other: &&CatalogueEntry| {
            other.fingerprint() == entry.fingerprint()
                && other.step_degree_bits() == entry.step_degree_bits()
        };
        if named.is_some_and(|other| !is_same(&other)) {
            return Err(unusable("the name of its AIR is that of another, or of other steps"));
        }
    }
    Ok(())
}
