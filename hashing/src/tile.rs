//! Squares of elements whose rows become columns: a prover's matrices lie by rows, and it computes with their columns.

use plonky2::field::goldilocks_field::GoldilocksField;
use plonky2::field::packable::Packable;
use plonky2::field::packed::PackedField;

/// As many elements as one instruction takes.
pub type Packed = <GoldilocksField as Packable>::Packing;

/// Rows of a square.
pub type Tile = [Packed; Packed::WIDTH];

/// Makes the rows columns.
#[inline(always)]
pub fn transpose(tile: &mut Tile) {
    let mut length = 1;
    while length < Packed::WIDTH {
        for i in (0..Packed::WIDTH).filter(|i| i & length == 0) {
            (tile[i], tile[i + length]) = tile[i].interleave(tile[i + length], length);
        }
        length *= 2;
    }
}

/// Hands every column of some rows to `take`, with its number.
///
/// # Panics
/// Where a row is shorter than the first.
#[inline(always)]
pub fn for_each_column(
    rows: [&[GoldilocksField]; Packed::WIDTH],
    mut take: impl FnMut(usize, Packed),
) {
    let length = rows[0].len();
    let whole = length / Packed::WIDTH * Packed::WIDTH;
    for first in (0..whole).step_by(Packed::WIDTH) {
        // a loop, because the compiler leaves `array::map` as a call
        let mut tile = [Packed::ZEROS; Packed::WIDTH];
        for (pack, row) in tile.iter_mut().zip(rows) {
            *pack = *Packed::from_slice(&row[first..first + Packed::WIDTH]);
        }
        transpose(&mut tile);
        for (i, column) in tile.into_iter().enumerate() {
            take(first + i, column);
        }
    }
    for i in whole..length {
        let mut column = Packed::ZEROS;
        for (element, row) in column.as_slice_mut().iter_mut().zip(rows) {
            *element = row[i];
        }
        take(i, column);
    }
}
