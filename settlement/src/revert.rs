//! Why a contract refused, in words.

mod explanations;

use alloy::sol_types::SolError as _;

/// The selector of `Error(string)`.
type Message = alloy::sol_types::Revert;
/// The selector of `Panic(uint256)`.
type Panic = alloy::sol_types::Panic;

/// The most characters of a contract's own message, and bytes of data that nobody knows, that are shown.
const MAX_SHOWN: usize = 256;

/// What a call that reverted returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revert {
    name: Option<&'static str>,
    explanation: String,
}

impl Revert {
    /// Reads what a call returned when it reverted, whatever that is.
    #[must_use]
    pub fn decode(data: &[u8]) -> Self {
        if let Some((name, explanation)) = explanations::explain(data) {
            return Self { name: Some(name), explanation };
        }
        let explanation = if data.is_empty() {
            "without a reason: the contract does not exist, or has no such function".to_owned()
        } else if let Ok(Message { reason }) = Message::abi_decode(data) {
            let shown: String = reason.chars().take(MAX_SHOWN).collect();
            format!("the contract says {shown:?}")
        } else if let Ok(panic) = Panic::abi_decode(data) {
            format!("the contract failed: {panic}")
        } else {
            let shown = hex::encode(&data[..data.len().min(MAX_SHOWN)]);
            let more = if data.len() > MAX_SHOWN { " and so on" } else { "" };
            format!("with data that is no known error: 0x{shown}{more}")
        };
        Self { name: None, explanation }
    }

    /// The name of the contract's error; none for what is no error of the project's contracts.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.name
    }
}

impl std::fmt::Display for Revert {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name {
            Some(name) => write!(formatter, "{} ({name})", self.explanation),
            None => formatter.write_str(&self.explanation),
        }
    }
}

#[cfg(test)]
mod tests;
