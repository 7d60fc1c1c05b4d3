use plonky2::field::goldilocks_field::GoldilocksField;
use plonky2::field::packed::PackedField;
use plonky2::field::types::{Field, PrimeField64, Sample};
use plonky2::hash::hash_types::HashOut;
use plonky2::hash::poseidon::{ALL_ROUND_CONSTANTS, Poseidon, PoseidonHash};
use plonky2::plonk::config::Hasher;
use proptest::prelude::*;

use crate::lanes::{Lanes, Pair};
use crate::permutation::{product, reduce, square};
use crate::{
    LANES, Packed, States, Tile, WIDTH, for_each_column, hash_rows, is_vectorised,
    multiply_by_matrix, multiply_each, parents, permute, permute_each, transpose,
};

/// Lanes that are plain integers: the permutation's reference on any machine.
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
        self & u64::from(u32::MAX)
    }

    fn mul_low(self, other: Self) -> Self {
        self.low() * other.low()
    }

    fn join(self, high: Self) -> Self {
        self.low() | high << 32
    }

    fn add_where_less(self, left: Self, right: Self, addend: Self) -> Self {
        if left < right { self.wrapping_add(addend) } else { self }
    }

    fn sub_where_less(self, left: Self, right: Self, subtrahend: Self) -> Self {
        if left < right { self.wrapping_sub(subtrahend) } else { self }
    }
}

const P: u64 = 0xffff_ffff_0000_0001;

/// Integers around every bound of the arithmetic, canonical or not. The square of 2^48 is 2^96, whose reduction
/// borrows.
const EDGES: [u64; 15] = [
    0,
    1,
    2,
    (1 << 32) - 2,
    (1 << 32) - 1,
    1 << 32,
    (1 << 32) + 1,
    1 << 48,
    1 << 63,
    P - 2,
    P - 1,
    P,
    P + 1,
    u64::MAX - 1,
    u64::MAX,
];

/// An edge or any other integer.
fn element() -> impl Strategy<Value = u64> {
    prop_oneof![prop::sample::select(EDGES.to_vec()), any::<u64>()]
}

fn states() -> impl Strategy<Value = States> {
    prop::collection::vec(element(), WIDTH * LANES).prop_map(|elements| {
        std::array::from_fn(|i| {
            std::array::from_fn(|lane| GoldilocksField(elements[i * LANES + lane]))
        })
    })
}

proptest! {
    #[test]
    fn every_lane_is_the_librarys_permutation(states in states()) {
        let (mut vectorised, mut each) = (states, states);
        permute(&mut vectorised);
        permute_each(&mut each);
        prop_assert_eq!(vectorised, each);
        for lane in 0..LANES {
            let state: [GoldilocksField; WIDTH] = std::array::from_fn(|i| states[i][lane]);
            let expected = GoldilocksField::poseidon(state);
            prop_assert_eq!(expected, std::array::from_fn(|i| each[i][lane]));
            let mut plain = state.map(|element| element.0);
            crate::permutation::permute(&mut plain);
            prop_assert_eq!(expected, plain.map(GoldilocksField));
            let mut pair = state.map(|element| Pair(element.0, 0));
            crate::permutation::permute(&mut pair);
            prop_assert_eq!(expected, pair.map(|Pair(first, _)| GoldilocksField(first)));
        }
    }
}

/// Compares with the integers' arithmetic. Results need not be canonical.
fn check_products(x: u64, y: u64) {
    let whole = u128::from(x) * u128::from(y);
    let modulo = |integer: u128| (integer % u128::from(P)) as u64;
    assert_eq!(product(x, y) % P, modulo(whole), "{x:#x} times {y:#x}");
    assert_eq!(square(x) % P, modulo(u128::from(x) * u128::from(x)), "{x:#x} squared");
    // the same integers as the halves of one of 128 bits
    let both = u128::from(y) << 64 | u128::from(x);
    assert_eq!(reduce(x, y) % P, modulo(both), "{x:#x} + 2^64 {y:#x}");
}

#[test]
fn products_of_edges() {
    for x in EDGES {
        for y in EDGES {
            check_products(x, y);
        }
    }
}

proptest! {
    #[test]
    fn products_of_any_elements(x in element(), y in element()) {
        check_products(x, y);
    }
}

#[test]
fn a_square_whose_reduction_borrows() {
    let mut states: States = [[GoldilocksField::ZERO; LANES]; WIDTH];
    for (column, constant) in states.iter_mut().zip(ALL_ROUND_CONSTANTS) {
        // after the constants of the first round every element is 2^48
        let before = GoldilocksField(1 << 48) - GoldilocksField::from_canonical_u64(constant);
        *column = [GoldilocksField::from_canonical_u64(before.to_canonical_u64()); LANES];
    }
    let (mut vectorised, mut each) = (states, states);
    permute(&mut vectorised);
    permute_each(&mut each);
    assert_eq!(vectorised, each);
    let mut plain = states.map(|column| column[0].0);
    crate::permutation::permute(&mut plain);
    assert_eq!(plain.map(GoldilocksField), each.map(|column| column[0]));
}

proptest! {
    #[test]
    fn the_matrix_is_the_librarys(states in states()) {
        let (mut vectorised, mut each) = (states, states);
        multiply_by_matrix(&mut vectorised);
        multiply_each(&mut each);
        prop_assert_eq!(vectorised, each);
        let mut plain = states.map(|column| column[0].0);
        crate::permutation::multiply(&mut plain);
        prop_assert_eq!(plain.map(GoldilocksField), each.map(|column| column[0]));
    }
}

#[test]
fn every_edge_at_every_place() {
    for edge in [0, 1, u64::from(u32::MAX), 1 << 32, 0xffff_ffff_0000_0000, u64::MAX] {
        let mut all: States = [[GoldilocksField(edge); LANES]; WIDTH];
        // each lane has one element that differs
        for (lane, i) in (0..LANES).zip((0..WIDTH).cycle()) {
            all[i][lane] = GoldilocksField(!edge);
        }
        let (mut vectorised, mut each) = (all, all);
        permute(&mut vectorised);
        permute_each(&mut each);
        assert_eq!(vectorised, each);
    }
}

#[test]
fn rows_of_every_length_and_number() {
    for width in [0, 1, 3, 4, 5, 7, 8, 9, 16, 20, 135] {
        for number in [0, 1, 3, 4, 15, 16, 17, 40] {
            let rows: Vec<Vec<_>> = (0..number).map(|_| GoldilocksField::rand_vec(width)).collect();
            let mut digests = vec![HashOut::ZERO; number];
            hash_rows(&rows, &mut digests);
            let expected: Vec<_> = rows.iter().map(|row| PoseidonHash::hash_or_noop(row)).collect();
            assert_eq!(digests, expected, "{number} rows of {width}");
        }
    }
}

#[test]
fn columns_of_rows_of_every_length() {
    for length in [0, 1, 7, 8, 9, 40, 135] {
        let rows: Vec<Vec<_>> =
            (0..Packed::WIDTH).map(|_| GoldilocksField::rand_vec(length)).collect();
        let mut columns = vec![];
        for_each_column(std::array::from_fn(|i| &rows[i][..]), |number, column| {
            columns.push((number, column.as_slice().to_vec()));
        });
        let column = |i: usize| (i, rows.iter().map(|row| row[i]).collect());
        assert_eq!(columns, (0..length).map(column).collect::<Vec<_>>());
    }
}

#[test]
fn parents_of_every_number() {
    for number in [0, 1, 3, 4, 8, 16, 17, 50] {
        let children: Vec<_> = (0..2 * number).map(|_| HashOut::rand()).collect();
        let mut digests = vec![HashOut::ZERO; number];
        parents(&children, &mut digests);
        let pairs = children.chunks_exact(2);
        let expected: Vec<_> =
            pairs.map(|pair| PoseidonHash::two_to_one(pair[0], pair[1])).collect();
        assert_eq!(digests, expected, "{number} parents");
    }
}

#[test]
#[should_panic(expected = "rows of one length")]
fn rows_of_two_lengths() {
    let rows = [vec![GoldilocksField::ZERO; 9], vec![GoldilocksField::ZERO; 8]];
    hash_rows(&rows, &mut [HashOut::ZERO; 2]);
}

#[test]
fn a_machine_with_avx512_is_known() {
    // only Linux says so in a file
    let Ok(cpu) = std::fs::read_to_string("/proc/cpuinfo") else { return };
    let has = cpu.lines().any(|line| {
        line.starts_with("flags") && line.split_whitespace().any(|flag| flag == "avx512f")
    });
    assert_eq!(is_vectorised(), has);
}

#[test]
fn rows_of_a_tile_become_columns() {
    let element =
        |row: usize, column: usize| GoldilocksField::from_canonical_usize(1000 * row + column);
    let row = |row| {
        std::array::from_fn::<GoldilocksField, { Packed::WIDTH }, _>(|column| element(row, column))
    };
    let mut tile: Tile = std::array::from_fn(|i| *Packed::from_slice(&row(i)));
    transpose(&mut tile);
    for (column, pack) in tile.iter().enumerate() {
        for (row, &value) in pack.as_slice().iter().enumerate() {
            assert_eq!(value, element(row, column));
        }
    }
}
