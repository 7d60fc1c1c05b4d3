//! Selectors: which row of a block this is, for blocks of `GROUPS` groups of `STEPS` steps.
//!
//! A trace has no columns that are fixed in advance, so the rows have to count themselves: two rings of flags turn, one
//! step a row, one group where the steps have gone round. A row's group and step are then a flag each, a row of the
//! block is a product of two, and `GROUPS + STEPS` columns tell `GROUPS * STEPS` rows apart.
//!
//! ```
//! use starfold_circuits::air::{Air, AirBuilder, Cell, Domain, Layout, columns};
//! use starfold_circuits::gadgets::schedule::{self, ScheduleColumns};
//! use starfold_primitives::Claim;
//!
//! columns! {
//!     /// Blocks of 32 rows.
//!     pub struct Row {
//!         /// The row's place in its block.
//!         schedule: ScheduleColumns<(), 4, 8>,
//!         /// Zero in the third row of every block.
//!         value: Cell,
//!     }
//! }
//!
//! #[derive(Clone, Copy)]
//! struct MyAir;
//!
//! impl Air for MyAir {
//!     type Columns = Row<()>;
//!     type Boundary = Cell;
//!     const NAME: &'static str = "my";
//!     const DEGREE: usize = 3;
//!
//!     fn eval<B: AirBuilder>(
//!         &self,
//!         local: &<Self::Columns as Layout>::Of<B::Expr>,
//!         next: &<Self::Columns as Layout>::Of<B::Expr>,
//!         _public: &Claim<B::Expr>,
//!         builder: &mut B,
//!     ) {
//!         schedule::constrain(&local.schedule, &next.schedule, builder);
//!         let third = local.schedule.at(0, 2);
//!         builder.assert_zero("the third value is zero", Domain::EveryRow, third * local.value);
//!     }
//! }
//! ```
//!
//! # Soundness
//!
//! The first row is the first of a block, every row decides the next, and the last row is the last of a block: there is
//! no choice. The number of blocks is not part of it; whoever verifies fixes the length of the trace.
//!
//! The selectors are linear or products of two flags. A caller who multiplies one of degree 2 has one degree left.

use starfold_primitives::{Field, Goldilocks};

use crate::air::{AirBuilder, Array, Cell, ColumnInfo, Domain, Expression, Layout};

/// The place of a row in its block.
#[derive(Clone, Copy, Debug)]
pub struct ScheduleColumns<T: Copy, const GROUPS: usize, const STEPS: usize> {
    /// 1 in the group at hand, 0 elsewhere.
    pub group: [T; GROUPS],
    /// 1 in the step at hand, 0 elsewhere.
    pub step: [T; STEPS],
}

impl<const GROUPS: usize, const STEPS: usize> Layout for ScheduleColumns<(), GROUPS, STEPS> {
    type Of<T: Copy> = ScheduleColumns<T, GROUPS, STEPS>;
    const LEN: usize = GROUPS + STEPS;

    #[inline(always)]
    fn read<T: Copy>(cells: &mut &[T]) -> Self::Of<T> {
        let group = Array::<Cell, GROUPS>::read(cells);
        ScheduleColumns { group, step: Array::<Cell, STEPS>::read(cells) }
    }

    fn write<T: Copy>(values: &Self::Of<T>, cells: &mut Vec<T>) {
        Array::<Cell, GROUPS>::write(&values.group, cells);
        Array::<Cell, STEPS>::write(&values.step, cells);
    }

    fn describe(prefix: &str, _meaning: &str, columns: &mut Vec<ColumnInfo>) {
        let separator = if prefix.is_empty() { "" } else { "." };
        let (group, step) =
            ("1 in the group at hand, 0 elsewhere.", "1 in the step at hand, 0 elsewhere.");
        Array::<Cell, GROUPS>::describe(&format!("{prefix}{separator}group"), group, columns);
        Array::<Cell, STEPS>::describe(&format!("{prefix}{separator}step"), step, columns);
    }
}

impl<E: Expression, const GROUPS: usize, const STEPS: usize> ScheduleColumns<E, GROUPS, STEPS> {
    /// 1 in one row of the block; degree 2.
    #[inline(always)]
    pub fn at(&self, group: usize, step: usize) -> E {
        self.group[group] * self.step[step]
    }

    /// 1 in the last row of the block; degree 2.
    #[inline(always)]
    pub fn block_end(&self) -> E {
        self.at(GROUPS - 1, STEPS - 1)
    }

    /// 1 in several groups; degree 1.
    #[inline(always)]
    pub fn groups<B: AirBuilder<Expr = E>>(
        &self,
        groups: impl IntoIterator<Item = usize>,
        builder: &B,
    ) -> E {
        selected(&self.group, groups, builder)
    }

    /// 1 in several steps; degree 1.
    #[inline(always)]
    pub fn steps<B: AirBuilder<Expr = E>>(
        &self,
        steps: impl IntoIterator<Item = usize>,
        builder: &B,
    ) -> E {
        selected(&self.step, steps, builder)
    }

    /// 1 in the steps 0, 2, 4 and so on; degree 1.
    #[inline(always)]
    pub fn even_steps<B: AirBuilder<Expr = E>>(&self, builder: &B) -> E {
        self.steps((0..STEPS).step_by(2), builder)
    }

    /// 1 in one step of several groups; degree 2.
    #[inline(always)]
    pub fn at_groups<B: AirBuilder<Expr = E>>(
        &self,
        groups: impl IntoIterator<Item = usize>,
        step: usize,
        builder: &B,
    ) -> E {
        self.groups(groups, builder) * self.step[step]
    }

    /// 1 in the last row of several groups; degree 2.
    #[inline(always)]
    pub fn ends<B: AirBuilder<Expr = E>>(
        &self,
        groups: impl IntoIterator<Item = usize>,
        builder: &B,
    ) -> E {
        self.at_groups(groups, STEPS - 1, builder)
    }
}

/// The sum of some flags, zero for none.
#[inline(always)]
fn selected<B: AirBuilder>(
    flags: &[B::Expr],
    positions: impl IntoIterator<Item = usize>,
    builder: &B,
) -> B::Expr {
    let selected = positions.into_iter().map(|position| flags[position]);
    selected.reduce(|sum, flag| sum + flag).unwrap_or_else(|| builder.zero())
}

/// Lets the trace run through whole blocks, row by row.
pub fn constrain<B: AirBuilder, const GROUPS: usize, const STEPS: usize>(
    local: &ScheduleColumns<B::Expr, GROUPS, STEPS>,
    next: &ScheduleColumns<B::Expr, GROUPS, STEPS>,
    builder: &mut B,
) {
    let one = builder.one();
    for (name, flags) in [
        ("the trace starts in group 0", local.group.as_slice()),
        ("the trace starts in step 0", local.step.as_slice()),
    ] {
        builder.assert_zero(name, Domain::FirstRow, flags[0] - one);
        for &flag in &flags[1..] {
            builder.assert_zero(name, Domain::FirstRow, flag);
        }
    }
    let steps = std::array::from_fn::<_, STEPS, _>(|step| {
        next.step[step] - local.step[(step + STEPS - 1) % STEPS]
    });
    builder.assert_zeros("the next row is the next step", Domain::Transition, steps);
    let groups = std::array::from_fn::<_, GROUPS, _>(|group| {
        let change = local.group[(group + GROUPS - 1) % GROUPS] - local.group[group];
        next.group[group] - local.group[group] - local.step[STEPS - 1] * change
    });
    builder.assert_zeros("the next group follows the last step", Domain::Transition, groups);
    builder.assert_zero("the trace ends a block", Domain::LastRow, local.block_end() - one);
}

/// The flags of a row of the trace or of its block.
pub fn generate<const GROUPS: usize, const STEPS: usize>(
    row: usize,
) -> ScheduleColumns<Goldilocks, GROUPS, STEPS> {
    let (here_group, here_step) = (row / STEPS % GROUPS, row % STEPS);
    ScheduleColumns {
        group: std::array::from_fn(|group| Goldilocks::from_bool(group == here_group)),
        step: std::array::from_fn(|step| Goldilocks::from_bool(step == here_step)),
    }
}
