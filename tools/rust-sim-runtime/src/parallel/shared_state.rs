//! What stands behind locks, and what a module has for itself: committed state with its pending effects.

use super::atomics::AtomicPush;
use super::atomic_word::AtomicWord;
use crate::context::{Context, Fault, Site};
use crate::deferred::{ArraySlot, PushSlot, Target};
use crate::fifo::Fifo;
use crate::value::Word;

/// A register array with the pending write of each of its `W` writers: what the single-threaded simulator keeps as `[T; N]` and `ArraySlot`.
///
/// Thread-safety: none of its own; it stands behind a lock, and whoever holds that sees all of it.
#[derive(Clone, Debug)]
pub struct SharedArray<A, T, const W: usize> {
    /// Committed elements: `[T; N]`, on the heap where it is large.
    pub payload: A,
    /// Pending writes in writer order.
    pub slots: [ArraySlot<T>; W],
}

impl<A, T, const W: usize> SharedArray<A, T, W> {
    /// An array with these elements and nothing pending.
    pub fn new(payload: A) -> Self {
        Self { payload, slots: std::array::from_fn(|_| ArraySlot::default()) }
    }
}

impl<A: Elements<T>, T: Word, const W: usize> SharedArray<A, T, W> {
    /// The commit: writer after writer, so the last one wins on one element.
    #[inline]
    pub fn commit(&mut self) {
        for slot in &mut self.slots {
            slot.commit(self.payload.elements());
        }
    }
}

/// Storage of a register array.
pub trait Elements<T> {
    /// All elements.
    fn elements(&mut self) -> &mut [T];
}

impl<T, const N: usize> Elements<T> for [T; N] {
    #[inline]
    fn elements(&mut self) -> &mut [T] {
        self
    }
}

impl<T, const N: usize> Elements<T> for Box<[T; N]> {
    #[inline]
    fn elements(&mut self) -> &mut [T] {
        &mut self[..]
    }
}

/// A FIFO with its pending pop and push.
///
/// Thread-safety: none of its own; it stands behind a lock, and whoever holds that sees all of it.
#[derive(Clone, Debug)]
pub struct SharedFifo<T> {
    /// Committed elements.
    pub queue: Fifo<T, 4>,
    popped: bool,
    /// The push of this cycle with its pusher and site.
    pub push: PushSlot<T>,
}

impl<T: Word> Default for SharedFifo<T> {
    fn default() -> Self {
        Self { queue: Fifo::new(), popped: false, push: PushSlot::default() }
    }
}

impl<T: Word> SharedFifo<T> {
    /// True when the committed FIFO has an element.
    #[inline]
    #[must_use]
    pub const fn valid(&self) -> bool {
        self.queue.valid()
    }

    /// The committed head, if there is one.
    #[inline]
    #[must_use]
    pub fn peek(&self) -> Option<T> {
        self.queue.peek()
    }

    /// The committed head, which goes at the commit. Nothing when that is a fault of the owner at `site`.
    #[inline]
    pub fn pop(&mut self, context: &mut Context, target: Target, site: Site) -> Option<T> {
        pop(&self.queue, &mut self.popped, context, target, site)
    }

    /// The commit: the pop, then the push.
    #[inline]
    pub fn commit(&mut self, context: &mut Context, target: Target) {
        if std::mem::take(&mut self.popped) {
            self.queue.pop();
        }
        self.push.commit(&mut self.queue, context, target);
    }
}

fn pop<T: Word>(queue: &Fifo<T, 4>, popped: &mut bool, context: &mut Context, target: Target, site: Site) -> Option<T> {
    let head = queue.peek();
    if *popped || head.is_none() {
        let fault = if *popped { Fault::PopTwice } else { Fault::PopEmpty };
        context.fault(target.module, site, fault(target.module, target.port));
        return None;
    }
    *popped = true;
    head
}

/// A FIFO that its owner alone looks at; what is pushed comes from an [`AtomicPush`].
///
/// Thread-safety: it is not shared; one thread runs its owner, and the barrier in front of the commit orders the push.
#[derive(Clone, Debug)]
pub struct OwnFifo<T> {
    /// Committed elements.
    pub queue: Fifo<T, 4>,
    popped: bool,
}

impl<T: Word> Default for OwnFifo<T> {
    fn default() -> Self {
        Self { queue: Fifo::new(), popped: false }
    }
}

impl<T: Word> OwnFifo<T> {
    /// True when the committed FIFO has an element.
    #[inline]
    #[must_use]
    pub const fn valid(&self) -> bool {
        self.queue.valid()
    }

    /// The committed head, if there is one.
    #[inline]
    #[must_use]
    pub fn peek(&self) -> Option<T> {
        self.queue.peek()
    }

    /// The committed head, which goes at the commit. Nothing when that is a fault of the owner at `site`.
    #[inline]
    pub fn pop(&mut self, context: &mut Context, target: Target, site: Site) -> Option<T> {
        pop(&self.queue, &mut self.popped, context, target, site)
    }
}

impl<T: AtomicWord> OwnFifo<T> {
    /// The commit: the pop, then the push.
    #[inline]
    pub fn commit(&mut self, push: &AtomicPush<T>, context: &mut Context, target: Target) {
        if std::mem::take(&mut self.popped) {
            self.queue.pop();
        }
        if let Some(value) = push.take() {
            if !self.queue.push_within(value, target.depth) {
                context.fault(push.pusher(), push.site(), Fault::Overflow(target.module, target.port));
            }
        }
    }
}

/// An exposed value.
///
/// Thread-safety: none of its own; it stands behind a lock, and its readers run behind a barrier.
#[derive(Clone, Debug)]
pub struct SharedValue<T> {
    /// What was exposed last.
    pub value: T,
    /// Control reached the definition in this cycle; kept only where it may not.
    pub present: bool,
}

impl<T: Word> Default for SharedValue<T> {
    fn default() -> Self {
        Self { value: T::ZERO, present: false }
    }
}

impl<T> SharedValue<T> {
    /// Exposes a value.
    #[inline]
    pub fn set(&mut self, value: T) {
        self.value = value;
        self.present = true;
    }
}

#[cfg(test)]
mod tests {
    use super::{OwnFifo, SharedArray, SharedFifo};
    use crate::context::{site, Context};
    use crate::deferred::target;
    use crate::parallel::tests::INFO;
    use crate::parallel::AtomicPush;

    #[test]
    fn the_last_writer_wins_on_one_element() {
        let mut cx = Context::new(&INFO);
        let mut array = SharedArray::<[u8; 3], u8, 2>::new([1, 2, 3]);
        array.slots[1].put(&mut cx, 0, 20, 3);
        array.slots[0].put(&mut cx, 0, 10, 3);
        assert_eq!(array.payload, [1, 2, 3]);
        array.commit();
        assert_eq!(array.payload, [20, 2, 3]);
        array.slots[0].put(&mut cx, 3, 9, 3);
        array.commit();
        assert_eq!((array.payload, cx.dropped_writes), ([20, 2, 3], 1));
    }

    #[test]
    fn pops_and_pushes_wait_for_the_commit() {
        let mut cx = Context::new(&INFO);
        let mut fifo = SharedFifo::<u8>::default();
        let to = target(0, 0, 1);
        assert!(fifo.push.put_checked(&mut cx, to, 0, site(1, 0, 1, 1), 5));
        assert!(!fifo.valid());
        fifo.commit(&mut cx, to);
        assert_eq!(fifo.peek(), Some(5));
        // The pop makes room for the push of the same cycle.
        assert_eq!(fifo.pop(&mut cx, to, site(2, 0, 1, 1)), Some(5));
        assert!(fifo.push.put_checked(&mut cx, to, 0, site(3, 0, 1, 1), 6));
        fifo.commit(&mut cx, to);
        assert_eq!((fifo.peek(), fifo.queue.len(), cx.stopping()), (Some(6), 1, false));
        assert!(fifo.push.put_checked(&mut cx, to, 0, site(3, 0, 1, 1), 7));
        fifo.commit(&mut cx, to);
        assert_eq!(cx.stop_key(), Some((0, 3)));
    }

    #[test]
    fn of_two_pushes_the_larger_key_faults_in_any_order() {
        for order in [[0, 1], [1, 0]] {
            let mut contexts = [Context::new(&INFO), Context::new(&INFO)];
            let mut fifo = SharedFifo::<u8>::default();
            for module in order {
                fifo.push.put_checked(&mut contexts[module], target(0, 0, 4), module, site(4, 0, 1, 1), 1);
            }
            let key = contexts.iter().find_map(Context::stop_key);
            assert_eq!(key, Some((1, 4)));
        }
    }

    #[test]
    fn a_fifo_of_its_own_takes_the_push_from_its_pusher() {
        let mut cx = Context::new(&INFO);
        let (mut fifo, push) = (OwnFifo::<u32>::default(), AtomicPush::default());
        let to = target(0, 0, 1);
        assert!(push.put(&mut cx, to, 1, site(7, 0, 1, 1), 42));
        fifo.commit(&push, &mut cx, to);
        assert_eq!((fifo.peek(), push.take()), (Some(42), None));
        assert!(push.put(&mut cx, to, 1, site(8, 0, 1, 1), 43));
        fifo.commit(&push, &mut cx, to);
        assert_eq!(cx.stop_key(), Some((1, 8)));
        let mut cx = Context::new(&INFO);
        assert!(push.put(&mut cx, to, 1, site(9, 0, 1, 1), 44));
        assert!(!push.put(&mut cx, to, 1, site(10, 0, 1, 1), 45));
        assert_eq!(cx.stop_key(), Some((1, 10)));
    }
}
