//! Single cells of the signature.

use starfold_circuits::air::{Element, Field};
use starfold_circuits::testing::Forgery;

use super::{ROWS, add, edit};

pub(super) const SIGNATURE: &[Forgery] = &[
    Forgery {
        title: "a key row without an order",
        edit: |trace, _| add(trace, ROWS + 300, |row| &mut row.flags.key_row),
        breaks: &[
            "Q lies on the curve",
            "an order checks the key",
            "the abscissa of Q is a square",
            "the sender's key encodes Q",
        ],
    },
    Forgery {
        title: "a challenge row without an order",
        edit: |trace, _| add(trace, ROWS + 300, |row| &mut row.flags.challenge_row),
        breaks: &[
            "an order hashes key and R",
            "the challenge takes the encoded R",
            "the challenge takes the encoded key",
        ],
    },
    Forgery {
        title: "a challenge end row without an order",
        edit: |trace, _| add(trace, ROWS + 300, |row| &mut row.flags.challenge_end_row),
        breaks: &["an order compares the challenge", "the challenge is the hash"],
    },
    Forgery {
        title: "another message in the challenge",
        edit: |trace, _| add(trace, 16 * 13 + 3, |row| &mut row.poseidon.input[6]),
        breaks: &[
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "the challenge takes elements 0 to 2 of the message",
        ],
    },
    Forgery {
        title: "a challenge with an end",
        edit: |trace, _| add(trace, 16 * 13 + 4, |row| &mut row.poseidon.input[7]),
        breaks: &[
            "an S-box cubes its input",
            "an S-box raises its input to 7",
            "the challenge is filled up with zeros",
        ],
    },
    Forgery {
        title: "another key x of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.key.x[0]),
        breaks: &[
            "D and Q have different abscissas",
            "S has the abscissa of D + Q or of D",
            "S has the ordinate of D + Q or of D",
            "a block has one signer",
            "the chord goes through D and Q",
        ],
    },
    Forgery {
        title: "another challenge of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.challenge[1]),
        breaks: &["a block has one challenge"],
    },
    Forgery {
        title: "another lane bit of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.lane.bit),
        breaks: &[
            "S has the abscissa of D + Q or of D",
            "S has the ordinate of D + Q or of D",
            "the challenge appends the bit",
            "the challenge is read in bits",
            "the challenge remembers whether its upper bits are all 1",
        ],
    },
    Forgery {
        title: "another lane value of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.lane.value),
        breaks: &["the challenge appends the bit"],
    },
    Forgery {
        title: "another lane ones of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.lane.ones),
        breaks: &["the challenge remembers whether its upper bits are all 1"],
    },
    Forgery {
        title: "another response of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.response[0]),
        breaks: &[
            "S and T have different abscissas",
            "the chord goes through S and T",
            "the next accumulator is S + T",
            "the response is read in bits",
        ],
    },
    Forgery {
        title: "another accumulator x of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.accumulator.x[0]),
        breaks: &[
            "D lies on the tangent",
            "the chord goes through D and Q",
            "the next accumulator is S + T",
            "the tangent touches the curve at A",
        ],
    },
    Forgery {
        title: "another double slope of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.double_slope[0]),
        breaks: &[
            "D lies on the tangent",
            "the chord goes through D and Q",
            "the tangent touches the curve at A",
        ],
    },
    Forgery {
        title: "another double x of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.double_x[0]),
        breaks: &[
            "D and Q have different abscissas",
            "D lies on the tangent",
            "S has the abscissa of D + Q or of D",
            "the chord goes through D and Q",
        ],
    },
    Forgery {
        title: "another key slope of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.key_slope[0]),
        breaks: &[
            "S has the abscissa of D + Q or of D",
            "S has the ordinate of D + Q or of D",
            "the chord goes through D and Q",
        ],
    },
    Forgery {
        title: "another key inverse of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.key_inverse[0]),
        breaks: &["D and Q have different abscissas"],
    },
    Forgery {
        title: "another sum x of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.sum.x[0]),
        breaks: &[
            "S and T have different abscissas",
            "S has the abscissa of D + Q or of D",
            "S has the ordinate of D + Q or of D",
            "the chord goes through S and T",
            "the next accumulator is S + T",
        ],
    },
    Forgery {
        title: "another sum y of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.sum.y[0]),
        breaks: &[
            "S has the ordinate of D + Q or of D",
            "the chord goes through S and T",
            "the next accumulator is S + T",
        ],
    },
    Forgery {
        title: "another table slope of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.table_slope[0]),
        breaks: &["the chord goes through S and T", "the next accumulator is S + T"],
    },
    Forgery {
        title: "another table inverse of the signature",
        edit: |trace, _| add(trace, 64, |row| &mut row.signature.table_inverse[0]),
        breaks: &["S and T have different abscissas"],
    },
    Forgery {
        title: "another start of the signature",
        edit: |trace, _| add(trace, 0, |row| &mut row.signature.accumulator.y[1]),
        breaks: &[
            "the accumulator starts at the offset",
            "the chord goes through D and Q",
            "the tangent touches the curve at A",
        ],
    },
    Forgery {
        title: "another end of the signature",
        edit: |trace, _| add(trace, 208, |row| &mut row.signature.accumulator.y[1]),
        breaks: &[
            "R stays to the block's end",
            "S has the ordinate of D + Q or of D",
            "the chord goes through D and Q",
            "the tangent touches the curve at A",
        ],
    },
    Forgery {
        title: "a challenge lane that starts late",
        edit: |trace, _| add(trace, 0, |row| &mut row.signature.lane.ones),
        breaks: &[
            "the challenge remembers whether its upper bits are all 1",
            "the challenge starts with no zero seen",
        ],
    },
    Forgery {
        title: "a challenge from nowhere",
        edit: |trace, _| add(trace, 0, |row| &mut row.signature.lane.value),
        breaks: &["a challenge limb starts with its first bit", "the challenge appends the bit"],
    },
    Forgery {
        title: "bits of another challenge",
        edit: |trace, _| add(trace, 63, |row| &mut row.signature.lane.value),
        breaks: &["the bits are those of the challenge", "the challenge appends the bit"],
    },
    Forgery {
        title: "a challenge above the field",
        edit: |trace, _| {
            edit(trace, 40, |row| {
                (row.signature.lane.ones, row.signature.lane.bit) = (Element::ONE, Element::ONE)
            })
        },
        breaks: &[
            "S has the abscissa of D + Q or of D",
            "S has the ordinate of D + Q or of D",
            "below 32 ones the challenge reads zeros",
            "the challenge appends the bit",
            "the challenge remembers whether its upper bits are all 1",
        ],
    },
    Forgery {
        title: "a challenge of twos",
        edit: |trace, _| edit(trace, 40, |row| row.signature.lane.bit = Element::TWO),
        breaks: &[
            "S has the abscissa of D + Q or of D",
            "S has the ordinate of D + Q or of D",
            "the challenge appends the bit",
            "the challenge is read in bits",
        ],
    },
    Forgery {
        title: "a response of twos",
        edit: |trace, _| edit(trace, 40, |row| row.signature.response[1] = Element::TWO),
        breaks: &[
            "S and T have different abscissas",
            "the chord goes through S and T",
            "the next accumulator is S + T",
            "the response is read in bits",
        ],
    },
];
