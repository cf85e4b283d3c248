//! The plain structures of the layout `classic`: ordered maps of pending effects, one tick per element and cycle. Kept to compare with.

use std::collections::{BTreeMap, VecDeque};

use crate::context::{Context, Fault, Site};
use crate::deferred::Target;
use crate::value::Word;

/// A FIFO with maps of pending pushes and pops, by cycle and module.
#[derive(Clone, Debug)]
pub struct ClassicFifo<T> {
    payload: VecDeque<T>,
    pushes: BTreeMap<(u64, usize), (Site, T)>,
    pops: BTreeMap<u64, usize>,
}

impl<T: Word> Default for ClassicFifo<T> {
    fn default() -> Self {
        Self { payload: VecDeque::new(), pushes: BTreeMap::new(), pops: BTreeMap::new() }
    }
}

impl<T: Word> ClassicFifo<T> {
    /// True when it has an element.
    #[must_use]
    pub fn valid(&self) -> bool {
        !self.payload.is_empty()
    }

    /// Number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.payload.len()
    }

    /// True when it has no element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.payload.is_empty()
    }

    /// The oldest element, if there is one.
    #[must_use]
    pub fn peek(&self) -> Option<T> {
        self.payload.front().copied()
    }

    /// Asks for a pop at the tick and returns the oldest element; nothing when it faults.
    pub fn pop(&mut self, context: &mut Context, target: Target, site: Site) -> Option<T> {
        if self.pops.contains_key(&context.cycle) {
            context.fault(target.module, site, Fault::PopTwice(target.module, target.port));
            return None;
        }
        let head = self.peek();
        if head.is_none() {
            context.fault(target.module, site, Fault::PopEmpty(target.module, target.port));
            return None;
        }
        self.pops.insert(context.cycle, target.module);
        head
    }

    /// Asks for a push at the tick. False ends the body: it made the second push of the cycle.
    pub fn push(&mut self, context: &mut Context, target: Target, module: usize, site: Site, value: T) -> bool {
        if let Some((&(_, first), _)) = self.pushes.range((context.cycle, 0)..=(context.cycle, usize::MAX)).next() {
            return context.fault(module, site, Fault::PushTwice(target.module, target.port, first, module));
        }
        self.pushes.insert((context.cycle, module), (site, value));
        true
    }

    /// The commit: the pop, then the push.
    pub fn tick(&mut self, context: &mut Context, target: Target) {
        if self.pops.remove(&context.cycle).is_some() {
            self.payload.pop_front();
        }
        while let Some(((_, module), (site, value))) = self.pushes.pop_first() {
            self.payload.push_back(value);
            if self.payload.len() > target.depth {
                context.fault(module, site, Fault::Overflow(target.module, target.port));
            }
        }
    }
}

/// A register array with one map of pending writes per writer, by cycle.
#[derive(Clone, Debug)]
pub struct ClassicArray<T> {
    /// The committed elements.
    pub payload: Vec<T>,
    writes: Vec<BTreeMap<u64, (usize, T)>>,
}

impl<T: Word> ClassicArray<T> {
    /// An array of equal elements.
    #[must_use]
    pub fn new(size: usize, fill: T, writers: usize) -> Self {
        Self { payload: vec![fill; size], writes: vec![BTreeMap::new(); writers] }
    }

    /// True when this writer wrote in this cycle.
    #[must_use]
    pub fn written(&self, context: &Context, writer: usize) -> bool {
        self.writes[writer].contains_key(&context.cycle)
    }

    /// Asks for a write at the tick.
    pub fn write(&mut self, context: &Context, writer: usize, index: usize, value: T) {
        self.writes[writer].insert(context.cycle, (index, value));
    }

    /// The commit, writer after writer.
    pub fn tick(&mut self, context: &mut Context) {
        for writes in &mut self.writes {
            if let Some((index, value)) = writes.remove(&context.cycle) {
                match self.payload.get_mut(index) {
                    Some(element) => *element = value,
                    None => context.drop_write(),
                }
            }
        }
    }
}

/// The event queue of a stage: one stamp for each activation that it is owed.
#[derive(Clone, Debug, Default)]
pub struct EventQueue {
    stamps: VecDeque<u64>,
}

impl EventQueue {
    /// Owes one activation from `cycle` on.
    pub fn push(&mut self, cycle: u64) {
        self.stamps.push_back(cycle);
    }

    /// True when an activation is due.
    #[must_use]
    pub fn due(&self, cycle: u64) -> bool {
        self.stamps.front().is_some_and(|stamp| *stamp <= cycle)
    }

    /// Spends one activation.
    pub fn spend(&mut self) {
        self.stamps.pop_front();
    }

    /// Number of activations owed.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.stamps.len() as u64
    }

    /// True when none is owed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stamps.is_empty()
    }
}
