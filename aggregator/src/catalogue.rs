//! The leaf circuits that a plan may use.

use starfold_circuits::parameters::{ParameterSet, SegmentRate};
use starfold_circuits::recursion::LeafSpec;

/// The leaf circuits over transactions, by parameter set.
pub fn leaf_specs(_parameters: ParameterSet) -> Vec<LeafSpec> {
    let spec = |degree_bits, rate: usize, fan_in| LeafSpec {
        air: "transaction",
        degree_bits,
        rate: SegmentRate::ALL[rate - 1],
        fan_in,
    };
    let mut specs = vec![spec(8, 4, 2)];
    specs.extend((8..=16).map(|degree_bits| spec(degree_bits, 2, 1)));
    specs.extend((14..=17).map(|degree_bits| spec(degree_bits, 1, 1)));
    specs
}
