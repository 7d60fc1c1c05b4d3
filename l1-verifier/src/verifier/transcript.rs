//! The Fiat-Shamir transcript in constraints, equal to plonky2's challenger over
//! [`TranscriptPermutation`](crate::bn254::TranscriptPermutation).

use ark_ff::{Field as _, PrimeField as _, Zero as _};
use plonky2::plonk::config::GenericHashOut as _;
use starfold_primitives::{Goldilocks, PrimeField64 as _};

use crate::bn254::{
    CHUNK_BITS, LANE_ELEMENTS, NodeHash, RATE_LANES, TRANSCRIPT_TAG, TRANSCRIPT_WIDTH,
};
use crate::goldilocks::{ELEMENT_BITS, Element, Extension};
use crate::poseidon2::{pack, permute};
use crate::r1cs::{Bit, ConstraintSystem, Fault, Fr, LinearCombination};

/// Elements absorbed by one permutation.
const RATE: usize = RATE_LANES * LANE_ELEMENTS;

/// Bits of the highest limb of a lane.
const TOP_BITS: u32 = Fr::MODULUS_BIT_SIZE - 3 * ELEMENT_BITS;

/// The highest limb of the order of the scalar field.
const TOP_OF_ORDER: u64 = Fr::MODULUS.0[3];

/// The bits of a limb that are all one where it is p or more: p = 2^64 - 2^32 + 1.
const HIGH_BITS: std::ops::Range<usize> = 32..64;

/// A transcript.
#[derive(Debug)]
pub struct Transcript {
    lanes: Vec<LinearCombination>,
    /// Integers below 2^64 that wait for a permutation.
    absorbed: Vec<LinearCombination>,
    /// Limbs not yet taken, by lane and place. The last is taken first.
    available: Vec<(usize, usize)>,
    /// The limbs of the lanes, decomposed when the first of them is taken.
    limbs: [Option<Vec<Vec<Bit>>>; RATE_LANES],
}

impl Default for Transcript {
    fn default() -> Self {
        let mut lanes = vec![LinearCombination::zero(); RATE_LANES];
        lanes.push(LinearCombination::constant(Fr::from(TRANSCRIPT_TAG)));
        Self { lanes, absorbed: Vec::new(), available: Vec::new(), limbs: Default::default() }
    }
}

impl Transcript {
    /// Absorbs an integer, which must be below 2^64.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] never, as every value is determined.
    fn absorb(
        &mut self,
        system: &mut ConstraintSystem,
        integer: LinearCombination,
    ) -> Result<(), Fault> {
        self.available.clear();
        self.absorbed.push(integer);
        if self.absorbed.len() == RATE { self.permute(system) } else { Ok(()) }
    }

    /// Absorbs a constant.
    ///
    /// # Errors
    /// As for [`Self::absorb_element`].
    pub(super) fn absorb_constant(
        &mut self,
        system: &mut ConstraintSystem,
        value: Goldilocks,
    ) -> Result<(), Fault> {
        let value = LinearCombination::constant(Fr::from(value.to_canonical_u64()));
        self.absorb(system, value)
    }

    /// Absorbs an element as the integer that it is.
    ///
    /// # Errors
    /// [`Fault::TooManyBits`] where it can have more than 64 bits.
    pub fn absorb_element(
        &mut self,
        system: &mut ConstraintSystem,
        element: &Element,
    ) -> Result<(), Fault> {
        if element.bits() > ELEMENT_BITS {
            let section = system.section();
            return Err(Fault::TooManyBits { section, bits: element.bits(), limit: ELEMENT_BITS });
        }
        self.absorb(system, element.integer().clone())
    }

    /// Absorbs elements of the extension, each as its coefficients.
    ///
    /// # Errors
    /// As for [`Self::absorb_element`].
    pub(super) fn absorb_extensions(
        &mut self,
        system: &mut ConstraintSystem,
        values: &[Extension],
    ) -> Result<(), Fault> {
        let mut coefficients = values.iter().flat_map(|value| &value.0);
        coefficients.try_for_each(|coefficient| self.absorb_element(system, coefficient))
    }

    /// Absorbs a hash in chunks, which are range-checked: together they have 254 bits, and are congruent to the hash.
    /// Two choices of chunks can be one hash, never one choice two hashes.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] never, as every hash has such chunks.
    pub fn absorb_hash(
        &mut self,
        system: &mut ConstraintSystem,
        hash: &LinearCombination,
    ) -> Result<(), Fault> {
        let base = Fr::from(2u64).pow([u64::from(CHUNK_BITS[0])]);
        let values = NodeHash(hash.value()).to_vec();
        let mut lowest = hash.clone();
        let mut chunks = Vec::with_capacity(CHUNK_BITS.len());
        let mut weight = Fr::from(1u64);
        for (value, bits) in values.iter().zip(CHUNK_BITS).skip(1) {
            weight *= base;
            let chunk = system.allocate(Fr::from(value.to_canonical_u64()));
            system.decompose(&chunk, bits)?;
            lowest = lowest.plus_scaled(-weight, &chunk);
            chunks.push(chunk);
        }
        system.decompose(&lowest, CHUNK_BITS[0])?;
        self.absorb(system, lowest)?;
        chunks.into_iter().try_for_each(|chunk| self.absorb(system, chunk))
    }

    /// Absorbs the hashes of a cap.
    ///
    /// # Errors
    /// As for [`Self::absorb_hash`].
    pub(super) fn absorb_cap(
        &mut self,
        system: &mut ConstraintSystem,
        cap: &[LinearCombination],
    ) -> Result<(), Fault> {
        cap.iter().try_for_each(|hash| self.absorb_hash(system, hash))
    }

    fn permute(&mut self, system: &mut ConstraintSystem) -> Result<(), Fault> {
        for (lane, integers) in self.lanes.iter_mut().zip(self.absorbed.chunks(LANE_ELEMENTS)) {
            *lane = pack(integers);
        }
        self.absorbed.clear();
        permute(system, TRANSCRIPT_WIDTH, &mut self.lanes)?;
        self.limbs = Default::default();
        self.available =
            (0..RATE).map(|place| (place / LANE_ELEMENTS, place % LANE_ELEMENTS)).collect();
        Ok(())
    }

    /// The bits of the next limb, low first: 64 of them, whose integer may be p or more.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] for one lane in 2^62, whose highest limb is that of the field's order.
    pub(super) fn squeeze_bits(
        &mut self,
        system: &mut ConstraintSystem,
    ) -> Result<Vec<Bit>, Fault> {
        if !self.absorbed.is_empty() || self.available.is_empty() {
            self.permute(system)?;
        }
        let (lane, place) = self.available.pop().expect("a permutation makes limbs available");
        let limbs = match self.limbs[lane].take() {
            Some(limbs) => limbs,
            None => {
                let lane = &self.lanes[lane];
                split_lane(system, lane, lane.value().into_bigint().0)?
            }
        };
        Ok(self.limbs[lane].insert(limbs)[place].clone())
    }

    /// The next challenge, an integer below 2^64 that may be p or more.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] for one lane in 2^62, whose highest limb is that of the field's order.
    pub fn squeeze(&mut self, system: &mut ConstraintSystem) -> Result<Element, Fault> {
        Ok(Element::from_bits(&self.squeeze_bits(system)?))
    }

    /// The next challenge from the extension.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] for one lane in 2^62, whose highest limb is that of the field's order.
    pub fn squeeze_extension(&mut self, system: &mut ConstraintSystem) -> Result<Extension, Fault> {
        Ok(Extension([self.squeeze(system)?, self.squeeze(system)?]))
    }

    /// The bits of the next challenge as an integer below p.
    ///
    /// # Errors
    /// As for [`Self::squeeze`], and [`Fault::Unsatisfied`] for one challenge in 2^32, whose limb is 2^64 - 2^32 or more.
    pub fn squeeze_canonical(&mut self, system: &mut ConstraintSystem) -> Result<Vec<Bit>, Fault> {
        let bits = self.squeeze_bits(system)?;
        enforce_below_order(system, &bits)?;
        Ok(bits)
    }
}

/// That 64 bits are an integer below p. They are refused, too, where they are 2^64 - 2^32, one integer less than p.
pub(super) fn enforce_below_order(
    system: &mut ConstraintSystem,
    bits: &[Bit],
) -> Result<(), Fault> {
    // p begins with 32 ones, so that what has a zero among its high bits is below
    let ones = LinearCombination::sum(bits[HIGH_BITS].iter().map(Bit::combination));
    let count = u64::try_from(HIGH_BITS.len()).expect("a limb has 64 bits");
    let missing = &LinearCombination::constant(Fr::from(count)) - &ones;
    let inverse = system.allocate(missing.value().inverse().unwrap_or(Fr::zero()));
    system.enforce(&missing, &inverse, &LinearCombination::one())
}

/// The three low limbs of a lane in bits, given its integer. This is the least: the highest limb is below that of the
/// order.
pub(super) fn split_lane(
    system: &mut ConstraintSystem,
    lane: &LinearCombination,
    integer: [u64; 4],
) -> Result<Vec<Vec<Bit>>, Fault> {
    let base = Fr::from(2u64).pow([u64::from(ELEMENT_BITS)]);

    let top = system.allocate(Fr::from(integer[3]));
    system.decompose(&top, TOP_BITS)?;
    let largest = LinearCombination::constant(Fr::from(TOP_OF_ORDER - 1));
    system.decompose(&(&largest - &top), TOP_BITS)?;

    let [middle, upper] = [integer[1], integer[2]].map(|limb| system.allocate(Fr::from(limb)));
    let lowest = lane.plus_scaled(-base, &middle).plus_scaled(-base.square(), &upper);
    let lowest = lowest.plus_scaled(-base * base.square(), &top);
    [lowest, middle, upper].iter().map(|limb| system.decompose(limb, ELEMENT_BITS)).collect()
}
