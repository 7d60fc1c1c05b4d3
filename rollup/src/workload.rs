//! Workloads: transfers from a file or at random, with funded accounts and signed transactions.
//!
//! Every account signs with the development key of its address, and no transaction expires, so that a
//! workload can be made again from the same file or seed.

mod build;
mod random;
mod transfers;

pub use build::{Funding, UnknownFunding, Workload, build};
pub use random::{RandomTransfers, random};
pub use transfers::{MAINNET, parse_transfers, read_transfers};

use starfold_primitives::quantities::{Address, Amount, TokenId};

use crate::directory::{DirectoryError, Rollup};
use crate::file::FileError;

/// A transfer that is to become a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedTransfer {
    /// Who sends.
    pub from: Address,
    /// Who receives.
    pub to: Address,
    /// The token's contract on L1; zero for ETH.
    pub token: Address,
    /// The amount, in base units.
    pub amount: Amount,
}

/// What a workload is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Accounts that are funded even where they send nothing.
    pub accounts: Vec<Address>,
    /// Tokens that are registered even where nobody sends them, before all others.
    pub tokens: Vec<Address>,
    /// The transfers, in order.
    pub transfers: Vec<PlannedTransfer>,
}

/// Why a workload cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum WorkloadError {
    /// The file of transfers cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The data directory cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// There is nothing to do.
    #[error("the workload has no transfer")]
    Empty,
    /// A random workload needs accounts.
    #[error("a random workload has 1 to {limit} accounts, not {actual}")]
    AccountCount {
        /// The most accounts.
        limit: u32,
        /// How many were asked for.
        actual: u32,
    },
    /// There are more transfers than a file of transactions may have.
    #[error("a workload has at most {limit} transfers, not {actual}")]
    TransferCount {
        /// The most transfers.
        limit: usize,
        /// How many there are.
        actual: usize,
    },
    /// An address is zero.
    #[error("transfer {position}: the address is zero, which nobody owns")]
    ZeroAddress {
        /// The position of the transfer.
        position: usize,
    },
    /// The amounts of a token reach 2^128.
    #[error("transfer {position}: the amounts of the token at {token} reach 2^128")]
    Supply {
        /// The position of the transfer.
        position: usize,
        /// The token's contract on L1.
        token: Address,
    },
    /// There are more tokens than numbers.
    #[error("the workload has more than 2^16 tokens")]
    TooManyTokens,
    /// The rollup's fee token is none of the workload's.
    #[error(
        "fees are paid in token {fee_token}, but the workload has {tokens} tokens, ETH included"
    )]
    FeeToken {
        /// The rollup's fee token.
        fee_token: TokenId,
        /// How many tokens there are.
        tokens: usize,
    },
}

impl WorkloadError {
    /// Whether the content of a file is at fault, not the way of use.
    pub fn is_content(&self) -> bool {
        match self {
            Self::File(error) => error.is_content(),
            Self::Directory(error) => error.is_content(),
            Self::ZeroAddress { .. } | Self::Supply { .. } | Self::TooManyTokens => true,
            Self::Empty
            | Self::AccountCount { .. }
            | Self::TransferCount { .. }
            | Self::FeeToken { .. } => false,
        }
    }
}

impl Rollup {
    /// Makes a workload for this rollup and gives the rollup its genesis.
    ///
    /// # Errors
    /// [`WorkloadError`]; [`DirectoryError::NotNew`] in it where the rollup has batches or accounts.
    pub fn simulate(&mut self, plan: &Plan, funding: Funding) -> Result<Workload, WorkloadError> {
        let head = self.state.head();
        let own = u32::from(head.next_index.is_none_or(|index| index.get() > 1));
        let found = match (head.batch.get(), own, head.token_count) {
            (0, 0, 1) => None,
            (0, 0, _) => Some("tokens"),
            (0, ..) => Some("accounts"),
            _ => Some("batches"),
        };
        if let Some(found) = found {
            return Err(DirectoryError::NotNew { found }.into());
        }
        let workload = build(plan, funding, &self.config.parameters, self.config.operator)?;
        self.replace_genesis(&workload.genesis)?;
        Ok(workload)
    }
}

#[cfg(test)]
mod tests;
