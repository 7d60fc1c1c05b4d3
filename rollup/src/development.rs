//! Keys and addresses for development and measurements. Everybody knows them.

use sha3::{Digest as _, Keccak256};
use starfold_primitives::quantities::Address;
use starfold_primitives::signature::SecretKey;
use zeroize::Zeroizing;

/// The chain id of development rollups, that of local Ethereum nodes.
pub const CHAIN_ID: u64 = 31_337;

/// The address of the development operator: the first account of local Ethereum nodes.
pub const OPERATOR: Address = Address([
    0xf3, 0x9f, 0xd6, 0xe5, 0x1a, 0xad, 0x88, 0xf6, 0xf4, 0xce, 0x6a, 0xb8, 0x82, 0x72, 0x79, 0xcf,
    0xff, 0xb9, 0x22, 0x66,
]);

/// Separates development keys from all other uses of the hash.
const KEY_TAG: &[u8] = b"starfold/development/key/v1";

/// The development key of an address: 512 bits of Keccak-256 over tag, half and address, reduced.
///
/// Anybody can compute it, so an account with this key belongs to everybody.
pub fn key_of(address: Address) -> SecretKey {
    let mut bytes = Zeroizing::new([0; 64]);
    for (half, chunk) in (0u8..).zip(bytes.chunks_exact_mut(32)) {
        let hash = Keccak256::new()
            .chain_update(KEY_TAG)
            .chain_update([half])
            .chain_update(address.0)
            .finalize();
        chunk.copy_from_slice(&hash);
    }
    SecretKey::from_uniform_bytes(&bytes).expect("no address is known whose hash is zero modulo n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_depend_on_the_address_alone() {
        let [one, two] = [Address([1; 20]), Address([2; 20])];
        assert_eq!(key_of(one).to_bytes(), key_of(one).to_bytes());
        assert_ne!(key_of(one).public_key(), key_of(two).public_key());
    }
}
