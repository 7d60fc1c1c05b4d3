use crypto_bigint::{NonZero, U1024};
use proptest::prelude::*;

use super::constants::{Constants, Factor, internal_rounds};
use super::field::{Columns, add, carry, enter, leave, normalise, product, reduce, scale, square};
use super::integer::{LIMB_MASK, LIMBS, ORDER, Words, limbs, shift_down, shift_up};
use super::lanes::{Lanes, Pair};
use super::{Element, Parameters, ParametersError, Permutation, States, is_vectorised};
use crate::LANES;

/// Lanes that are plain integers: the kernel's reference on any machine.
impl Lanes for u64 {
    fn splat(value: u64) -> Self {
        value
    }

    fn add(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    fn sub(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }

    fn left<const BITS: u32>(self) -> Self {
        self << BITS
    }

    fn right<const BITS: u32>(self) -> Self {
        self >> BITS
    }

    fn low(self) -> Self {
        self & LIMB_MASK
    }

    fn add_low_product(self, left: Self, right: Self) -> Self {
        self.wrapping_add(left.low().wrapping_mul(right.low()).low())
    }

    fn add_high_product(self, left: Self, right: Self) -> Self {
        let product = u128::from(left.low()) * u128::from(right.low());
        self.wrapping_add((product >> 52) as u64)
    }
}

/// Lanes that know only what an integer is at most, or nothing where it may have wrapped.
#[derive(Clone, Copy, Debug)]
struct Bound(Option<u64>);

impl Bound {
    fn most(self) -> u64 {
        self.0.unwrap_or(u64::MAX)
    }
}

impl Lanes for Bound {
    fn splat(value: u64) -> Self {
        Self(Some(value))
    }

    fn add(self, other: Self) -> Self {
        Self(self.0.zip(other.0).and_then(|(left, right)| left.checked_add(right)))
    }

    fn sub(self, _: Self) -> Self {
        Self(None)
    }

    fn left<const BITS: u32>(self) -> Self {
        Self(self.0.and_then(|most| most.checked_mul(1 << BITS)))
    }

    /// A shift by a limb takes a carry, which must not come from a column that wrapped.
    fn right<const BITS: u32>(self) -> Self {
        assert!(BITS != 52 || self.0.is_some(), "a carry of a column that may have wrapped");
        Self(Some(self.most() >> BITS))
    }

    fn low(self) -> Self {
        Self(Some(self.most().min(LIMB_MASK)))
    }

    fn add_low_product(self, left: Self, right: Self) -> Self {
        let product = left.low().most().saturating_mul(right.low().most());
        self.add(Self(Some(product.min(LIMB_MASK))))
    }

    fn add_high_product(self, left: Self, right: Self) -> Self {
        self.add(Self(Some(0u64.add_high_product(left.low().most(), right.low().most()))))
    }
}

/// Every operation on lanes.
pub(super) fn operations<L: Lanes>(x: L, y: L, z: L) -> [L; 13] {
    [
        L::splat(0x0123_4567_89ab_cdef),
        x.add(y),
        x.sub(y),
        x.left::<4>(),
        x.left::<52>(),
        x.left::<60>(),
        x.right::<12>(),
        x.right::<32>(),
        x.right::<52>(),
        x.right::<60>(),
        x.low(),
        x.add_low_product(y, z),
        x.add_high_product(y, z),
    ]
}

fn integer(columns: &Columns<u64>) -> U1024 {
    columns.iter().rev().fold(U1024::ZERO, |sum, &column| {
        sum.shl_vartime(52).wrapping_add(&U1024::from_u64(column))
    })
}

fn of_words(words: &Words) -> U1024 {
    words
        .iter()
        .rev()
        .fold(U1024::ZERO, |sum, &word| sum.shl_vartime(64).wrapping_add(&U1024::from_u64(word)))
}

fn to_words(integer: &U1024) -> Words {
    std::array::from_fn(|i| integer.as_words()[i])
}

/// A multiple of p, in thousandths.
fn thousandths(number: u64) -> U1024 {
    let multiple = of_words(&ORDER).wrapping_mul(&U1024::from_u64(number));
    multiple.wrapping_div(&NonZero::new(U1024::from_u64(1000)).unwrap())
}

fn modulo(integer: &U1024) -> U1024 {
    integer.rem_vartime(&NonZero::new(of_words(&ORDER)).unwrap())
}

fn times(left: &U1024, right: &U1024) -> U1024 {
    modulo(&left.wrapping_mul(right))
}

/// Columns below 2^52 of a sum whose last column may be negative.
fn settled(columns: Columns<u64>) -> Columns<u64> {
    let mut settled = carry(columns);
    for column in &mut settled[..LIMBS - 1] {
        *column = column.low();
    }
    assert!(settled[LIMBS - 1] <= LIMB_MASK, "{columns:x?}");
    settled
}

/// Integers around the bounds of words and limbs.
fn word() -> impl Strategy<Value = u64> {
    let edges = [0, 1, LIMB_MASK - 1, LIMB_MASK, LIMB_MASK + 1, 1 << 63, u64::MAX - 1, u64::MAX];
    prop_oneof![1 => prop::sample::select(edges.to_vec()), 3 => any::<u64>()]
}

/// Any integer below 2^260, with anything above the 52 bits of its limbs.
fn factor() -> impl Strategy<Value = Columns<u64>> {
    let limb = prop_oneof![1 => Just(0), 1 => Just(LIMB_MASK), 1 => Just(u64::MAX), 3 => word()];
    prop::array::uniform5(limb)
}

/// An element, often one at an end of the field.
fn element() -> impl Strategy<Value = Element> {
    let last = |less: u64| [ORDER[0] - less, ORDER[1], ORDER[2], ORDER[3]];
    let edges = vec![[0; 4], [1, 0, 0, 0], [2, 0, 0, 0], last(1), last(2)];
    let any = prop::array::uniform4(word()).prop_map(|words| to_words(&modulo(&of_words(&words))));
    prop_oneof![1 => prop::sample::select(edges), 3 => any]
}

fn check_products(x: &Columns<u64>, y: &Columns<u64>) {
    let (left, right) = (integer(&normalise(*x)), integer(&normalise(*y)));
    for (actual, whole) in [
        (product(x, y), left.wrapping_mul(&right)),
        (square(x), left.wrapping_mul(&left)),
        (square(y), right.wrapping_mul(&right)),
    ] {
        let actual = integer(&actual);
        assert_eq!(modulo(&actual.shl_vartime(260)), modulo(&whole), "{x:x?} {y:x?}");
        let bound = whole.shr_vartime(260).wrapping_add(&thousandths(2000));
        assert!(actual <= bound, "{x:x?} {y:x?}");
    }
}

proptest! {
    #[cfg(target_arch = "x86_64")]
    #[test]
    fn registers_are_integers_side_by_side(inputs in prop::array::uniform3(prop::array::uniform8(word()))) {
        let [x, y, z] = inputs;
        for (i, actual) in super::avx512::operations(&inputs).into_iter().flatten().enumerate() {
            let expected = std::array::from_fn(|lane| operations(x[lane], y[lane], z[lane])[i]);
            prop_assert_eq!(actual, expected, "operation {}", i);
        }
    }

    #[test]
    fn pairs_are_lanes_side_by_side(x in prop::array::uniform3(word()), y in prop::array::uniform3(word())) {
        let pairs = operations(Pair(x[0], y[0]), Pair(x[1], y[1]), Pair(x[2], y[2]));
        let expected = operations(x[0], x[1], x[2]).into_iter().zip(operations(y[0], y[1], y[2]));
        prop_assert!(pairs.into_iter().map(|Pair(first, second)| (first, second)).eq(expected));
    }

    #[test]
    fn products_are_those_of_integers(x in factor(), y in factor()) {
        // limbs as they are, whatever stands above their 52 bits
        let low = |columns: Columns<u64>| columns.map(|column| column.low());
        check_products(&low(x), &low(y));
        prop_assert_eq!(product(&x, &y), product(&low(x), &low(y)));
        prop_assert_eq!(square(&x), square(&low(x)));
    }

    #[test]
    fn a_scaled_integer_is_below_its_bound(value in element(), x in factor(), sum in element()) {
        let sum = limbs(&sum);
        let x = x.map(|column| column.low());
        let scaled = integer(&normalise(scale(&Factor::new(&value), &x, &sum)));
        let expected = of_words(&value).wrapping_mul(&integer(&x)).wrapping_add(&integer(&sum));
        prop_assert_eq!(modulo(&scaled), modulo(&expected));
        prop_assert!(scaled < integer(&sum).wrapping_add(&thousandths(10_001)));
    }

    #[test]
    fn a_reduced_integer_is_below_its_bound(x in prop::array::uniform5(word()), bits in 0u32..50) {
        // columns with carries, and a quotient below 2^13
        let x = [x[0] >> 1, x[1] >> 1, x[2] >> 1, x[3] >> 1, x[4] >> 6 >> bits];
        let reduced = integer(&settled(reduce(x)));
        prop_assert_eq!(modulo(&reduced), modulo(&integer(&x)));
        prop_assert!(reduced < thousandths(1001));
    }

    #[test]
    fn what_leaves_is_canonical(words in element(), multiple in 0u64..17) {
        let multiples = limbs(&ORDER).map(|limb| limb * multiple);
        let left = leave(add(limbs(&words), &multiples));
        prop_assert_eq!(left, shift_down(&words, 4));
        prop_assert_eq!(leave(enter(&left)), left);
    }

    #[test]
    fn constants_are_moved_by_powers_of_two(words in element(), bits in 0usize..300) {
        let shifted = modulo(&of_words(&words).shl_vartime(bits as u32));
        prop_assert_eq!(shift_up(&words, bits), to_words(&shifted));
        prop_assert_eq!(shift_down(&to_words(&shifted), bits), words);
        prop_assert_eq!(integer(&limbs(&words)), of_words(&words));
        let quotient = of_words(&words).shl_vartime(260);
        let quotient = quotient.wrapping_div(&NonZero::new(of_words(&ORDER)).unwrap());
        prop_assert_eq!(integer(&Factor::new(&words).quotient), quotient);
    }
}

#[test]
fn products_of_edges() {
    let p = limbs(&ORDER);
    let last = [p[0] - 1, p[1], p[2], p[3], p[4]];
    let edges = [[0; LIMBS], [1, 0, 0, 0, 0], last, p, [0, 0, 0, 0, LIMB_MASK], [LIMB_MASK; LIMBS]];
    for x in &edges {
        for y in &edges {
            check_products(x, y);
        }
    }
}

/// Parameters of a test, owned.
#[derive(Clone, Debug)]
struct Sample<const WIDTH: usize> {
    external: Vec<Element>,
    internal: Vec<Element>,
    diagonal: Vec<Element>,
}

impl<const WIDTH: usize> Sample<WIDTH> {
    fn permutation(&self) -> Result<Permutation<WIDTH>, ParametersError> {
        let Self { external, internal, diagonal } = self;
        Permutation::new(&Parameters { external, internal, diagonal })
    }

    /// The permutation as its authors write it, with integers: of elements in Montgomery form.
    fn permuted(&self, state: &[Element; WIDTH]) -> [Element; WIDTH] {
        let plain = |element: &Element| of_words(&shift_down(element, 256));
        let mut state: Vec<U1024> = state.iter().map(plain).collect();
        let power = |x: U1024| {
            let fourth = times(&times(&x, &x), &times(&x, &x));
            times(&fourth, &x)
        };
        multiply(&mut state);
        for round in 0..8 + self.internal.len() {
            let internal = round.checked_sub(4).and_then(|round| self.internal.get(round));
            if let Some(constant) = internal {
                state[0] = power(state[0].wrapping_add(&plain(constant)));
                let sum = state.iter().fold(U1024::ZERO, |sum, x| sum.wrapping_add(x));
                for (element, entry) in state.iter_mut().zip(&self.diagonal) {
                    *element = modulo(&times(element, &plain(entry)).wrapping_add(&sum));
                }
                continue;
            }
            let external = if round < 4 { round } else { round - self.internal.len() };
            for (i, element) in state.iter_mut().enumerate() {
                let constant = plain(&self.external[external * WIDTH + i]);
                *element = power(element.wrapping_add(&constant));
            }
            multiply(&mut state);
        }
        std::array::from_fn(|i| shift_up(&to_words(&state[i]), 256))
    }
}

/// The external matrix by its entries.
fn multiply(state: &mut [U1024]) {
    const BLOCK: [[u64; 4]; 4] = [[5, 7, 1, 3], [4, 6, 1, 1], [1, 3, 5, 7], [1, 1, 4, 6]];
    let width = state.len();
    let entry = |row: usize, column: usize| match width {
        2 | 3 => 1 + u64::from(row == column),
        4 => BLOCK[row][column],
        _ => BLOCK[row % 4][column % 4] * (1 + u64::from(row / 4 == column / 4)),
    };
    let product = |row| {
        let terms = (0..width).map(|i| state[i].wrapping_mul(&U1024::from_u64(entry(row, i))));
        modulo(&terms.fold(U1024::ZERO, |sum, term| sum.wrapping_add(&term)))
    };
    let product: Vec<U1024> = (0..width).map(product).collect();
    state.copy_from_slice(&product);
}

fn sample<const WIDTH: usize>() -> impl Strategy<Value = Sample<WIDTH>> {
    let vectors = |length| prop::collection::vec(element(), length);
    (vectors(8 * WIDTH), vectors(internal_rounds(WIDTH)), vectors(WIDTH)).prop_map(
        |(external, internal, mut diagonal)| {
            if WIDTH < 4 {
                diagonal.fill(shift_up(&[1, 0, 0, 0], 256));
                diagonal[WIDTH - 1] = shift_up(&[2, 0, 0, 0], 256);
            }
            Sample { external, internal, diagonal }
        },
    )
}

fn states<const WIDTH: usize>() -> impl Strategy<Value = States<WIDTH>> {
    prop::collection::vec(element(), WIDTH * LANES).prop_map(|elements| {
        std::array::from_fn(|i| std::array::from_fn(|lane| elements[i * LANES + lane]))
    })
}

fn check<const WIDTH: usize>(sample: &Sample<WIDTH>, states: &States<WIDTH>) {
    let permutation = sample.permutation().unwrap();
    let mut vectorised = *states;
    assert_eq!(permutation.permute(&mut vectorised), is_vectorised());
    for lane in 0..LANES {
        let state = std::array::from_fn(|i| states[i][lane]);
        let mut plain = state;
        super::permutation::permute(&permutation.constants, &mut plain);
        assert_eq!(plain, sample.permuted(&state));
        let expected = if is_vectorised() { plain } else { state };
        assert_eq!(expected, std::array::from_fn(|i| vectorised[i][lane]));
    }
}

fn check_columns<const WIDTH: usize>(constants: &Constants<WIDTH>) {
    let mut words = [[Bound(Some(u64::MAX)); 4]; WIDTH];
    super::permutation::permute(constants, &mut words);
}

macro_rules! width {
    ($name:ident, $width:literal) => {
        mod $name {
            use super::*;

            proptest! {
                #![proptest_config(ProptestConfig::with_cases(8))]
                #[test]
                fn every_lane_is_the_authors_permutation(sample in sample::<$width>(), states in states()) {
                    check(&sample, &states);
                    check(&sample, &[[[0; 4]; LANES]; $width]);
                }

                #[test]
                fn no_column_wraps_before_its_carry_is_taken(sample in sample::<$width>()) {
                    check_columns(&sample.permutation().unwrap().constants);
                }

                #[test]
                fn other_parameters_are_refused(sample in sample::<$width>()) {
                    check_refusals(&sample);
                }
            }
        }
    };
}

width!(two, 2);
width!(three, 3);
width!(four, 4);
width!(eight, 8);
width!(sixteen, 16);

fn check_refusals<const WIDTH: usize>(sample: &Sample<WIDTH>) {
    let refusal = |change: fn(&mut Sample<WIDTH>)| {
        let mut changed = sample.clone();
        change(&mut changed);
        changed.permutation().map(|_| ())
    };
    let length = |what, expected, actual| Err(ParametersError::Length { what, expected, actual });
    let external = refusal(|sample| sample.external.truncate(3));
    assert_eq!(external, length("external constants", 8 * WIDTH, 3));
    let internal = refusal(|sample| sample.internal.truncate(3));
    assert_eq!(internal, length("internal constants", internal_rounds(WIDTH), 3));
    let diagonal = refusal(|sample| sample.diagonal.truncate(1));
    assert_eq!(diagonal, length("entries of the diagonal", WIDTH, 1));
    let not_canonical = Err(ParametersError::NotCanonical);
    assert_eq!(refusal(|sample| sample.external[1] = ORDER), not_canonical);
    assert_eq!(refusal(|sample| sample.internal[2] = [u64::MAX; 4]), not_canonical);
    assert_eq!(refusal(|sample| sample.diagonal[0] = ORDER), not_canonical);
    let other = refusal(|sample| sample.diagonal[WIDTH - 1] = [7, 0, 0, 0]);
    assert_eq!(other, if WIDTH < 4 { Err(ParametersError::Diagonal) } else { Ok(()) });
}

#[test]
fn a_machine_with_the_instructions_is_known() {
    // only Linux says so in a file
    let Ok(cpu) = std::fs::read_to_string("/proc/cpuinfo") else { return };
    let has = |wanted| {
        cpu.lines().any(|line| {
            line.starts_with("flags") && line.split_whitespace().any(|flag| flag == wanted)
        })
    };
    assert_eq!(is_vectorised(), has("avx512f") && has("avx512ifma"));
}
