//! What is proved: columns and constraints.

use starfold_circuits::air::{Air, AirBuilder, Cell, Claim, Domain, Layout, columns};

columns! {
    /// Where the count stands: entry and exit of a claim.
    pub struct Count {
        /// The count.
        count: Cell,
    }
}

columns! {
    /// A row of the trace: one step, or padding.
    pub struct CounterColumns {
        /// The count before the row.
        count: Cell,
        /// 1 for a step, 0 for padding.
        is_step: Cell,
    }
}

/// Every step adds one.
#[derive(Clone, Copy, Debug, Default)]
pub struct CounterAir;

impl Air for CounterAir {
    type Columns = CounterColumns<()>;
    type Boundary = Count<()>;
    const NAME: &'static str = "counter";
    const DEGREE: usize = 2;

    fn eval<B: AirBuilder>(
        &self,
        local: &CounterColumns<B::Expr>,
        next: &CounterColumns<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let [entry, exit] = [public.entry, public.exit].map(|cells| Count::<()>::of(&cells));
        let after = local.count + local.is_step;
        builder.assert_bool("a row is a step or padding", local.is_step);
        builder.assert_zero("it begins at the entry", Domain::FirstRow, local.count - entry.count);
        builder.assert_zero("a step adds one", Domain::Transition, next.count - after);
        builder.assert_zero("it ends at the exit", Domain::LastRow, after - exit.count);
    }
}
