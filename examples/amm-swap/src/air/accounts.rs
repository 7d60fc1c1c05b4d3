//! Who trades with whom: what the two accounts are, what is signed, and what is published.

use starfold_circuits::air::{AirBuilder, Domain};
use starfold_circuits::gadgets::poseidon;
use starfold_circuits::gadgets::schnorr::{self, ChallengeHash};
use starfold_circuits::gadgets::words::{self, WordRow, Words};
use starfold_primitives::poseidon::{Domain as HashDomain, RATE};
use starfold_transition::claim_layout::context::{CHAIN_ID, CONTRACT, WORDS_POINT};
use starfold_transition::layout::Opcode;

use super::columns::*;
use super::{Rows, order_tokens};
use crate::pool::{ORDER_CODE, POOL_ADDRESS, POOL_KEY};

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    capacity(rows, builder);
    identities_and_nonces(rows, builder);
    signature(rows, builder);
    published(rows, builder);
}

fn capacity<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let schedule = &rows.local.schedule;
    let leaves = schedule.groups(LEAVES, builder);
    let texts = schedule.group[POOL];
    let tags = [
        (HashDomain::AccountNode, schedule.groups(ACCOUNTS.into_iter().flatten(), builder)),
        (HashDomain::TokenNode, schedule.groups(SOLD.into_iter().chain(BOUGHT).flatten(), builder)),
        (HashDomain::Identity, leaves * schedule.steps(IDENTITY, builder)),
        (HashDomain::AccountHeader, leaves * schedule.steps(HEADER, builder)),
        (HashDomain::StateLeaf, leaves * schedule.steps(STATE_LEAF, builder)),
        (HashDomain::Message, rows.at(POOL, MESSAGE[0])),
        (HashDomain::Challenge, rows.at(POOL, CHALLENGE[0])),
        (HashDomain::Word, texts * schedule.steps(WORDS, builder)),
    ];
    let tag = builder.sum(tags.map(|(domain, row)| row * builder.constant(domain.tag())));
    let continued = [MESSAGE[1], MESSAGE[2], CHALLENGE[1]];
    let fresh = builder.one() - texts * schedule.steps(continued, builder);
    poseidon::constrain_capacity(&rows.local.poseidon, fresh, tag, builder);
    let goes_on = texts * schedule.steps(continued.map(|step| step - 1), builder);
    poseidon::constrain_continuation(&rows.output, &rows.next.poseidon, goes_on, builder);
}

fn identities_and_nonces<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let schedule = &rows.local.schedule;
    let present = rows.local.order.present;
    let (every, transition) = (Domain::EveryRow, Domain::Transition);
    let identity = schedule.at_groups(LEAVES, IDENTITY[0], builder);
    builder.assert_equal_when(
        "an account keeps its key and address",
        transition,
        identity,
        rows.next_input::<8>(0),
        rows.input::<8>(0),
    );
    let pool_row = rows.local.flags.pool_row;
    let old_pool = rows.at(POOL, IDENTITY[0]) * present;
    builder.assert_zero("the pool is looked at", every, pool_row - old_pool);
    let [a0, a1, a2] = POOL_ADDRESS.limbs();
    let [k0, k1, k2, k3, k4] = POOL_KEY;
    let pool = [k0, k1, k2, k3, k4, a0, a1, a2].map(|element| builder.constant(element));
    let name = "the pool's account is nobody's";
    builder.assert_equal_when(name, every, pool_row, rows.input(0), pool);

    let headers = schedule.groups(LEAVES, builder) * schedule.steps(HEADER, builder);
    let rest = rows.input::<3>(5).map(|element| headers * element);
    builder.assert_zeros("key kind and padding of a header are zero", every, rest);
    let [[old], [new]] = [rows.input::<1>(4), rows.next_input::<1>(4)];
    let trader = rows.at(TRADER, HEADER[0]) * (old - rows.local.order.nonce);
    builder.assert_zero("the order has the trader's nonce", every, trader);
    let old_headers = schedule.at_groups(LEAVES, HEADER[0], builder);
    let advanced = old_headers * (new - old - present);
    builder.assert_zero("a swap advances both nonces", transition, advanced);
}

/// The trader signs the order.
fn signature<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (rows.local, rows.next);
    let (order, flags) = (&local.order, &local.flags);
    let public = &rows.public.context;
    let zero = builder.zero();
    let [c0, c1, c2] = CONTRACT.read(public);
    let [a0, a1, a2] = POOL_ADDRESS.limbs().map(|limb| builder.constant(limb));
    let [s0, s1, s2, s3] = order.sold.limbs;
    let [l0, l1, l2, l3] = order.least;
    let code = builder.constant(ORDER_CODE);
    let [token_sold, token_bought] = order_tokens(rows, builder);
    let chunks = [
        [code, CHAIN_ID.get(public), c0, c1, c2, order.trader, a0, a1],
        [a2, order.pool, token_sold, s0, s1, s2, s3, zero],
        [token_bought, order.nonce, order.valid_until, l0, l1, l2, l3, zero],
    ];
    for (step, chunk) in MESSAGE.into_iter().zip(chunks) {
        let (row, input) = (rows.at(POOL, step), rows.input::<RATE>(0));
        let name = "the message is the order";
        builder.assert_equal_when(name, Domain::EveryRow, row, input, chunk);
    }
    for (name, flag, group, step) in [
        ("an order checks the key", flags.key_row, TRADER, KEY_STEP),
        ("an order hashes key and R", flags.challenge_row, POOL, CHALLENGE[0]),
        ("an order compares the challenge", flags.challenge_end_row, POOL, CHALLENGE[1]),
    ] {
        builder.assert_zero(name, Domain::EveryRow, flag - rows.at(group, step) * order.present);
    }
    schnorr::constrain(&local.schedule, &local.signature, &next.signature, builder);
    let (key, root) = (rows.next_input(0), rows.input(0));
    schnorr::constrain_key(&local.signature, key, root, flags.key_row, builder);
    let (key, end) = (rows.input(0), rows.next_input(1));
    schnorr::constrain_encodings(&local.signature, key, end, flags.challenge_row, builder);
    let hash = ChallengeHash {
        message: local.path.previous_output,
        first: rows.at(POOL, CHALLENGE[0]),
        second: rows.at(POOL, CHALLENGE[1]),
        compared: flags.challenge_end_row,
        input: &local.poseidon.input,
        next_input: &next.poseidon.input,
        output: &rows.output,
    };
    schnorr::constrain_challenge(&local.signature, &hash, builder);
}

/// The words tell two transfers.
fn published<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let order = &rows.local.order;
    let word_row = rows.local.flags.word_row;
    let selected =
        rows.local.schedule.group[POOL] * rows.local.schedule.steps(WORDS, builder) * order.present;
    builder.assert_zero("an order has its words", Domain::EveryRow, word_row - selected);
    let [token_sold, token_bought] = order_tokens(rows, builder);
    let pays = Transfer {
        from: order.trader,
        to: (order.pool, order.pool_high),
        token: token_sold,
        amount: &order.sold,
    };
    let is_paid = Transfer {
        from: order.pool,
        to: (order.trader, order.trader_high),
        token: token_bought,
        amount: &order.bought,
    };
    for (name, step, transfer) in [
        ("the first word pays the pool", WORDS[0], pays),
        ("the second word pays the trader", WORDS[1], is_paid),
    ] {
        let (row, limbs) = (rows.at(POOL, step), rows.input::<4>(4));
        let word = head_word(&transfer, builder);
        builder.assert_equal_when(name, Domain::EveryRow, row, limbs, word);
    }
    let row = WordRow { takes: word_row, input: &rows.local.poseidon.input, output: &rows.output };
    let [local, next] = [&rows.local.running, &rows.next.running].map(|running| Words {
        digest: running.words_digest,
        evaluation: running.words_evaluation,
    });
    words::constrain(&row, &local, &next, WORDS_POINT.read(&rows.public.context), builder);
}

/// What the word of a transfer tells.
struct Transfer<'a, E: Copy> {
    from: E,
    /// The index and its 22 highest bits.
    to: (E, E),
    token: E,
    amount: &'a PublishedAmount<E>,
}

/// The limbs of a transfer's word without a fee (section 5 of the protocol).
fn head_word<B: AirBuilder>(transfer: &Transfer<'_, B::Expr>, builder: &B) -> [B::Expr; 4] {
    let shifted = |value: B::Expr, bits: u32| value * builder.constant(1 << bits);
    let PublishedAmount { limbs: [m0, m1, m2, m3], limb_0_high, limb_2_high, .. } =
        *transfer.amount;
    let (to, to_high) = transfer.to;
    let opcode = builder.constant(Opcode::Transfer.code().into());
    [
        shifted(m0 - shifted(limb_0_high, 30), 32),
        shifted(m2 - shifted(limb_2_high, 28), 34) + shifted(m1, 2) + limb_0_high,
        shifted(to - shifted(to_high, 10), 52)
            + shifted(transfer.token, 36)
            + shifted(m3, 4)
            + limb_2_high,
        shifted(opcode, 54) + shifted(transfer.from, 22) + to_high,
    ]
}
