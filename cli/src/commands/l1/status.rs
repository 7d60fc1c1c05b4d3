//! `starfold l1 status`

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{
    Address, Amount, BatchNumber, ChainId, FeeUnit, Timestamp, TokenId,
};
use starfold_rollup::Rollup;
use starfold_rollup::wrapping::{KeyDigest, KeySummary};
use starfold_settlement::{BlockTag, EthereumKey, NodeAt, RollupReader, RollupStatus};

use super::sent::hash;
use super::target::{Target, TargetOptions};
use crate::failure::Failure;
use crate::output::{Table, amount, print_json};
use crate::passphrase;

/// How many tokens are shown at most.
const MOST_TOKENS: u16 = 100;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: TargetOptions,
    /// Show as well what the address of a key of Ethereum has: 0x and 64 hexadecimal digits, or a keystore.
    #[arg(long)]
    key_file: Option<PathBuf>,
    /// Show the last block that no reorganisation takes back instead of the last one.
    #[arg(long)]
    finalised: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    chain_id: ChainId,
    contract: Address,
    block: BlockReport,
    r#unsafe: bool,
    development_key: bool,
    verifying_key: KeyDigest,
    terms: Terms,
    operator: Address,
    named_operator: Option<Address>,
    frozen: bool,
    batch: BatchNumber,
    timestamp: Timestamp,
    state_root: Digest,
    queue: Queue,
    token_count: u32,
    tokens: Vec<Token>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<Sender>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local: Option<Local>,
}

#[derive(Debug, Serialize)]
struct BlockReport {
    number: u64,
    hash: String,
    timestamp: u64,
}

#[derive(Debug, Serialize)]
struct Terms {
    verifier: Address,
    circuit_set: Digest,
    genesis_root: Digest,
    governor: Option<Address>,
    fee_token: TokenId,
    fee_unit: FeeUnit,
    operation_fee: Amount,
    registration_fee: Amount,
    queue_period: u32,
    batch_window: u32,
    operator_delay: u32,
}

#[derive(Debug, Serialize)]
struct Queue {
    head: u64,
    tail: u64,
    length: u64,
    next_deadline: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Token {
    id: TokenId,
    l1_token: Address,
    held: Amount,
}

/// What the address of a key has.
#[derive(Debug, Serialize)]
struct Sender {
    address: Address,
    wei: Amount,
    claimable: Vec<Claimable>,
}

#[derive(Debug, Serialize)]
struct Claimable {
    token: TokenId,
    amount: Amount,
}

/// What the data directory says of the same rollup.
#[derive(Debug, Serialize)]
struct Local {
    batch: BatchNumber,
    state_root: Digest,
    settled: BatchNumber,
    /// Whether it has the contract's state root at the contract's batch; unknown for a batch that it does not have.
    agrees: Option<bool>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let key = self.key_file.as_deref();
        let key =
            key.map(|path| EthereumKey::read::<Failure>(path, passphrase::ask)).transpose()?;
        let target = self.target.connect()?;
        let tag = if self.finalised { BlockTag::Finalised } else { BlockTag::Latest };
        let mut at = target.node.at(tag)?;
        let mut report = read(&target, &mut at)?;
        if let Some(key) = key {
            report.sender = Some(sender(&target, &mut at, key.address(), &report.tokens)?);
        }
        if let Some(folder) = &self.target.data_dir {
            report.local = Some(local(folder, &report)?);
        }
        if self.json { Ok(print_json(&report)?) } else { report.print() }
    }
}

fn read(target: &Target, at: &mut NodeAt<'_>) -> Result<Report, Failure> {
    let block = at.block();
    let status = RollupStatus::read(at, target.rollup)?;
    let terms = &status.terms;
    let mut reader = RollupReader::new(at, target.rollup);
    let key = reader.verifying_key(terms.verifier)?;
    let known = KeySummary::development().map_err(Failure::wrong)?;
    let next = reader.queue_entry(status.queue_head)?;
    let mut tokens = Vec::new();
    let count = u16::try_from(status.token_count).unwrap_or(u16::MAX).min(MOST_TOKENS);
    for id in (0..count).map_while(|id| TokenId::new(id).ok()) {
        let l1_token = reader.token_address(id)?.unwrap_or(Address::ZERO);
        tokens.push(Token { id, l1_token, held: reader.held(id)? });
    }
    Ok(Report {
        chain_id: target.node.chain_id(),
        contract: target.rollup,
        block: BlockReport {
            number: block.number,
            hash: hash(&block.hash),
            timestamp: block.timestamp,
        },
        r#unsafe: terms.is_unsafe,
        development_key: key == known.verifying_key,
        verifying_key: key.digest(),
        terms: Terms {
            verifier: terms.verifier,
            circuit_set: terms.circuit_set,
            genesis_root: terms.genesis_root,
            governor: terms.governor,
            fee_token: terms.fee_token,
            fee_unit: terms.fee_unit,
            operation_fee: terms.operation_fee,
            registration_fee: terms.registration_fee,
            queue_period: terms.queue_period,
            batch_window: terms.batch_window,
            operator_delay: terms.operator_delay,
        },
        operator: status.operator,
        named_operator: status.named_operator.map(|named| named.address),
        frozen: status.frozen,
        batch: status.batch,
        timestamp: status.timestamp,
        state_root: status.state_root,
        queue: Queue {
            head: status.queue_head,
            tail: status.queue_tail,
            length: status.queue_tail.saturating_sub(status.queue_head),
            next_deadline: next.map(|entry| entry.deadline),
        },
        token_count: status.token_count,
        tokens,
        sender: None,
        local: None,
    })
}

fn sender(
    target: &Target,
    at: &mut NodeAt<'_>,
    address: Address,
    tokens: &[Token],
) -> Result<Sender, Failure> {
    let wei = target.node.balance(address)?;
    let mut reader = RollupReader::new(at, target.rollup);
    let mut claimable = Vec::new();
    for token in tokens.iter().map(|token| token.id) {
        let amount = reader.claimable(address, token)?;
        if amount != Amount::ZERO {
            claimable.push(Claimable { token, amount });
        }
    }
    Ok(Sender { address, wei, claimable })
}

fn local(folder: &Path, report: &Report) -> Result<Local, Failure> {
    let rollup = Rollup::open(folder)?;
    let state = rollup.state();
    let head = state.head();
    let agrees = if report.batch <= head.batch {
        state.checkpoint(report.batch).ok().map(|checkpoint| checkpoint.root == report.state_root)
    } else {
        None
    };
    Ok(Local { batch: head.batch, state_root: head.root, settled: state.settled(), agrees })
}

impl Report {
    fn print(&self) -> Result<(), Failure> {
        let mut table = Table::default();
        table
            .row("chain", self.chain_id)
            .row("contract", self.contract)
            .row("block", format!("{} of {}", self.block.number, self.block.timestamp))
            .row("safety", self.safety())
            .row("verifying key", self.verifying_key)
            .row("operator", self.operator)
            .row("governor", name(self.terms.governor));
        if self.named_operator.is_some() {
            table.row("next operator", name(self.named_operator));
        }
        let next = self.queue.next_deadline;
        let deadline = next.map_or_else(String::new, |next| format!(", next deadline {next}"));
        table
            .row("batch", self.batch)
            .row("timestamp", self.timestamp)
            .row("state root", self.state_root)
            .row("frozen", if self.frozen { "yes" } else { "no" })
            .row("queue", format!("{} operations{deadline}", self.queue.length))
            .row("operation fee", amount(self.terms.operation_fee, Address::ZERO));
        for token in &self.tokens {
            table.row(format!("holds of token {}", token.id), amount(token.held, token.l1_token));
        }
        if let Some(sender) = &self.sender {
            table
                .row("address of the key", sender.address)
                .row("  has", amount(sender.wei, Address::ZERO));
            for Claimable { token, amount } in &sender.claimable {
                table.row(format!("  may claim of token {token}"), amount);
            }
        }
        if let Some(local) = &self.local {
            let agrees = match local.agrees {
                Some(true) => "agrees",
                Some(false) => "DISAGREES with the contract",
                None => "does not have the contract's batch",
            };
            table
                .row("data directory", format!("batch {}, {agrees}", local.batch))
                .row("  settled", local.settled)
                .row("  state root", local.state_root);
        }
        Ok(table.print()?)
    }

    fn safety(&self) -> &'static str {
        match (self.development_key, self.r#unsafe) {
            (true, _) => "UNSAFE: anyone can forge proofs under the development key",
            (false, true) => "UNSAFE: a development rollup",
            (false, false) => "not marked unsafe",
        }
    }
}

fn name(address: Option<Address>) -> String {
    address.map_or_else(|| "none".to_owned(), |address| address.to_string())
}
