//! The constants of Poseidon2 over BN254's scalar field, those of its authors' reference
//! (<https://eprint.iacr.org/2023/323>, `poseidon2_rust_params.sage`).

mod eight;
mod four;
mod sixteen;
mod three;
mod two;

use super::Width;
use crate::r1cs::Fr;

/// The constants of one width.
pub(crate) struct Parameters {
    /// The diagonal of the internal matrix, less one.
    pub(crate) diagonal: &'static [Fr],
    /// The constants of the external rounds, by round, then lane.
    pub(crate) external: &'static [Fr],
    /// The constants of the internal rounds.
    pub(crate) internal: &'static [Fr],
}

impl Parameters {
    pub(crate) fn of(width: Width) -> Self {
        macro_rules! of {
            ($module:ident) => {
                Self {
                    diagonal: &$module::DIAGONAL,
                    external: &$module::EXTERNAL,
                    internal: &$module::INTERNAL,
                }
            };
        }
        match width {
            Width::Two => of!(two),
            Width::Three => of!(three),
            Width::Four => of!(four),
            Width::Eight => of!(eight),
            Width::Sixteen => of!(sixteen),
        }
    }
}
