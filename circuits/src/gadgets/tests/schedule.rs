//! Blocks of 8 rows.

use starfold_primitives::claim::Claim;
use starfold_primitives::{Field, Goldilocks};

use super::{Collector, ONE, ZERO, claim};
use crate::air::{Air, AirBuilder, ColumnInfo, Layout, Trace, columns};
use crate::gadgets::schedule::{self, ScheduleColumns};
use crate::testing::{
    Forgery, check_agreement, check_cells, check_degree, check_forgeries, check_honest, edit_row,
};

const GROUPS: usize = 2;
const STEPS: usize = 4;
const BLOCK_ROWS: usize = GROUPS * STEPS;

columns! {
    /// A row.
    struct Columns {
        /// Its place in its block.
        schedule: ScheduleColumns<(), GROUPS, STEPS>,
    }
}

/// There are whole blocks.
#[derive(Clone, Copy, Debug)]
struct BlockAir;

impl Air for BlockAir {
    type Columns = Columns<()>;
    type Boundary = super::WholeBoundary;
    const NAME: &'static str = "block";
    const DEGREE: usize = 3;

    fn eval<B: AirBuilder>(
        &self,
        local: &<Self::Columns as Layout>::Of<B::Expr>,
        next: &<Self::Columns as Layout>::Of<B::Expr>,
        _public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        schedule::constrain(&local.schedule, &next.schedule, builder);
    }
}

fn trace(rows: usize) -> Trace {
    let rows = (0..rows).map(|row| Columns { schedule: schedule::generate(row) });
    Trace::from_rows::<Columns<()>>(rows)
}

fn edit(trace: &mut Trace, row: usize, edit: impl FnOnce(&mut ScheduleColumns<Goldilocks, 2, 4>)) {
    edit_row::<Columns<()>>(trace, row, |columns| edit(&mut columns.schedule));
}

const FORGERIES: [Forgery; 5] = [
    Forgery {
        title: "both groups at once",
        edit: |trace, _| {
            (0..trace.height()).for_each(|row| edit(trace, row, |flags| flags.group = [ONE; 2]));
        },
        breaks: &["the trace starts in group 0"],
    },
    Forgery {
        title: "all steps at once",
        edit: |trace, _| {
            for row in 0..trace.height() {
                let group = std::array::from_fn(|group| Goldilocks::from_bool(row % 2 == group));
                edit(trace, row, |flags| *flags = ScheduleColumns { group, step: [ONE; 4] });
            }
        },
        breaks: &["the trace starts in step 0"],
    },
    Forgery {
        title: "one step twice, another never",
        edit: |trace, _| edit(trace, 1, |flags| flags.step = [ONE, ZERO, ZERO, ZERO]),
        breaks: &["the next row is the next step"],
    },
    Forgery {
        title: "a row of another group",
        edit: |trace, _| edit(trace, 9, |flags| flags.group = [ZERO, ONE]),
        breaks: &["the next group follows the last step"],
    },
    Forgery {
        title: "half a block",
        edit: |cut, _| *cut = trace(BLOCK_ROWS + STEPS),
        breaks: &["the trace ends a block"],
    },
];

#[test]
fn the_gadget_counts_the_rows_of_whole_blocks() {
    let (trace, claim) = (trace(2 * BLOCK_ROWS), claim(&[], &[]));
    assert_eq!(check_honest(&BlockAir, &trace, &claim), Ok(()));
    assert_eq!(check_degree(&BlockAir), Ok(()));
    assert_eq!(check_agreement(BlockAir, 3), Ok(()));
    let rows = 0..trace.height();
    assert_eq!(check_cells(&BlockAir, &trace, &claim, rows, |_, _, _| true), Ok(()));
    assert_eq!(check_forgeries(&BlockAir, &trace, &claim, &FORGERIES), Ok(()));
}

#[test]
fn the_selectors_are_1_where_they_should() {
    let builder = Collector::default();
    for row in 0..3 * BLOCK_ROWS {
        let flags: ScheduleColumns<_, GROUPS, STEPS> = schedule::generate(row);
        let (group, step) = (row % BLOCK_ROWS / STEPS, row % STEPS);
        let expected = |is: bool| Goldilocks::from_bool(is);
        for (g, s) in (0..GROUPS).flat_map(|g| (0..STEPS).map(move |s| (g, s))) {
            assert_eq!(flags.at(g, s), expected((g, s) == (group, step)), "row {row}");
        }
        assert_eq!(flags.block_end(), expected(row % BLOCK_ROWS == BLOCK_ROWS - 1), "row {row}");
        assert_eq!(flags.groups([1], &builder), expected(group == 1), "row {row}");
        assert_eq!(flags.groups([], &builder), ZERO, "row {row}");
        assert_eq!(flags.steps([0, 3], &builder), expected(step == 0 || step == 3), "row {row}");
        assert_eq!(flags.even_steps(&builder), expected(row % 2 == 0), "row {row}");
        assert_eq!(flags.at_groups([0, 1], 2, &builder), expected(step == 2), "row {row}");
        assert_eq!(flags.ends([0], &builder), expected((group, step) == (0, 3)), "row {row}");
    }
}

#[test]
fn the_columns_have_names_and_meanings() {
    let mut columns: Vec<ColumnInfo> = vec![];
    Columns::<()>::describe("", "", &mut columns);
    let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
    let expected = ["group[0]", "group[1]", "step[0]", "step[1]", "step[2]", "step[3]"];
    assert_eq!(names, expected.map(|name| format!("schedule.{name}")));
    assert_eq!(columns[5].meaning, "1 in the step at hand, 0 elsewhere.");
}
