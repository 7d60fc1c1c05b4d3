//! Columns as an attacker fills them: edited, and consistent again wherever that is possible.

mod lanes;
mod signature;

pub(crate) use lanes::{read_narrow, read_wide};
pub(crate) use signature::{
    CHALLENGE_STARTS, Point, Signer, chords, doubled, point, run_signature, step, table_chord,
    third,
};
