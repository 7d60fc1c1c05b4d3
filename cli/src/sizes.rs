//! Sizes of memory as arguments.

use std::str::FromStr;

/// A number of bytes: `6GiB`, `512MiB`, `100000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MemorySize(pub(crate) u64);

/// Text that is no size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SizeError {
    text: String,
}

impl std::fmt::Display for SizeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a size is a number with KiB, MiB or GiB, as 6GiB, not {:?}", self.text)
    }
}

impl std::error::Error for SizeError {}

impl FromStr for MemorySize {
    type Err = SizeError;

    fn from_str(text: &str) -> Result<Self, SizeError> {
        let error = || SizeError { text: text.chars().take(80).collect() };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let shift = match unit.trim_start() {
            "" | "B" => 0,
            "KiB" | "K" => 10,
            "MiB" | "M" => 20,
            "GiB" | "G" => 30,
            _ => return Err(error()),
        };
        let number: u64 = number.parse().map_err(|_| error())?;
        number.checked_mul(1 << shift).map(Self).ok_or_else(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_binary_units() {
        for (text, expected) in
            [("6GiB", 6 << 30), ("512 MiB", 512 << 20), ("7", 7), ("1K", 1024), ("0B", 0)]
        {
            assert_eq!(text.parse(), Ok(MemorySize(expected)), "{text}");
        }
        for text in ["", "GiB", "-1", "1.5GiB", "6GB", "99999999999GiB"] {
            assert!(text.parse::<MemorySize>().is_err(), "{text}");
        }
    }
}
