//! The circuit that verifies the AIR's proofs is the pinned one.

use crate::parameters::ParameterSet;
use crate::pins::Pins;
use crate::recursion::{Catalogue, Shape};
use crate::transaction::Transactions;

/// The digest covers every polynomial with the order in which it is computed, so that one leaf circuit shows a change
/// of any constraint.
#[test]
fn the_constraints_make_the_pinned_circuit() {
    let parameters = ParameterSet::Standard;
    let pins = Pins::committed().unwrap();
    let catalogue = Catalogue::new().with::<Transactions>();
    let entry = &catalogue.entries()[0];
    let pin = &pins.of(parameters).unwrap().leaves[0];
    assert_eq!(pin.name, entry.spec().to_string());
    let circuit = entry.build(&Shape::new(parameters)).unwrap();
    assert_eq!(circuit.digest(), pin.digest);
}
