//! A local node for tests: anvil, from the npm packages of the contracts.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use alloy::primitives::{B256, U64, U256};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use starfold_primitives::quantities::Address;

use crate::convert::to_evm_address;
use crate::node::{EthereumKey, EthereumKeyError, Node};

/// The keys of anvil's first accounts, which have 10,000 ETH each. Everybody knows them.
const FUNDED_KEYS: [&str; 5] = [
    "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
    "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
    "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
    "0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a",
];

/// A running node, which ends with this value.
#[derive(Debug)]
pub struct Anvil {
    process: Child,
    url: String,
}

impl Anvil {
    /// Starts a node on a free port. With `--slots-in-an-epoch 1`, which is among the arguments, a block is final when
    /// two others stand on it.
    ///
    /// # Panics
    /// Where anvil is not installed or does not start.
    #[must_use]
    pub fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(program())
            .args(["--port", "0", "--slots-in-an-epoch", "1"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("anvil is installed: npm ci --ignore-scripts --prefix l1-verifier/contracts");
        let mut output = BufReader::new(process.stdout.take().expect("the output is piped"));
        let mut line = String::new();
        let url = loop {
            line.clear();
            let read = output.read_line(&mut line).expect("the output is text");
            assert_ne!(read, 0, "anvil ended");
            if let Some(address) = line.trim().strip_prefix("Listening on ") {
                break format!("http://{address}");
            }
        };
        // whoever does not read what a node prints stops it
        std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
        Self { process, url }
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection to it.
    ///
    /// # Panics
    /// Where it does not answer.
    #[must_use]
    pub fn node(&self) -> Node {
        Node::connect(&self.url).expect("anvil answers")
    }

    /// Calls a method that only such nodes have.
    ///
    /// # Panics
    /// Where it is refused.
    pub fn request<P: Serialize, R: DeserializeOwned>(&self, method: &'static str, params: P) -> R {
        self.node().connection().request(method, params).expect("anvil answers")
    }

    /// Makes blocks.
    pub fn mine(&self, blocks: u64) {
        let _nothing: Value = self.request("anvil_mine", (U64::from(blocks),));
    }

    /// Lets time pass, and makes a block.
    pub fn pass(&self, seconds: u64) {
        let _seconds: Value = self.request("evm_increaseTime", (seconds,));
        self.mine(1);
    }

    /// Whether a block is made for each transaction.
    pub fn set_automine(&self, automine: bool) {
        let _nothing: Value = self.request("evm_setAutomine", (automine,));
    }

    /// Replaces the last blocks by empty ones.
    pub fn reorganise(&self, blocks: u64) {
        let _nothing: Value = self.request("anvil_reorg", (blocks, json!([])));
    }

    /// Forgets a transaction that is in no block.
    pub fn forget(&self, transaction: [u8; 32]) {
        let _hash: Value = self.request("anvil_dropTransaction", (B256::from(transaction),));
    }

    /// Gives an address ETH, in wei.
    pub fn fund(&self, address: Address, wei: u128) {
        let parameters = (to_evm_address(address), U256::from(wei));
        let _nothing: Value = self.request("anvil_setBalance", parameters);
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}

/// Writes the key of one of anvil's accounts to a file.
///
/// # Panics
/// Where the file cannot be written.
#[must_use]
pub fn funded_key_file(folder: &Path, account: usize) -> PathBuf {
    let path = folder.join(format!("ethereum-{account}.key"));
    std::fs::write(&path, format!("{}\n", FUNDED_KEYS[account])).expect("the folder is writable");
    path
}

/// The key of one of anvil's accounts.
///
/// # Panics
/// Where there is no such account.
#[must_use]
pub fn funded_key(account: usize) -> EthereumKey {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let path = funded_key_file(folder.path(), account);
    let nobody = || Err(EthereumKeyError::Passphrase { path: path.clone() });
    EthereumKey::read(&path, nobody).expect("the file holds a key")
}

/// The native binary, not the launcher, which would leave it behind.
fn program() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../l1-verifier/contracts/node_modules/.bin/anvil")
}
