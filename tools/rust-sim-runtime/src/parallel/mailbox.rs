//! What one module has to say to the clusters of others in one cycle.
//!
//! A mailbox has one writer and any number of readers. It has a slot for even and one for odd cycles, each stamped with its cycle, so nothing
//! is ever reset and one barrier a cycle suffices: while the readers look at the slot of t, behind the barrier, the writer fills the slot of
//! t + 1; it comes back to the first slot in t + 2, which is behind the next barrier.
//!
//! What takes the time is not the words but the cache lines that go from one processor to another. So the slots of even cycles stand
//! together, as do those of odd ones, and the emitter numbers the mailboxes by sender and receivers: what one cluster says to another in a
//! cycle goes over in a few whole lines.
//!
//! Thread-safety: all words are atomics with relaxed order; the barrier between the writer's cycle and the readers' look orders them.

use super::atomic_word::AtomicWord;
use super::sync::{AtomicU64, Ordering};

/// Bits of the stamp below the cycle: which of the writer's operations it was.
const ORDINAL: u32 = 16;

/// A stamp for the cycle; 0 is never one, since cycles count from 1.
#[inline]
const fn stamp(cycle: u64, ordinal: usize) -> u64 {
    cycle << ORDINAL | ordinal as u64
}

/// Mailboxes in a block that shares no cache line with another one. A writer and its readers start a block of their own.
pub const BLOCK: usize = 8;

/// Two lines, since processors fetch them in pairs; eight slots with a word each fill them.
#[derive(Debug)]
#[repr(align(128))]
struct Block<M>([M; BLOCK]);

/// All mailboxes with one kind of content.
#[derive(Debug)]
pub struct Boxes<M>([Box<[Block<M>]>; 2]);

impl<M: Default> Boxes<M> {
    /// At least `count` mailboxes to which nothing was sent.
    #[must_use]
    pub fn new(count: usize) -> Self {
        let half = || (0..count.div_ceil(BLOCK)).map(|_| Block(std::array::from_fn(|_| M::default()))).collect();
        Self([half(), half()])
    }

    /// The slot of a mailbox for a cycle and every second one from there.
    ///
    /// # Panics
    /// When there is no such mailbox.
    #[inline]
    #[must_use]
    pub fn at(&self, cycle: u64, index: usize) -> &M {
        &self.0[(cycle & 1) as usize][index / BLOCK].0[index % BLOCK]
    }
}

#[derive(Debug)]
struct Slot<C> {
    stamp: AtomicU64,
    content: C,
}

impl<C> Slot<C> {
    fn new(content: C) -> Self {
        Self { stamp: AtomicU64::new(0), content }
    }

    /// The ordinal, where the slot belongs to the cycle.
    #[inline]
    fn of(&self, cycle: u64) -> Option<usize> {
        let found = self.stamp.load(Ordering::Relaxed);
        (found >> ORDINAL == cycle).then_some((found & ((1 << ORDINAL) - 1)) as usize)
    }

    #[inline]
    fn seal(&self, cycle: u64, ordinal: usize) {
        self.stamp.store(stamp(cycle, ordinal), Ordering::Relaxed);
    }
}

/// The push of one module into one FIFO in one cycle.
#[derive(Debug)]
pub struct PushMail<T: AtomicWord>(Slot<T::Cell>);

impl<T: AtomicWord> Default for PushMail<T> {
    fn default() -> Self {
        Self(Slot::new(T::cell(T::ZERO)))
    }
}

impl<T: AtomicWord> PushMail<T> {
    /// Sends the push that the writer's operation `ordinal` (below 65 536) makes.
    #[inline]
    pub fn send(&self, cycle: u64, ordinal: usize, value: T) {
        let slot = &self.0;
        T::store(&slot.content, value);
        slot.seal(cycle, ordinal);
    }

    /// The writer has sent already in this cycle. For the writer alone.
    #[inline]
    #[must_use]
    pub fn sent(&self, cycle: u64) -> bool {
        self.0.of(cycle).is_some()
    }

    /// What was sent in the cycle: the ordinal and the value.
    #[inline]
    #[must_use]
    pub fn receive(&self, cycle: u64) -> Option<(usize, T)> {
        let slot = &self.0;
        slot.of(cycle).map(|ordinal| (ordinal, T::load(&slot.content)))
    }
}

/// The write of one module to one array.
#[derive(Debug)]
pub struct WriteMail<T: AtomicWord>(Slot<(AtomicU64, T::Cell)>);

impl<T: AtomicWord> Default for WriteMail<T> {
    fn default() -> Self {
        Self(Slot::new((AtomicU64::new(0), T::cell(T::ZERO))))
    }
}

impl<T: AtomicWord> WriteMail<T> {
    /// Sends a write of an element that exists.
    #[inline]
    pub fn send(&self, cycle: u64, index: usize, value: T) {
        let slot = &self.0;
        slot.content.0.store(index as u64, Ordering::Relaxed);
        T::store(&slot.content.1, value);
        slot.seal(cycle, 0);
    }

    /// Sends that the writer has written an element that does not exist.
    #[inline]
    pub fn send_nothing(&self, cycle: u64) {
        let slot = &self.0;
        slot.content.0.store(u64::MAX, Ordering::Relaxed);
        slot.seal(cycle, 0);
    }

    /// The writer has sent already in this cycle. For the writer alone.
    #[inline]
    #[must_use]
    pub fn sent(&self, cycle: u64) -> bool {
        self.0.of(cycle).is_some()
    }

    /// Puts what was sent in the cycle into a copy of the array.
    #[inline]
    pub fn receive(&self, cycle: u64, array: &mut [T]) {
        let slot = &self.0;
        if slot.of(cycle).is_some() {
            if let Some(element) = array.get_mut(slot.content.0.load(Ordering::Relaxed) as usize) {
                *element = T::load(&slot.content.1);
            }
        }
    }
}

/// The calls of one stage by one module.
#[derive(Debug)]
pub struct CallMail(Slot<AtomicU64>);

impl Default for CallMail {
    fn default() -> Self {
        Self(Slot::new(AtomicU64::new(0)))
    }
}

impl CallMail {
    /// Sends one more call.
    #[inline]
    pub fn send(&self, cycle: u64) {
        let slot = &self.0;
        let before = if slot.of(cycle).is_some() { slot.content.load(Ordering::Relaxed) } else { 0 };
        slot.content.store(before + 1, Ordering::Relaxed);
        slot.seal(cycle, 0);
    }

    /// Number of calls in the cycle.
    #[inline]
    #[must_use]
    pub fn receive(&self, cycle: u64) -> u64 {
        let slot = &self.0;
        if slot.of(cycle).is_some() {
            slot.content.load(Ordering::Relaxed)
        } else {
            0
        }
    }
}

/// The triggered flag of one module.
#[derive(Debug)]
pub struct FlagMail(Slot<()>);

impl Default for FlagMail {
    fn default() -> Self {
        Self(Slot::new(()))
    }
}

impl FlagMail {
    /// Says that the module was triggered.
    #[inline]
    pub fn send(&self, cycle: u64) {
        self.0.seal(cycle, 0);
    }

    /// Whether it was triggered in the cycle.
    #[inline]
    #[must_use]
    pub fn receive(&self, cycle: u64) -> bool {
        self.0.of(cycle).is_some()
    }
}

/// A value that one module exposed.
#[derive(Debug)]
pub struct ValueMail<T: AtomicWord>(Slot<T::Cell>);

impl<T: AtomicWord> Default for ValueMail<T> {
    fn default() -> Self {
        Self(Slot::new(T::cell(T::ZERO)))
    }
}

impl<T: AtomicWord> ValueMail<T> {
    /// Sends the value.
    #[inline]
    pub fn send(&self, cycle: u64, value: T) {
        let slot = &self.0;
        T::store(&slot.content, value);
        slot.seal(cycle, 0);
    }

    /// The value of the cycle, if it is present.
    #[inline]
    #[must_use]
    pub fn receive(&self, cycle: u64) -> Option<T> {
        let slot = &self.0;
        slot.of(cycle).map(|_| T::load(&slot.content))
    }
}

#[cfg(test)]
mod tests {
    use super::{Boxes, CallMail, FlagMail, PushMail, ValueMail, WriteMail, BLOCK};

    #[test]
    fn a_mail_belongs_to_its_cycle() {
        let pushes = Boxes::<PushMail<u32>>::new(1);
        let (send, receive) = (
            |cycle, ordinal, value| pushes.at(cycle, 0).send(cycle, ordinal, value),
            |cycle| pushes.at(cycle, 0).receive(cycle),
        );
        assert_eq!(receive(1), None);
        send(1, 3, 70);
        assert!(pushes.at(1, 0).sent(1));
        send(2, 0, 71);
        assert_eq!(receive(1), Some((3, 70)));
        assert_eq!(receive(2), Some((0, 71)));
        send(3, 1, 72);
        assert_eq!(receive(1), None);
        assert_eq!(receive(3), Some((1, 72)));
    }

    #[test]
    fn mailboxes_of_a_list_do_not_mix() {
        let calls = Boxes::<CallMail>::new(2 * BLOCK + 1);
        for index in 0..=2 * BLOCK {
            for _ in 0..index {
                calls.at(1, index).send(1);
            }
        }
        for index in 0..=2 * BLOCK {
            assert_eq!((calls.at(1, index).receive(1), calls.at(2, index).receive(2)), (index as u64, 0));
        }
    }

    #[test]
    fn writes_reach_a_copy() {
        let write = WriteMail::<[u64; 2]>::default();
        let mut copy = [[0, 0]; 3];
        write.send(4, 2, [5, 6]);
        write.receive(3, &mut copy);
        assert_eq!(copy[2], [0, 0]);
        write.receive(4, &mut copy);
        assert_eq!(copy, [[0, 0], [0, 0], [5, 6]]);
    }

    #[test]
    fn calls_add_up_within_a_cycle() {
        let calls = CallMail::default();
        calls.send(1);
        calls.send(1);
        assert_eq!((calls.receive(1), calls.receive(3)), (2, 0));
        calls.send(3);
        assert_eq!((calls.receive(1), calls.receive(3)), (0, 1));
    }

    #[test]
    fn flags_and_values_last_for_a_cycle() {
        let (flag, value) = (FlagMail::default(), ValueMail::<bool>::default());
        flag.send(1);
        value.send(1, true);
        assert!(flag.receive(1) && !flag.receive(2));
        assert_eq!((value.receive(1), value.receive(2)), (Some(true), None));
    }
}
