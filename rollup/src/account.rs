//! What the state says of the accounts of an address.

use serde::{Deserialize, Serialize};
use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address, Amount, BatchNumber, Nonce, TokenId};
use starfold_primitives::signature::PublicKey;
use starfold_state::{AccountOpening, StateError, StateReader, TokenOpening};

use crate::directory::Rollup;

/// The accounts of an address after the last sealed batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressReport {
    /// The address.
    pub address: Address,
    /// The last sealed batch.
    pub batch: BatchNumber,
    /// The state root after it.
    pub state_root: Digest,
    /// The accounts, lowest index first.
    pub accounts: Vec<AccountReport>,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountReport {
    /// Where it stands.
    pub index: AccountIndex,
    /// How often it has authorised something: the nonce of its next transaction.
    pub nonce: Nonce,
    /// The key that signs for it, if one is set.
    pub key: Option<PublicKey>,
    /// Its balances that are not zero.
    pub balances: Vec<BalanceReport>,
    /// The opening against the state root, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<AccountOpening>,
}

/// One balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceReport {
    /// The token.
    pub token: TokenId,
    /// Its contract on L1; zero for ETH.
    pub l1_token: Address,
    /// The amount, in base units.
    pub amount: Amount,
    /// The opening against the account's token root, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<TokenOpening>,
}

impl Rollup {
    /// The accounts of an address, with Merkle openings where `openings` is set.
    ///
    /// # Errors
    /// Those of the state.
    pub fn accounts_of(
        &self,
        address: Address,
        openings: bool,
    ) -> Result<AddressReport, StateError> {
        let snapshot = self.state.snapshot();
        let accounts = snapshot
            .accounts_of(address)?
            .into_iter()
            .map(|index| report(&snapshot, index, openings))
            .collect::<Result<_, _>>()?;
        let batch = self.state.head().batch;
        Ok(AddressReport { address, batch, state_root: snapshot.root(), accounts })
    }
}

fn report<R: StateReader>(
    state: &R,
    index: AccountIndex,
    openings: bool,
) -> Result<AccountReport, StateError> {
    let opening = state.open_account(index)?;
    let account = opening.account;
    let mut balances = Vec::new();
    for number in 0..state.token_count() {
        let number = u16::try_from(number).expect("at most 2^16 tokens are registered");
        let token = TokenId::new(number).expect("every u16 is a token");
        let opening = state.open_token(index, token)?;
        let amount = opening.balance;
        if amount != Amount::ZERO {
            let l1_token = state.l1_token(token)?.unwrap_or_default();
            let opening = openings.then_some(opening);
            balances.push(BalanceReport { token, l1_token, amount, opening });
        }
    }
    Ok(AccountReport {
        index,
        nonce: account.nonce,
        key: (!account.key.is_none()).then_some(account.key),
        balances,
        opening: openings.then_some(opening),
    })
}
