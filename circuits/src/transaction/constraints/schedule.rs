//! Every block runs through its 256 rows in order.

use crate::air::{AirBuilder, Domain};
use crate::transaction::schedule::{GROUPS, LAST_STEP, STEPS};

use super::rows::Rows;

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (&rows.local.schedule, &rows.next.schedule);
    let one = builder.one();
    for (name, flags) in
        [("the trace starts in group 0", &local.group), ("the trace starts in step 0", &local.step)]
    {
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
        next.group[group] - local.group[group] - local.step[LAST_STEP] * change
    });
    builder.assert_zeros("the next group follows the last step", Domain::Transition, groups);
    builder.assert_zero("the trace ends a block", Domain::LastRow, rows.block_end - one);
}
