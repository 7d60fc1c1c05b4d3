//! What an AIR is and what it may say.

use std::ops::{Add, Mul, Sub};

use starfold_primitives::claim::{BOUNDARY_LEN, Claim};
use starfold_primitives::poseidon::WIDTH;

use super::columns::Layout;

/// Ring arithmetic shared by every interpreter of an AIR.
pub trait Expression: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {}

impl<T: Copy + Add<Output = T> + Sub<Output = T> + Mul<Output = T>> Expression for T {}

/// The rows on which a constraint holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Domain {
    /// Every row; the row after the last is the first.
    EveryRow,
    /// The first row.
    FirstRow,
    /// Every row but the last: the constraint speaks of a row and the next.
    Transition,
    /// The last row.
    LastRow,
}

impl Domain {
    /// The degree of a constraint once Starky has multiplied it by the filter of its domain.
    pub fn filtered_degree(self, degree: usize) -> usize {
        match self {
            Self::EveryRow => degree,
            // the filter x - g^(n-1) has one coefficient too many for a linear constraint alone
            Self::Transition => degree.max(2),
            // the filter is a Lagrange basis polynomial
            Self::FirstRow | Self::LastRow => degree + 1,
        }
    }
}

/// Receives named constraints.
pub trait AirBuilder {
    /// A polynomial in the cells of two rows and the public inputs.
    type Expr: Expression;

    /// The constant polynomial; `value` is below the field order.
    fn constant(&self, value: u64) -> Self::Expr;

    /// Requires that `expr` is zero on the rows of `domain`. `name` is an English predicate, unique in its AIR.
    fn assert_zero(&mut self, name: &'static str, domain: Domain, expr: Self::Expr);

    /// Multiplies a Poseidon state by the MDS matrix. Interpreters that can do better than the definition
    /// override it.
    fn mds_layer(&self, state: [Self::Expr; WIDTH]) -> [Self::Expr; WIDTH] {
        use plonky2::hash::poseidon::Poseidon;
        use starfold_primitives::Goldilocks;
        let circulant = Goldilocks::MDS_MATRIX_CIRC.map(|entry| self.constant(entry));
        let diagonal = self.constant(Goldilocks::MDS_MATRIX_DIAG[0]);
        std::array::from_fn(|row| {
            let first = state[row] * circulant[0];
            let sum =
                (1..WIDTH).fold(first, |sum, i| sum + state[(i + row) % WIDTH] * circulant[i]);
            if row == 0 { sum + state[0] * diagonal } else { sum }
        })
    }

    /// The constant 0.
    fn zero(&self) -> Self::Expr {
        self.constant(0)
    }

    /// The constant 1.
    fn one(&self) -> Self::Expr {
        self.constant(1)
    }

    /// The sum of expressions, zero for none.
    fn sum<const N: usize>(&self, terms: [Self::Expr; N]) -> Self::Expr {
        let mut terms = terms.into_iter();
        match terms.next() {
            None => self.zero(),
            Some(first) => terms.fold(first, |sum, term| sum + term),
        }
    }

    /// Requires that every one of `exprs` is zero.
    fn assert_zeros<const N: usize>(
        &mut self,
        name: &'static str,
        domain: Domain,
        exprs: [Self::Expr; N],
    ) {
        for expr in exprs {
            self.assert_zero(name, domain, expr);
        }
    }

    /// Requires on the rows of `domain` that `left` and `right` are equal where `gate` is not zero. Where either speaks
    /// of the next row, the domain is [`Domain::Transition`].
    fn assert_equal_when<const N: usize>(
        &mut self,
        name: &'static str,
        domain: Domain,
        gate: Self::Expr,
        left: [Self::Expr; N],
        right: [Self::Expr; N],
    ) {
        for (left, right) in left.into_iter().zip(right) {
            self.assert_zero(name, domain, gate * (left - right));
        }
    }

    /// Requires on every row that `bit` is 0 or 1.
    fn assert_bool(&mut self, name: &'static str, bit: Self::Expr) {
        self.assert_zero(name, Domain::EveryRow, bit * bit - bit);
    }
}

/// An algebraic intermediate representation whose public inputs are a claim.
pub trait Air: Copy + Send + Sync + 'static {
    /// The columns by name: a layout made by [`columns!`](super::columns!).
    type Columns: Layout;

    /// The elements of entry and exit that the AIR speaks of: it has to bind each of them in the first and in the last
    /// row. Those beyond are zero, by constraints that every AIR gets.
    type Boundary: Layout;

    /// The name by which circuits over this AIR are pinned, unique in a circuit set: one type, one name.
    const NAME: &'static str;

    /// The degree of the AIR's constraints, filters included; the tests compare it with the table of constraints.
    const DEGREE: usize;

    /// States every constraint once.
    fn eval<B: AirBuilder>(
        &self,
        local: &<Self::Columns as Layout>::Of<B::Expr>,
        next: &<Self::Columns as Layout>::Of<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    );
}

/// The constraints of an AIR, and those that every AIR gets: what it does not name of entry and exit is zero. Otherwise a
/// segment could change elements that segments of another AIR in the same batch rely on.
#[inline(always)]
pub(super) fn state_constraints<A: Air, B: AirBuilder>(
    air: &A,
    local: &<A::Columns as Layout>::Of<B::Expr>,
    next: &<A::Columns as Layout>::Of<B::Expr>,
    public: &Claim<B::Expr>,
    builder: &mut B,
) {
    air.eval(local, next, public, builder);
    for element in A::Boundary::LEN..BOUNDARY_LEN {
        let [entry, exit] = [public.entry[element], public.exit[element]];
        builder.assert_zero(UNNAMED_ENTRY, Domain::EveryRow, entry);
        builder.assert_zero(UNNAMED_EXIT, Domain::EveryRow, exit);
    }
}

/// The name of a constraint that every AIR gets.
pub(crate) const UNNAMED_ENTRY: &str = "an element of the entry that has no name is zero";
/// As [`UNNAMED_ENTRY`].
pub(crate) const UNNAMED_EXIT: &str = "an element of the exit that has no name is zero";
