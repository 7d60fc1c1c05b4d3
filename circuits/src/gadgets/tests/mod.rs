//! Every gadget in an AIR of its own, against plain arithmetic.

pub(crate) mod forging;
mod path;
mod poseidon;
mod range;
mod schedule;
mod schnorr;

use proptest::prelude::*;
use starfold_primitives::claim::{BOUNDARY_LEN, CONTEXT_LEN, Claim};
use starfold_primitives::ecgfp5::Gfp5;
use starfold_primitives::{Field, Goldilocks};

use super::gfp5;
use crate::air::{AirBuilder, Array, Cell, Domain};

const ZERO: Goldilocks = Goldilocks::ZERO;
const ONE: Goldilocks = Goldilocks::ONE;

/// No element of a boundary is forced to zero.
type WholeBoundary = Array<Cell, BOUNDARY_LEN>;

/// A claim whose boundaries begin with these elements.
fn claim(entry: &[Goldilocks], exit: &[Goldilocks]) -> Claim<Goldilocks> {
    let boundary = |elements: &[Goldilocks]| {
        let mut boundary = [ZERO; BOUNDARY_LEN];
        boundary[..elements.len()].copy_from_slice(elements);
        boundary
    };
    Claim { context: [ZERO; CONTEXT_LEN], entry: boundary(entry), exit: boundary(exit) }
}

/// Computes in the field and collects the names of constraints that do not hold.
#[derive(Debug, Default)]
struct Collector {
    broken: Vec<&'static str>,
}

impl AirBuilder for Collector {
    type Expr = Goldilocks;

    fn constant(&self, value: u64) -> Goldilocks {
        Goldilocks::from_canonical_u64(value)
    }

    fn assert_zero(&mut self, name: &'static str, _domain: Domain, expr: Goldilocks) {
        if !expr.is_zero() {
            self.broken.push(name);
        }
    }
}

fn elements<const N: usize>() -> impl Strategy<Value = [Goldilocks; N]> {
    let edge = prop_oneof![Just(0), Just(1), Just(starfold_primitives::GOLDILOCKS_ORDER - 1)];
    let element = prop_oneof![4 => any::<u64>(), 1 => edge];
    proptest::collection::vec(element, N)
        .prop_map(|values| std::array::from_fn(|i| Goldilocks::from_noncanonical_u64(values[i])))
}

proptest! {
    #[test]
    fn gfp5_is_the_field_of_the_curve(a in elements::<5>(), b in elements::<5>(), c: u64) {
        let builder = Collector::default();
        let (left, right) = (Gfp5::new(a), Gfp5::new(b));
        prop_assert_eq!(gfp5::add::<Collector>(a, b), (left + right).elements());
        prop_assert_eq!(gfp5::sub::<Collector>(a, b), (left - right).elements());
        prop_assert_eq!(gfp5::mul(a, b, &builder), (left * right).elements());
        let factor = Goldilocks::from_noncanonical_u64(c);
        let zero = Goldilocks::ZERO;
        let scaled = left * Gfp5::new([factor, zero, zero, zero, zero]);
        prop_assert_eq!(gfp5::scale::<Collector>(a, factor), scaled.elements());
        let constant = left.to_canonical_u64s();
        prop_assert_eq!(gfp5::constant(constant, &builder), a);
    }
}
