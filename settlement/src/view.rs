//! Asking a contract without changing anything.

use crate::call::Call;

/// A chain that answers calls.
pub trait View {
    /// Why there is no answer.
    type Error: std::error::Error + Send + Sync + 'static;

    /// What a call would return, at the last block and sent from nobody.
    ///
    /// # Errors
    /// Where the chain cannot be asked, or the call reverts.
    fn view(&mut self, call: &Call) -> Result<Vec<u8>, Self::Error>;
}
