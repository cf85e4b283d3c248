//! Values as the state stores them, and as the host sees them.

use std::fmt;

use crate::bits::mask_limbs;
use crate::format::{write_limbs, Spec};
use crate::info::ValueType;

/// A machine representation of a bit pattern: `bool`, `u8` … `u64`, or limbs of 64 bits, least significant first.
pub trait Word: Copy + PartialEq + fmt::Debug + Send + Sync + 'static {
    /// The pattern of zeros.
    const ZERO: Self;
    /// Number of limbs.
    const LIMBS: usize;
    /// Appends the limbs to `out`.
    fn write_limbs(self, out: &mut Vec<u64>);
    /// The value of these limbs; missing ones count as zero, bits that do not fit are dropped.
    fn from_limbs(limbs: &[u64]) -> Self;
}

macro_rules! implement_word {
    ($($type:ty),*) => {$(
        impl Word for $type {
            const ZERO: Self = 0;
            const LIMBS: usize = 1;
            #[inline]
            fn write_limbs(self, out: &mut Vec<u64>) {
                out.push(u64::from(self));
            }
            #[inline]
            fn from_limbs(limbs: &[u64]) -> Self {
                limbs.first().copied().unwrap_or(0) as Self
            }
        }
    )*};
}
implement_word!(u8, u16, u32, u64);

impl Word for bool {
    const ZERO: Self = false;
    const LIMBS: usize = 1;
    #[inline]
    fn write_limbs(self, out: &mut Vec<u64>) {
        out.push(u64::from(self));
    }
    #[inline]
    fn from_limbs(limbs: &[u64]) -> Self {
        limbs.first().is_some_and(|limb| limb & 1 != 0)
    }
}

impl<const N: usize> Word for [u64; N] {
    const ZERO: Self = [0; N];
    const LIMBS: usize = N;
    #[inline]
    fn write_limbs(self, out: &mut Vec<u64>) {
        out.extend_from_slice(&self);
    }
    #[inline]
    fn from_limbs(limbs: &[u64]) -> Self {
        let mut result = [0; N];
        for (target, limb) in result.iter_mut().zip(limbs) {
            *target = *limb;
        }
        result
    }
}

/// A number of any width, as the host reads and writes it. Two's complement: all bits above the limbs equal `negative`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Value {
    limbs: Vec<u64>,
    negative: bool,
}

impl Value {
    /// The number that a bit pattern means in a type.
    #[must_use]
    pub fn from_bits(bits: &[u64], value_type: ValueType) -> Self {
        let width = value_type.width as usize;
        let top = width - 1;
        let negative = value_type.signed && bits[top / 64] >> (top % 64) & 1 != 0;
        let mut limbs = bits[..width.div_ceil(64)].to_vec();
        if negative && width % 64 != 0 {
            limbs[top / 64] |= u64::MAX << (width % 64);
        }
        Self { limbs, negative }.trimmed()
    }

    /// The bit pattern in a type, or nothing when the number does not fit it.
    #[must_use]
    pub fn to_bits(&self, value_type: ValueType) -> Option<Vec<u64>> {
        let width = value_type.width as usize;
        let extension = if self.negative { u64::MAX } else { 0 };
        let mut limbs = self.limbs.clone();
        limbs.resize(width.div_ceil(64), extension);
        mask_limbs(&mut limbs, width);
        (Self::from_bits(&limbs, value_type) == *self).then_some(limbs)
    }

    /// The shortest form, so that equal numbers are equal values.
    fn trimmed(mut self) -> Self {
        let extension = if self.negative { u64::MAX } else { 0 };
        while self.limbs.last() == Some(&extension) {
            self.limbs.pop();
        }
        self
    }

    /// The number, if it is one of 64 bits without a sign.
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        (!self.negative && self.limbs.len() <= 1).then(|| self.limbs.first().copied().unwrap_or(0))
    }

    /// The number, if it is one of 64 bits with a sign.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        if self.limbs.len() > 1 {
            return None;
        }
        let number = self.limbs.first().copied().unwrap_or(if self.negative { u64::MAX } else { 0 }) as i64;
        ((number < 0) == self.negative).then_some(number)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self { limbs: vec![number], negative: false }.trimmed()
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self { limbs: vec![number as u64], negative: number < 0 }.trimmed()
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::from(u64::from(number))
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::from(i64::from(number))
    }
}

impl From<bool> for Value {
    fn from(bit: bool) -> Self {
        Self::from(u64::from(bit))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut limbs = self.limbs.clone();
        limbs.push(if self.negative { u64::MAX } else { 0 });
        let width = limbs.len() as u32 * 64;
        let mut out = Vec::new();
        write_limbs(&mut out, &limbs, ValueType { width, signed: true }, &Spec::PLAIN);
        formatter.write_str(&String::from_utf8_lossy(&out))
    }
}

#[cfg(test)]
mod tests {
    use super::Value;
    use crate::info::ValueType;

    #[test]
    fn converts_between_numbers_and_patterns() {
        let i8_type = ValueType { width: 8, signed: true };
        assert_eq!(Value::from_bits(&[0xff], i8_type), Value::from(-1_i64));
        assert_eq!(Value::from(-128_i64).to_bits(i8_type), Some(vec![0x80]));
        assert_eq!(Value::from(128_i64).to_bits(i8_type), None);
        assert_eq!(Value::from(-129_i64).to_bits(i8_type), None);
        let u64_type = ValueType { width: 64, signed: false };
        assert_eq!(Value::from(u64::MAX).to_bits(u64_type), Some(vec![u64::MAX]));
        assert_eq!(Value::from(-1_i64).to_bits(u64_type), None);
        let i100 = ValueType { width: 100, signed: true };
        assert_eq!(Value::from(-1_i64).to_bits(i100), Some(vec![u64::MAX, (1 << 36) - 1]));
        assert_eq!(Value::from_bits(&[u64::MAX, (1 << 36) - 1], i100).to_i64(), Some(-1));
        assert_eq!(Value::from(u64::MAX).to_i64(), None);
        assert_eq!(Value::from(i64::MIN).to_i64(), Some(i64::MIN));
    }

    #[test]
    fn displays_any_width() {
        assert_eq!(Value::from(-7_i32).to_string(), "-7");
        assert_eq!(Value::from(u64::MAX).to_string(), "18446744073709551615");
        let wide = Value::from_bits(&[0, 1], ValueType { width: 65, signed: false });
        assert_eq!(wide.to_string(), "18446744073709551616");
    }
}
