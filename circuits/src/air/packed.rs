//! Interpreter 1: the packed prover and the native verifier.

use plonky2::field::packed::PackedField;
use starfold_primitives::Field;
use starky::constraint_consumer::ConstraintConsumer;

use super::builder::{AirBuilder, Domain};

/// Feeds constraints to Starky's consumer, several rows of the evaluation domain at once.
pub(super) struct PackedBuilder<'a, P: PackedField> {
    pub(super) consumer: &'a mut ConstraintConsumer<P>,
}

impl<P: PackedField> AirBuilder for PackedBuilder<'_, P> {
    type Expr = P;

    #[inline(always)]
    fn constant(&self, value: u64) -> P {
        P::from(P::Scalar::from_canonical_u64(value))
    }

    #[inline(always)]
    fn assert_zero(&mut self, _name: &'static str, domain: Domain, expr: P) {
        match domain {
            Domain::EveryRow => self.consumer.constraint(expr),
            Domain::FirstRow => self.consumer.constraint_first_row(expr),
            Domain::Transition => self.consumer.constraint_transition(expr),
            Domain::LastRow => self.consumer.constraint_last_row(expr),
        }
    }
}
