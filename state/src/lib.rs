//! The state of a rollup: accounts and their balances in sparse Merkle trees, openings against a root, and
//! one checkpoint per batch in a store that survives a crash (`docs/protocol.md`, section 3).
//!
//! A [`State`] owns a [`NodeStore`] and moves by whole batches. A [`Snapshot`] reads one of its checkpoints,
//! an [`Overlay`] holds pending changes over a reader, and [`State::commit`] makes them the next checkpoint.
//!
//! ```
//! use starfold_primitives::quantities::{AccountIndex, Address, Amount, Nonce, TokenId};
//! use starfold_state::{Account, Genesis, MemoryStore, Overlay, State, StateReader};
//!
//! let mut state = State::create(MemoryStore::default(), &Genesis::default())?;
//! let snapshot = state.snapshot();
//! let mut overlay = Overlay::new(&snapshot);
//! let index = overlay.next_index()?;
//! overlay.set_account(index, Account::EMPTY.key, Address([7; 20]), Nonce::ZERO)?;
//! overlay.set_balance(index, TokenId::ZERO, Amount::new(1_000))?;
//!
//! let changes = overlay.into_changes();
//! let checkpoint = state.commit(changes, b"the batch")?;
//! let opening = state.snapshot().open_account(index)?;
//! assert_eq!(opening.root(), checkpoint.root);
//! # Ok::<(), starfold_state::StateError>(())
//! ```

mod account;
mod changes;
mod checkpoint;
mod codec;
mod error;
mod genesis;
mod keys;
mod nodes;
mod opening;
mod overlay;
mod prune;
mod reader;
mod snapshot;
mod state;
pub mod store;
mod tree;

pub use account::{Account, EMPTY_LEAF, EMPTY_ROOT, EMPTY_TOKEN_ROOT};
pub use changes::Changes;
pub use checkpoint::Checkpoint;
pub use error::{GenesisError, OpeningError, StateError, StoreError};
pub use genesis::{Genesis, GenesisAccount, GenesisBalance};
pub use opening::{AccountOpening, TokenOpening};
pub use overlay::Overlay;
pub use prune::{Audit, Pruned};
pub use reader::StateReader;
pub use snapshot::Snapshot;
pub use state::State;
pub use store::{MemoryStore, NodeStore, SledStore};

/// Levels of the account tree below its root.
pub const ACCOUNT_DEPTH: usize = 32;
/// Levels of an account's token tree below its root.
pub const TOKEN_DEPTH: usize = 16;
