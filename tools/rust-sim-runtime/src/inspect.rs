//! The arms of a generated [`crate::ModuleState`].

use crate::value::Word;

/// Appends the head's limbs if there is one; returns the length.
pub fn fifo<T: Word>(head: Option<T>, length: usize, out: &mut Vec<u64>) -> usize {
    if let Some(head) = head {
        head.write_limbs(out);
    }
    length
}

/// Appends the limbs of a value that is present; returns whether it is.
pub fn exposed<T: Word>(present: bool, value: T, out: &mut Vec<u64>) -> bool {
    if present {
        value.write_limbs(out);
    }
    present
}

/// Appends the limbs of an element.
pub fn read<T: Word>(elements: &[T], index: usize, out: &mut Vec<u64>) {
    if let Some(element) = elements.get(index) {
        element.write_limbs(out);
    }
}

/// Sets an element.
pub fn write<T: Word>(elements: &mut [T], index: usize, limbs: &[u64]) {
    if let Some(element) = elements.get_mut(index) {
        *element = T::from_limbs(limbs);
    }
}
