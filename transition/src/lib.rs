//! What a transaction means: what users sign, how it changes the state, how it is published, and how
//! transactions become a batch that can be proved. The protocol is in `docs/protocol.md`.
//!
//! [`seal::seal`] executes a batch over a state and leaves a [`batch::SealedBatch`], which carries every
//! opening, so that nothing after it asks the state anything. [`replay::replay`] rebuilds the next state
//! from the public words alone.
//!
//! ```
//! use starfold_primitives::quantities::{
//!     AccountIndex, Address, Amount, BatchNumber, ChainId, FeeUnit, Timestamp, TokenId,
//! };
//! use starfold_state::{Genesis, MemoryStore, Overlay, State, StateReader};
//! use starfold_transition::replay::replay;
//! use starfold_transition::{L1Operation, Parameters, SealInputs, TokenName, seal};
//!
//! let mut state = State::create(MemoryStore::default(), &Genesis::default())?;
//! let deposit = L1Operation::Deposit {
//!     to: Address([7; 20]),
//!     token: TokenName::Id(TokenId::ZERO),
//!     amount: Amount::new(1_000),
//! };
//! let inputs = SealInputs {
//!     parameters: Parameters {
//!         chain_id: ChainId::new(31_337)?,
//!         contract: Address([1; 20]),
//!         fee_token: TokenId::ZERO,
//!         fee_unit: FeeUnit::new(1_000_000)?,
//!     },
//!     batch: BatchNumber::new(1)?,
//!     timestamp: Timestamp::new(1_700_000_000)?,
//!     operator: AccountIndex::ZERO,
//!     l1_operations: vec![deposit],
//!     transactions: Vec::new(),
//!     skip_invalid: false,
//! };
//!
//! let snapshot = state.snapshot();
//! let mut overlay = Overlay::new(&snapshot);
//! let batch = seal(&mut overlay, &inputs)?.batch;
//!
//! let mut replayed = Overlay::new(&snapshot);
//! replay(&mut replayed, &inputs.parameters, &batch.header(), &batch.words)?;
//! assert_eq!(replayed.root(), overlay.root());
//!
//! state.commit(overlay.into_changes(), b"the batch")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod batch;
pub mod boundary;
pub mod claim_digest;
pub mod claim_layout;
pub mod closing;
pub mod executor;
pub mod input_digest;
pub mod kind;
pub mod l1;
pub mod l1_gas;
pub mod layout;
pub mod message;
pub mod operation;
pub mod rejection;
pub mod replay;
pub mod rollup_transition;
pub mod seal;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod transaction;
pub mod transition;
pub mod witness;
pub mod words;

pub use batch::SealedBatch;
pub use boundary::{Boundary, Context, Parameters};
pub use kind::Kind;
pub use l1::{L1Operation, TokenName};
pub use message::message;
pub use operation::{NamedRecipient, Operation};
pub use rejection::Rejection;
pub use rollup_transition::{RollupOperation, RollupTransition};
pub use seal::{SealError, SealInputs, Sealed, seal};
pub use transaction::{SetKey, SignedTransaction, Transaction, Transfer, Withdraw};
pub use transition::{Execution, ExecutionOf, Steps, Transition, execute, replay_words};
pub use witness::{RecipientAccess, SenderAccess, TransactionWitness};
pub use words::{DecodedTransaction, WordsError, decode, words};
