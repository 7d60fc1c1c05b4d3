//! What is proved: a swap in 512 rows, one permutation in each, and the signature of the order beside them.

mod accounts;
mod columns;
mod order;
mod paths;
mod price;

use starfold_circuits::air::{Air, AirBuilder, Claim, Domain, Layout};
use starfold_circuits::gadgets::path::PathRows;
use starfold_circuits::gadgets::{poseidon, schedule};
use starfold_circuits::transaction::RunningColumns;
use starfold_primitives::poseidon::WIDTH;

use crate::pool::TOKENS;

pub use columns::*;

/// Swaps against the pool.
#[derive(Clone, Copy, Debug, Default)]
pub struct SwapAir;

impl Air for SwapAir {
    type Columns = SwapColumns<()>;
    type Boundary = RunningColumns<()>;
    const NAME: &'static str = "amm-swap";
    const DEGREE: usize = 3;

    fn eval<B: AirBuilder>(
        &self,
        local: &SwapColumns<B::Expr>,
        next: &SwapColumns<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let output = poseidon::constrain(&local.poseidon, builder);
        schedule::constrain(&local.schedule, &next.schedule, builder);
        let rows = Rows::<B> { local, next, output, public };
        order::constrain(&rows, builder);
        paths::constrain(&rows, builder);
        accounts::constrain(&rows, builder);
        price::constrain(&rows, builder);
        running(&rows, builder);
    }
}

/// Two rows and what many constraints say of them.
struct Rows<'a, B: AirBuilder> {
    local: &'a SwapColumns<B::Expr>,
    next: &'a SwapColumns<B::Expr>,
    /// Output of the local permutation; degree 1.
    output: [B::Expr; WIDTH],
    public: &'a Claim<B::Expr>,
}

impl<B: AirBuilder> Rows<'_, B> {
    /// 1 in one row of the block; degree 2.
    fn at(&self, group: usize, step: usize) -> B::Expr {
        self.local.schedule.at(group, step)
    }

    /// The digest that the row puts out; degree 1.
    fn digest(&self) -> [B::Expr; 4] {
        std::array::from_fn(|i| self.output[i])
    }

    /// `N` elements of the permutation's input.
    fn input<const N: usize>(&self, from: usize) -> [B::Expr; N] {
        std::array::from_fn(|i| self.local.poseidon.input[from + i])
    }

    /// `N` elements of the next permutation's input.
    fn next_input<const N: usize>(&self, from: usize) -> [B::Expr; N] {
        std::array::from_fn(|i| self.next.poseidon.input[from + i])
    }

    /// The rows as a path sees them.
    fn path(&self) -> PathRows<'_, B::Expr> {
        PathRows {
            local: &self.local.path,
            next: &self.next.path,
            input: &self.local.poseidon.input,
            next_input: &self.next.poseidon.input,
            output: &self.output,
        }
    }
}

/// The tokens that are sold and bought; degree 1.
fn order_tokens<B: AirBuilder>(rows: &Rows<'_, B>, builder: &B) -> [B::Expr; 2] {
    let [first, second] = TOKENS.map(|token| builder.constant(token.into()));
    let turn = rows.local.order.sells_second * (second - first);
    [first + turn, second - turn]
}

fn cells<L: Layout, E: Copy>(values: &L::Of<E>) -> Vec<E> {
    let mut cells = Vec::with_capacity(L::LEN);
    L::write(values, &mut cells);
    cells
}

/// The boundary begins at the claim's entry and ends at its exit; two account paths, two words, two transactions move it.
fn running<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (&rows.local.running, &rows.next.running);
    for (i, cell) in cells::<RunningColumns<()>, _>(local).into_iter().enumerate() {
        let [entry, exit] = [rows.public.entry[i], rows.public.exit[i]];
        builder.assert_zero("the first row is the claim's entry", Domain::FirstRow, cell - entry);
        builder.assert_zero("the last row is the claim's exit", Domain::LastRow, cell - exit);
    }
    let root_row = rows.local.flags.root_row;
    builder.assert_equal_when(
        "an account stands under the state root",
        Domain::EveryRow,
        root_row,
        rows.local.path.previous_output,
        local.state_root,
    );
    let digest = rows.digest();
    let moved = std::array::from_fn::<_, 4, _>(|i| {
        next.state_root[i] - local.state_root[i] - root_row * (digest[i] - local.state_root[i])
    });
    builder.assert_zeros("the root becomes that of the new path", Domain::Transition, moved);
    let fees = next.fee_accumulator - local.fee_accumulator;
    builder.assert_zero("a swap pays no fee to the operator", Domain::Transition, fees);
    let swapped = rows.at(POOL, COUNT_STEP) * rows.local.order.present;
    let counted = next.counter - local.counter - swapped - swapped;
    builder.assert_zero("a swap is two transactions", Domain::Transition, counted);
}
