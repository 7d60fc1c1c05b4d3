//! `starfold l1 sync`

use std::path::PathBuf;

use clap::Args;
use starfold_primitives::quantities::{Address, Timestamp};
use starfold_rollup::{NewRollup, PendingQueue, Rollup, SyncReport, file};
use starfold_settlement::{BlockTag, Node, RollupStatus};

use crate::failure::Failure;
use crate::output::{Table, note, print_json};

/// Of how many blocks the history is read at a time.
const SPAN: u64 = 10_000;

#[derive(Debug, Args)]
#[command(
    after_help = "Everything comes from the contract's transactions; the state root must be that of \
                        the contract. A new folder needs --contract. Batches that were sealed here \
                        and are not submitted yet stay, if the contract's batches lead to them."
)]
pub(crate) struct Arguments {
    /// The URL of a node of Ethereum.
    #[arg(long, value_name = "URL")]
    rpc: String,
    /// The folder of the rollup, new or empty the first time.
    #[arg(long)]
    data_dir: PathBuf,
    /// The rollup's contract.
    #[arg(long, value_name = "ADDRESS")]
    contract: Option<Address>,
    /// The block in which the contract was created; it is looked for by default.
    #[arg(long, value_name = "N")]
    from_block: Option<u64>,
    /// A JSON file with the genesis, where the contract starts with balances.
    #[arg(long)]
    genesis: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where following a contract led.
#[derive(Debug)]
pub(in crate::commands) struct Followed {
    pub(in crate::commands) report: SyncReport,
    pub(in crate::commands) queue: PendingQueue,
    /// The time of the chain's last block.
    pub(in crate::commands) time: Timestamp,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let node = Node::connect(&self.rpc)?;
        let mut rollup = self.open(&node)?;
        let Followed { report, .. } = follow(&mut rollup, &node)?;
        if self.json {
            return Ok(print_json(&report)?);
        }
        let mut table = Table::default();
        table
            .row("contract", rollup.config().parameters.contract)
            .row("last batch", report.batch)
            .row("state root", format!("{}, as in the contract", report.state_root))
            .row("settled up to batch", report.settled)
            .row("rebuilt batches", report.rebuilt);
        if !report.abandoned.is_empty() {
            let abandoned: Vec<_> = report.abandoned.iter().map(ToString::to_string).collect();
            table.row("abandoned batches", abandoned.join(", "));
        }
        if report.head > report.batch {
            table.row("sealed here up to batch", report.head);
        }
        table.row("waiting in the queue", report.waiting);
        if report.frozen {
            table.row("frozen", "yes: `starfold l1 exit` takes balances out");
        }
        Ok(table.print()?)
    }

    /// Opens the folder, or makes a rollup in a new one.
    fn open(&self, node: &Node) -> Result<Rollup, Failure> {
        let layout = starfold_rollup::Layout::new(&self.data_dir);
        let mut rollup =
            if layout.config().exists() { Rollup::open(&self.data_dir)? } else { self.init(node)? };
        if let Some(contract) = self.contract
            && rollup.config().parameters.contract == Address::ZERO
        {
            // a mistyped contract must not bind the folder for good
            let status = RollupStatus::read(&mut &*node, contract)?;
            rollup.check_terms(node.chain_id(), contract, &status)?;
        }
        match (self.contract, self.from_block) {
            (contract, Some(block)) => {
                let own = rollup.config().parameters.contract;
                rollup.attach(contract.unwrap_or(own), block)?;
            }
            (Some(contract), None) if contract != rollup.config().parameters.contract => {
                rollup.attach(contract, node.deployment_block(contract)?)?;
            }
            _ => {}
        }
        Ok(rollup)
    }

    fn init(&self, node: &Node) -> Result<Rollup, Failure> {
        let contract =
            self.contract.ok_or_else(|| Failure::usage("a new folder needs --contract"))?;
        let status = RollupStatus::read(&mut &*node, contract)?;
        let genesis = self.genesis.as_deref().map(file::read_json).transpose()?;
        if status.terms.is_unsafe {
            note(
                "warning: the contract is for development: its proofs can be forged, or nobody \
                  paid in what it starts with",
            );
        }
        let new = NewRollup::of_contract(node.chain_id(), contract, &status, genesis)
            .map_err(Failure::wrong)?;
        Ok(Rollup::init(&self.data_dir, &new)?)
    }
}

/// Follows a rollup's contract to the chain's last block.
pub(in crate::commands) fn follow(rollup: &mut Rollup, node: &Node) -> Result<Followed, Failure> {
    let contract = rollup.config().parameters.contract;
    if contract == Address::ZERO {
        return Err(Failure::usage("the rollup has no contract; `starfold l1 deploy` makes one"));
    }
    node.check_chain(rollup.config().parameters.chain_id)?;
    let finalised = node.block(BlockTag::Finalised)?.number;
    let latest = node.block(BlockTag::Latest)?;
    let mut at = node.at(BlockTag::Number(latest.number))?;
    let status = RollupStatus::read(&mut at, contract)?;
    rollup.check_contract(node.chain_id(), &status)?;
    let collector = rollup.config().operator;
    if status.operator != collector {
        note(&format!(
            "warning: fees are collected for {collector}, the contract's operator is {}",
            status.operator
        ));
    }
    let first = match rollup.unread_from()? {
        Some(block) => block,
        None => {
            let block = node.deployment_block(contract)?;
            rollup.attach(contract, block)?;
            block
        }
    };
    let mut sync = rollup.sync(finalised)?;
    let mut next = first;
    while next <= latest.number {
        let end = latest.number.min(next.saturating_add(SPAN - 1));
        for entry in node.history(contract, next, end)? {
            sync.take(&entry)?;
        }
        next = end.saturating_add(1);
    }
    let (report, queue) = sync.finish(&status)?;
    // times beyond 32 bits are refused by the contract
    let time = u32::try_from(node.next_time()?).unwrap_or(u32::MAX);
    let time = Timestamp::new(time).expect("every u32 is a timestamp");
    Ok(Followed { report, queue, time })
}
