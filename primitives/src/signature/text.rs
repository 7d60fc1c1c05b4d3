//! Hexadecimal text of keys and signatures.

/// The bytes of `0x` and exactly `2 * LENGTH` hexadecimal digits.
pub(super) fn decode<const LENGTH: usize>(text: &str) -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    hex::decode_to_slice(text.strip_prefix("0x")?, &mut bytes).ok()?;
    Some(bytes)
}

/// What an error quotes of refused text.
pub(super) fn beginning(text: &str) -> String {
    text.chars().take(80).collect()
}
