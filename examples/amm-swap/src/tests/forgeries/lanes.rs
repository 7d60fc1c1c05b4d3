//! Single cells of the range checks.

use starfold_circuits::air::{Element, Field};
use starfold_circuits::testing::Forgery;

use super::{ROWS, add, edit};

pub(super) const LANES: &[Forgery] = &[
    Forgery {
        title: "a bit that is two",
        edit: |trace, _| edit(trace, ROWS + 40, |row| row.narrow[2].bit = Element::TWO),
        breaks: &["a narrow lane appends the bit", "a narrow lane reads bits"],
    },
    Forgery {
        title: "a bit more before the first",
        edit: |trace, _| add(trace, 0, |row| &mut row.narrow[1].value),
        breaks: &["a narrow lane appends the bit", "a narrow lane starts with its first bit"],
    },
    Forgery {
        title: "more sold",
        edit: |trace, _| add(trace, 31, |row| &mut row.narrow[0].value),
        breaks: &["a narrow lane appends the bit", "what is sold has four 32-bit limbs"],
    },
    Forgery {
        title: "more bought",
        edit: |trace, _| add(trace, 63, |row| &mut row.narrow[1].value),
        breaks: &["a narrow lane appends the bit", "what is bought has four 32-bit limbs"],
    },
    Forgery {
        title: "more remainder",
        edit: |trace, _| add(trace, 175, |row| &mut row.narrow[1].value),
        breaks: &["a narrow lane appends the bit", "the remainder has four 32-bit limbs"],
    },
    Forgery {
        title: "more shortfall",
        edit: |trace, _| add(trace, 207, |row| &mut row.narrow[1].value),
        breaks: &["a narrow lane appends the bit", "the shortfall has four 32-bit limbs"],
    },
    Forgery {
        title: "more reserve",
        edit: |trace, _| add(trace, 319, |row| &mut row.narrow[1].value),
        breaks: &["a narrow lane appends the bit", "the reserve has four 32-bit limbs"],
    },
    Forgery {
        title: "more of the more",
        edit: |trace, _| add(trace, 351, |row| &mut row.narrow[1].value),
        breaks: &[
            "a narrow lane appends the bit",
            "what is more than wanted has four 32-bit limbs",
        ],
    },
    Forgery {
        title: "more carries",
        edit: |trace, _| add(trace, 383, |row| &mut row.narrow[1].value),
        breaks: &["a narrow lane appends the bit", "four carries of the product have 32 bits"],
    },
    Forgery {
        title: "more later carries",
        edit: |trace, _| add(trace, 415, |row| &mut row.narrow[1].value),
        breaks: &[
            "a narrow lane appends the bit",
            "three carries of the product and the margin have 32 bits",
        ],
    },
    Forgery {
        title: "more bound carries",
        edit: |trace, _| add(trace, 447, |row| &mut row.narrow[3].value),
        breaks: &["a narrow lane appends the bit", "the carries of the bound have 32 bits"],
    },
    Forgery {
        title: "an unused window",
        edit: |trace, _| add(trace, 511, |row| &mut row.narrow[0].value),
        breaks: &["a narrow lane appends the bit", "an unused window is zero"],
    },
    Forgery {
        title: "more balance",
        edit: |trace, _| add(trace, 111, |row| &mut row.narrow[0].value),
        breaks: &["a narrow lane appends the bit", "a new balance has four 32-bit limbs"],
    },
    Forgery {
        title: "another half sold",
        edit: |trace, _| add(trace, 15, |row| &mut row.narrow[0].value),
        breaks: &["a narrow lane appends the bit", "what is sold has its upper halves"],
    },
    Forgery {
        title: "another half bought",
        edit: |trace, _| add(trace, 47, |row| &mut row.narrow[0].value),
        breaks: &["a narrow lane appends the bit", "what is bought has its upper halves"],
    },
    Forgery {
        title: "another half reserve",
        edit: |trace, _| add(trace, 303, |row| &mut row.narrow[0].value),
        breaks: &["a narrow lane appends the bit", "the reserve has its upper halves"],
    },
    Forgery {
        title: "other high bits of limb 0",
        edit: |trace, _| add(trace, 1, |row| &mut row.narrow[0].value),
        breaks: &["a narrow lane appends the bit", "limb 0 begins with its two highest bits"],
    },
    Forgery {
        title: "other high bits of limb 2",
        edit: |trace, _| add(trace, 3, |row| &mut row.narrow[2].value),
        breaks: &["a narrow lane appends the bit", "limb 2 begins with its four highest bits"],
    },
];
