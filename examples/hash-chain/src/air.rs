//! What is proved: one permutation in every row.

use starfold_circuits::air::{Air, AirBuilder, Array, Cell, Claim, Domain, Layout, columns};
use starfold_circuits::gadgets::poseidon::{self, PoseidonColumns};

columns! {
    /// What holds throughout a batch.
    pub struct Topic {
        /// Keeps chains of different topics apart.
        topic: Cell,
    }
}

columns! {
    /// Where the chain stands.
    pub struct Chain {
        /// The digest of all messages so far.
        digest: Array<Cell, 4>,
        /// How many there were.
        length: Cell,
    }
}

columns! {
    /// A row of the trace: one message, or padding.
    pub struct HashChainColumns {
        /// The permutation of digest, message, topic and three zeros.
        poseidon: PoseidonColumns<()>,
        /// The messages before the row.
        length: Cell,
        /// 1 for a message, 0 for padding.
        is_message: Cell,
    }
}

/// Every step hashes a message into the digest.
#[derive(Clone, Copy, Debug, Default)]
pub struct HashChainAir;

impl Air for HashChainAir {
    type Columns = HashChainColumns<()>;
    type Boundary = Chain<()>;
    const NAME: &'static str = "hash-chain";
    const DEGREE: usize = 3;

    fn eval<B: AirBuilder>(
        &self,
        local: &HashChainColumns<B::Expr>,
        next: &HashChainColumns<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let [entry, exit] = [public.entry, public.exit].map(|cells| Chain::<()>::of(&cells));
        let Topic { topic } = Topic::<()>::of(&public.context);
        let output = poseidon::constrain(&local.poseidon, builder);
        let [d0, d1, d2, d3, m0, m1, m2, m3, capacity @ ..] = local.poseidon.input;
        let [digest, message] = [[d0, d1, d2, d3], [m0, m1, m2, m3]];
        let [first, zeros @ ..] = capacity;
        let is_message = local.is_message;
        let is_padding = builder.one() - is_message;

        builder.assert_bool("a row is a message or padding", is_message);
        let every = Domain::EveryRow;
        builder.assert_zero("the capacity begins with the topic", every, first - topic);
        builder.assert_zeros("the rest of the capacity is zero", every, zeros);
        let unused = message.map(|element| is_padding * element);
        builder.assert_zeros("padding has no message", every, unused);

        let after: [B::Expr; 4] =
            std::array::from_fn(|i| digest[i] + is_message * (output[i] - digest[i]));
        let length = local.length + is_message;
        let links = std::array::from_fn::<_, 4, _>(|i| next.poseidon.input[i] - after[i]);
        builder.assert_zeros("a message moves the digest", Domain::Transition, links);
        builder.assert_zero("messages are counted", Domain::Transition, next.length - length);

        let begins = std::array::from_fn::<_, 4, _>(|i| digest[i] - entry.digest[i]);
        builder.assert_zeros("it begins at the entry's digest", Domain::FirstRow, begins);
        let ends = std::array::from_fn::<_, 4, _>(|i| after[i] - exit.digest[i]);
        builder.assert_zeros("it ends at the exit's digest", Domain::LastRow, ends);
        let begins = local.length - entry.length;
        builder.assert_zero("it begins at the entry's length", Domain::FirstRow, begins);
        builder.assert_zero("it ends at the exit's length", Domain::LastRow, length - exit.length);
    }
}
