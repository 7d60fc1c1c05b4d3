//! `starfold simulate`

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use serde::Serialize;
use starfold_primitives::Digest;
use starfold_rollup::workload::{self, Funding, Plan, RandomTransfers, Workload};
use starfold_rollup::{Rollup, development, file, write_list};
use starfold_transition::batch::MAX_WORDS;

use crate::failure::Failure;
use crate::output::{Table, note, print_json};

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("workload").required(true).args(["transfers", "random"]),
    after_help = "Every account signs with the development key of its address, which everybody can \
                  compute, and no transaction expires."
)]
pub(crate) struct Arguments {
    /// The folder of a rollup without batches and accounts.
    #[arg(long)]
    data_dir: PathBuf,
    /// A JSON file of transfers.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["accounts", "seed"])]
    transfers: Option<PathBuf>,
    /// So many random transfers instead.
    #[arg(long, value_name = "N")]
    random: Option<usize>,
    /// Accounts of the random transfers.
    #[arg(long, value_name = "M", default_value_t = 16)]
    accounts: u32,
    /// Equal seeds give equal transfers.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where the accounts have their money from: genesis or deposits.
    #[arg(long, default_value = "genesis")]
    fund: Funding,
    /// The file for the signed transactions; L1 operations go beside it.
    #[arg(long)]
    out: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What was written.
#[derive(Debug, Serialize)]
struct Report {
    transactions: usize,
    l1_operations: usize,
    funded_accounts: usize,
    tokens: usize,
    words: usize,
    state_root: Digest,
    transactions_file: PathBuf,
    l1_operations_file: Option<PathBuf>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        file::check_folder(&self.out)?;
        let plan = self.plan()?;
        let mut rollup = Rollup::open(&self.data_dir)?;
        if rollup.config().parameters.chain_id.get() != development::CHAIN_ID {
            note("warning: everybody knows the keys of simulated accounts");
        }
        let workload = rollup.simulate(&plan, self.fund)?;
        let state_root = rollup.state().head().root;
        write_list(&self.out, &workload.transactions)?;
        let l1_operations_file = match self.fund {
            Funding::Genesis => None,
            Funding::Deposits => {
                let path = beside(&self.out);
                write_list(&path, &workload.l1_operations)?;
                Some(path)
            }
        };
        if workload.words > MAX_WORDS {
            let words = workload.words;
            note(&format!("warning: {words} words are too many for one batch of {MAX_WORDS}"));
        }
        let report = Report::of(&workload, state_root, self.out.clone(), l1_operations_file);
        if self.json {
            return Ok(print_json(&report)?);
        }
        report.print(&self.data_dir)
    }

    fn plan(&self) -> Result<Plan, Failure> {
        match (&self.transfers, self.random) {
            (Some(path), _) => Ok(workload::read_transfers(path)?),
            (None, transfers) => Ok(workload::random(RandomTransfers {
                transfers: transfers.unwrap_or_default(),
                accounts: self.accounts,
                seed: self.seed,
            })?),
        }
    }
}

/// Where the L1 operations of a file of transactions are written: `txs.json` and `txs.l1.json`.
fn beside(transactions: &Path) -> PathBuf {
    transactions.with_extension("l1.json")
}

impl Report {
    fn of(
        workload: &Workload,
        state_root: Digest,
        transactions_file: PathBuf,
        l1_operations_file: Option<PathBuf>,
    ) -> Self {
        Self {
            transactions: workload.transactions.len(),
            l1_operations: workload.l1_operations.len(),
            funded_accounts: workload.funded_accounts,
            tokens: workload.genesis.tokens.len() + 1,
            words: workload.words,
            state_root,
            transactions_file,
            l1_operations_file,
        }
    }

    fn print(&self, data_dir: &Path) -> Result<(), Failure> {
        let mut table = Table::default();
        table
            .row("transactions", self.transactions)
            .row("funded accounts", self.funded_accounts)
            .row("tokens", self.tokens)
            .row("state root", self.state_root)
            .row("written", self.transactions_file.display());
        let mut next = format!(
            "starfold batch-prove --data-dir {} --transactions {}",
            data_dir.display(),
            self.transactions_file.display()
        );
        if let Some(path) = &self.l1_operations_file {
            table.row("L1 operations", self.l1_operations).row("written", path.display());
            next += &format!(" --l1-operations {}", path.display());
        }
        table.row("next", next + " --out batch.proof").print()?;
        Ok(())
    }
}
