//! The cells in which the shared form keeps its state, so that modules can run at once on `&State`.
//!
//! | cell | thread-safety |
//! | --- | --- |
//! | [`MutexCell`], [`RwLockCell`] | one writer, or for a `RwLockCell` several readers, at a time; a guard gives the lock back |
//! | [`AtomicCell`], [`AtomicArray`], [`AtomicValue`], [`AtomicPush`] | one writer; its readers run behind a barrier; relaxed |
//! | [`AtomicCredit`] | any number of callers at once; one owner |
//!
//! No cell holds a lock across two operations of its own, so a module that takes locks in ascending order never waits in a circle.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};

use super::atomic_word::AtomicWord;
use crate::context::{Context, Fault, Site};
use crate::deferred::{ArraySlot, PushSlot, Target};
use crate::fifo::Fifo;
use crate::value::Word;

/// Takes a lock, and counts it where somebody wants to know.
macro_rules! take {
    ($cx:expr, $try:expr, $lock:expr) => {
        if $cx.counts_locks() {
            match $try {
                Ok(guard) => {
                    $cx.count_lock(false);
                    guard
                }
                Err(TryLockError::Poisoned(poisoned)) => {
                    $cx.count_lock(false);
                    poisoned.into_inner()
                }
                Err(TryLockError::WouldBlock) => {
                    $cx.count_lock(true);
                    $lock.unwrap_or_else(PoisonError::into_inner)
                }
            }
        } else {
            $lock.unwrap_or_else(PoisonError::into_inner)
        }
    };
}

/// State behind a mutex.
///
/// Thread-safety: any thread may lock it; it sees all that earlier holders did. A panic of a holder does not make it unusable, since the run
/// ends with that panic anyway.
#[derive(Default)]
pub struct MutexCell<T>(Mutex<T>);

impl<T> MutexCell<T> {
    /// A cell with this content.
    pub const fn new(content: T) -> Self {
        Self(Mutex::new(content))
    }

    /// Waits for the lock.
    #[inline]
    pub fn lock(&self, context: &mut Context) -> MutexGuard<'_, T> {
        take!(context, self.0.try_lock(), self.0.lock())
    }

    /// The content, where nobody else can hold the lock.
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets `look` see the content between two cycles; not counted.
    pub fn inspect<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        let guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        look(&guard)
    }
}

impl<T: Clone> Clone for MutexCell<T> {
    fn clone(&self) -> Self {
        Self::new(self.inspect(T::clone))
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexCell<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inspect(|content| content.fmt(formatter))
    }
}

/// State behind a lock that admits several readers.
///
/// Thread-safety: any number of threads may read at once, one may write alone; each sees all that earlier writers did.
#[derive(Default)]
pub struct RwLockCell<T>(RwLock<T>);

impl<T> RwLockCell<T> {
    /// A cell with this content.
    pub const fn new(content: T) -> Self {
        Self(RwLock::new(content))
    }

    /// Waits for the lock, to share it with other readers.
    #[inline]
    pub fn read(&self, context: &mut Context) -> RwLockReadGuard<'_, T> {
        take!(context, self.0.try_read(), self.0.read())
    }

    /// Waits for the lock, to have it alone.
    #[inline]
    pub fn write(&self, context: &mut Context) -> RwLockWriteGuard<'_, T> {
        take!(context, self.0.try_write(), self.0.write())
    }

    /// The content, where nobody else can hold the lock.
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets `look` see the content between two cycles; not counted.
    pub fn inspect<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        let guard = self.0.read().unwrap_or_else(PoisonError::into_inner);
        look(&guard)
    }
}

impl<T: Clone> Clone for RwLockCell<T> {
    fn clone(&self) -> Self {
        Self::new(self.inspect(T::clone))
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLockCell<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inspect(|content| content.fmt(formatter))
    }
}

/// A register array with the pending write of each of its `W` writers, to stand behind a lock.
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

/// A FIFO with its pending pop and push, to stand behind a lock.
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

/// A FIFO that its owner alone looks at; what is pushed comes from an [`AtomicPush`]. Not shared.
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

/// A single word.
///
/// Thread-safety: loads and stores are relaxed. One thread writes at a time, and a barrier stands between it and whoever reads.
pub struct AtomicCell<T: AtomicWord>(T::Cell);

impl<T: AtomicWord> AtomicCell<T> {
    /// A cell with this value.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(T::cell(value))
    }

    /// The value.
    #[inline]
    #[must_use]
    pub fn get(&self) -> T {
        T::load(&self.0)
    }

    /// Sets the value.
    #[inline]
    pub fn set(&self, value: T) {
        T::store(&self.0, value);
    }
}

impl<T: AtomicWord> Default for AtomicCell<T> {
    fn default() -> Self {
        Self::new(T::ZERO)
    }
}

impl<T: AtomicWord> Clone for AtomicCell<T> {
    fn clone(&self) -> Self {
        Self::new(self.get())
    }
}

impl<T: AtomicWord> fmt::Debug for AtomicCell<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(formatter)
    }
}

/// A register array of `N` elements whose only writer keeps its pending write to itself.
///
/// Thread-safety: all threads read while modules run; the writer stores at the commit, between two barriers.
#[derive(Clone, Debug)]
pub struct AtomicArray<T: AtomicWord> {
    elements: Vec<AtomicCell<T>>,
}

impl<T: AtomicWord> AtomicArray<T> {
    /// An array of equal elements.
    #[must_use]
    pub fn new(size: usize, fill: T) -> Self {
        Self { elements: (0..size).map(|_| AtomicCell::new(fill)).collect() }
    }

    /// An element, if there is such a one.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<T> {
        self.elements.get(index).map(AtomicCell::get)
    }

    /// An element that is known to exist.
    #[inline]
    #[must_use]
    pub fn at(&self, index: usize) -> T {
        self.elements[index].get()
    }

    /// Sets an element; without effect when there is no such one.
    #[inline]
    pub fn set(&self, index: usize, value: T) {
        if let Some(element) = self.elements.get(index) {
            element.set(value);
        }
    }

    /// Moves the pending write into the array.
    #[inline]
    pub fn commit(&self, slot: &mut ArraySlot<T>) {
        if let Some((index, value)) = slot.take() {
            self.set(index, value);
        }
    }

    /// Sets the first elements by a function that loads a slice.
    pub fn load(&mut self, load: impl FnOnce(&mut [T])) {
        let mut values: Vec<T> = self.elements.iter().map(AtomicCell::get).collect();
        load(&mut values);
        for (element, value) in self.elements.iter().zip(values) {
            element.set(value);
        }
    }

    /// Appends the limbs of an element.
    pub fn inspect(&self, index: usize, out: &mut Vec<u64>) {
        if let Some(value) = self.get(index) {
            value.write_limbs(out);
        }
    }

    /// Sets an element from limbs.
    pub fn write(&mut self, index: usize, limbs: &[u64]) {
        self.set(index, T::from_limbs(limbs));
    }
}

/// The activations owed to a stage.
///
/// Thread-safety: any number of threads may call at once, and additions commute; only the owner spends, and commits between two barriers.
#[derive(Debug, Default)]
pub struct AtomicCredit {
    owed: AtomicU64,
    calls: AtomicU64,
}

impl AtomicCredit {
    /// Asks for one activation from the next cycle on.
    #[inline]
    pub fn call(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// True when an activation is due.
    #[inline]
    #[must_use]
    pub fn due(&self) -> bool {
        self.owed.load(Ordering::Relaxed) != 0
    }

    /// Number of activations owed.
    #[must_use]
    pub fn owed(&self) -> u64 {
        self.owed.load(Ordering::Relaxed)
    }

    /// Spends one activation where the body was triggered.
    #[inline]
    pub fn spend(&self, triggered: bool) {
        // Only the owner writes, so this needs no read-modify-write.
        self.owed.store(self.owed.load(Ordering::Relaxed) - u64::from(triggered), Ordering::Relaxed);
    }

    /// The calls of this cycle become due.
    #[inline]
    pub fn commit(&self) {
        let calls = self.calls.load(Ordering::Relaxed);
        if calls != 0 {
            self.owed.store(self.owed.load(Ordering::Relaxed) + calls, Ordering::Relaxed);
            self.calls.store(0, Ordering::Relaxed);
        }
    }
}

impl Clone for AtomicCredit {
    fn clone(&self) -> Self {
        Self { owed: AtomicU64::new(self.owed()), calls: AtomicU64::new(self.calls.load(Ordering::Relaxed)) }
    }
}

/// An exposed value, to stand behind a lock.
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

/// An exposed value.
///
/// Thread-safety: its owner writes, its readers run behind a barrier.
#[derive(Clone, Debug, Default)]
pub struct AtomicValue<T: AtomicWord> {
    value: AtomicCell<T>,
    present: AtomicCell<bool>,
}

impl<T: AtomicWord> AtomicValue<T> {
    /// Exposes a value.
    #[inline]
    pub fn set(&self, value: T) {
        self.value.set(value);
        self.present.set(true);
    }

    /// Nothing is exposed yet in this cycle.
    #[inline]
    pub fn clear(&self) {
        self.present.set(false);
    }

    /// What was exposed last.
    #[inline]
    #[must_use]
    pub fn get(&self) -> T {
        self.value.get()
    }

    /// Control reached the definition in this cycle; means something only where it may not.
    #[inline]
    #[must_use]
    pub fn present(&self) -> bool {
        self.present.get()
    }
}

/// The push of a cycle into a FIFO with one pusher.
///
/// Thread-safety: the pusher writes while modules run, the owner of the FIFO takes the value at the commit, with a barrier between them.
#[derive(Clone, Debug, Default)]
pub struct AtomicPush<T: AtomicWord> {
    full: AtomicCell<bool>,
    value: AtomicCell<T>,
    pusher: AtomicCell<u64>,
    /// Operation and file, line and column.
    place: [AtomicCell<u64>; 2],
}

impl<T: AtomicWord> AtomicPush<T> {
    /// Keeps a push for the commit. False ends the body: it made its second push of the cycle.
    #[inline]
    pub fn put(&self, context: &mut Context, target: Target, module: usize, site: Site, value: T) -> bool {
        if self.full.get() {
            return context.fault(module, site, Fault::PushTwice(target.module, target.port, module, module));
        }
        self.full.set(true);
        self.value.set(value);
        self.pusher.set(module as u64);
        self.place[0].set(u64::from(site.operation) << 32 | u64::from(site.file));
        self.place[1].set(u64::from(site.line) << 32 | u64::from(site.column));
        true
    }

    /// The push of this cycle, which is then forgotten.
    #[inline]
    pub fn take(&self) -> Option<T> {
        let full = self.full.get();
        if full {
            self.full.set(false);
        }
        full.then(|| self.value.get())
    }

    fn pusher(&self) -> usize {
        self.pusher.get() as usize
    }

    fn site(&self) -> Site {
        let [first, second] = [self.place[0].get(), self.place[1].get()];
        Site { operation: (first >> 32) as u32, file: first as u32, line: (second >> 32) as u32, column: second as u32 }
    }
}
