//! Values of several limbs of 64 bits, least significant first. Bits above the width are zero.

use crate::bits::mask_limbs;
use crate::format::write_decimal;

/// `value` modulo 2^(64 N), negated.
fn negate(value: &mut [u64]) {
    let mut carry = true;
    for limb in value {
        let (negated, overflow) = (!*limb).overflowing_add(u64::from(carry));
        *limb = negated;
        carry = overflow;
    }
}

/// Divides in place by one limb; returns the remainder.
fn divide_by_limb(value: &mut [u64], divisor: u64) -> u64 {
    let mut remainder = 0_u64;
    for limb in value.iter_mut().rev() {
        let dividend = (u128::from(remainder) << 64) | u128::from(*limb);
        *limb = (dividend / u128::from(divisor)) as u64;
        remainder = (dividend % u128::from(divisor)) as u64;
    }
    remainder
}

/// Limbs up to the most significant one that is not zero.
fn significant(value: &[u64]) -> usize {
    value.iter().rposition(|limb| *limb != 0).map_or(0, |index| index + 1)
}

/// Quotient and remainder of unsigned values, schoolbook long division in base 2^64 (Knuth, The Art of Computer Programming 4.3.1, D).
/// The divisor is not zero.
fn divide_limbs(dividend: &[u64], divisor: &[u64], quotient: &mut [u64], remainder: &mut [u64]) {
    let divisor_length = significant(divisor);
    let dividend_length = significant(dividend);
    quotient.fill(0);
    remainder.fill(0);
    if dividend_length < divisor_length {
        remainder.copy_from_slice(dividend);
        return;
    }
    if divisor_length == 1 {
        quotient.copy_from_slice(dividend);
        remainder[0] = divide_by_limb(quotient, divisor[0]);
        return;
    }
    // Normalised so that the divisor's top bit is set: then each estimate is at most two too large.
    let shift = divisor[divisor_length - 1].leading_zeros();
    let v = shifted_left(&divisor[..divisor_length], shift);
    let mut u = shifted_left(&dividend[..dividend_length], shift);
    let top = u128::from(v[divisor_length - 1]);
    let second = u128::from(v[divisor_length - 2]);
    for at in (0..=dividend_length - divisor_length).rev() {
        let head = (u128::from(u[at + divisor_length]) << 64) | u128::from(u[at + divisor_length - 1]);
        let mut estimate = head / top;
        let mut rest = head % top;
        while estimate >> 64 != 0 || estimate * second > ((rest << 64) | u128::from(u[at + divisor_length - 2])) {
            estimate -= 1;
            rest += top;
            if rest >> 64 != 0 {
                break;
            }
        }
        if subtract_product(&mut u[at..=at + divisor_length], &v[..divisor_length], estimate as u64) {
            estimate -= 1;
            add_back(&mut u[at..=at + divisor_length], &v[..divisor_length]);
        }
        quotient[at] = estimate as u64;
    }
    for index in 0..divisor_length {
        remainder[index] = if shift == 0 { u[index] } else { (u[index] >> shift) | (u[index + 1] << (64 - shift)) };
    }
}

/// One limb longer than `value`.
fn shifted_left(value: &[u64], shift: u32) -> Vec<u64> {
    let mut result = Vec::with_capacity(value.len() + 1);
    let mut carry = 0;
    for limb in value {
        result.push((limb << shift) | carry);
        carry = if shift == 0 { 0 } else { limb >> (64 - shift) };
    }
    result.push(carry);
    result
}

/// `target -= factor * value`; true when the result is negative (and wrapped).
fn subtract_product(target: &mut [u64], value: &[u64], factor: u64) -> bool {
    let mut carry = 0_u128;
    let mut borrow = false;
    for (index, limb) in target.iter_mut().enumerate() {
        let product = u128::from(value.get(index).copied().unwrap_or(0)) * u128::from(factor) + carry;
        carry = product >> 64;
        let (first, one) = limb.overflowing_sub(product as u64);
        let (second, two) = first.overflowing_sub(u64::from(borrow));
        *limb = second;
        borrow = one || two;
    }
    borrow
}

fn add_back(target: &mut [u64], value: &[u64]) {
    let mut carry = false;
    for (index, limb) in target.iter_mut().enumerate() {
        let (first, one) = limb.overflowing_add(value.get(index).copied().unwrap_or(0));
        let (second, two) = first.overflowing_add(u64::from(carry));
        *limb = second;
        carry = one || two;
    }
}

/// True when every limb is zero.
#[must_use]
pub fn is_zero<const N: usize>(value: &[u64; N]) -> bool {
    value.iter().all(|limb| *limb == 0)
}

/// Quotient and remainder, unsigned. The divisor is not zero.
#[must_use]
pub fn divide_unsigned<const N: usize>(dividend: [u64; N], divisor: [u64; N]) -> ([u64; N], [u64; N]) {
    let mut quotient = [0; N];
    let mut remainder = [0; N];
    divide_limbs(&dividend, &divisor, &mut quotient, &mut remainder);
    (quotient, remainder)
}

/// Quotient and remainder of two's complement numbers of `width` bits, rounded toward zero. The divisor is not zero.
/// The least number divided by -1 is itself.
#[must_use]
pub fn divide_signed<const N: usize>(mut dividend: [u64; N], mut divisor: [u64; N], width: usize) -> ([u64; N], [u64; N]) {
    let top = width - 1;
    let is_negative = |value: &[u64; N]| value[top / 64] >> (top % 64) & 1 != 0;
    let change_sign = |value: &mut [u64; N]| {
        negate(value);
        mask_limbs(value, width);
    };
    let dividend_negative = is_negative(&dividend);
    let divisor_negative = is_negative(&divisor);
    if dividend_negative {
        change_sign(&mut dividend);
    }
    if divisor_negative {
        change_sign(&mut divisor);
    }
    let (mut quotient, mut remainder) = divide_unsigned(dividend, divisor);
    if dividend_negative != divisor_negative {
        change_sign(&mut quotient);
    }
    if dividend_negative {
        change_sign(&mut remainder);
    }
    (quotient, remainder)
}

/// Appends the decimal digits of the absolute value.
pub fn decimal_limbs(out: &mut Vec<u8>, bits: &[u64], negative: bool, width: usize) {
    const BLOCK: u64 = 10_000_000_000_000_000_000;
    let mut value = bits.to_vec();
    if negative {
        negate(&mut value);
        mask_limbs(&mut value, width);
    }
    let mut blocks = Vec::new();
    while significant(&value) > 1 {
        blocks.push(divide_by_limb(&mut value, BLOCK));
    }
    if value[0] >= BLOCK {
        blocks.push(value[0] % BLOCK);
        value[0] /= BLOCK;
    }
    write_decimal(out, value[0]);
    for block in blocks.iter().rev() {
        let start = out.len();
        write_decimal(out, *block);
        let missing = 19 - (out.len() - start);
        out.splice(start..start, std::iter::repeat_n(b'0', missing));
    }
}

#[cfg(test)]
mod tests {
    use super::{decimal_limbs, divide_signed, divide_unsigned, is_zero};

    fn text(bits: &[u64], negative: bool, width: usize) -> String {
        let mut out = Vec::new();
        decimal_limbs(&mut out, bits, negative, width);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn prints_decimals() {
        assert_eq!(text(&[0, 1], false, 65), "18446744073709551616");
        assert_eq!(text(&[u64::MAX, u64::MAX], false, 128), u128::MAX.to_string());
        assert_eq!(text(&[0, 0], false, 128), "0");
        assert_eq!(text(&[10_000_000_000_000_000_000, 0], false, 128), "10000000000000000000");
        assert_eq!(text(&[0, 1 << 63], true, 128), i128::MIN.unsigned_abs().to_string());
    }

    #[test]
    fn divides_as_u128_does() {
        let mut state = 7_u128;
        let mut next = || {
            state = state.wrapping_mul(0xda94_2042_e4dd_58b5_0000_0001_0000_0001).wrapping_add(0x1234_5678_9abc_def1);
            state ^ (state >> 61)
        };
        for round in 0..5_000_u32 {
            let a = next() >> (round % 5 * 20);
            let b = (next() >> (round % 7 * 18)).max(1);
            let limbs = |value: u128| [value as u64, (value >> 64) as u64];
            assert_eq!(divide_unsigned(limbs(a), limbs(b)), (limbs(a / b), limbs(a % b)));
            let (x, y) = (a as i128, b as i128);
            let expected = (limbs(x.wrapping_div(y) as u128), limbs(x.wrapping_rem(y) as u128));
            assert_eq!(divide_signed(limbs(a), limbs(b), 128), expected);
        }
    }

    #[test]
    fn quotient_times_divisor_plus_remainder_is_the_dividend() {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Extreme limbs reach the rare corrections of the estimate.
            match state >> 61 {
                0 => 0,
                1 => u64::MAX,
                2 => 1 << 63,
                _ => state ^ (state >> 29),
            }
        };
        for _ in 0..5_000 {
            let a: [u64; 4] = std::array::from_fn(|_| next());
            let mut b: [u64; 4] = std::array::from_fn(|index| if index < 3 { next() } else { 0 });
            b[0] |= 1;
            let (quotient, remainder) = divide_unsigned(a, b);
            let mut sum = [0_u64; 4];
            let mut carry = [0_u128; 4];
            for (i, x) in quotient.iter().enumerate() {
                let mut over = 0_u128;
                for (j, y) in b.iter().enumerate().take(4 - i) {
                    let product = u128::from(*x) * u128::from(*y) + u128::from(sum[i + j]) + over;
                    sum[i + j] = product as u64;
                    over = product >> 64;
                }
                carry[i] = over;
            }
            let mut over = 0_u128;
            for (limb, more) in sum.iter_mut().zip(remainder) {
                let total = u128::from(*limb) + u128::from(more) + over;
                *limb = total as u64;
                over = total >> 64;
            }
            assert_eq!(sum, a);
            assert!(remainder.iter().rev().lt(b.iter().rev()));
            assert!(!is_zero(&b));
        }
    }

    #[test]
    fn the_least_number_divided_by_minus_one_is_itself() {
        let least = [0, 1 << 35];
        let minus_one = [u64::MAX, (1 << 36) - 1];
        assert_eq!(divide_signed(least, minus_one, 100), (least, [0, 0]));
    }
}
