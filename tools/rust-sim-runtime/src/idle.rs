//! When a cycle may differ from one in which nothing happened.

/// The first cycle behind `cycle` that is one of `points` (ascending) or, for one of `recurrences`, leaves its second number as the remainder
/// of a division by the first; `u64::MAX` if there is none.
#[must_use]
pub fn next_change(cycle: u64, points: &[u64], recurrences: &[(u64, u64)]) -> u64 {
    let after = cycle.saturating_add(1);
    let point = points.get(points.partition_point(|&point| point < after)).copied().unwrap_or(u64::MAX);
    recurrences.iter().fold(point, |next, &(modulus, residue)| {
        let (is, wanted) = (after % modulus, residue % modulus);
        let distance = if wanted >= is { wanted - is } else { wanted + (modulus - is) };
        next.min(after.saturating_add(distance))
    })
}

#[cfg(test)]
mod tests {
    use super::next_change;

    #[test]
    fn finds_the_next_of_several() {
        let points = [10, 11, 40];
        let recurrences = [(8, 4), (16, 1)];
        for cycle in 0..100_u64 {
            let expected = (cycle + 1..200).find(|at| points.contains(at) || at % 8 == 4 || at % 16 == 1).unwrap();
            assert_eq!(next_change(cycle, &points, &recurrences), expected);
        }
        assert_eq!(next_change(40, &points, &[]), u64::MAX);
        assert_eq!(next_change(u64::MAX - 1, &[], &[(u64::MAX, 1)]), u64::MAX);
    }
}
