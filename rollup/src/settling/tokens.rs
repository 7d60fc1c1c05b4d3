//! Tokens that the contract registers. They belong to no root, but a batch needs them before it executes.

use serde::{Deserialize, Serialize};
use starfold_primitives::quantities::{Address, TokenId};
use starfold_state::{Overlay, StateError, StateReader};

/// A token as the contract registered it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisteredToken {
    /// Its number.
    pub id: TokenId,
    /// Its contract.
    pub token: Address,
}

/// Why tokens are not registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Tokens before it are missing.
    #[error("token {id} at {token} comes too early, the next number is {expected}")]
    OutOfOrder {
        /// The number that the rollup gives next.
        expected: u32,
        /// The token's number.
        id: TokenId,
        /// Its contract.
        token: Address,
    },
    /// The number is another token's.
    #[error("token {id} is at {expected}, not at {actual}")]
    OtherContract {
        /// The number.
        id: TokenId,
        /// The contract that the rollup knows.
        expected: Address,
        /// The contract that was to be registered.
        actual: Address,
    },
    /// The contract has another number.
    #[error("the token at {token} has the number {expected}, not {actual}")]
    OtherNumber {
        /// The token's contract.
        token: Address,
        /// The number that the rollup knows.
        expected: TokenId,
        /// The number that it was to get.
        actual: TokenId,
    },
    /// The state failed.
    #[error(transparent)]
    State(#[from] StateError),
}

/// Registers tokens in a pending state. One that is known already must be the same.
///
/// # Errors
/// [`TokenError`]; the pending state is then of no further use.
pub(crate) fn register<R: StateReader + ?Sized>(
    overlay: &mut Overlay<'_, R>,
    tokens: &[RegisteredToken],
) -> Result<(), TokenError> {
    for &RegisteredToken { id, token } in tokens {
        if let Some(expected) = overlay.l1_token(id)? {
            if expected != token {
                return Err(TokenError::OtherContract { id, expected, actual: token });
            }
            continue;
        }
        let expected = overlay.token_count();
        if u32::from(id.get()) != expected {
            return Err(TokenError::OutOfOrder { expected, id, token });
        }
        let given = overlay.register_token(token)?;
        if given != id {
            return Err(TokenError::OtherNumber { token, expected: given, actual: id });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use starfold_state::{Genesis, MemoryStore, State};

    fn token(id: u16, byte: u8) -> RegisteredToken {
        RegisteredToken { id: TokenId::new(id).unwrap(), token: Address([byte; 20]) }
    }

    #[test]
    fn tokens_keep_their_numbers() {
        let genesis = Genesis { tokens: vec![Address([1; 20])], ..Genesis::default() };
        let state = State::create(MemoryStore::default(), &genesis).unwrap();
        let snapshot = state.snapshot();
        let after = |tokens: &[RegisteredToken]| {
            let mut overlay = Overlay::new(&snapshot);
            register(&mut overlay, tokens).map(|()| overlay.token_count())
        };
        assert_eq!(after(&[]), Ok(2));
        assert_eq!(after(&[token(2, 2), token(3, 3)]), Ok(4));
        // known ones may be told again
        assert_eq!(after(&[token(0, 0), token(1, 1), token(2, 2), token(2, 2)]), Ok(3));

        let (id, actual) = (token(1, 7).id, Address([7; 20]));
        let expected = Address([1; 20]);
        assert_eq!(after(&[token(1, 7)]), Err(TokenError::OtherContract { id, expected, actual }));
        let RegisteredToken { id, token: early } = token(3, 3);
        let error = TokenError::OutOfOrder { expected: 2, id, token: early };
        assert_eq!(after(&[token(3, 3)]), Err(error));
        let [known, wanted] = [token(1, 1), token(2, 1)];
        let error =
            TokenError::OtherNumber { token: known.token, expected: known.id, actual: wanted.id };
        assert_eq!(after(&[wanted]), Err(error));
    }
}
