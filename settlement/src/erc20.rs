//! What a token's contract says of an address.

use alloy::primitives::U256;
use alloy::sol_types::SolCall;
use starfold_primitives::quantities::{Address, Amount};

use crate::call::Call;
use crate::contracts::DevelopmentToken::{allowanceCall, balanceOfCall};
use crate::convert::to_evm_address;
use crate::reader::ReadError;
use crate::view::View;

/// Asks the contract of an ERC-20 token.
#[derive(Debug)]
pub struct TokenReader<'a, V> {
    view: &'a mut V,
    token: Address,
}

impl<'a, V: View> TokenReader<'a, V> {
    /// A reader of the token at an address.
    pub fn new(view: &'a mut V, token: Address) -> Self {
        Self { view, token }
    }

    /// What an owner has; 2^128 - 1 where it is more.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn balance(&mut self, owner: Address) -> Result<Amount, ReadError<V::Error>> {
        self.ask(&balanceOfCall { account: to_evm_address(owner) })
    }

    /// What a spender may take from an owner; 2^128 - 1 where it is more.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn allowance(
        &mut self,
        owner: Address,
        spender: Address,
    ) -> Result<Amount, ReadError<V::Error>> {
        let (owner, spender) = (to_evm_address(owner), to_evm_address(spender));
        self.ask(&allowanceCall { owner, spender })
    }

    fn ask<C: SolCall<Return = U256>>(&mut self, call: &C) -> Result<Amount, ReadError<V::Error>> {
        let (question, contract) = (C::SIGNATURE, self.token);
        let call = Call { to: Some(contract), data: call.abi_encode(), value: Amount::ZERO };
        let answer = self.view.view(&call);
        let answer = answer.map_err(|source| ReadError::View { question, contract, source })?;
        let value = C::abi_decode_returns_validate(&answer).map_err(|error| ReadError::Answer {
            question,
            contract,
            reason: error.to_string(),
        })?;
        Ok(Amount::new(u128::try_from(value).unwrap_or(u128::MAX)))
    }
}
