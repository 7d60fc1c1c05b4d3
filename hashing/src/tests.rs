use plonky2::field::goldilocks_field::GoldilocksField;
use plonky2::field::types::{Field, Sample};
use plonky2::hash::hash_types::HashOut;
use plonky2::hash::poseidon::{Poseidon, PoseidonHash};
use plonky2::plonk::config::Hasher;
use proptest::prelude::*;

use crate::lanes::{Lanes, Pair};
use crate::{LANES, States, WIDTH, hash_rows, is_vectorised, parents, permute, permute_each};

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

/// Integers around every bound of the arithmetic, canonical or not, and any others.
fn element() -> impl Strategy<Value = u64> {
    const P: u64 = 0xffff_ffff_0000_0001;
    const EDGES: [u64; 14] = [
        0,
        1,
        2,
        (1 << 32) - 2,
        (1 << 32) - 1,
        1 << 32,
        (1 << 32) + 1,
        1 << 63,
        P - 2,
        P - 1,
        P,
        P + 1,
        u64::MAX - 1,
        u64::MAX,
    ];
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
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let has = cpu.lines().any(|line| {
        line.starts_with("flags") && line.split_whitespace().any(|flag| flag == "avx512f")
    });
    assert_eq!(is_vectorised(), has);
}
