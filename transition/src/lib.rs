//! What a transaction means: what users sign, how it changes the state, how it is published, and how
//! transactions become a batch that can be proved. The protocol is in `docs/protocol.md`.
//!
//! [`seal::seal`] executes a batch over a state and leaves a [`batch::SealedBatch`], which carries every
//! opening, so that nothing after it asks the state anything. [`replay::replay`] rebuilds the next state
//! from the public words alone.

pub mod batch;
pub mod boundary;
pub mod claim_digest;
pub mod closing;
pub mod executor;
pub mod input_digest;
pub mod kind;
pub mod l1;
pub mod layout;
pub mod message;
pub mod operation;
pub mod rejection;
pub mod replay;
pub mod seal;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod transaction;
pub mod witness;
pub mod words;

pub use batch::SealedBatch;
pub use boundary::{Boundary, Context, Parameters};
pub use kind::Kind;
pub use l1::{L1Operation, TokenName};
pub use message::message;
pub use operation::{NamedRecipient, Operation};
pub use rejection::Rejection;
pub use seal::{SealError, SealInputs, Sealed, seal};
pub use transaction::{SetKey, SignedTransaction, Transaction, Transfer, Withdraw};
pub use witness::{RecipientAccess, SenderAccess, TransactionWitness};
pub use words::{DecodedTransaction, WordsError, decode, words};
