//! Random transfers between a number of accounts.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use sha3::{Digest as _, Keccak256};
use starfold_primitives::quantities::{Address, Amount};

use super::{Plan, PlannedTransfer, WorkloadError};
use crate::inputs::MAX_ENTRIES;

/// The most accounts.
const MAX_ACCOUNTS: u32 = 1 << 20;
/// Tokens beside ETH.
const TOKENS: u8 = 2;
/// Amounts are below this many base units.
const AMOUNT_LIMIT: u128 = 10u128.pow(18);

/// The size and seed of a random workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomTransfers {
    /// How many transfers.
    pub transfers: usize,
    /// Between how many accounts.
    pub accounts: u32,
    /// Equal seeds give equal workloads.
    pub seed: u64,
}

/// Makes random transfers of ETH and two tokens between accounts; some pay themselves.
///
/// # Errors
/// [`WorkloadError::AccountCount`], [`WorkloadError::TransferCount`].
pub fn random(size: RandomTransfers) -> Result<Plan, WorkloadError> {
    let RandomTransfers { transfers, accounts, seed } = size;
    if accounts == 0 || accounts > MAX_ACCOUNTS {
        return Err(WorkloadError::AccountCount { limit: MAX_ACCOUNTS, actual: accounts });
    }
    if transfers > MAX_ENTRIES {
        return Err(WorkloadError::TransferCount { limit: MAX_ENTRIES, actual: transfers });
    }
    let accounts: Vec<Address> =
        (0..accounts).map(|number| derive(b"account", seed, number)).collect();
    let mut tokens = vec![Address::ZERO];
    tokens.extend((1..=TOKENS).map(|number| derive(b"token", 0, u32::from(number))));
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut choose = |from: &[Address]| from[rng.random_range(0..from.len())];
    let pairs: Vec<_> =
        (0..transfers).map(|_| (choose(&accounts), choose(&accounts), choose(&tokens))).collect();
    let transfers = pairs
        .into_iter()
        .map(|(from, to, token)| {
            let amount = Amount::new(rng.random_range(1..AMOUNT_LIMIT));
            PlannedTransfer { from, to, token, amount }
        })
        .collect();
    Ok(Plan { accounts, tokens: tokens.split_off(1), transfers })
}

/// An address that belongs to nobody.
fn derive(what: &[u8], seed: u64, number: u32) -> Address {
    let hash = Keccak256::new_with_prefix(b"starfold/workload/")
        .chain_update(what)
        .chain_update(seed.to_be_bytes())
        .chain_update(number.to_be_bytes())
        .finalize();
    let mut address = [0; 20];
    address.copy_from_slice(&hash[12..]);
    Address(address)
}
