//! Bit patterns in machine words that are wider than the value.

/// The `WIDTH` low bits of `value` as a signed number.
#[inline]
#[must_use]
pub const fn signed8<const WIDTH: u32>(value: u8) -> i8 {
    ((value << (8 - WIDTH)) as i8) >> (8 - WIDTH)
}

/// The `WIDTH` low bits of `value` as a signed number.
#[inline]
#[must_use]
pub const fn signed16<const WIDTH: u32>(value: u16) -> i16 {
    ((value << (16 - WIDTH)) as i16) >> (16 - WIDTH)
}

/// The `WIDTH` low bits of `value` as a signed number.
#[inline]
#[must_use]
pub const fn signed32<const WIDTH: u32>(value: u32) -> i32 {
    ((value << (32 - WIDTH)) as i32) >> (32 - WIDTH)
}

/// The `WIDTH` low bits of `value` as a signed number.
#[inline]
#[must_use]
pub const fn signed64<const WIDTH: u32>(value: u64) -> i64 {
    ((value << (64 - WIDTH)) as i64) >> (64 - WIDTH)
}

/// A shift amount of 64 bits as one of 32, which shifts out everything where the original does.
#[inline]
#[must_use]
pub const fn amount(value: u64) -> u32 {
    if value < 64 {
        value as u32
    } else {
        64
    }
}

/// An index that no array has for one that does not fit the machine.
#[inline]
#[must_use]
pub fn index(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// Clears the bits from `width` on.
pub fn mask_limbs(limbs: &mut [u64], width: usize) {
    if width % 64 != 0 {
        limbs[width / 64] &= u64::MAX >> (64 - width % 64);
    }
    for limb in limbs.iter_mut().skip(width.div_ceil(64)) {
        *limb = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{amount, mask_limbs, signed32, signed8};

    #[test]
    fn extends_signs() {
        assert_eq!(signed8::<3>(0b100), -4);
        assert_eq!(signed8::<8>(0xff), -1);
        assert_eq!(signed32::<12>(0x7ff), 0x7ff);
        assert_eq!(signed32::<12>(0x800), -0x800);
    }

    #[test]
    fn clears_bits() {
        let mut limbs = [u64::MAX; 3];
        mask_limbs(&mut limbs, 65);
        assert_eq!(limbs, [u64::MAX, 1, 0]);
        assert_eq!(amount(63), 63);
        assert_eq!(amount(1 << 40), 64);
    }
}
