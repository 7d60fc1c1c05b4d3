//! Two neighbouring rows and what many constraints say of them.

use starfold_primitives::claim::Claim;
use starfold_primitives::poseidon::WIDTH;

use crate::air::AirBuilder;
use crate::gadgets::path::PathRows;
use crate::gadgets::schedule::ScheduleColumns;
use crate::transaction::columns::{OperationColumns, TransactionColumns};
use crate::transaction::schedule::{GROUPS, STEPS};

/// The values that the constraints share. Degrees stand behind every method: none may be multiplied beyond 3.
pub(super) struct Rows<'a, B: AirBuilder> {
    pub(super) local: &'a TransactionColumns<B::Expr>,
    pub(super) next: &'a TransactionColumns<B::Expr>,
    /// The local row's place in its block.
    pub(super) schedule: &'a ScheduleColumns<B::Expr, GROUPS, STEPS>,
    /// Output state of the local permutation; degree 1.
    pub(super) output: [B::Expr; WIDTH],
    pub(super) public: &'a Claim<B::Expr>,
    /// Sums of the kind's flags; degree 1.
    pub(super) kinds: KindSums<B>,
}

/// Sums of kinds; degree 1 all.
pub(super) struct KindSums<B: AirBuilder> {
    /// 1 unless it is a Noop.
    pub(super) any: B::Expr,
    /// Signed kinds.
    pub(super) signed: B::Expr,
    /// Kinds that open a sender's account.
    pub(super) sender: B::Expr,
    /// Kinds that open a recipient's account.
    pub(super) recipient: B::Expr,
    /// Kinds that have a token and an amount.
    pub(super) amount: B::Expr,
    /// Kinds that name an address, which the words may or may not tell.
    pub(super) address: B::Expr,
    /// Kinds that have a new key.
    pub(super) key: B::Expr,
    /// The key is replaced.
    pub(super) key_changes: B::Expr,
}

impl<B: AirBuilder> KindSums<B> {
    fn new(operation: &OperationColumns<B::Expr>) -> Self {
        let kind = &operation.kind;
        let signed = kind.transfer + kind.withdraw + kind.set_key;
        let recipient = kind.transfer + kind.deposit + kind.collect_fee;
        let exit = kind.withdraw + kind.forced_exit;
        Self {
            any: signed + kind.collect_fee + kind.deposit + kind.forced_exit + kind.l1_set_key,
            signed,
            sender: signed + kind.forced_exit + kind.l1_set_key,
            recipient,
            amount: recipient + exit,
            address: recipient + exit + kind.l1_set_key,
            key: kind.set_key + kind.l1_set_key,
            key_changes: kind.set_key + operation.key_match,
        }
    }
}

impl<'a, B: AirBuilder> Rows<'a, B> {
    pub(super) fn new(
        local: &'a TransactionColumns<B::Expr>,
        next: &'a TransactionColumns<B::Expr>,
        output: [B::Expr; WIDTH],
        public: &'a Claim<B::Expr>,
    ) -> Self {
        let kinds = KindSums::new(&local.operation);
        Self { local, next, schedule: &local.schedule, output, public, kinds }
    }

    /// The rows as a path sees them.
    pub(super) fn path(&self) -> PathRows<'_, B::Expr> {
        PathRows {
            local: &self.local.path,
            next: &self.next.path,
            input: &self.local.poseidon.input,
            next_input: &self.next.poseidon.input,
            output: &self.output,
        }
    }

    /// The digest that the row puts out; degree 1.
    pub(super) fn digest(&self) -> [B::Expr; 4] {
        std::array::from_fn(|i| self.output[i])
    }

    /// `N` elements of the local permutation's input.
    pub(super) fn input<const N: usize>(&self, from: usize) -> [B::Expr; N] {
        std::array::from_fn(|i| self.local.poseidon.input[from + i])
    }

    /// `N` elements of the next permutation's input.
    pub(super) fn next_input<const N: usize>(&self, from: usize) -> [B::Expr; N] {
        std::array::from_fn(|i| self.next.poseidon.input[from + i])
    }
}
