//! Single cells of paths and balances.

use starfold_circuits::air::{Element, Field};
use starfold_circuits::testing::Forgery;

use super::{add, edit};

pub(super) const PATHS: &[Forgery] = &[
    Forgery {
        title: "a node from nowhere",
        edit: |trace, _| add(trace, 7, |row| &mut row.path.node[1]),
        breaks: &[
            "old and new path have the same sibling",
            "the output of a level is the node of the next",
            "the permutation takes node and sibling",
        ],
    },
    Forgery {
        title: "a turn and a half",
        edit: |trace, _| add(trace, 7, |row| &mut row.path.bit),
        breaks: &[
            "a level takes one bit of the index",
            "a node is the left or the right one",
            "old and new path take the same turn",
            "the permutation takes node and sibling",
        ],
    },
    Forgery {
        title: "another index half-way",
        edit: |trace, _| add(trace, 12, |row| &mut row.path.index_rest),
        breaks: &["a level takes one bit of the index", "old and new path take the same turn"],
    },
    Forgery {
        title: "an index that is too long",
        edit: |trace, _| add(trace, 62, |row| &mut row.path.index_rest),
        breaks: &["a level takes one bit of the index", "old and new path take the same turn"],
    },
    Forgery {
        title: "an index off the paths",
        edit: |trace, _| add(trace, 70, |row| &mut row.path.index_rest),
        breaks: &["off the paths no index is left"],
    },
    Forgery {
        title: "something before the first row",
        edit: |trace, _| add(trace, 0, |row| &mut row.path.previous_output[0]),
        breaks: &["the first row follows no other"],
    },
    Forgery {
        title: "another output",
        edit: |trace, _| add(trace, 8, |row| &mut row.path.previous_output[0]),
        breaks: &[
            "the next row knows this row's output",
            "the output of a level is the node of the next",
        ],
    },
    Forgery {
        title: "another trader's path",
        edit: |trace, _| add(trace, 0, |row| &mut row.path.index_rest),
        breaks: &["old and new path take the same turn", "the first path is the trader's"],
    },
    Forgery {
        title: "another pool's path",
        edit: |trace, _| add(trace, 144, |row| &mut row.path.index_rest),
        breaks: &["old and new path take the same turn", "the second path is the pool's"],
    },
    Forgery {
        title: "other high bits of the trader",
        edit: |trace, _| add(trace, 20, |row| &mut row.path.index_rest),
        breaks: &[
            "a level takes one bit of the index",
            "old and new path take the same turn",
            "the trader's index has its highest bits",
        ],
    },
    Forgery {
        title: "other high bits of the pool",
        edit: |trace, _| add(trace, 164, |row| &mut row.path.index_rest),
        breaks: &[
            "a level takes one bit of the index",
            "old and new path take the same turn",
            "the pool's index has its highest bits",
        ],
    },
    Forgery {
        title: "a header that ends with the identity",
        edit: |trace, _| add(trace, 16 * 4 + 12, |row| &mut row.path.bit),
        breaks: &["a header begins with the identity", "the permutation takes node and sibling"],
    },
    Forgery {
        title: "a state leaf that begins with the header",
        edit: |trace, _| add(trace, 16 * 4 + 14, |row| &mut row.path.bit),
        breaks: &[
            "a node is the left or the right one",
            "a state leaf ends with the header",
            "the permutation takes node and sibling",
        ],
    },
    Forgery {
        title: "another held old digest",
        edit: |trace, _| add(trace, 30, |row| &mut row.held.old[1]),
        breaks: &["the held old digest stays"],
    },
    Forgery {
        title: "another held new digest",
        edit: |trace, _| add(trace, 30, |row| &mut row.held.new[1]),
        breaks: &["the held new digest stays"],
    },
    Forgery {
        title: "other tokens below the old leaf",
        edit: |trace, _| add(trace, 79, |row| &mut row.held.old[1]),
        breaks: &["below the old leaf: its tokens", "the held old digest stays"],
    },
    Forgery {
        title: "other tokens below the new leaf",
        edit: |trace, _| add(trace, 80, |row| &mut row.held.new[1]),
        breaks: &["below the new leaf: its tokens", "the held new digest stays"],
    },
    Forgery {
        title: "bought before sold",
        edit: |trace, _| add(trace, 112, |row| &mut row.held.old[0]),
        breaks: &["the held old digest stays", "what is bought comes after what is sold"],
    },
    Forgery {
        title: "an old path from elsewhere",
        edit: |trace, _| add(trace, 0, |row| &mut row.held.old[3]),
        breaks: &["an old account path begins at the old leaf", "the held old digest stays"],
    },
    Forgery {
        title: "a new path from elsewhere",
        edit: |trace, _| add(trace, 1, |row| &mut row.held.new[3]),
        breaks: &["a new account path begins at the new leaf", "the held new digest stays"],
    },
    Forgery {
        title: "an old leaf of its own",
        edit: |trace, _| add(trace, 78, |row| &mut row.held.old[3]),
        breaks: &["the held old digest stays", "the old state leaf is the held one"],
    },
    Forgery {
        title: "a new leaf of its own",
        edit: |trace, _| add(trace, 79, |row| &mut row.held.new[3]),
        breaks: &["the held new digest stays", "the new state leaf is the held one"],
    },
    Forgery {
        title: "an old token root of its own",
        edit: |trace, _| add(trace, 111, |row| &mut row.held.old[3]),
        breaks: &["an old token path ends at the held root", "the held old digest stays"],
    },
    Forgery {
        title: "a new token root of its own",
        edit: |trace, _| add(trace, 143, |row| &mut row.held.new[3]),
        breaks: &["a new token path ends at the held root", "the held new digest stays"],
    },
    Forgery {
        title: "a carry of two",
        edit: |trace, _| edit(trace, 100, |row| row.balance.carry[1] = Element::TWO),
        breaks: &["a balance stays within its path", "a carry is a bit"],
    },
    Forgery {
        title: "another balance half-way",
        edit: |trace, _| add(trace, 100, |row| &mut row.balance.old[1]),
        breaks: &["a balance stays within its path"],
    },
    Forgery {
        title: "an old balance of its own",
        edit: |trace, _| add(trace, 80, |row| &mut row.balance.old[2]),
        breaks: &[
            "a balance stays within its path",
            "an old token path begins at the balance",
            "the trader pays",
        ],
    },
    Forgery {
        title: "a new balance of its own",
        edit: |trace, _| add(trace, 81, |row| &mut row.balance.new[2]),
        breaks: &["a balance stays within its path", "a new token path begins at the balance"],
    },
    Forgery {
        title: "a trader who pays more",
        edit: |trace, _| add(trace, 80, |row| &mut row.balance.new[0]),
        breaks: &["a balance stays within its path", "the trader pays"],
    },
    Forgery {
        title: "a trader who is paid more",
        edit: |trace, _| add(trace, 112, |row| &mut row.balance.new[0]),
        breaks: &["a balance stays within its path", "the trader is paid"],
    },
    Forgery {
        title: "a pool that is paid more",
        edit: |trace, _| add(trace, 224, |row| &mut row.balance.new[0]),
        breaks: &["a balance stays within its path", "the pool is paid"],
    },
    Forgery {
        title: "a pool that pays more",
        edit: |trace, _| add(trace, 256, |row| &mut row.balance.new[0]),
        breaks: &["a balance stays within its path", "the pool pays"],
    },
    Forgery {
        title: "another index at the root",
        edit: |trace, _| add(trace, 63, |row| &mut row.path.index_rest),
        breaks: &["no bit of the index is left at the root", "old and new path take the same turn"],
    },
];
