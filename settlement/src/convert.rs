//! Between the quantities of the rollup and those of Ethereum.

use alloy::primitives::U256;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, Amount};

pub(crate) fn to_evm_address(address: Address) -> alloy::primitives::Address {
    alloy::primitives::Address::new(address.0)
}

pub(crate) fn from_evm_address(address: alloy::primitives::Address) -> Address {
    Address(address.into_array())
}

pub(crate) fn to_evm_integer(digest: Digest) -> U256 {
    U256::from_be_bytes(digest.to_bytes())
}

/// The digest of an integer, if each of its elements is below p.
pub(crate) fn to_digest(integer: U256) -> Option<Digest> {
    Digest::from_bytes(&integer.to_be_bytes()).ok()
}

pub(crate) fn wei(amount: Amount) -> U256 {
    U256::from(amount.get())
}
