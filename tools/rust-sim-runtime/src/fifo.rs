//! The queue behind a port.

use std::collections::VecDeque;

use crate::value::Word;

/// A first-in-first-out queue: a ring of `N` elements (a power of two) inside the struct, and a cold heap queue for what does not fit.
#[derive(Clone, Debug)]
pub struct Fifo<T, const N: usize> {
    ring: [T; N],
    /// Elements ever removed, modulo 2^32; only [`Self::pop`] writes it.
    head: u32,
    /// Elements ever appended, modulo 2^32; only [`Self::push`] writes it. Their difference is the length, of which one test tells whether
    /// the ring alone is concerned.
    tail: u32,
    /// Elements behind the `N` of the ring; only ever filled while the ring is full.
    /// Boxed: one word here, since every FIFO pays for it and hardly any uses it.
    #[allow(clippy::box_collection)]
    spill: Option<Box<VecDeque<T>>>,
}

impl<T: Word, const N: usize> Default for Fifo<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Word, const N: usize> Fifo<T, N> {
    const MASK: usize = N - 1;

    /// An empty queue.
    #[must_use]
    pub fn new() -> Self {
        assert!(N.is_power_of_two());
        Self { ring: [T::ZERO; N], head: 0, tail: 0, spill: None }
    }

    /// True when it has no element.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.head == self.tail
    }

    /// True when it has an element.
    #[inline]
    #[must_use]
    pub const fn valid(&self) -> bool {
        self.head != self.tail
    }

    /// Number of elements.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.tail.wrapping_sub(self.head) as usize
    }

    /// The oldest element, if there is one.
    #[inline]
    #[must_use]
    pub fn peek(&self) -> Option<T> {
        if self.is_empty() {
            None
        } else {
            Some(self.ring[self.head as usize & Self::MASK])
        }
    }

    /// Removes the oldest element and returns it, if there is one.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        let at = self.head as usize & Self::MASK;
        let value = self.ring[at];
        if self.len() > N {
            self.refill(at);
        }
        self.head = self.head.wrapping_add(1);
        Some(value)
    }

    /// The place in the ring that a pop leaves is that of the first element behind the ring.
    #[cold]
    #[inline(never)]
    fn refill(&mut self, at: usize) {
        if let Some(value) = self.spill.as_mut().and_then(|spill| spill.pop_front()) {
            self.ring[at] = value;
        }
    }

    /// Appends an element.
    #[inline]
    pub fn push(&mut self, value: T) {
        if self.len() < N {
            self.ring[self.tail as usize & Self::MASK] = value;
        } else {
            self.push_spill(value);
        }
        self.tail = self.tail.wrapping_add(1);
    }

    #[cold]
    #[inline(never)]
    fn push_spill(&mut self, value: T) {
        self.spill.get_or_insert_with(Box::default).push_back(value);
    }

    /// Appends an element unless the queue would then be longer than `limit` (or than counters reach), and tells whether it did.
    #[inline]
    #[must_use]
    pub fn push_within(&mut self, value: T, limit: usize) -> bool {
        // The ring alone can only reach a limit that is not above its size.
        if self.len() < N && limit >= N {
            self.ring[self.tail as usize & Self::MASK] = value;
            self.tail = self.tail.wrapping_add(1);
            return true;
        }
        self.push_rarely(value, limit)
    }

    #[cold]
    #[inline(never)]
    fn push_rarely(&mut self, value: T, limit: usize) -> bool {
        let fits = self.len() < limit.min(u32::MAX as usize);
        if fits {
            self.push(value);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::Fifo;

    #[test]
    fn keeps_order_across_the_spill() {
        let mut fifo = Fifo::<u32, 4>::new();
        let mut expected = std::collections::VecDeque::new();
        let mut state = 1_u32;
        for step in 0..10_000_u32 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Phases in which pushes, then pops, prevail.
            let push = state >> 24 < if step / 100 % 2 == 0 { 200 } else { 56 };
            if push {
                fifo.push(step);
                expected.push_back(step);
            } else {
                assert_eq!(fifo.pop(), expected.pop_front());
            }
            assert_eq!(fifo.len(), expected.len());
            assert_eq!(fifo.peek(), expected.front().copied());
            assert_eq!(fifo.is_empty(), expected.is_empty());
        }
    }

    #[test]
    fn respects_a_limit_below_and_above_the_ring() {
        for limit in [1, 2, 3, 4, 5, 9] {
            let mut fifo = Fifo::<u8, 4>::new();
            for _ in 0..limit {
                assert!(fifo.push_within(7, limit));
            }
            assert!(!fifo.push_within(7, limit));
            assert_eq!(fifo.len(), limit);
        }
    }
}
