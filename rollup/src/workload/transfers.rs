//! Files of real transfers.

use std::path::Path;

use serde::Deserialize;
use starfold_primitives::quantities::{Address, Amount};

use super::{Plan, PlannedTransfer, WorkloadError};
use crate::file::{self, FileError};

/// 46 transfers of two blocks of Ethereum mainnet.
pub const MAINNET: &str = include_str!("../../data/mainnet-transfers.json");

/// The name of ETH in a file of transfers.
const ETH: &str = "ETH";

/// The file. It may say more about itself and its transfers than is read here.
#[derive(Debug, Deserialize)]
struct TransferFile {
    transfers: Vec<Transfer>,
}

#[derive(Debug, Deserialize)]
struct Transfer {
    from: Address,
    to: Address,
    #[serde(deserialize_with = "token")]
    token: Address,
    amount: Amount,
}

/// `ETH` or the contract of an ERC-20.
fn token<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Address, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text == ETH {
        return Ok(Address::ZERO);
    }
    text.parse().map_err(serde::de::Error::custom)
}

/// Reads a file of transfers: `{"transfers": [{"from", "to", "token", "amount"}, ...]}`.
///
/// # Errors
/// [`WorkloadError::File`].
pub fn read_transfers(path: &Path) -> Result<Plan, WorkloadError> {
    let bytes = file::read(path, file::MAX_JSON_BYTES)?;
    let content = |error: serde_json::Error| FileError::Content {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    Ok(parse_transfers(&bytes).map_err(content)?)
}

/// Reads the content of such a file.
///
/// # Errors
/// Those of the JSON.
pub fn parse_transfers(bytes: &[u8]) -> Result<Plan, serde_json::Error> {
    let file: TransferFile = serde_json::from_slice(bytes)?;
    let transfers = file
        .transfers
        .into_iter()
        .map(|Transfer { from, to, token, amount }| PlannedTransfer { from, to, token, amount })
        .collect();
    Ok(Plan { transfers, ..Plan::default() })
}
