use proptest::prelude::*;
use starfold_circuits::air::{Claim, Element, Field, Trace};
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::provable::ProvableTransition as _;
use starfold_circuits::recursion::Catalogue;
use starfold_circuits::testing::strategies::element;
use starfold_circuits::testing::{
    Forgery, check_agreement, check_cells, check_claim, check_degree, check_forgeries, check_honest,
};
use starfold_primitives::word::Word;
use starfold_transition::{execute, replay_words};

use super::{HashChain, HashChainAir, HashChainColumns};

/// Columns of the row, by name.
type Row = HashChainColumns<Element>;

fn words(count: u64) -> Vec<Word> {
    (0..count).map(|i| Word::new([i + 1, 5, i * i, 0]).unwrap()).collect()
}

/// Five messages in eight rows.
fn honest() -> (Trace, Claim<Element>) {
    let HashChain { topic, chain } = HashChain::new(Element::TWO);
    let context = super::Topic { topic };
    let (trace, exit) = HashChain::trace(&context, &chain, &words(5), 8).unwrap();
    (trace, Claim::between(&context, &chain, &exit))
}

/// Fills the rows from one on again after an edit of it, so that the chain is consistent with the edit.
fn rebuild(
    trace: &mut Trace,
    claim: &mut Claim<Element>,
    from: usize,
    edit: impl Fn(&mut [Element; 12], &mut Element),
) {
    let mut rows: Vec<Row> =
        (0..trace.height()).map(|row| trace.row::<HashChainColumns<()>>(row)).collect();
    let (mut input, mut is_message) = (rows[from].poseidon.input, rows[from].is_message);
    edit(&mut input, &mut is_message);
    for row in from..rows.len() {
        let (poseidon, output) = starfold_circuits::gadgets::poseidon::generate(input);
        let length = rows[row].length;
        rows[row] = HashChainColumns { poseidon, length, is_message };
        let after: [Element; 4] =
            std::array::from_fn(|i| input[i] + is_message * (output[i] - input[i]));
        let length = length + is_message;
        if let Some(next) = rows.get_mut(row + 1) {
            input = next.poseidon.input;
            input[..4].copy_from_slice(&after);
            (next.length, is_message) = (length, next.is_message);
        } else {
            claim.exit[..4].copy_from_slice(&after);
            claim.exit[4] = length;
        }
    }
    *trace = Trace::from_rows::<HashChainColumns<()>>(rows);
}

#[test]
fn the_air_is_what_it_says() {
    let (trace, claim) = honest();
    check_degree(&HashChainAir).unwrap();
    check_agreement(HashChainAir, 1).unwrap();
    check_honest(&HashChainAir, &trace, &claim).unwrap();
    check_claim(&HashChainAir, &trace, &claim).unwrap();
    check_cells(&HashChainAir, &trace, &claim, 0..8, |_, _, _| true).unwrap();
}

#[test]
fn every_constraint_is_needed() {
    let forgeries = [
        Forgery {
            title: "half a message",
            edit: |trace, claim| {
                rebuild(trace, claim, 4, |_, is_message| *is_message = Element::TWO.inverse());
            },
            // what is half padding has half a message too many
            breaks: &["a row is a message or padding", "padding has no message"],
        },
        Forgery {
            title: "another topic",
            edit: |trace, claim| rebuild(trace, claim, 7, |input, _| input[8] += Element::ONE),
            breaks: &["the capacity begins with the topic"],
        },
        Forgery {
            title: "something in the capacity",
            edit: |trace, claim| rebuild(trace, claim, 7, |input, _| input[10] += Element::ONE),
            breaks: &["the rest of the capacity is zero"],
        },
        Forgery {
            title: "a message in the padding",
            edit: |trace, claim| rebuild(trace, claim, 6, |input, _| input[5] += Element::ONE),
            breaks: &["padding has no message"],
        },
        Forgery {
            title: "another digest half-way",
            edit: |trace, claim| rebuild(trace, claim, 3, |input, _| input[0] += Element::ONE),
            breaks: &["a message moves the digest"],
        },
        Forgery {
            title: "a message that is not counted",
            edit: |trace, claim| {
                let length = trace.width() - 2;
                (4..8).for_each(|row| trace[row][length] -= Element::ONE);
                claim.exit[4] -= Element::ONE;
            },
            breaks: &["messages are counted"],
        },
        Forgery {
            title: "another beginning",
            edit: |_, claim| claim.entry[2] += Element::ONE,
            breaks: &["it begins at the entry's digest"],
        },
        Forgery {
            title: "another end",
            edit: |_, claim| claim.exit[3] += Element::ONE,
            breaks: &["it ends at the exit's digest"],
        },
        Forgery {
            title: "more messages before",
            edit: |_, claim| claim.entry[4] += Element::ONE,
            breaks: &["it begins at the entry's length"],
        },
        Forgery {
            title: "more messages in the end",
            edit: |_, claim| claim.exit[4] += Element::ONE,
            breaks: &["it ends at the exit's length"],
        },
        Forgery {
            title: "another cube",
            edit: |trace, _| trace[2][12] += Element::ONE,
            breaks: &["an S-box cubes its input", "an S-box raises its input to 7"],
        },
    ];
    let (trace, claim) = honest();
    check_forgeries(&HashChainAir, &trace, &claim, &forgeries).unwrap();
}

proptest! {
    #[test]
    fn trace_executor_and_words_lead_to_one_digest(
        topic in element(),
        limbs in prop::collection::vec([0..1u64 << 62, 0..1 << 62, 0..1 << 62, 0..1 << 62], 1..9),
    ) {
        let messages: Vec<Word> = limbs.into_iter().map(|limbs| Word::new(limbs).unwrap()).collect();
        let mut chain = HashChain::new(topic);
        let mut follower = chain;
        let batch = execute(&mut chain, &messages).unwrap();
        let entry = &batch.boundaries[0];
        let (trace, exit) = HashChain::trace(&batch.context, entry, &batch.witnesses, 8).unwrap();
        prop_assert_eq!(exit.digest, chain.chain.digest);
        let claim = Claim::between(&batch.context, entry, &exit);
        prop_assert_eq!(check_honest(&HashChainAir, &trace, &claim), Ok(()));
        prop_assert_eq!(replay_words(&mut follower, &batch.words), Ok(messages.len()));
        prop_assert_eq!(follower.chain.digest, chain.chain.digest);
    }
}

#[test]
fn its_leaf_circuits_fit() {
    let shape = starfold_circuits::recursion::Shape::new(ParameterSet::Standard);
    for entry in Catalogue::new().with::<HashChain>().entries() {
        entry.build(&shape).unwrap();
    }
}
