//! Single cells of permutations, order, price and flags.

use starfold_circuits::air::{Element, Field};
use starfold_circuits::testing::Forgery;

use super::{ROWS, add, edit};

pub(super) const ROWS_AND_ORDER: &[Forgery] = &[
    Forgery {
        title: "another cube",
        edit: |trace, _| add(trace, 2, |row| &mut row.poseidon.partial[3].cube),
        breaks: &["an S-box cubes its input", "an S-box raises its input to 7"],
    },
    Forgery {
        title: "a trace that begins in group 1",
        edit: |trace, _| edit(trace, 0, |row| row.schedule.group.swap(0, 1)),
        breaks: &[
            "the next group follows the last step",
            "the output of a level is the node of the next",
            "the trace starts in group 0",
        ],
    },
    Forgery {
        title: "a trace that begins in step 1",
        edit: |trace, _| edit(trace, 0, |row| row.schedule.step.swap(0, 1)),
        breaks: &[
            "a level takes one bit of the index",
            "a new account path begins at the new leaf",
            "the next row is the next step",
            "the output of a level is the node of the next",
            "the trace starts in step 0",
        ],
    },
    Forgery {
        title: "a trace that ends within a block",
        edit: |trace, _| edit(trace, 2 * ROWS - 1, |row| row.schedule.group.swap(0, 31)),
        breaks: &[
            "the capacity holds the tag of the domain",
            "the next group follows the last step",
            "the trace ends a block",
        ],
    },
    Forgery {
        title: "half an order",
        edit: |trace, _| edit(trace, ROWS + 9, |row| row.order.present = Element::TWO.inverse()),
        breaks: &[
            "a block holds an order or is padding",
            "a block holds one order",
            "a pool without reserve has no price",
            "the margin is the time that the order has left",
        ],
    },
    Forgery {
        title: "a third token",
        edit: |trace, _| edit(trace, 9, |row| row.order.sells_second = Element::TWO),
        breaks: &["a block holds one order", "one of the two tokens is sold"],
    },
    Forgery {
        title: "another bound for the order's time",
        edit: |trace, _| add(trace, 9, |row| &mut row.order.margin),
        breaks: &["a block holds one order", "the margin is the time that the order has left"],
    },
    Forgery {
        title: "another sibling in the new tree",
        edit: |trace, _| add(trace, 9, |row| &mut row.poseidon.input[6]),
        breaks: &[
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "old and new path have the same sibling",
        ],
    },
    Forgery {
        title: "a domain of its own",
        edit: |trace, _| add(trace, 60, |row| &mut row.poseidon.input[8]),
        breaks: &[
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "the capacity holds the tag of the domain",
        ],
    },
    Forgery {
        title: "more in the capacity",
        edit: |trace, _| add(trace, 60, |row| &mut row.poseidon.input[9]),
        breaks: &[
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "the capacity holds nothing else",
        ],
    },
    Forgery {
        title: "a message that begins anew",
        edit: |trace, _| add(trace, 16 * 13 + 1, |row| &mut row.poseidon.input[9]),
        breaks: &[
            "a long hash goes on with its capacity",
            "an S-box cubes its input",
            "an S-box raises its input to 7",
        ],
    },
    Forgery {
        title: "another key after the swap",
        edit: |trace, _| add(trace, 16 * 4 + 11, |row| &mut row.poseidon.input[2]),
        breaks: &[
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "an account keeps its key and address",
            "the permutation takes node and sibling",
        ],
    },
    Forgery {
        title: "a header with a kind of key",
        edit: |trace, _| add(trace, 16 * 4 + 12, |row| &mut row.poseidon.input[5]),
        breaks: &[
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "key kind and padding of a header are zero",
        ],
    },
    Forgery {
        title: "a nonce that does not advance",
        edit: |trace, _| add(trace, 16 * 4 + 13, |row| &mut row.poseidon.input[4]),
        breaks: &[
            "a swap advances both nonces",
            "an S-box cubes its input",
            "an S-box raises its input to 7",
        ],
    },
    Forgery {
        title: "another message",
        edit: |trace, _| add(trace, 16 * 13 + 1, |row| &mut row.poseidon.input[3]),
        breaks: &[
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "the message is the order",
            "the permutation takes node and sibling",
        ],
    },
    Forgery {
        title: "a word row without an order",
        edit: |trace, _| add(trace, ROWS + 300, |row| &mut row.flags.word_row),
        breaks: &[
            "a word is added to the words before it",
            "an order has its words",
            "the digest takes every word",
            "the value takes every word",
        ],
    },
    Forgery {
        title: "a root row without an order",
        edit: |trace, _| add(trace, ROWS + 300, |row| &mut row.flags.root_row),
        breaks: &[
            "an account stands under the state root",
            "an order moves the root twice",
            "the root becomes that of the new path",
        ],
    },
    Forgery {
        title: "a pool row without an order",
        edit: |trace, _| add(trace, ROWS + 300, |row| &mut row.flags.pool_row),
        breaks: &["the pool is looked at", "the pool's account is nobody's"],
    },
    Forgery {
        title: "a price row without an order",
        edit: |trace, _| add(trace, ROWS + 300, |row| &mut row.flags.price_row),
        breaks: &["an order checks the price", "the price is rounded by less than a unit"],
    },
    Forgery {
        title: "another word to the pool",
        edit: |trace, _| add(trace, 16 * 13 + 5, |row| &mut row.poseidon.input[5]),
        breaks: &[
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "the first word pays the pool",
            "the value takes every word",
        ],
    },
    Forgery {
        title: "another word to the trader",
        edit: |trace, _| add(trace, 16 * 13 + 6, |row| &mut row.poseidon.input[5]),
        breaks: &[
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "the second word pays the trader",
            "the value takes every word",
        ],
    },
    Forgery {
        title: "words from nowhere",
        edit: |trace, _| add(trace, 16 * 13 + 5, |row| &mut row.poseidon.input[1]),
        breaks: &[
            "a word is added to the words before it",
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "the permutation takes node and sibling",
        ],
    },
    Forgery {
        title: "a borrow of the order that is two",
        edit: |trace, _| edit(trace, 9, |row| row.order.borrow[0] = Element::TWO),
        breaks: &[
            "a block holds one order",
            "a borrow of the order is a bit",
            "the trader gets what is wanted at least",
        ],
    },
    Forgery {
        title: "an inverse that is none",
        edit: |trace, _| add(trace, 9, |row| &mut row.price.reserve_inverse),
        breaks: &["a block holds one order", "a pool without reserve has no price"],
    },
    Forgery {
        title: "another root of the key",
        edit: |trace, _| add(trace, 16 * 4 + 9, |row| &mut row.poseidon.input[0]),
        breaks: &[
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "the abscissa of Q is a square",
            "the permutation takes node and sibling",
        ],
    },
    Forgery {
        title: "the end of another message",
        edit: |trace, _| add(trace, 16 * 13 + 4, |row| &mut row.poseidon.input[0]),
        breaks: &[
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "the challenge takes element 3 of the message",
            "the permutation takes node and sibling",
        ],
    },
    Forgery {
        title: "another R",
        edit: |trace, _| add(trace, 16 * 13 + 4, |row| &mut row.poseidon.input[3]),
        breaks: &[
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "the challenge takes the encoded R",
            "the permutation takes node and sibling",
        ],
    },
];
