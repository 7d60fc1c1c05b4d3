//! The gates that combine coefficients by powers of an element of the extension field.

use plonky2::gates::reducing::ReducingGate;
use plonky2::gates::reducing_extension::ReducingExtensionGate;

use super::{BlockGate, Constraints};
use crate::EXTENSION;
use crate::circuit::block::{Block, ExtensionBlock};

const OUTPUT: usize = 0;
const ALPHA: usize = EXTENSION;
const OLD_ACCUMULATOR: usize = 2 * EXTENSION;
const COEFFICIENTS: usize = 3 * EXTENSION;

/// Horner's rule: each accumulator is the one before times alpha, plus a coefficient.
pub(super) struct Reducing {
    coefficients: usize,
    /// 1 where coefficients are elements of the base field, else 2.
    wires_of_one: usize,
}

impl Reducing {
    pub(super) fn of_base(gate: &ReducingGate<EXTENSION>) -> Self {
        Self { coefficients: gate.num_coeffs, wires_of_one: 1 }
    }

    pub(super) fn of_extension(gate: &ReducingExtensionGate<EXTENSION>) -> Self {
        Self { coefficients: gate.num_coeffs, wires_of_one: EXTENSION }
    }
}

impl BlockGate for Reducing {
    fn evaluate(&self, wires: &[Block], constraints: &mut Constraints<'_>) {
        let alpha = ExtensionBlock::from_wires(wires, ALPHA);
        let accumulators = COEFFICIENTS + self.coefficients * self.wires_of_one;
        let coefficients = wires[COEFFICIENTS..accumulators].chunks_exact(self.wires_of_one);
        let mut accumulator = ExtensionBlock::from_wires(wires, OLD_ACCUMULATOR);
        for (i, coefficient) in coefficients.enumerate() {
            // the last accumulator is the output
            let is_last = i + 1 == self.coefficients;
            let place = if is_last { OUTPUT } else { accumulators + EXTENSION * i };
            let next = ExtensionBlock::from_wires(wires, place);
            let mut sum = accumulator * alpha;
            for (coordinate, &addend) in sum.0.iter_mut().zip(coefficient) {
                *coordinate = *coordinate + addend;
            }
            constraints.both_coordinates(sum - next);
            accumulator = next;
        }
    }
}
