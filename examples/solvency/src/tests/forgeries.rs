//! For each constraint a lie that breaks it.

use starfold_circuits::air::{Claim, Element, Field, Layout as _, Trace};
use starfold_circuits::gadgets::poseidon::generate;
use starfold_circuits::testing::{Forgery, check_forgeries, edit_row};

use super::{Columns, honest};
use crate::{Audit, SolvencyAir, SolvencyColumns};

/// Fills the permutations again from one row of a block on, so that the path goes on from an edit.
fn rehash(trace: &mut Trace, from: usize, edit: impl FnOnce(&mut SolvencyColumns<Element>)) {
    let mut row = trace.row::<Columns>(from);
    edit(&mut row);
    let mut at = from;
    loop {
        let (poseidon, output) = generate(row.poseidon.input);
        row.poseidon = poseidon;
        edit_row::<Columns>(trace, at, |columns| *columns = row);
        at += 1;
        if at.is_multiple_of(64) {
            return;
        }
        row = trace.row::<Columns>(at);
        row.node = std::array::from_fn(|i| output[i]);
        let half = if row.bit == Element::ONE { 4 } else { 0 };
        row.poseidon.input[half..half + 4].copy_from_slice(&row.node);
    }
}

/// Edits the input of one permutation.
fn rehash_row(trace: &mut Trace, row: usize, edit: fn(&mut [Element; 12])) {
    let mut input = trace.row::<Columns>(row).poseidon.input;
    edit(&mut input);
    edit_row::<Columns>(trace, row, |columns| columns.poseidon = generate(input).0);
}

/// Edits the audit in a row and all after it, and where the claim ends.
fn audited(
    trace: &mut Trace,
    claim: &mut Claim<Element>,
    from: usize,
    edit: fn(&mut Audit<Element>),
) {
    for row in from..trace.height() {
        edit_row::<Columns>(trace, row, |columns| edit(&mut columns.audit));
    }
    let mut exit = Audit::<()>::of(&claim.exit);
    edit(&mut exit);
    let mut cells = vec![];
    Audit::<()>::write(&exit, &mut cells);
    claim.exit[..6].copy_from_slice(&cells);
}

/// Adds 1 to the cell of a row that `cell` names.
fn add(trace: &mut Trace, row: usize, cell: fn(&mut SolvencyColumns<Element>) -> &mut Element) {
    edit_row::<Columns>(trace, row, |columns| *cell(columns) += Element::ONE);
}

/// Adds 2^bit to an index of the block of padding.
fn raise(trace: &mut Trace, bit: usize, rest: fn(&mut SolvencyColumns<Element>) -> &mut Element) {
    for level in 0..32 {
        let more = Element::from_canonical_u64(1 << (bit - level));
        edit_row::<Columns>(trace, PADDING + 32 + level, |columns| *rest(columns) += more);
    }
}

/// The first row of the block of padding.
const PADDING: usize = 192;

const HASHES: &[Forgery] = &[
    Forgery {
        title: "another cube",
        edit: |trace, _| add(trace, 2, |row| &mut row.poseidon.partial[3].cube),
        breaks: &["an S-box cubes its input", "an S-box raises its input to 7"],
    },
    Forgery {
        title: "a node of another domain",
        edit: |trace, _| rehash(trace, PADDING + 40, |row| row.poseidon.input[8] += Element::ONE),
        breaks: &["the capacity holds the tag of the domain"],
    },
    Forgery {
        title: "something more in the capacity",
        edit: |trace, _| rehash(trace, PADDING + 40, |row| row.poseidon.input[9] += Element::ONE),
        breaks: &["the capacity holds nothing else"],
    },
    Forgery {
        title: "an idle row that hashes something",
        edit: |trace, _| rehash_row(trace, 3, |input| input[5] = Element::ONE),
        breaks: &["an idle row hashes zeros"],
    },
    Forgery {
        title: "padding whose balance is not its path's",
        edit: |trace, _| add(trace, PADDING + 15, |row| &mut row.node[1]),
        breaks: &["the permutation takes node and sibling"],
    },
    Forgery {
        title: "a path that begins anew half-way",
        edit: |trace, _| {
            rehash(trace, PADDING + 40, |row| {
                row.node[0] += Element::ONE;
                row.poseidon.input[0] += Element::ONE;
            });
        },
        breaks: &["what a row puts out is the next node"],
    },
    Forgery {
        title: "another balance",
        edit: |trace, claim| {
            rehash(trace, 15, |row| {
                // token 1 is the right one
                row.node[3] += Element::ONE;
                row.poseidon.input[7] += Element::ONE;
            });
            audited(trace, claim, 16, |audit| audit.limbs[3] += Element::ONE);
        },
        breaks: &["the account stands under the state root"],
    },
    Forgery {
        title: "a node that is half left, half right",
        edit: |trace, _| {
            edit_row::<Columns>(trace, 4, |row| {
                row.bit = Element::TWO.inverse();
                (row.first_bit, row.last_bit) = (row.bit, row.bit);
            });
        },
        breaks: &["a node is the left or the right one", "off the trees the node is the left half"],
    },
    Forgery {
        title: "tokens on the right of a state leaf",
        edit: |trace, _| {
            rehash(trace, PADDING + 31, |row| {
                row.bit = Element::ONE;
                (row.first_bit, row.last_bit) = (row.bit, row.bit);
                row.poseidon.input.copy_within(0..4, 4);
                row.poseidon.input[..4].fill(Element::ZERO);
            });
        },
        breaks: &["off the trees the node is the left half"],
    },
];

const INDICES: &[Forgery] = &[
    Forgery {
        title: "another token",
        edit: |_, claim| claim.context[4] += Element::ONE,
        breaks: &["the balance is of the token"],
    },
    Forgery {
        title: "a first index of its own",
        edit: |trace, _| {
            add(trace, PADDING + 63, |row| &mut row.first_bit);
            raise(trace, 31, |row| &mut row.first);
        },
        breaks: &["left of the account the block covers what is empty"],
    },
    Forgery {
        title: "a last index of its own",
        edit: |trace, _| {
            add(trace, PADDING + 63, |row| &mut row.last_bit);
            raise(trace, 31, |row| &mut row.last);
        },
        breaks: &["right of the account the block covers what is empty"],
    },
    Forgery {
        title: "a jump between two levels",
        edit: |trace, _| add(trace, PADDING + 40, |row| &mut row.first),
        breaks: &["a level takes one bit of the index"],
    },
    Forgery {
        title: "an index of 33 bits",
        edit: |trace, _| raise(trace, 32, |row| &mut row.last),
        breaks: &["no bit of the index is left at the root"],
    },
    Forgery {
        title: "an index off the trees",
        edit: |trace, _| add(trace, PADDING + 31, |row| &mut row.first),
        breaks: &["off the trees there is no index"],
    },
];

const GAPS: &[Forgery] = &[
    Forgery {
        title: "a side that is twice empty",
        edit: |trace, _| edit_row::<Columns>(trace, 32, |row| row.left_empty = Element::TWO),
        breaks: &[
            "a side is empty from level 0 up to some level",
            "a side is to be empty or not",
            "left of the account the block covers what is empty",
            "the sibling lies to the left or to the right",
        ],
    },
    Forgery {
        title: "an empty side in the token tree",
        edit: |trace, _| {
            edit_row::<Columns>(trace, PADDING + 20, |row| {
                row.left_empty = Element::ONE;
            })
        },
        breaks: &["only accounts can be left out"],
    },
    Forgery {
        title: "an empty side above one that is not",
        edit: |trace, _| {
            edit_row::<Columns>(trace, PADDING + 40, |row| {
                row.left_empty = Element::ONE;
            })
        },
        breaks: &["a side is empty from level 0 up to some level"],
    },
    Forgery {
        title: "a sibling that need not be empty",
        edit: |trace, _| {
            edit_row::<Columns>(trace, 32, |row| {
                row.must_be_empty = Element::ZERO;
            })
        },
        breaks: &["the sibling lies to the left or to the right"],
    },
    Forgery {
        title: "a sibling that is to be empty",
        edit: |trace, _| {
            edit_row::<Columns>(trace, PADDING + 32, |row| {
                row.right_empty = Element::ONE;
                row.must_be_empty = Element::ONE;
                row.last_bit = Element::ONE;
                row.last = Element::ONE;
            })
        },
        breaks: &["nothing is left out"],
    },
];

const COUNTING: &[Forgery] = &[
    Forgery {
        title: "half an account",
        edit: |trace, claim| {
            let half = Element::TWO.inverse();
            for row in 0..64 {
                edit_row::<Columns>(trace, PADDING + row, |columns| {
                    columns.counts = half;
                    if [15, 32, 63].contains(&row) {
                        columns.event = half;
                    }
                });
            }
            audited(trace, claim, PADDING + 16, |audit| {
                audit.accounts += Element::TWO.inverse();
            });
        },
        breaks: &[
            "a block begins where the one before ended",
            "a block counts or is padding",
            "the account stands under the state root",
            "the audit goes on behind the last index",
        ],
    },
    Forgery {
        title: "a block that counts from its second row on",
        edit: |trace, _| edit_row::<Columns>(trace, 0, |row| row.counts = Element::ZERO),
        breaks: &["a block counts in all its rows"],
    },
    Forgery {
        title: "an account whose root is not looked at",
        edit: |trace, _| edit_row::<Columns>(trace, 63, |row| row.event = Element::ZERO),
        breaks: &["a block that counts counts in three rows"],
    },
    Forgery {
        title: "an audit that begins behind the first account",
        edit: |trace, claim| {
            for row in 0..33 {
                edit_row::<Columns>(trace, row, |columns| columns.audit.covered += Element::ONE);
            }
            claim.entry[0] += Element::ONE;
        },
        breaks: &["a block begins where the one before ended"],
    },
    Forgery {
        title: "an audit that covers more",
        edit: |trace, claim| {
            audited(trace, claim, PADDING + 40, |audit| audit.covered += Element::ONE);
        },
        breaks: &["the audit goes on behind the last index"],
    },
    Forgery {
        title: "less than the balance",
        edit: |trace, claim| {
            audited(trace, claim, PADDING + 40, |audit| audit.limbs[2] -= Element::ONE);
        },
        breaks: &["the balance is added"],
    },
    Forgery {
        title: "an account more",
        edit: |trace, claim| {
            audited(trace, claim, PADDING + 40, |audit| audit.accounts += Element::ONE);
        },
        breaks: &["accounts are counted"],
    },
    Forgery {
        title: "another entry",
        edit: |_, claim| claim.entry[3] += Element::ONE,
        breaks: &["the audit begins at the entry"],
    },
    Forgery {
        title: "another exit",
        edit: |_, claim| claim.exit[1] -= Element::ONE,
        breaks: &["the audit ends at the exit"],
    },
];

const SCHEDULE: &[Forgery] = &[
    Forgery {
        title: "a trace that begins in group 1",
        edit: |trace, _| edit_row::<Columns>(trace, 0, |row| row.schedule.group.swap(0, 1)),
        breaks: &[
            "the capacity holds the tag of the domain",
            "the next group follows the last step",
            "the trace starts in group 0",
            "what a row puts out is the next node",
        ],
    },
    Forgery {
        title: "a trace that begins in step 1",
        edit: |trace, _| edit_row::<Columns>(trace, 0, |row| row.schedule.step.swap(0, 1)),
        breaks: &["the next row is the next step", "the trace starts in step 0"],
    },
    Forgery {
        title: "a trace that ends within a block",
        edit: |trace, _| edit_row::<Columns>(trace, 255, |row| row.schedule.group.swap(2, 3)),
        breaks: &["the next group follows the last step", "the trace ends a block"],
    },
];

#[test]
fn every_constraint_is_needed() {
    let (trace, claim) = honest();
    let tables = [HASHES, INDICES, GAPS, COUNTING, SCHEDULE];
    check_forgeries(&SolvencyAir, &trace, &claim, &tables.concat()).unwrap();
}
