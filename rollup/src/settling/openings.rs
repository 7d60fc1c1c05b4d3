//! What an owner shows the contract in exit mode.

use starfold_primitives::quantities::{Address, Amount, BatchNumber, TokenId};
use starfold_settlement::BalanceOpening;
use starfold_state::{StateError, StateReader};

use crate::directory::Rollup;

impl Rollup {
    /// The openings of all balances of an address that are not zero, after a batch.
    ///
    /// # Errors
    /// [`StateError::UnknownCheckpoint`] where there is no such batch; those of the store.
    pub fn balance_openings(
        &self,
        owner: Address,
        batch: BatchNumber,
    ) -> Result<Vec<BalanceOpening>, StateError> {
        let state = self.state.snapshot_at(batch)?;
        let mut openings = Vec::new();
        for index in state.accounts_of(owner)? {
            let opened = state.open_account(index)?;
            for number in 0..state.token_count() {
                let number = u16::try_from(number).expect("at most 2^16 tokens are registered");
                let token = TokenId::new(number).expect("every u16 is a token");
                let balance = state.open_token(index, token)?;
                if balance.balance == Amount::ZERO {
                    continue;
                }
                openings.push(BalanceOpening {
                    index,
                    token,
                    balance: balance.balance,
                    owner,
                    nonce: opened.account.nonce,
                    key: opened.account.key,
                    token_siblings: balance.siblings,
                    account_siblings: opened.siblings,
                });
            }
        }
        Ok(openings)
    }
}
