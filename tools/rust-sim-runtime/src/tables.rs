//! Initial state from tables.

use crate::value::Word;

/// An array of `N` equal elements on the heap; never on the stack, which large ones would overflow.
#[must_use]
pub fn boxed<T: Word, const N: usize>(fill: T) -> Box<[T; N]> {
    match vec![fill; N].into_boxed_slice().try_into() {
        Ok(array) => array,
        Err(_) => unreachable!("a vector of N elements is an array of N"),
    }
}

/// Sets the first elements of an array. Each element takes as many words of the table as it has limbs.
pub fn load<T: Word>(array: &mut [T], table: &[u64]) {
    for (element, limbs) in array.iter_mut().zip(table.chunks(T::LIMBS)) {
        *element = T::from_limbs(limbs);
    }
}

/// Sets the first elements of an array from hexadecimal text, one element a line, the most significant digit first.
pub fn load_hex<T: Word>(array: &mut [T], text: &str) {
    for (element, line) in array.iter_mut().zip(text.lines()) {
        *element = T::from_limbs(&parse_hex(line));
    }
}

fn parse_hex(line: &str) -> Vec<u64> {
    let digits = line.trim().as_bytes();
    digits
        .rchunks(16)
        .map(|chunk| chunk.iter().fold(0, |limb, digit| limb << 4 | u64::from((*digit as char).to_digit(16).unwrap_or(0))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{boxed, load, load_hex};

    #[test]
    fn loads_words_and_limbs() {
        let mut bytes = [9_u8; 3];
        load(&mut bytes, &[1, 2]);
        assert_eq!(bytes, [1, 2, 9]);
        let mut wide = boxed::<[u64; 2], 2>([0; 2]);
        load(&mut wide[..], &[1, 2, 3, 4]);
        assert_eq!(*wide, [[1, 2], [3, 4]]);
        load_hex(&mut wide[..], "ff\n1000000000000000f\n");
        assert_eq!(*wide, [[255, 0], [15, 1]]);
    }
}
