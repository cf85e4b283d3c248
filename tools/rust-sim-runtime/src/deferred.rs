//! Effects that wait for the commit at the end of the cycle, where somebody could tell if they did not.

use crate::context::{Context, Fault, Site};
use crate::fifo::Fifo;
use crate::value::Word;

/// A FIFO in the tables of the design: module, port, depth.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Index of the owner.
    pub module: usize,
    /// Index of the port.
    pub port: usize,
    /// Most elements it may hold.
    pub depth: usize,
}

/// A FIFO, written short.
#[must_use]
pub const fn target(module: usize, port: usize, depth: usize) -> Target {
    Target { module, port, depth }
}

/// The push of this cycle into one FIFO.
#[derive(Clone, Debug)]
pub struct PushSlot<T> {
    value: Option<T>,
    module: usize,
    site: Site,
}

impl<T: Word> Default for PushSlot<T> {
    fn default() -> Self {
        Self { value: None, module: 0, site: Site { operation: 0, file: 0, line: 0, column: 0 } }
    }
}

impl<T: Word> PushSlot<T> {
    /// Keeps a push for the commit.
    #[inline]
    pub fn put(&mut self, module: usize, site: Site, value: T) {
        self.value = Some(value);
        self.module = module;
        self.site = site;
    }

    /// Keeps a push where another one is possible. False ends the body: it made the second push of the cycle.
    /// When the other push has the larger key, the fault is that one's.
    #[inline]
    pub fn put_checked(&mut self, context: &mut Context, target: Target, module: usize, site: Site, value: T) -> bool {
        if self.value.is_some() && self.conflict(context, target, module, site) {
            return false;
        }
        self.put(module, site, value);
        true
    }

    /// Moves the push of one body to where the pushes of several meet; the second of a cycle is a fault of the one with the larger key.
    #[inline]
    pub fn publish(&mut self, into: &mut Self, context: &mut Context, target: Target) {
        if let Some(value) = self.value.take() {
            into.put_checked(context, target, self.module, self.site, value);
        }
    }

    /// True when a push waits.
    #[inline]
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        self.value.is_some()
    }

    /// Reports two pushes; true when the new one has the larger key.
    #[cold]
    fn conflict(&self, context: &mut Context, target: Target, module: usize, site: Site) -> bool {
        let larger = (module, site.operation) > (self.module, self.site.operation);
        let (first, (second, place)) = if larger { (self.module, (module, site)) } else { (module, (self.module, self.site)) };
        context.fault(second, place, Fault::PushTwice(target.module, target.port, first, second));
        larger
    }

    /// Moves the push into its FIFO.
    #[inline]
    pub fn commit<const N: usize>(&mut self, fifo: &mut Fifo<T, N>, context: &mut Context, target: Target) {
        if let Some(value) = self.value.take() {
            if !fifo.push_within(value, target.depth) {
                context.fault(self.module, self.site, Fault::Overflow(target.module, target.port));
            }
        }
    }
}

/// Who pushed last into a FIFO whose pushers run in canonical order and write through.
#[derive(Clone, Debug, Default)]
pub struct PushStamp {
    cycle: u64,
    module: usize,
}

impl PushStamp {
    /// Notes a push. False ends the body: it made the second push of the cycle.
    #[inline]
    pub fn claim(&mut self, context: &mut Context, target: Target, module: usize, site: Site) -> bool {
        if self.cycle == context.cycle {
            return context.fault(module, site, Fault::PushTwice(target.module, target.port, self.module, module));
        }
        self.cycle = context.cycle;
        self.module = module;
        true
    }
}

/// The write of this cycle by one module to one array.
#[derive(Clone, Debug)]
pub struct ArraySlot<T> {
    write: Option<(usize, T)>,
}

impl<T> Default for ArraySlot<T> {
    fn default() -> Self {
        Self { write: None }
    }
}

impl<T: Word> ArraySlot<T> {
    /// Keeps a write for the commit; one out of range is counted instead.
    #[inline]
    pub fn put(&mut self, context: &mut Context, index: usize, value: T, size: usize) {
        if index < size {
            self.write = Some((index, value));
        } else {
            context.drop_write();
        }
    }

    /// The write that waits, which is then forgotten.
    #[inline]
    pub fn take(&mut self) -> Option<(usize, T)> {
        self.write.take()
    }

    /// True when a write waits.
    #[inline]
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        self.write.is_some()
    }

    /// Moves the write of one body to where the others find it.
    #[inline]
    pub fn publish(&mut self, into: &mut Self) {
        if let Some(write) = self.write.take() {
            into.write = Some(write);
        }
    }

    /// Moves the write into its array.
    #[inline]
    pub fn commit(&mut self, array: &mut [T]) {
        if let Some((index, value)) = self.write.take() {
            if let Some(element) = array.get_mut(index) {
                *element = value;
            }
        }
    }
}
