//! Poseidon2 over BN254's scalar field, sixteen states at a time where the machine has AVX-512 with its integer
//! multiplications of 52 bits.
//!
//! The parameters come from the caller, and elements are plain words, so that no library of the field is needed. A
//! machine without the instructions leaves the states to the caller's own permutation.

#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg_attr(
    not(any(target_arch = "x86_64", test)),
    expect(dead_code, reason = "only the kernel reads constants")
)]
mod constants;
#[cfg(any(target_arch = "x86_64", test))]
mod field;
#[cfg_attr(
    not(any(target_arch = "x86_64", test)),
    expect(dead_code, reason = "only the kernel's constants need all of it")
)]
mod integer;
#[cfg(any(target_arch = "x86_64", test))]
mod lanes;
#[cfg(any(target_arch = "x86_64", test))]
mod permutation;
#[cfg(test)]
mod tests;

use crate::LANES;

use self::constants::{Constants, EXTERNAL_ROUNDS, Factor, addend, internal_rounds};
use self::integer::{is_canonical, shift_down};

/// An element in Montgomery form with R = 2^256, below the field's order, its least significant word first.
pub type Element = [u64; 4];

/// States side by side: by element, then by state.
pub type States<const WIDTH: usize> = [[Element; LANES]; WIDTH];

/// The parameters of a permutation.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'a> {
    /// The constants of the eight external rounds, by round, then element.
    pub external: &'a [Element],
    /// The constants of the 56 internal rounds, or 57 of eight and more elements.
    pub internal: &'a [Element],
    /// The diagonal of the internal matrix, less one.
    pub diagonal: &'a [Element],
}

/// Why parameters are not those of a permutation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParametersError {
    /// There are not as many constants as the width asks for.
    #[error("there are {actual} {what}, not {expected}")]
    Length {
        /// Which constants.
        what: &'static str,
        /// How many there should be.
        expected: usize,
        /// How many there are.
        actual: usize,
    },
    /// A constant is not below the field's order.
    #[error("a constant is not below the field's order")]
    NotCanonical,
    /// Two or three elements have another diagonal than 1, 2 or 1, 1, 2.
    #[error("the diagonal of two or three elements is not 1, 2 or 1, 1, 2")]
    Diagonal,
}

/// The permutation of so many elements: 2, 3, 4, 8 or 16.
#[derive(Clone, Debug)]
pub struct Permutation<const WIDTH: usize> {
    constants: Constants<WIDTH>,
}

impl<const WIDTH: usize> Permutation<WIDTH> {
    /// Of these parameters. A width for which there is no kernel does not compile.
    ///
    /// # Errors
    /// [`ParametersError`] for parameters of another width, and such as are not below the field's order.
    pub fn new(parameters: &Parameters<'_>) -> Result<Self, ParametersError> {
        const { assert!(matches!(WIDTH, 2 | 3 | 4 | 8 | 16), "there is no kernel of this width") };
        let Parameters { external, internal, diagonal } = *parameters;
        check_length("external constants", EXTERNAL_ROUNDS * WIDTH, external)?;
        check_length("internal constants", internal_rounds(WIDTH), internal)?;
        check_length("entries of the diagonal", WIDTH, diagonal)?;
        if ![external, internal, diagonal].into_iter().flatten().all(is_canonical) {
            return Err(ParametersError::NotCanonical);
        }
        let plain: [Element; WIDTH] = std::array::from_fn(|i| shift_down(&diagonal[i], 256));
        let is_small =
            |(i, entry): (usize, &Element)| *entry == [1 + u64::from(i + 1 == WIDTH), 0, 0, 0];
        if WIDTH < 4 && !plain.iter().enumerate().all(is_small) {
            return Err(ParametersError::Diagonal);
        }
        let constants = Constants {
            external: std::array::from_fn(|round| {
                std::array::from_fn(|i| addend(&external[round * WIDTH + i]))
            }),
            internal: internal.iter().map(addend).collect(),
            diagonal: std::array::from_fn(|i| Factor::new(&plain[i])),
        };
        Ok(Self { constants })
    }

    /// Permutes every state, or leaves them alone and says no on a machine without the instructions. The results are
    /// below the field's order.
    #[must_use]
    pub fn permute(&self, states: &mut States<WIDTH>) -> bool {
        #[cfg(target_arch = "x86_64")]
        return avx512::permute(&self.constants, states);
        #[cfg(not(target_arch = "x86_64"))]
        {
            let _ = (&self.constants, states);
            false
        }
    }
}

fn check_length(
    what: &'static str,
    expected: usize,
    constants: &[Element],
) -> Result<(), ParametersError> {
    let actual = constants.len();
    if actual == expected {
        Ok(())
    } else {
        Err(ParametersError::Length { what, expected, actual })
    }
}

/// Whether this machine has the instructions.
#[must_use]
pub fn is_vectorised() -> bool {
    #[cfg(target_arch = "x86_64")]
    return avx512::is_available();
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}
