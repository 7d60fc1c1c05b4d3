//! A state transition: what it means, apart from how it is proved.
//!
//! To define a transition of your own, say for a state with its rules:
//!
//! 1. what may be asked for, and what is done or refused: [`Transition::apply`];
//! 2. what a boundary tells of the state: [`Transition::commit`];
//! 3. what is published of a step, if anything: [`Transition::words`];
//! 4. what holds throughout a batch, and where it stands before the first step and after each:
//!    [`Transition::context`], [`Transition::opening`], [`Transition::after`];
//! 5. how the next state follows from the published words alone: [`Transition::replay`].
//!
//! [`execute`] then carries out a batch, [`replay_words`] follows one. How its steps are proved is for the crate of the
//! circuits. The built-in rollup is such a transition: [`RollupTransition`](crate::rollup_transition::RollupTransition).

use std::error::Error;

use starfold_primitives::claim::{BOUNDARY_LEN, CONTEXT_LEN, ClaimPart};
use starfold_primitives::word::Word;

/// A state, and the rules by which operations change it.
pub trait Transition {
    /// What may be asked for.
    type Operation;
    /// What was done, with everything that proving it needs.
    type Witness;
    /// Why an operation is refused.
    type Rejection: Error;
    /// Why words are no step.
    type ReplayError: Error;
    /// What a boundary tells of the state.
    type Commitment: Copy;
    /// What holds throughout a batch.
    type Context: ClaimPart<CONTEXT_LEN>;
    /// Where a batch stands between two steps.
    type Boundary: ClaimPart<BOUNDARY_LEN> + Clone;

    /// Carries out an operation.
    ///
    /// # Errors
    /// The rule that it breaks; the state is then unchanged.
    fn apply(&mut self, operation: &Self::Operation) -> Result<Self::Witness, Self::Rejection>;

    /// What a boundary tells of the state as it is now.
    fn commit(&self) -> Self::Commitment;

    /// The words of a step, from which it can be done again; none where nothing is published.
    fn words(witness: &Self::Witness) -> Vec<Word>;

    /// The context of a batch with these words.
    fn context(&self, words: &[Word]) -> Self::Context;

    /// Where a batch begins.
    fn opening(commitment: Self::Commitment) -> Self::Boundary;

    /// Where it stands after a step that led to `commitment`; none where a sum in it leaves its range.
    fn after(
        context: &Self::Context,
        before: &Self::Boundary,
        witness: &Self::Witness,
        commitment: Self::Commitment,
    ) -> Option<Self::Boundary>;

    /// Does the step of the first words again, and returns how many they are. There is at least one word.
    ///
    /// # Errors
    /// Where they are no step over this state, which is then of no further use.
    fn replay(&mut self, words: &[Word]) -> Result<usize, Self::ReplayError>;
}

/// A batch that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution<Context, Boundary, Witness> {
    /// What holds throughout.
    pub context: Context,
    /// Where it stands before the first step and after each.
    pub boundaries: Vec<Boundary>,
    /// What proves each step.
    pub witnesses: Vec<Witness>,
    /// What is published.
    pub words: Vec<Word>,
}

/// The [`Execution`] of a transition.
pub type ExecutionOf<T> =
    Execution<<T as Transition>::Context, <T as Transition>::Boundary, <T as Transition>::Witness>;

/// The steps of a batch in the making.
#[derive(Debug)]
pub struct Steps<T: Transition> {
    opening: T::Commitment,
    done: Vec<(T::Witness, T::Commitment)>,
}

/// A boundary that leaves its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the boundary after step {step} leaves its range")]
pub struct BoundaryOverflow {
    /// The step, counted from 0.
    pub step: usize,
}

/// Why a batch is not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExecuteError<R: Error> {
    /// An operation is refused.
    #[error("operation {position}: {rejection}")]
    Rejected {
        /// Its position.
        position: usize,
        /// The rule that it breaks.
        rejection: R,
    },
    /// A boundary leaves its range.
    #[error(transparent)]
    Boundary(#[from] BoundaryOverflow),
}

/// Why words are not followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FollowError<R: Error> {
    /// They are no step.
    #[error("the words from {position} on: {error}")]
    Refused {
        /// The position of the first of them.
        position: usize,
        /// Why.
        error: R,
    },
    /// A step would have no words, or more than there are.
    #[error("a step at word {position} takes {taken} words of {left}")]
    Length {
        /// The position of its first word.
        position: usize,
        /// How many it takes.
        taken: usize,
        /// How many there are from there on.
        left: usize,
    },
}

impl<T: Transition> Steps<T> {
    /// No steps yet.
    pub fn begin(state: &T) -> Self {
        Self { opening: state.commit(), done: vec![] }
    }

    /// Carries out one more.
    ///
    /// # Errors
    /// The rule that the operation breaks; then there is no step more.
    pub fn push(
        &mut self,
        state: &mut T,
        operation: &T::Operation,
    ) -> Result<&T::Witness, T::Rejection> {
        let witness = state.apply(operation)?;
        let commitment = state.commit();
        Ok(&self.done.push_mut((witness, commitment)).0)
    }

    /// The batch of these steps.
    ///
    /// # Errors
    /// [`BoundaryOverflow`] names the step.
    pub fn finish(self, state: &T) -> Result<ExecutionOf<T>, BoundaryOverflow> {
        let words: Vec<Word> =
            self.done.iter().flat_map(|(witness, _)| T::words(witness)).collect();
        let context = state.context(&words);
        let mut boundaries = vec![T::opening(self.opening)];
        let mut witnesses = Vec::with_capacity(self.done.len());
        for (step, (witness, commitment)) in self.done.into_iter().enumerate() {
            let after = T::after(&context, &boundaries[step], &witness, commitment);
            boundaries.push(after.ok_or(BoundaryOverflow { step })?);
            witnesses.push(witness);
        }
        Ok(Execution { context, boundaries, witnesses, words })
    }
}

/// Carries out operations, one after the other, as a batch.
///
/// # Errors
/// [`ExecuteError`]; the state has then carried out those before the one that it names.
pub fn execute<T: Transition>(
    state: &mut T,
    operations: &[T::Operation],
) -> Result<ExecutionOf<T>, ExecuteError<T::Rejection>> {
    let mut steps = Steps::begin(state);
    for (position, operation) in operations.iter().enumerate() {
        let pushed = steps.push(state, operation);
        pushed.map_err(|rejection| ExecuteError::Rejected { position, rejection })?;
    }
    Ok(steps.finish(state)?)
}

/// Follows a batch by its words alone, and returns the number of its steps.
///
/// That the words are those of a batch, and that the state which they lead to is the one that was proved, is for the
/// caller to compare. For the built-in rollup, [`replay`](crate::replay::replay) does all of that.
///
/// # Errors
/// [`FollowError`]; the state is then of no further use.
pub fn replay_words<T: Transition>(
    state: &mut T,
    words: &[Word],
) -> Result<usize, FollowError<T::ReplayError>> {
    let (mut position, mut steps) = (0, 0);
    while position < words.len() {
        let rest = &words[position..];
        let taken = state.replay(rest).map_err(|error| FollowError::Refused { position, error })?;
        if taken == 0 || taken > rest.len() {
            return Err(FollowError::Length { position, taken, left: rest.len() });
        }
        position += taken;
        steps += 1;
    }
    Ok(steps)
}

#[cfg(test)]
mod tests;
