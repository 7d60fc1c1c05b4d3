//! Which contract on which node, and who sends.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use starfold_primitives::quantities::{Address, Amount};
use starfold_rollup::{Config, DirectoryError, Layout, file};
use starfold_settlement::{Call, EthereumKey, Journal, Node, RollupTerms, SendingLimits, Sent};

use crate::failure::Failure;
use crate::passphrase;

/// Which contract on which node.
#[derive(Debug, Args)]
pub(crate) struct TargetOptions {
    /// The URL of a node of Ethereum.
    #[arg(long, value_name = "URL")]
    rpc: String,
    /// The rollup's contract.
    #[arg(long, value_name = "ADDRESS", required_unless_present = "data_dir")]
    contract: Option<Address>,
    /// The folder of the rollup, which names the contract.
    #[arg(long)]
    pub(super) data_dir: Option<PathBuf>,
}

/// Who sends.
#[derive(Debug, Args)]
pub(crate) struct SenderOptions {
    /// A file with a key of Ethereum: 0x and 64 hexadecimal digits, or a keystore.
    #[arg(long)]
    key_file: PathBuf,
    /// The folder for transactions that are not known to be done; `l1` in the rollup's folder, or
    /// starfold/l1 in the user's state folder, by default.
    #[arg(long, value_name = "DIR")]
    journal: Option<PathBuf>,
    /// How long a transaction is waited for.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    timeout: u64,
    /// The most wei for a unit of gas.
    #[arg(long, value_name = "WEI")]
    max_gas_price: Option<u128>,
}

/// A contract on a node.
#[derive(Debug)]
pub(crate) struct Target {
    pub(super) node: Node,
    pub(super) rollup: Address,
    /// What the data directory says, where one was named.
    pub(super) config: Option<Config>,
}

/// Who sends, and where what is sent is noted.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(super) key: EthereumKey,
    pub(super) journal: Journal,
    limits: SendingLimits,
}

impl TargetOptions {
    /// Connects, and compares the chain with the data directory's.
    pub(crate) fn connect(&self) -> Result<Target, Failure> {
        let config = self.data_dir.as_deref().map(read_config).transpose()?;
        let named = config.as_ref().map(|config| config.parameters.contract);
        let rollup = match (self.contract, named) {
            (Some(contract), Some(named)) if contract != named => {
                let message =
                    format!("the data directory has the contract {named}, not {contract}");
                return Err(Failure::usage(message));
            }
            (Some(contract), _) => contract,
            (None, named) => named.unwrap_or(Address::ZERO),
        };
        if rollup == Address::ZERO {
            return Err(Failure::usage(
                "the rollup has no contract; `starfold l1 deploy` makes one",
            ));
        }
        let node = Node::connect(&self.rpc)?;
        if let Some(config) = &config {
            node.check_chain(config.parameters.chain_id)?;
        }
        Ok(Target { node, rollup, config })
    }

    /// The same with a key, before anything else is asked.
    pub(crate) fn connect_as(&self, sender: &SenderOptions) -> Result<(Target, Sender), Failure> {
        let sender = sender.open(self.data_dir.as_deref())?;
        let mut target = self.connect()?;
        target.node = target.node.with_limits(sender.limits);
        Ok((target, sender))
    }
}

impl SenderOptions {
    /// Reads the key and opens the journal.
    pub(super) fn open(&self, data_dir: Option<&Path>) -> Result<Sender, Failure> {
        let key = EthereumKey::read::<Failure>(&self.key_file, passphrase::ask)?;
        let folder = match (&self.journal, data_dir) {
            (Some(folder), _) => folder.clone(),
            (None, Some(data_dir)) => data_dir.join("l1"),
            (None, None) => state_folder(),
        };
        let mut limits = SendingLimits {
            patience: Duration::from_secs(self.timeout),
            ..SendingLimits::default()
        };
        limits.gas_price = self.max_gas_price.unwrap_or(limits.gas_price);
        Ok(Sender { key, journal: Journal::open(folder)?, limits })
    }
}

impl Sender {
    pub(super) fn limits(&self) -> SendingLimits {
        self.limits
    }

    pub(super) fn address(&self) -> Address {
        self.key.address()
    }
}

impl Target {
    /// What an operation of the queue costs.
    pub(super) fn operation_fee(&self) -> Result<Amount, Failure> {
        Ok(RollupTerms::read(&mut &self.node, self.rollup)?.operation_fee)
    }

    pub(super) fn send(&self, sender: &Sender, call: &Call) -> Result<Sent, Failure> {
        Ok(self.node.send(&sender.key, call, &sender.journal)?)
    }

    /// Whether an earlier run signed the call and nobody knows what became of it.
    pub(super) fn is_open(&self, sender: &Sender, call: &Call) -> Result<bool, Failure> {
        Ok(self.node.open_nonce(sender.address(), call, &sender.journal)?.is_some())
    }
}

/// What a data directory says, without locking it.
pub(super) fn read_config(folder: &Path) -> Result<Config, Failure> {
    let path = Layout::new(folder).config();
    if !path.exists() {
        return Err(DirectoryError::NotInitialised { folder: folder.to_owned() }.into());
    }
    Ok(file::read_json(&path)?)
}

/// Where transactions are noted that belong to no data directory.
fn state_folder() -> PathBuf {
    let variable =
        |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = variable("XDG_STATE_HOME")
        .or_else(|| variable("HOME").map(|folder| folder.join(".local").join("state")))
        .unwrap_or_else(std::env::temp_dir);
    state.join("starfold").join("l1")
}
