//! A transition that fits on a page: a sum that stays below a hundred.

use starfold_primitives::claim::ClaimPart;
use starfold_primitives::word::Word;
use starfold_primitives::{Field, Goldilocks};

use super::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sum(u64);

impl<const LEN: usize> ClaimPart<LEN> for Sum {
    fn to_elements(&self) -> [Goldilocks; LEN] {
        let mut elements = [Goldilocks::ZERO; LEN];
        elements[0] = Goldilocks::from_canonical_u64(self.0);
        elements
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is too much")]
struct TooMuch(u64);

impl Transition for Sum {
    type Operation = u64;
    type Witness = u64;
    type Rejection = TooMuch;
    type ReplayError = TooMuch;
    type Commitment = u64;
    type Context = Sum;
    type Boundary = Sum;

    fn apply(&mut self, operation: &u64) -> Result<u64, TooMuch> {
        let sum = self.0 + operation;
        if sum > 100 {
            return Err(TooMuch(sum));
        }
        self.0 = sum;
        Ok(*operation)
    }

    fn commit(&self) -> u64 {
        self.0
    }

    fn words(witness: &u64) -> Vec<Word> {
        // a step of nothing publishes nothing
        (*witness > 0).then(|| Word::new([*witness, 0, 0, 0]).unwrap()).into_iter().collect()
    }

    fn context(&self, words: &[Word]) -> Sum {
        Sum(words.len() as u64)
    }

    fn opening(commitment: u64) -> Sum {
        Sum(commitment)
    }

    fn after(_: &Sum, _: &Sum, _: &u64, commitment: u64) -> Option<Sum> {
        (commitment != 66).then_some(Sum(commitment))
    }

    fn replay(&mut self, words: &[Word]) -> Result<usize, TooMuch> {
        let [added, taken, ..] = words[0].limbs();
        self.apply(&added)?;
        Ok(if taken == 0 { 1 } else { taken as usize - 1 })
    }
}

#[test]
fn a_batch_is_carried_out_and_followed_by_its_words() {
    let mut state = Sum(7);
    let execution = execute(&mut state, &[3, 0, 5]).unwrap();
    assert_eq!(execution.boundaries, [7, 10, 10, 15].map(Sum));
    assert_eq!((execution.context, execution.witnesses.as_slice()), (Sum(2), &[3, 0, 5][..]));
    let mut follower = Sum(7);
    assert_eq!(replay_words(&mut follower, &execution.words), Ok(2));
    assert_eq!(follower, state);
}

#[test]
fn what_is_refused_names_its_position() {
    let mut state = Sum(7);
    let rejection = TooMuch(110);
    let error = execute(&mut state, &[3, 100]);
    assert_eq!(error, Err(ExecuteError::Rejected { position: 1, rejection }));
    assert_eq!(state, Sum(10));
    let error = execute(&mut state, &[1, 55]);
    assert_eq!(error, Err(ExecuteError::Boundary(BoundaryOverflow { step: 1 })));

    let word = |added, taken| Word::new([added, taken, 0, 0]).unwrap();
    let follow = |words: &[Word]| replay_words(&mut Sum(7), words);
    let error = TooMuch(102);
    assert_eq!(
        follow(&[word(5, 0), word(90, 0)]),
        Err(FollowError::Refused { position: 1, error })
    );
    let length = |taken| FollowError::Length { position: 0, taken, left: 1 };
    assert_eq!(follow(&[word(5, 3)]), Err(length(2)));
    assert_eq!(follow(&[word(5, 1)]), Err(length(0)));
}
