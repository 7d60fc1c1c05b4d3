//! Interpreter 4: the list of every constraint with its degree.

use std::ops::{Add, Mul, Sub};

use starfold_primitives::claim::{BOUNDARY_LEN, CONTEXT_LEN, Claim};

use super::builder::{Air, AirBuilder, Domain, state_constraints};
use super::columns::Layout;

/// The degree of an expression in the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Degree(usize);

impl Add for Degree {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }
}

#[expect(clippy::suspicious_arithmetic_impl, reason = "the degree of a difference is the larger")]
impl Sub for Degree {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + other
    }
}

#[expect(
    clippy::suspicious_arithmetic_impl,
    reason = "the degree of a product is the sum of degrees"
)]
impl Mul for Degree {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// One named constraint; a name may stand for several polynomials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConstraintInfo {
    /// The English predicate.
    pub name: &'static str,
    /// Where it holds.
    pub domain: Domain,
    /// The highest degree of its polynomials, without the filter of the domain.
    pub degree: usize,
    /// The number of its polynomials.
    pub polynomials: usize,
}

/// The constraints of an AIR in the order of its `eval`.
#[derive(Clone, Debug, Default)]
pub struct ConstraintTable {
    /// One entry for each name.
    pub constraints: Vec<ConstraintInfo>,
}

impl ConstraintTable {
    /// The degree that a prover must support: the highest, filters included.
    pub fn degree(&self) -> usize {
        let degrees = self.constraints.iter().map(|c| c.domain.filtered_degree(c.degree));
        degrees.max().unwrap_or(0)
    }

    /// The number of polynomials.
    pub fn polynomials(&self) -> usize {
        self.constraints.iter().map(|constraint| constraint.polynomials).sum()
    }
}

impl AirBuilder for ConstraintTable {
    type Expr = Degree;

    fn constant(&self, _value: u64) -> Degree {
        Degree(0)
    }

    fn assert_zero(&mut self, name: &'static str, domain: Domain, expr: Degree) {
        match self.constraints.iter_mut().find(|known| (known.name, known.domain) == (name, domain))
        {
            Some(known) => {
                known.polynomials += 1;
                known.degree = known.degree.max(expr.0);
            }
            None => self.constraints.push(ConstraintInfo {
                name,
                domain,
                degree: expr.0,
                polynomials: 1,
            }),
        }
    }
}

/// Lists the constraints of an AIR.
pub fn constraint_table<A: Air>(air: &A) -> ConstraintTable {
    let row = vec![Degree(1); A::Columns::LEN];
    let columns = A::Columns::read(&mut row.as_slice());
    let zero = Degree(0);
    let public = Claim {
        context: [zero; CONTEXT_LEN],
        entry: [zero; BOUNDARY_LEN],
        exit: [zero; BOUNDARY_LEN],
    };
    let mut table = ConstraintTable::default();
    state_constraints(air, &columns, &columns, &public, &mut table);
    table
}
