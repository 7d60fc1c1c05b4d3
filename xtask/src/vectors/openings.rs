//! Openings of accounts and balances against the root after a batch.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use starfold_state::{AccountOpening, Overlay, StateReader, TokenOpening};
use starfold_transition::seal;
use starfold_transition::testing::{arbitrary_batch, index, token};

use super::{bytes, digest};

pub(super) fn vectors() -> anyhow::Result<Value> {
    let mut rng = ChaCha8Rng::seed_from_u64(0x09e7);
    let (mut roots, mut openings) = (Vec::new(), Vec::new());
    for seed in 0..2 {
        let (state, inputs) = arbitrary_batch(100 + seed, 20);
        let snapshot = state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        seal(&mut overlay, &inputs)?;
        let mut accounts: Vec<u32> = (0..6).collect();
        // an account that does not exist, and the last one
        accounts.extend([rng.random(), u32::MAX]);
        for account in accounts {
            for id in [0, 1, 3, u16::MAX] {
                let account = overlay.open_account(index(account))?;
                let balance = overlay.open_token(account.index, token(id))?;
                roots.push(digest(overlay.root()));
                openings.push(bytes(&encode(&account, &balance)));
            }
        }
    }
    Ok(json!({"roots": roots, "openings": openings}))
}

/// The opening as the contract takes it: 58 integers of 32 bytes, big-endian.
fn encode(account: &AccountOpening, balance: &TokenOpening) -> Vec<u8> {
    let AccountOpening { index, account, siblings } = account;
    let TokenOpening { token, balance, siblings: token_siblings } = balance;
    let mut bytes = Vec::new();
    let mut put = |integer: &[u8]| {
        bytes.resize(bytes.len() + 32 - integer.len(), 0);
        bytes.extend(integer);
    };
    put(&index.get().to_be_bytes());
    put(&token.get().to_be_bytes());
    put(&balance.get().to_be_bytes());
    put(&account.address.0);
    put(&account.nonce.get().to_be_bytes());
    for element in account.key.to_canonical() {
        put(&element.to_be_bytes());
    }
    for sibling in token_siblings.iter().chain(siblings) {
        put(&sibling.to_bytes());
    }
    bytes
}
