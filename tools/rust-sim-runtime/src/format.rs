//! Integers as text, as Rust's `std::fmt` prints them, straight into a byte buffer.

use crate::info::ValueType;
use crate::wide::decimal_limbs;

/// Where the padding goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Padding behind.
    Left,
    /// Padding on both sides, the odd character behind.
    Center,
    /// Padding in front, as numbers have it unless told otherwise.
    Right,
}

/// The notation of the digits. Radixes other than ten show the bit pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Radix {
    /// `{}` and `{:?}`.
    Decimal,
    /// `{:x}`.
    LowerHex,
    /// `{:X}`.
    UpperHex,
    /// `{:b}`.
    Binary,
    /// `{:o}`.
    Octal,
}

/// How one argument of a log is printed.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The padding.
    pub fill: char,
    /// Where the padding goes.
    pub align: Align,
    /// Print the sign of a positive number.
    pub plus: bool,
    /// Print `0x`, `0b` or `0o` in front.
    pub alternate: bool,
    /// Pad with zeros behind sign and prefix; wins over `fill` and `align`.
    pub zero: bool,
    /// Least number of characters.
    pub width: usize,
    /// The notation of the digits.
    pub radix: Radix,
}

impl Spec {
    /// `{}`.
    pub const PLAIN: Self =
        Self { fill: ' ', align: Align::Right, plus: false, alternate: false, zero: false, width: 0, radix: Radix::Decimal };
}

const PAIRS: &[u8; 200] = b"0001020304050607080910111213141516171819\
2021222324252627282930313233343536373839\
4041424344454647484950515253545556575859\
6061626364656667686970717273747576777879\
8081828384858687888990919293949596979899";

/// Appends a number in decimal.
#[inline]
pub fn write_decimal(out: &mut Vec<u8>, number: u64) {
    if number < 10 {
        out.push(b'0' + number as u8);
        return;
    }
    let mut digits = [0_u8; 20];
    let at = decimal_digits(&mut digits, number);
    out.extend_from_slice(&digits[at..]);
}

/// Writes the digits of a number to the end of a buffer; returns where they start.
#[inline]
fn decimal_digits<const N: usize>(digits: &mut [u8; N], mut number: u64) -> usize {
    let mut at = N;
    while number >= 100 {
        let pair = (number % 100) as usize * 2;
        number /= 100;
        at -= 2;
        digits[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    }
    if number >= 10 {
        let pair = number as usize * 2;
        at -= 2;
        digits[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    } else {
        at -= 1;
        digits[at] = b'0' + number as u8;
    }
    at
}

/// Appends a number in decimal, with its sign.
#[inline]
pub fn write_signed(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        out.push(b'-');
    }
    write_decimal(out, number.unsigned_abs());
}

/// Appends a bit pattern of at most 64 bits with a format. Bits above the width are zero.
pub fn write_word(out: &mut Vec<u8>, bits: u64, value_type: ValueType, spec: &Spec) {
    let mut digits = [b'0'; 64];
    let mut negative = false;
    let at = match spec.radix {
        Radix::Decimal => {
            let top = value_type.width as usize - 1;
            negative = value_type.signed && bits >> top & 1 != 0;
            let magnitude = if negative { bits.wrapping_neg() << (63 - top) >> (63 - top) } else { bits };
            decimal_digits(&mut digits, magnitude)
        }
        Radix::LowerHex | Radix::UpperHex | Radix::Binary | Radix::Octal => {
            let (bits_per_digit, alphabet) = notation(spec.radix);
            let mut left = bits;
            let mut at = digits.len();
            loop {
                at -= 1;
                digits[at] = alphabet[left as usize & ((1 << bits_per_digit) - 1)];
                left >>= bits_per_digit;
                if left == 0 {
                    break at;
                }
            }
        }
    };
    if spec.zero && !negative && !spec.plus && !spec.alternate && spec.width <= digits.len() {
        // The zeros are there already.
        out.extend_from_slice(&digits[at.min(digits.len() - spec.width)..]);
    } else {
        write_padded(out, negative, &digits[at..], spec);
    }
}

/// Appends a bit pattern of any width with a format. Bits above the width are zero.
pub fn write_limbs(out: &mut Vec<u8>, bits: &[u64], value_type: ValueType, spec: &Spec) {
    let mut digits = Vec::with_capacity(24);
    let mut negative = false;
    if spec.radix == Radix::Decimal {
        let width = value_type.width as usize;
        negative = value_type.signed && bits[(width - 1) / 64] >> ((width - 1) % 64) & 1 != 0;
        decimal_limbs(&mut digits, bits, negative, width);
    } else {
        let (bits_per_digit, alphabet) = notation(spec.radix);
        write_power_of_two(&mut digits, bits, bits_per_digit, alphabet);
    }
    write_padded(out, negative, &digits, spec);
}

/// Bits of a digit, and the digits. Not of decimals, whose digits are not bits.
#[inline]
const fn notation(radix: Radix) -> (usize, &'static [u8; 16]) {
    match radix {
        Radix::UpperHex => (4, b"0123456789ABCDEF"),
        Radix::Binary => (1, b"0123456789abcdef"),
        Radix::Octal => (3, b"0123456789abcdef"),
        Radix::LowerHex | Radix::Decimal => (4, b"0123456789abcdef"),
    }
}

/// Appends digits with sign, prefix and padding.
#[inline]
fn write_padded(out: &mut Vec<u8>, negative: bool, digits: &[u8], spec: &Spec) {
    let sign: &[u8] = if negative {
        b"-"
    } else if spec.plus {
        b"+"
    } else {
        b""
    };
    let prefix: &[u8] = match spec.radix {
        _ if !spec.alternate => b"",
        Radix::Decimal => b"",
        Radix::LowerHex | Radix::UpperHex => b"0x",
        Radix::Binary => b"0b",
        Radix::Octal => b"0o",
    };
    let missing = spec.width.saturating_sub(sign.len() + prefix.len() + digits.len());
    let (before, zeros, behind) = if spec.zero {
        (0, missing, 0)
    } else {
        match spec.align {
            Align::Left => (0, 0, missing),
            Align::Center => (missing / 2, 0, missing - missing / 2),
            Align::Right => (missing, 0, 0),
        }
    };
    write_fill(out, spec.fill, before);
    out.extend_from_slice(sign);
    out.extend_from_slice(prefix);
    write_fill(out, '0', zeros);
    out.extend_from_slice(digits);
    write_fill(out, spec.fill, behind);
}

#[inline]
fn write_fill(out: &mut Vec<u8>, fill: char, count: usize) {
    if count == 0 {
        return;
    }
    if fill.is_ascii() {
        out.resize(out.len() + count, fill as u8);
        return;
    }
    let mut bytes = [0; 4];
    let encoded = fill.encode_utf8(&mut bytes).as_bytes();
    for _ in 0..count {
        out.extend_from_slice(encoded);
    }
}

/// Digits of `bits_per_digit` bits, without leading zeros but at least one.
fn write_power_of_two(out: &mut Vec<u8>, bits: &[u64], bits_per_digit: usize, alphabet: &[u8]) {
    let digit = |index: usize| {
        let at = index * bits_per_digit;
        let (limb, shift) = (at / 64, at % 64);
        let mut pattern = bits[limb] >> shift;
        if shift + bits_per_digit > 64 {
            pattern |= bits.get(limb + 1).copied().unwrap_or(0) << (64 - shift);
        }
        alphabet[pattern as usize & ((1 << bits_per_digit) - 1)]
    };
    let used = bits.iter().rposition(|limb| *limb != 0).map_or(1, |limb| limb * 64 + 64 - bits[limb].leading_zeros() as usize);
    for index in (0..used.div_ceil(bits_per_digit)).rev() {
        out.push(digit(index));
    }
}

#[cfg(test)]
mod tests {
    use super::{write_decimal, write_signed, write_word, Align, Radix, Spec};
    use crate::info::ValueType;

    fn text(bits: u64, width: u32, signed: bool, spec: &Spec) -> String {
        let mut out = Vec::new();
        write_word(&mut out, bits, ValueType { width, signed }, spec);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn decimal_equals_the_standard_library() {
        let mut number = 1_u64;
        for _ in 0..2_000 {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            for shifted in [number, number >> 20, number >> 50, number >> 58] {
                let mut out = Vec::new();
                write_decimal(&mut out, shifted);
                out.push(b' ');
                write_signed(&mut out, shifted as i64);
                assert_eq!(String::from_utf8(out).unwrap(), format!("{shifted} {}", shifted as i64));
            }
        }
    }

    #[test]
    fn formats_equal_the_standard_library() {
        for value in [0_u32, 1, 9, 10, 255, 256, 0x8000_0000, u32::MAX] {
            let bits = u64::from(value);
            let base = Spec { width: 12, ..Spec::PLAIN };
            assert_eq!(text(bits, 32, false, &base), format!("{value:12}"));
            assert_eq!(text(bits, 32, true, &base), format!("{:12}", value as i32));
            assert_eq!(text(bits, 32, true, &Spec { plus: true, zero: true, ..base }), format!("{:+012}", value as i32));
            assert_eq!(text(bits, 32, true, &Spec { radix: Radix::LowerHex, ..base }), format!("{:12x}", value as i32));
            assert_eq!(text(bits, 32, false, &Spec { radix: Radix::LowerHex, zero: true, width: 8, ..base }), format!("{value:08x}"));
            assert_eq!(text(bits, 32, false, &Spec { zero: true, width: 3, ..base }), format!("{value:03}"));
            assert_eq!(text(bits, 32, true, &Spec { zero: true, width: 70, ..base }), format!("{:070}", value as i32));
            assert_eq!(text(bits, 32, false, &Spec { radix: Radix::UpperHex, alternate: true, ..base }), format!("{value:#12X}"));
            assert_eq!(text(bits, 32, false, &Spec { radix: Radix::LowerHex, alternate: true, zero: true, ..base }), format!("{value:#012x}"));
            assert_eq!(text(bits, 32, false, &Spec { radix: Radix::Binary, ..Spec::PLAIN }), format!("{value:b}"));
            assert_eq!(text(bits, 32, false, &Spec { radix: Radix::Octal, alternate: true, ..Spec::PLAIN }), format!("{value:#o}"));
            assert_eq!(text(bits, 32, false, &Spec { align: Align::Left, fill: '·', ..base }), format!("{value:·<12}"));
            assert_eq!(text(bits, 32, false, &Spec { align: Align::Center, ..base }), format!("{value:^12}"));
        }
    }

    #[test]
    fn a_narrow_signed_value_has_its_own_sign() {
        assert_eq!(text(0b100, 3, true, &Spec::PLAIN), "-4");
        assert_eq!(text(1, 1, true, &Spec::PLAIN), "-1");
        assert_eq!(text(1, 1, false, &Spec::PLAIN), "1");
    }
}
