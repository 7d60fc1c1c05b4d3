//! Interpreter 2: the recursive verifier.

use std::cell::RefCell;
use std::ops::{Add, Mul, Sub};

use plonky2::field::extension::Extendable;
use plonky2::hash::poseidon::Poseidon;
use plonky2::iop::ext_target::ExtensionTarget;
use plonky2::plonk::circuit_builder::CircuitBuilder;
use starfold_primitives::poseidon::WIDTH;
use starfold_primitives::{Field, GOLDILOCKS_ORDER, Goldilocks, PrimeField64};
use starky::constraint_consumer::RecursiveConstraintConsumer;

use super::builder::{AirBuilder, Domain};

type Builder = CircuitBuilder<Goldilocks, 2>;
type Extension = <Goldilocks as Extendable<2>>::Extension;

/// What is known of an expression's value before it costs a gate: a product waits for the term that is added to it,
/// since one arithmetic operation of a gate does both. The sign stands before the target or product.
#[derive(Clone, Copy)]
enum Term {
    /// A canonical integer.
    Constant(u64),
    Single(Sign, ExtensionTarget<2>),
    Product(Sign, ExtensionTarget<2>, ExtensionTarget<2>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Plus,
    Minus,
}

impl Sign {
    fn coefficient(self) -> Goldilocks {
        match self {
            Self::Plus => Goldilocks::ONE,
            Self::Minus => Goldilocks::NEG_ONE,
        }
    }

    fn times(self, other: Self) -> Self {
        if self == other { Self::Plus } else { Self::Minus }
    }
}

const MINUS_ONE: u64 = GOLDILOCKS_ORDER - 1;

/// An expression over extension targets.
#[derive(Clone, Copy)]
pub(super) struct CircuitExpr<'a, 'b> {
    circuit: &'a RefCell<&'b mut Builder>,
    term: Term,
}

impl<'a, 'b> CircuitExpr<'a, 'b> {
    /// The expression of one target.
    pub(super) fn new(circuit: &'a RefCell<&'b mut Builder>, target: ExtensionTarget<2>) -> Self {
        Self { circuit, term: Term::Single(Sign::Plus, target) }
    }

    fn with(self, term: Term) -> Self {
        Self { circuit: self.circuit, term }
    }

    /// The target that holds the value.
    pub(super) fn target(self) -> ExtensionTarget<2> {
        let mut circuit = self.circuit.borrow_mut();
        let (one, zero) = (circuit.one_extension(), circuit.zero_extension());
        match self.term {
            Term::Constant(value) => {
                circuit.constant_extension(Extension::from_canonical_u64(value))
            }
            Term::Single(Sign::Plus, target) => target,
            Term::Single(Sign::Minus, target) => circuit.arithmetic_extension(
                Goldilocks::NEG_ONE,
                Goldilocks::ONE,
                target,
                one,
                zero,
            ),
            Term::Product(sign, left, right) => {
                circuit.arithmetic_extension(sign.coefficient(), Goldilocks::ONE, left, right, zero)
            }
        }
    }

    fn negate(self) -> Self {
        self.with(match self.term {
            Term::Constant(value) => Term::Constant((GOLDILOCKS_ORDER - value) % GOLDILOCKS_ORDER),
            Term::Single(sign, target) => Term::Single(sign.times(Sign::Minus), target),
            Term::Product(sign, left, right) => Term::Product(sign.times(Sign::Minus), left, right),
        })
    }

    /// A sign and a target whose product is the value.
    fn single(self) -> (Sign, ExtensionTarget<2>) {
        match self.term {
            Term::Single(sign, target) => (sign, target),
            _ => (Sign::Plus, self.target()),
        }
    }
}

impl Add for CircuitExpr<'_, '_> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let ((sign, left, right), addend) = match (self.term, other.term) {
            (Term::Constant(a), Term::Constant(b)) => {
                let sum = Goldilocks::from_canonical_u64(a) + Goldilocks::from_canonical_u64(b);
                return self.with(Term::Constant(sum.to_canonical_u64()));
            }
            (Term::Constant(0), _) => return other,
            (_, Term::Constant(0)) => return self,
            (Term::Product(sign, left, right), _) => ((sign, left, right), other),
            (_, Term::Product(sign, left, right)) => ((sign, left, right), self),
            _ => {
                let (sign, target) = self.single();
                let one = self.circuit.borrow_mut().one_extension();
                ((sign, target, one), other)
            }
        };
        let (addend_sign, addend) = addend.single();
        let (c0, c1) = (sign.coefficient(), addend_sign.coefficient());
        let sum = self.circuit.borrow_mut().arithmetic_extension(c0, c1, left, right, addend);
        self.with(Term::Single(Sign::Plus, sum))
    }
}

#[expect(clippy::suspicious_arithmetic_impl, reason = "a difference adds the negative")]
impl Sub for CircuitExpr<'_, '_> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + other.negate()
    }
}

impl Mul for CircuitExpr<'_, '_> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        match (self.term, other.term) {
            (Term::Constant(a), Term::Constant(b)) => {
                let product = Goldilocks::from_canonical_u64(a) * Goldilocks::from_canonical_u64(b);
                self.with(Term::Constant(product.to_canonical_u64()))
            }
            (Term::Constant(0), _) | (_, Term::Constant(1)) => self,
            (_, Term::Constant(0)) | (Term::Constant(1), _) => other,
            (Term::Constant(MINUS_ONE), _) => other.negate(),
            (_, Term::Constant(MINUS_ONE)) => self.negate(),
            _ => {
                let ((sign, left), (other_sign, right)) = (self.single(), other.single());
                self.with(Term::Product(sign.times(other_sign), left, right))
            }
        }
    }
}

/// Feeds constraints to Starky's recursive consumer.
pub(super) struct RecursiveBuilder<'a, 'b> {
    pub(super) circuit: &'a RefCell<&'b mut Builder>,
    pub(super) consumer: &'a mut RecursiveConstraintConsumer<Goldilocks, 2>,
}

impl<'a, 'b> AirBuilder for RecursiveBuilder<'a, 'b> {
    type Expr = CircuitExpr<'a, 'b>;

    fn constant(&self, value: u64) -> Self::Expr {
        CircuitExpr { circuit: self.circuit, term: Term::Constant(value) }
    }

    fn assert_zero(&mut self, _name: &'static str, domain: Domain, expr: Self::Expr) {
        let target = expr.target();
        let circuit = &mut **self.circuit.borrow_mut();
        match domain {
            Domain::EveryRow => self.consumer.constraint(circuit, target),
            Domain::FirstRow => self.consumer.constraint_first_row(circuit, target),
            Domain::Transition => self.consumer.constraint_transition(circuit, target),
            Domain::LastRow => self.consumer.constraint_last_row(circuit, target),
        }
    }

    fn mds_layer(&self, state: [Self::Expr; WIDTH]) -> [Self::Expr; WIDTH] {
        let targets = state.map(CircuitExpr::target);
        let product = Goldilocks::mds_layer_circuit(*self.circuit.borrow_mut(), &targets);
        product.map(|target| CircuitExpr::new(self.circuit, target))
    }
}
