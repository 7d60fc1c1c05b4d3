//! Columns by name: a layout is read from a row of cells and written back, in one order.

use starfold_primitives::{Field, Goldilocks};

/// A family of values, one for every type of cell: `Of<Goldilocks>` holds a row of the trace, `Of<Expr>` what a
/// constraint speaks of.
pub trait Layout {
    /// The values for cells of type `T`.
    type Of<T: Copy>: Copy;
    /// Number of cells.
    const LEN: usize;

    /// Takes [`Self::LEN`] cells from the front of `cells`.
    fn read<T: Copy>(cells: &mut &[T]) -> Self::Of<T>;

    /// Reads the front of some cells, as the context or a boundary of a claim.
    ///
    /// # Panics
    /// Where there are fewer cells than [`Self::LEN`].
    fn of<T: Copy>(cells: &[T]) -> Self::Of<T> {
        let mut cells = cells;
        Self::read(&mut cells)
    }

    /// Appends the cells of `values`.
    fn write<T: Copy>(values: &Self::Of<T>, cells: &mut Vec<T>);

    /// Appends the name and meaning of every column.
    fn describe(prefix: &str, meaning: &str, columns: &mut Vec<ColumnInfo>);
}

/// The name of a column and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnInfo {
    /// Path of field names and indices.
    pub name: String,
    /// The documentation of the field.
    pub meaning: String,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Cell;

impl Layout for Cell {
    type Of<T: Copy> = T;
    const LEN: usize = 1;

    #[inline(always)]
    fn read<T: Copy>(cells: &mut &[T]) -> T {
        let (&first, rest) = cells.split_first().expect("a row has as many cells as its layout");
        *cells = rest;
        first
    }

    fn write<T: Copy>(values: &T, cells: &mut Vec<T>) {
        cells.push(*values);
    }

    fn describe(prefix: &str, meaning: &str, columns: &mut Vec<ColumnInfo>) {
        columns.push(ColumnInfo { name: prefix.to_owned(), meaning: meaning.to_owned() });
    }
}

/// `N` layouts of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Array<L, const N: usize>(L);

impl<L: Layout, const N: usize> Layout for Array<L, N> {
    type Of<T: Copy> = [L::Of<T>; N];
    const LEN: usize = N * L::LEN;

    #[inline(always)]
    fn read<T: Copy>(cells: &mut &[T]) -> Self::Of<T> {
        std::array::from_fn(|_| L::read(cells))
    }

    fn write<T: Copy>(values: &Self::Of<T>, cells: &mut Vec<T>) {
        for value in values {
            L::write(value, cells);
        }
    }

    fn describe(prefix: &str, meaning: &str, columns: &mut Vec<ColumnInfo>) {
        for index in 0..N {
            L::describe(&format!("{prefix}[{index}]"), meaning, columns);
        }
    }
}

/// The cells of `values`, padded with zeros. What does not fit into a claim does not compile:
///
/// ```compile_fail
/// use starfold_circuits::air::{Array, Cell, ClaimPart, Element, columns};
///
/// columns! {
///     /// One element more than a boundary has.
///     struct Long {
///         /// The elements.
///         elements: Array<Cell, 17>,
///     }
/// }
///
/// fn boundary(long: Long<Element>) -> [Element; 16] {
///     long.to_elements()
/// }
/// # boundary(Long { elements: [Element::default(); 17] });
/// ```
pub fn padded<L: Layout, const LEN: usize>(values: &L::Of<Goldilocks>) -> [Goldilocks; LEN] {
    const { assert!(L::LEN <= LEN, "a claim has no room for so many elements") };
    let mut cells = Vec::with_capacity(LEN);
    L::write(values, &mut cells);
    cells.resize(LEN, Goldilocks::ZERO);
    std::array::from_fn(|i| cells[i])
}

/// Declares a group of columns: `pub struct Name { field: Cell, other: Array<Cell, 4>, inner: Inner<()> }`
/// becomes `Name<T>` with those fields, and `Name<()>` its `Layout`. Every field needs a
/// documentation comment: it is the column's meaning in the generated tables.
///
/// `Name<Goldilocks>` is also a [`ClaimPart`](starfold_primitives::claim::ClaimPart), so that a context or a boundary is
/// declared the same way.
#[macro_export]
macro_rules! __columns {
    (
        $(#[doc = $doc:literal])+
        $visibility:vis struct $name:ident {
            $($(#[doc = $field_doc:literal])+ $field:ident: $layout:ty),+ $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug)]
        $visibility struct $name<T: Copy> {
            $($(#[doc = $field_doc])+ pub $field: <$layout as $crate::air::Layout>::Of<T>,)+
        }

        impl $crate::air::Layout for $name<()> {
            type Of<T: Copy> = $name<T>;
            const LEN: usize = 0 $(+ <$layout as $crate::air::Layout>::LEN)+;

            #[inline(always)]
            fn read<T: Copy>(cells: &mut &[T]) -> $name<T> {
                $(let $field = <$layout as $crate::air::Layout>::read(cells);)+
                $name { $($field),+ }
            }

            fn write<T: Copy>(values: &$name<T>, cells: &mut Vec<T>) {
                $(<$layout as $crate::air::Layout>::write(&values.$field, cells);)+
            }

            fn describe(
                prefix: &str,
                _meaning: &str,
                columns: &mut Vec<$crate::air::ColumnInfo>,
            ) {
                $({
                    let separator = if prefix.is_empty() { "" } else { "." };
                    let name = format!("{prefix}{separator}{}", stringify!($field));
                    let meaning = concat!($($field_doc),+).trim();
                    <$layout as $crate::air::Layout>::describe(&name, meaning, columns);
                })+
            }
        }

        impl<const LEN: usize> $crate::air::ClaimPart<LEN> for $name<$crate::air::Element> {
            fn to_elements(&self) -> [$crate::air::Element; LEN] {
                $crate::air::padded::<$name<()>, LEN>(self)
            }
        }
    };
}

pub use crate::__columns as columns;
