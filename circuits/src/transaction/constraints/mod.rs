//! The constraints of the transaction AIR, in the order of the parts that they speak of.

mod accounts;
mod balances;
mod boundary;
mod lanes;
mod operation;
mod paths;
mod rows;
mod signature;
mod sponge;
mod words;

use starfold_primitives::claim::{BOUNDARY_LEN, Claim};

use crate::air::{Air, AirBuilder, Array, Cell, Layout};
use crate::gadgets::{poseidon, schedule};

use super::columns::TransactionColumns;
use rows::Rows;

/// Proves the state transitions of the transactions of a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransactionAir;

impl Air for TransactionAir {
    type Columns = TransactionColumns<()>;
    type Boundary = Array<Cell, BOUNDARY_LEN>;
    const NAME: &'static str = "transaction";
    const DEGREE: usize = 3;

    fn eval<B: AirBuilder>(
        &self,
        local: &<Self::Columns as Layout>::Of<B::Expr>,
        next: &<Self::Columns as Layout>::Of<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let output = poseidon::constrain(&local.poseidon, builder);
        let rows = Rows::<B>::new(local, next, output, public);
        schedule::constrain(&local.schedule, &next.schedule, builder);
        boundary::constrain(&rows, builder);
        operation::constrain(&rows, builder);
        lanes::constrain(&rows, builder);
        sponge::constrain(&rows, builder);
        paths::constrain(&rows, builder);
        balances::constrain(&rows, builder);
        accounts::constrain(&rows, builder);
        signature::constrain(&rows, builder);
        words::constrain(&rows, builder);
    }
}
