//! Eight values of 32 bits, and three canonical elements, in a block of 128 rows. Whether the rows count themselves is
//! tested elsewhere.

use proptest::prelude::*;
use starfold_primitives::claim::Claim;
use starfold_primitives::{Field, GOLDILOCKS_ORDER, Goldilocks, PrimeField64};

use super::forging::{read_narrow, read_wide};
use super::{Collector, ONE, claim};
use crate::air::{Air, AirBuilder, Array, Domain, Layout, Trace, columns, constraint_table};
use crate::gadgets::range::{
    NarrowLaneColumns, WIDE_LANE, WideLaneColumns, WideNames, WideWindows, Window,
    constrain_narrow, constrain_wide, generate_narrow, generate_wide,
};
use crate::gadgets::schedule::{self, ScheduleColumns};
use crate::testing::{
    Forgery, check_agreement, check_cells, check_degree, check_forgeries, check_honest, edit_row,
};

const GROUPS: usize = 8;
const STEPS: usize = 16;
const LAST_STEP: usize = STEPS - 1;
const BLOCK_ROWS: usize = GROUPS * STEPS;

/// The last groups of the windows of 32 bits.
const NARROW_ENDS: [usize; 4] = [1, 3, 5, 7];
/// The first groups of the windows of elements: two, one at once after the other, and one that begins and ends with
/// neither the block nor another.
const WIDE_STARTS: [&[usize]; 2] = [&[0, 4], &[1]];

columns! {
    /// A row.
    struct RangeColumns {
        /// Its place in its block.
        schedule: ScheduleColumns<(), GROUPS, STEPS>,
        /// Lanes for 32 bits.
        narrow: Array<NarrowLaneColumns<()>, 2>,
        /// Lanes for elements.
        wide: Array<WideLaneColumns<()>, 2>,
    }
}

const NARROW: &str = "the first eight elements have 32 bits";
const WIDE: &str = "the bits of the other three are canonical";

/// The entry begins with eight values of 32 bits and three elements whose bits are those of the lanes.
#[derive(Clone, Copy, Debug)]
struct RangeAir;

impl Air for RangeAir {
    type Columns = RangeColumns<()>;
    type Boundary = super::WholeBoundary;
    const NAME: &'static str = "range";
    const DEGREE: usize = 3;

    fn eval<B: AirBuilder>(
        &self,
        local: &<Self::Columns as Layout>::Of<B::Expr>,
        next: &<Self::Columns as Layout>::Of<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let schedule = &local.schedule;
        let ends = schedule.ends(NARROW_ENDS, builder);
        constrain_narrow(&local.narrow, &next.narrow, ends, builder);
        let every = Domain::EveryRow;
        for (window, group) in NARROW_ENDS.into_iter().enumerate() {
            let values = local.narrow.map(|lane| lane.value);
            let elements = [public.entry[2 * window], public.entry[2 * window + 1]];
            let end = schedule.at(group, LAST_STEP);
            builder.assert_equal_when(NARROW, every, end, values, elements);
        }
        for (lane, starts) in WIDE_STARTS.into_iter().enumerate() {
            let (local, next) = (&local.wide[lane], &next.wide[lane]);
            let windows = WideWindows::new(schedule, starts, builder);
            constrain_wide(WIDE_LANE, local, next, &windows, builder);
            for (window, start) in starts.iter().enumerate() {
                let end = schedule.at(start + 3, LAST_STEP);
                let difference = local.value - public.entry[8 + 2 * lane + window];
                builder.assert_zero(WIDE, every, end * difference);
            }
        }
    }
}

type Row = RangeColumns<Goldilocks>;

/// The claim holds the elements; the lanes read the integers, canonical or not.
fn build(small: [u32; 8], elements: [u64; 3], blocks: usize) -> (Trace, Claim<Goldilocks>) {
    let ends = NARROW_ENDS.map(|group| group * STEPS + LAST_STEP);
    let narrow: [[_; BLOCK_ROWS]; 2] = std::array::from_fn(|lane| {
        let windows: [_; 4] = std::array::from_fn(|window| Window {
            first_row: 2 * window * STEPS,
            bits: 32,
            value: u64::from(small[2 * window + lane]),
        });
        generate_narrow(&windows, &ends)
    });
    let [first, second, third] = elements;
    let wide: [[_; BLOCK_ROWS]; 2] =
        [generate_wide(&[0, 4 * STEPS], &[first, second]), generate_wide(&[STEPS], &[third])];
    let rows = (0..blocks * BLOCK_ROWS).map(|row| RangeColumns {
        schedule: schedule::generate(row),
        narrow: narrow.map(|lane| lane[row % BLOCK_ROWS]),
        wide: wide.map(|lane| lane[row % BLOCK_ROWS]),
    });
    let small = small.map(Goldilocks::from_canonical_u32);
    let elements = elements.map(Goldilocks::from_noncanonical_u64);
    let trace = Trace::from_rows::<RangeColumns<()>>(rows);
    (trace, claim(&[small.as_slice(), &elements].concat(), &[]))
}

const SMALL: [u32; 8] = [0, 1, u32::MAX, 0x8000_0000, 77, 0xdead_beef, 2, 3];
const ELEMENTS: [u64; 3] = [GOLDILOCKS_ORDER - 1, 5, 0x1234_5678_9abc_def0];

fn edit(trace: &mut Trace, row: usize, edit: impl FnOnce(&mut Row)) {
    edit_row::<RangeColumns<()>>(trace, row, edit);
}

/// Edits all rows.
fn edit_all(trace: &mut Trace, edit: impl FnOnce(&mut [Row])) {
    let mut rows: Vec<_> =
        (0..trace.height()).map(|row| trace.row::<RangeColumns<()>>(row)).collect();
    edit(&mut rows);
    *trace = Trace::from_rows::<RangeColumns<()>>(rows);
}

const LAST: usize = BLOCK_ROWS - 1;

const FORGERIES: [Forgery; 13] = [
    Forgery {
        title: "a bit of 2 in a narrow lane",
        edit: |trace, claim| {
            edit(trace, LAST, |row| row.narrow[1].bit += Goldilocks::TWO);
            let ends = NARROW_ENDS.map(|group| group * STEPS + LAST_STEP);
            edit_all(trace, |rows| read_narrow(rows, &ends, |row| &mut row.narrow[1]));
            claim.entry[7] += Goldilocks::TWO;
        },
        breaks: &["a narrow lane reads bits"],
    },
    Forgery {
        title: "33 bits, the first without being read",
        edit: |trace, claim| {
            for row in 0..32 {
                let before = Goldilocks::from_canonical_u64(2 << row);
                edit(trace, row, |row| row.narrow[0].value += before);
            }
            claim.entry[0] += Goldilocks::from_canonical_u64(1 << 32);
        },
        breaks: &["a narrow lane starts with its first bit"],
    },
    Forgery {
        title: "another value than the bits",
        edit: |trace, claim| {
            edit(trace, LAST, |row| row.narrow[0].value += ONE);
            claim.entry[6] += ONE;
        },
        breaks: &["a narrow lane appends the bit"],
    },
    Forgery {
        title: "a value of 33 bits",
        edit: |_, claim| claim.entry[4] += Goldilocks::from_canonical_u64(1 << 32),
        breaks: &[NARROW],
    },
    Forgery {
        title: "a window that goes on with the one before",
        edit: |trace, claim| {
            // the value of the window before, one bit further up in every row
            for row in 32..64 {
                let before = Goldilocks::from_canonical_u32(SMALL[1]);
                let shift = Goldilocks::from_canonical_u64(2 << (row - 32));
                edit(trace, row, |row| row.narrow[1].value += before * shift);
            }
            claim.entry[3] += Goldilocks::from_canonical_u64(1 << 32);
        },
        breaks: &["a narrow lane appends the bit"],
    },
    Forgery {
        title: "a bit of 2 in a wide lane",
        edit: |trace, claim| {
            edit(trace, LAST, |row| row.wide[0].bit += Goldilocks::TWO);
            edit_all(trace, |rows| read_wide(rows, &[0, 64], |row| &mut row.wide[0]));
            claim.entry[9] += Goldilocks::TWO;
        },
        breaks: &["a wide lane reads bits"],
    },
    Forgery {
        title: "65 bits, the first without being read",
        edit: |trace, claim| {
            for row in 0..64 {
                let before = Goldilocks::from_noncanonical_u64(1 << row).double();
                edit(trace, row, |row| row.wide[0].value += before);
            }
            claim.entry[8] += Goldilocks::from_noncanonical_u64(1 << 63).double();
        },
        breaks: &["a wide lane starts with its first bit"],
    },
    Forgery {
        title: "another element than the bits",
        edit: |trace, claim| {
            edit(trace, LAST, |row| row.wide[0].value += ONE);
            claim.entry[9] += ONE;
        },
        breaks: &["a wide lane appends the bit"],
    },
    Forgery {
        title: "a zero that nobody has seen",
        edit: |trace, _| {
            (0..64).for_each(|row| edit(trace, row, |row| row.wide[0].ones = Goldilocks::ZERO));
        },
        breaks: &["a wide lane starts with no zero seen"],
    },
    Forgery {
        title: "a zero that is forgotten",
        edit: |trace, _| edit(trace, 6 * STEPS, |row| row.wide[1].ones = Goldilocks::ZERO),
        breaks: &["a wide lane remembers whether its upper bits are all 1"],
    },
    Forgery {
        title: "the second form of a small element",
        edit: |trace, claim| {
            let [first, second, third] = ELEMENTS;
            (*trace, *claim) = build(SMALL, [first, second + GOLDILOCKS_ORDER, third], 1);
        },
        breaks: &["below 32 ones a wide lane reads zeros"],
    },
    Forgery {
        title: "the second form of zero, off the block's ends",
        edit: |trace, claim| {
            let [first, second, _] = ELEMENTS;
            (*trace, *claim) = build(SMALL, [first, second, GOLDILOCKS_ORDER], 1);
        },
        breaks: &["below 32 ones a wide lane reads zeros"],
    },
    Forgery {
        title: "another element than the lane's",
        edit: |_, claim| claim.entry[10] += ONE,
        breaks: &[WIDE],
    },
];

#[test]
fn the_lanes_bound_what_they_read() {
    let (trace, claim) = build(SMALL, ELEMENTS, 1);
    assert_eq!(check_honest(&RangeAir, &trace, &claim), Ok(()));
    assert_eq!(check_degree(&RangeAir), Ok(()));
    assert_eq!(check_agreement(RangeAir, 4), Ok(()));
    let rows = 0..trace.height();
    let tried = |_, column: &str, _: &_| !column.starts_with("schedule");
    assert_eq!(check_cells(&RangeAir, &trace, &claim, rows, tried), Ok(()));
    assert_eq!(check_forgeries(&RangeAir, &trace, &claim, &FORGERIES), Ok(()));
}

#[test]
fn reading_again_changes_nothing_honest() {
    let (honest, _) = build(SMALL, ELEMENTS, 1);
    let mut trace = honest.clone();
    edit_all(&mut trace, |rows| {
        let ends = NARROW_ENDS.map(|group| group * STEPS + LAST_STEP);
        (0..2).for_each(|lane| read_narrow(rows, &ends, |row| &mut row.narrow[lane]));
        for (lane, starts) in WIDE_STARTS.into_iter().enumerate() {
            let starts: Vec<_> = starts.iter().map(|group| group * STEPS).collect();
            read_wide(rows, &starts, |row| &mut row.wide[lane]);
        }
    });
    assert_eq!(trace, honest);
}

fn windows(starts: &[usize]) {
    let schedule: ScheduleColumns<_, GROUPS, STEPS> = schedule::generate(0);
    WideWindows::new(&schedule, starts, &Collector::default());
}

#[test]
fn every_constraint_of_a_wide_lane_has_its_name_and_its_rows() {
    let WideNames { bits, start, appends, ones_start, ones, canonical } = WIDE_LANE;
    let table = constraint_table(&RangeAir);
    for (name, rows) in [
        (bits, Domain::EveryRow),
        (start, Domain::FirstRow),
        (appends, Domain::Transition),
        (ones_start, Domain::FirstRow),
        (ones, Domain::Transition),
        (canonical, Domain::EveryRow),
    ] {
        let found = table.constraints.iter().find(|constraint| constraint.name == name).unwrap();
        assert_eq!((found.domain, found.polynomials), (rows, WIDE_STARTS.len()), "{name}");
    }
}

#[test]
fn windows_may_fill_a_block() {
    windows(&[]);
    windows(&[0, 4]);
}

#[test]
#[should_panic(expected = "windows lie in the block one after the other")]
fn windows_do_not_overlap() {
    windows(&[0, 3]);
}

#[test]
#[should_panic(expected = "windows lie in the block one after the other")]
fn windows_do_not_leave_the_block() {
    windows(&[5]);
}

proptest! {
    #[test]
    fn values_in_range_have_a_trace(small: [u32; 8], elements: [u64; 3]) {
        let elements = elements.map(|element| Goldilocks::from_noncanonical_u64(element).to_canonical_u64());
        let (trace, claim) = build(small, elements, 2);
        prop_assert_eq!(check_honest(&RangeAir, &trace, &claim), Ok(()));
    }

    #[test]
    fn integers_from_the_order_on_have_none(excess in 0..(1u64 << 32) - 1, window in 0..3usize) {
        let mut elements = ELEMENTS;
        elements[window] = GOLDILOCKS_ORDER + excess;
        let (trace, claim) = build(SMALL, elements, 2);
        prop_assert!(check_honest(&RangeAir, &trace, &claim).is_err());
    }
}
