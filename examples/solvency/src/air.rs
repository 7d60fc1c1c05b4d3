//! What is proved: an account is opened in 64 rows, and nothing lies between it and the one before.

use std::sync::LazyLock;

use starfold_circuits::air::{Air, AirBuilder, Array, Cell, Claim, Domain, Layout, columns};
use starfold_circuits::gadgets::poseidon::{self, PoseidonColumns};
use starfold_circuits::gadgets::schedule::{self, ScheduleColumns};
use starfold_primitives::poseidon::{Domain as HashDomain, hash_pair};
use starfold_state::{ACCOUNT_DEPTH, EMPTY_LEAF};

/// Rows of a block.
pub(crate) const ROWS: usize = 64;
/// The row of the balance, in which the path begins: 16 levels of tokens, the state leaf, 32 levels of accounts.
pub(crate) const BALANCE_ROW: usize = 15;
/// The row of the state leaf.
pub(crate) const LEAF_ROW: usize = 31;
/// The first row of the account tree.
pub(crate) const ACCOUNT_ROW: usize = 32;

const STEPS: usize = 16;
const LAST_STEP: usize = STEPS - 1;

columns! {
    /// What is audited.
    pub struct Audited {
        /// The state.
        state_root: Array<Cell, 4>,
        /// The token.
        token: Cell,
    }
}

columns! {
    /// How far an audit has come.
    pub struct Audit {
        /// All accounts below this index are counted.
        covered: Cell,
        /// Sums of the 32-bit limbs of their balances, low first, without carries.
        limbs: Array<Cell, 4>,
        /// How many accounts were opened, for information.
        accounts: Cell,
    }
}

columns! {
    /// A row of the trace: a permutation, and the path that it lies on.
    pub struct SolvencyColumns {
        /// The permutation.
        poseidon: PoseidonColumns<()>,
        /// The row's place in its block.
        schedule: ScheduleColumns<(), 4, 16>,
        /// The half of the permutation's input that the path comes from.
        node: Array<Cell, 4>,
        /// Whether that is the right half.
        bit: Cell,
        /// Whether a left sibling on this level is to be empty.
        left_empty: Cell,
        /// Whether a right sibling on this level is to be empty.
        right_empty: Cell,
        /// Whether the row's sibling is to be empty.
        must_be_empty: Cell,
        /// The bit of the first index that the block covers; of the token on its levels.
        first_bit: Cell,
        /// The bit of the last index that the block covers; of the token on its levels.
        last_bit: Cell,
        /// The bits of the first index from this level up.
        first: Cell,
        /// The bits of the last index from this level up.
        last: Cell,
        /// Whether the block counts an account, or is padding.
        counts: Cell,
        /// Whether it counts, in the rows of the balance, of the first level, and of the root.
        event: Cell,
        /// How far the audit has come.
        audit: Audit<()>,
    }
}

/// The roots of empty subtrees of the account tree, level by level.
pub(crate) static EMPTY: LazyLock<[[u64; 4]; ACCOUNT_DEPTH]> = LazyLock::new(|| {
    let mut node = EMPTY_LEAF;
    std::array::from_fn(|_| {
        let empty = node;
        node = hash_pair(HashDomain::AccountNode, node, node);
        empty.to_canonical()
    })
});

/// Counts the balances of a token.
#[derive(Clone, Copy, Debug, Default)]
pub struct SolvencyAir;

impl Air for SolvencyAir {
    type Columns = SolvencyColumns<()>;
    type Boundary = Audit<()>;
    const NAME: &'static str = "solvency";
    const DEGREE: usize = 3;

    fn eval<B: AirBuilder>(
        &self,
        local: &SolvencyColumns<B::Expr>,
        next: &SolvencyColumns<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let output = poseidon::constrain(&local.poseidon, builder);
        schedule::constrain(&local.schedule, &next.schedule, builder);
        let digest = std::array::from_fn(|i| output[i]);
        let rows = Rows::<B> { local, next, digest, audited: Audited::<()>::of(&public.context) };
        hashes(&rows, builder);
        indices(&rows, builder);
        gaps(&rows, builder);
        counting(&rows, builder);

        let [entry, exit] =
            [public.entry, public.exit].map(|cells| elements(&Audit::<()>::of(&cells)));
        let begins = std::array::from_fn::<_, 6, _>(|i| elements(&local.audit)[i] - entry[i]);
        builder.assert_zeros("the audit begins at the entry", Domain::FirstRow, begins);
        let ends = std::array::from_fn::<_, 6, _>(|i| elements(&local.audit)[i] - exit[i]);
        builder.assert_zeros("the audit ends at the exit", Domain::LastRow, ends);
    }
}

/// Two rows and what many constraints say of them.
struct Rows<'a, B: AirBuilder> {
    local: &'a SolvencyColumns<B::Expr>,
    next: &'a SolvencyColumns<B::Expr>,
    /// What the local row puts out; degree 1.
    digest: [B::Expr; 4],
    audited: Audited<B::Expr>,
}

impl<B: AirBuilder> Rows<'_, B> {
    /// 1 before the path; degree 2.
    fn idle(&self) -> B::Expr {
        self.local.schedule.group[0] - self.local.schedule.at(0, LAST_STEP)
    }

    /// 1 on the levels of the token tree; degree 2.
    fn on_tokens(&self) -> B::Expr {
        let schedule = &self.local.schedule;
        schedule.at(0, LAST_STEP) + schedule.group[1] - self.on_leaf()
    }

    /// 1 in the row of the state leaf; degree 2.
    fn on_leaf(&self) -> B::Expr {
        self.local.schedule.at(1, LAST_STEP)
    }

    /// 1 on the levels of the account tree; degree 1.
    fn on_accounts(&self) -> B::Expr {
        self.local.schedule.group[2] + self.local.schedule.group[3]
    }

    /// The other half of the permutation's input; degree 1.
    fn sibling(&self) -> [B::Expr; 4] {
        let input = &self.local.poseidon.input;
        std::array::from_fn(|i| input[i] + input[4 + i] - self.local.node[i])
    }
}

fn elements<E: Copy>(audit: &Audit<E>) -> [E; 6] {
    let [l0, l1, l2, l3] = audit.limbs;
    [audit.covered, l0, l1, l2, l3, audit.accounts]
}

/// One path leads from the balance to the state root: what a row puts out is the node of the next.
fn hashes<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let Rows { local, next, .. } = rows;
    let tags = [
        (HashDomain::TokenNode, rows.on_tokens()),
        (HashDomain::StateLeaf, rows.on_leaf()),
        (HashDomain::AccountNode, rows.on_accounts()),
    ];
    let tag = builder.sum(tags.map(|(domain, row)| row * builder.constant(domain.tag())));
    poseidon::constrain_capacity(&local.poseidon, builder.one(), tag, builder);
    let every = Domain::EveryRow;
    let idle: [B::Expr; 8] = std::array::from_fn(|i| rows.idle() * local.poseidon.input[i]);
    builder.assert_zeros("an idle row hashes zeros", every, idle);

    builder.assert_bool("a node is the left or the right one", local.bit);
    let sibling = rows.sibling();
    let half = std::array::from_fn::<_, 4, _>(|i| {
        let node = local.node[i];
        local.poseidon.input[i] - node - local.bit * (sibling[i] - node)
    });
    builder.assert_zeros("the permutation takes node and sibling", every, half);
    let off_trees = (rows.idle() + rows.on_leaf()) * local.bit;
    builder.assert_zero("off the trees the node is the left half", every, off_trees);
    let goes_on = builder.one() - rows.idle() - local.schedule.block_end();
    builder.assert_equal_when(
        "what a row puts out is the next node",
        Domain::Transition,
        goes_on,
        next.node,
        rows.digest,
    );
    let root = local.event * local.schedule.group[3];
    let name = "the account stands under the state root";
    builder.assert_equal_when(name, every, root, rows.digest, rows.audited.state_root);
}

/// The token, and the first and the last index that a block covers, bit by bit.
fn indices<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let Rows { local, next, .. } = rows;
    let every = Domain::EveryRow;
    let bit = local.bit;
    let kept = bit - bit * local.left_empty;
    let name = "left of the account the block covers what is empty";
    builder.assert_zero(name, every, local.first_bit - kept);
    let filled = bit + local.right_empty - bit * local.right_empty;
    let name = "right of the account the block covers what is empty";
    builder.assert_zero(name, every, local.last_bit - filled);

    let indices =
        [[local.first, next.first, local.first_bit], [local.last, next.last, local.last_bit]];
    let tops = local.schedule.at(1, LAST_STEP - 1) + local.schedule.block_end();
    let inner = rows.on_tokens() + rows.on_accounts() - tops;
    let start = local.schedule.at(0, LAST_STEP);
    for [rest, next_rest, bit] in indices {
        let halved = inner * (rest - next_rest - next_rest - bit);
        builder.assert_zero("a level takes one bit of the index", Domain::Transition, halved);
        let left = tops * (rest - bit);
        builder.assert_zero("no bit of the index is left at the root", every, left);
        let off_trees = (rows.idle() + rows.on_leaf()) * rest;
        builder.assert_zero("off the trees there is no index", every, off_trees);
        let token = start * (rest - rows.audited.token);
        builder.assert_zero("the balance is of the token", every, token);
    }
}

/// Between two accounts there are empty subtrees alone.
fn gaps<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let Rows { local, next, .. } = rows;
    let (every, one) = (Domain::EveryRow, builder.one());
    for (empty, next_empty) in
        [(local.left_empty, next.left_empty), (local.right_empty, next.right_empty)]
    {
        builder.assert_bool("a side is to be empty or not", empty);
        let off_accounts = (one - rows.on_accounts()) * empty;
        builder.assert_zero("only accounts can be left out", every, off_accounts);
        let again = rows.on_accounts() * (one - empty) * next_empty;
        let name = "a side is empty from level 0 up to some level";
        builder.assert_zero(name, Domain::Transition, again);
    }
    let bit = local.bit;
    let sibling_empty = bit * local.left_empty + (one - bit) * local.right_empty;
    let name = "the sibling lies to the left or to the right";
    builder.assert_zero(name, every, local.must_be_empty - sibling_empty);
    let empty = empty_node(rows, builder);
    let (must, sibling) = (local.must_be_empty, rows.sibling());
    builder.assert_equal_when("nothing is left out", every, must, sibling, empty);
}

/// The root of an empty subtree on the row's level of the account tree; degree 2.
fn empty_node<B: AirBuilder>(rows: &Rows<'_, B>, builder: &B) -> [B::Expr; 4] {
    std::array::from_fn(|i| {
        let levels = EMPTY.iter().enumerate().map(|(level, node)| {
            let row = rows.local.schedule.at(2 + level / STEPS, level % STEPS);
            row * builder.constant(node[i])
        });
        levels.reduce(|sum, level| sum + level).unwrap_or_else(|| builder.zero())
    })
}

/// A block that counts moves the audit: by its balance, and to the end of what it covers.
fn counting<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let Rows { local, next, .. } = rows;
    let (every, transition) = (Domain::EveryRow, Domain::Transition);
    let (audit, after, schedule) = (&local.audit, &next.audit, &local.schedule);
    builder.assert_bool("a block counts or is padding", local.counts);
    let stays = builder.one() - schedule.block_end();
    let changes = stays * (next.counts - local.counts);
    builder.assert_zero("a block counts in all its rows", transition, changes);
    let events = schedule.at(0, LAST_STEP) + schedule.at(2, 0) + schedule.block_end();
    let event = local.event - local.counts * events;
    builder.assert_zero("a block that counts counts in three rows", every, event);

    let [balance_row, first_row] = [0, 2].map(|group| local.event * schedule.group[group]);
    let gap = first_row * (local.first - audit.covered);
    builder.assert_zero("a block begins where the one before ended", every, gap);
    let beyond = local.last + builder.one() - audit.covered;
    let covered = after.covered - audit.covered - first_row * beyond;
    builder.assert_zero("the audit goes on behind the last index", transition, covered);
    let sums = std::array::from_fn::<_, 4, _>(|i| {
        after.limbs[i] - audit.limbs[i] - balance_row * local.node[i]
    });
    builder.assert_zeros("the balance is added", transition, sums);
    let accounts = after.accounts - audit.accounts - balance_row;
    builder.assert_zero("accounts are counted", transition, accounts);
}
