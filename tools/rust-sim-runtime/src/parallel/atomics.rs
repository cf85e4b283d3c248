//! State that needs no lock because of who writes it when.
//!
//! | cell | writers | readers |
//! | --- | --- | --- |
//! | [`AtomicCell`], [`AtomicValue`] | their owner | behind a barrier |
//! | [`AtomicArray`] | one module, at the commit | everybody, while modules run |
//! | [`AtomicPush`] | one pusher, while modules run | the owner of the FIFO, at the commit |
//! | [`AtomicCredit`] | any number of callers, while modules run; the owner | the owner |
//!
//! All loads and stores are relaxed: what orders them is the barrier between the parts of a cycle.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use super::atomic_word::AtomicWord;
use crate::context::{Context, Fault, Site};
use crate::deferred::{ArraySlot, Target};

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

    /// Canonical index of the pusher.
    pub(crate) fn pusher(&self) -> usize {
        self.pusher.get() as usize
    }

    /// Where the push stands.
    pub(crate) fn site(&self) -> Site {
        let [first, second] = [self.place[0].get(), self.place[1].get()];
        Site { operation: (first >> 32) as u32, file: first as u32, line: (second >> 32) as u32, column: second as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::{AtomicArray, AtomicCredit, AtomicValue};
    use crate::context::Context;
    use crate::deferred::ArraySlot;
    use crate::parallel::tests::INFO;
    use std::thread;

    #[test]
    fn calls_of_many_threads_add_up() {
        let credit = AtomicCredit::default();
        thread::scope(|scope| {
            let threads = [(); 4].map(|()| scope.spawn(|| (0..1000).for_each(|_| credit.call())));
            threads.into_iter().for_each(|thread| thread.join().unwrap());
        });
        assert!(!credit.due());
        credit.commit();
        assert_eq!(credit.owed(), 4000);
        credit.spend(true);
        credit.spend(false);
        assert_eq!((credit.clone().owed(), credit.due()), (3999, true));
    }

    #[test]
    fn arrays_change_at_the_commit() {
        let mut cx = Context::new(&INFO);
        let mut array = AtomicArray::new(2, [1_u64, 2]);
        array.load(|elements| elements[1] = [3, 4]);
        let mut slot = ArraySlot::default();
        slot.put(&mut cx, 0, [5, 6], 2);
        assert_eq!((array.at(0), array.get(1), array.get(2)), ([1, 2], Some([3, 4]), None));
        array.commit(&mut slot);
        array.commit(&mut slot);
        assert_eq!(array.clone().at(0), [5, 6]);
        array.write(1, &[7]);
        array.write(2, &[8]);
        let mut limbs = Vec::new();
        array.inspect(1, &mut limbs);
        array.inspect(2, &mut limbs);
        assert_eq!(limbs, [7, 0]);
    }

    #[test]
    fn values_are_absent_until_they_are_set() {
        let value = AtomicValue::<bool>::default();
        value.set(true);
        assert!(value.present() && value.get());
        value.clear();
        assert!(!value.present());
    }
}
