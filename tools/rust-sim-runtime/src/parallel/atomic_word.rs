//! Values of any width in atomic cells.

use super::sync::{AtomicBool, AtomicU16, AtomicU32, AtomicU64, AtomicU8, Ordering};
use crate::value::Word;

/// A value that several threads reach without a lock.
///
/// Thread-safety: loads and stores are relaxed, so on their own they order nothing; a barrier between the writer and its readers does. A
/// value of several limbs is stored limb by limb: readers that run at the same time as a writer may see a mixture.
pub trait AtomicWord: Word {
    /// The cell.
    type Cell: std::fmt::Debug + Send + Sync;
    /// A cell with this value.
    fn cell(value: Self) -> Self::Cell;
    /// The value in the cell.
    fn load(cell: &Self::Cell) -> Self;
    /// Puts a value into the cell.
    fn store(cell: &Self::Cell, value: Self);
}

macro_rules! implement_atomic_word {
    ($($type:ty => $cell:ty),*) => {$(
        impl AtomicWord for $type {
            type Cell = $cell;
            #[inline]
            fn cell(value: Self) -> Self::Cell {
                <$cell>::new(value)
            }
            #[inline]
            fn load(cell: &Self::Cell) -> Self {
                cell.load(Ordering::Relaxed)
            }
            #[inline]
            fn store(cell: &Self::Cell, value: Self) {
                cell.store(value, Ordering::Relaxed);
            }
        }
    )*};
}
implement_atomic_word!(bool => AtomicBool, u8 => AtomicU8, u16 => AtomicU16, u32 => AtomicU32, u64 => AtomicU64);

impl<const N: usize> AtomicWord for [u64; N] {
    type Cell = [AtomicU64; N];
    #[inline]
    fn cell(value: Self) -> Self::Cell {
        value.map(AtomicU64::new)
    }
    #[inline]
    fn load(cell: &Self::Cell) -> Self {
        std::array::from_fn(|index| cell[index].load(Ordering::Relaxed))
    }
    #[inline]
    fn store(cell: &Self::Cell, value: Self) {
        for (limb, value) in cell.iter().zip(value) {
            limb.store(value, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AtomicWord;

    fn round_trip<T: AtomicWord>(value: T) {
        let cell = T::cell(T::ZERO);
        assert_eq!(T::load(&cell), T::ZERO);
        T::store(&cell, value);
        assert_eq!(T::load(&cell), value);
    }

    #[test]
    fn keeps_values_of_every_width() {
        round_trip(true);
        round_trip(200_u8);
        round_trip(60_000_u16);
        round_trip(u32::MAX);
        round_trip(u64::MAX - 1);
        round_trip([1_u64, u64::MAX, 3]);
    }
}
