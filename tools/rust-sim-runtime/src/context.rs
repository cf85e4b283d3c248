//! What every body shares during a cycle: the cycle's number, the log, the stop with the smallest key.

use crate::info::DesignInfo;
use crate::log::Log;

/// The place of an operation: its index in its body, in program order, and where it stands in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Index in the body.
    pub operation: u32,
    /// Index into the design's files.
    pub file: u32,
    /// Counts from 1.
    pub line: u32,
    /// Counts from 1.
    pub column: u32,
}

/// A site, written short.
#[must_use]
pub const fn site(operation: u32, file: u32, line: u32, column: u32) -> Site {
    Site { operation, file, line, column }
}

/// What went wrong. Modules and arrays are indices into the tables of the design.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Pop of an empty FIFO: module, port.
    PopEmpty(usize, usize),
    /// Second pop in one cycle: module, port.
    PopTwice(usize, usize),
    /// Peek of an empty FIFO: module, port.
    PeekEmpty(usize, usize),
    /// Two pushes in one cycle: module, port, and the pushing modules in canonical order.
    PushTwice(usize, usize, usize, usize),
    /// More elements than the depth: module, port.
    Overflow(usize, usize),
    /// Two writes by one module in one cycle: array.
    WriteTwice(usize),
    /// Read out of range: array, index.
    ReadRange(usize, u64),
    /// An `assert` with its message.
    Assertion(&'static str),
    /// `select1hot` with a selector that is not one-hot.
    NotOneHot,
    /// Division by zero.
    DivisionByZero,
    /// Remainder by zero.
    RemainderByZero,
    /// Use of an absent value: module, slot.
    AbsentValue(usize, usize),
    /// A failing function of the embedder: index, reason.
    Extern(usize, String),
}

impl Fault {
    /// The text of the fault, without place and cycle.
    #[must_use]
    pub fn describe(&self, info: &DesignInfo) -> String {
        let fifo = |module: usize, port: usize| format!("{}.{}", info.modules[module].name, info.modules[module].ports[port].name);
        match *self {
            Self::PopEmpty(module, port) => format!("pop of the empty FIFO {}", fifo(module, port)),
            Self::PopTwice(module, port) => format!("second pop of the FIFO {} in one cycle", fifo(module, port)),
            Self::PeekEmpty(module, port) => format!("peek of the empty FIFO {}", fifo(module, port)),
            Self::PushTwice(module, port, first, second) => format!(
                "two pushes into the FIFO {} in one cycle, by {} and {}",
                fifo(module, port),
                info.modules[first].name,
                info.modules[second].name
            ),
            Self::Overflow(module, port) => {
                format!("the FIFO {} overflows its depth of {}", fifo(module, port), info.modules[module].ports[port].depth)
            }
            Self::WriteTwice(array) => format!("second write of {} in one cycle", info.arrays[array].name),
            Self::ReadRange(array, index) => {
                let array = &info.arrays[array];
                let plural = if array.size == 1 { "" } else { "s" };
                format!("read of {}[{index}], which has {} element{plural}", array.name, array.size)
            }
            Self::Assertion("") => "assertion failed".to_string(),
            Self::Assertion(message) => format!("assertion failed: {message}"),
            Self::NotOneHot => "select1hot with a selector that is not one-hot".to_string(),
            Self::DivisionByZero => "division by zero".to_string(),
            Self::RemainderByZero => "remainder by zero".to_string(),
            Self::AbsentValue(module, slot) => {
                format!("use of the absent value {}.{}", info.modules[module].name, info.modules[module].exposed[slot].name)
            }
            Self::Extern(function, ref reason) => format!("extern {} failed: {reason}", info.externs[function].name),
        }
    }
}

/// Why a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The last cycle has run.
    Limit,
    /// No stage was triggered for this many cycles in a row.
    Idle(u64),
    /// `finish` in a module.
    Finish {
        /// Name of the module.
        module: &'static str,
        /// Where it stands.
        site: Site,
    },
    /// A fault in a module.
    Fault {
        /// What happened.
        message: String,
        /// Name of the module.
        module: &'static str,
        /// When.
        cycle: u64,
        /// Where it stands.
        site: Site,
    },
}

impl Stop {
    /// `limit`, `idle`, `finish` or `fault`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Idle(_) => "idle",
            Self::Finish { .. } => "finish",
            Self::Fault { .. } => "fault",
        }
    }

    /// 1 for a fault, else 0.
    #[must_use]
    pub const fn exit_status(&self) -> u8 {
        matches!(self, Self::Fault { .. }) as u8
    }
}

/// The stop that a body asked for.
#[derive(Clone, Debug)]
pub(crate) struct KeyedStop {
    module: usize,
    site: Site,
    /// Nothing for a `finish`.
    fault: Option<Fault>,
}

/// What every body shares during a cycle.
#[derive(Debug)]
pub struct Context {
    /// Number of the running cycle.
    pub cycle: u64,
    /// Log lines are wanted.
    pub logging: bool,
    /// Something happened in this cycle that may make the next one differ; kept by designs that pass over idle cycles.
    pub busy: bool,
    /// Array writes out of range so far.
    pub dropped_writes: u64,
    /// The buffer of the lines.
    pub log: Log,
    stop: Option<KeyedStop>,
    faulted: bool,
    hooks: Option<Box<Hooks>>,
    /// Locks taken, and how many of them had to be waited for; nothing when they are not counted.
    locks: Option<(u64, u64)>,
}

/// What watches, or disturbs, the modules of one thread.
#[derive(Debug)]
struct Hooks {
    /// State of the generator of random delays; 0 for none.
    delays: u64,
    /// Times that each module was triggered, by canonical index; empty when not counted.
    activations: Vec<u64>,
}

impl Context {
    /// A context before the first cycle, without logs.
    #[must_use]
    pub fn new(info: &'static DesignInfo) -> Self {
        Self { cycle: 0, logging: false, busy: false, dropped_writes: 0, log: Log::new(info), stop: None, faulted: false, hooks: None, locks: None }
    }

    /// A context for another thread that goes on behind the same cycle.
    pub(crate) fn for_thread(&self, info: &'static DesignInfo) -> Self {
        let mut context = Self::new(info);
        context.cycle = self.cycle;
        context.logging = self.logging;
        context.log.set_format(self.log.format());
        context
    }

    /// Disturbs each module by a random delay (a seed of 0: none) and counts activations of `counted` modules.
    pub(crate) fn set_hooks(&mut self, delays: u64, counted: usize) {
        self.hooks = (delays != 0 || counted != 0).then(|| Box::new(Hooks { delays, activations: vec![0; counted] }));
    }

    /// The activations counted so far.
    pub(crate) fn activations(&self) -> &[u64] {
        self.hooks.as_ref().map_or(&[], |hooks| &hooks.activations)
    }

    /// Counts locks from now on, from zero; or no longer.
    pub(crate) fn count_locks(&mut self, wanted: bool) {
        self.locks = wanted.then_some((0, 0));
    }

    /// Locks taken, and how many of them had to be waited for.
    pub(crate) fn lock_counts(&self) -> (u64, u64) {
        self.locks.unwrap_or_default()
    }

    /// Somebody wants to know of locks.
    #[inline]
    pub(crate) const fn counts_locks(&self) -> bool {
        self.locks.is_some()
    }

    /// Notes that a lock was taken.
    #[cold]
    pub(crate) fn count_lock(&mut self, contended: bool) {
        if let Some((taken, waited)) = &mut self.locks {
            *taken += 1;
            *waited += u64::from(contended);
        }
    }

    /// Called before a module runs on one of several threads.
    #[inline]
    pub fn before(&mut self) {
        if let Some(hooks) = &mut self.hooks {
            hooks.delay();
        }
    }

    /// Called behind a module that ran on one of several threads.
    #[inline]
    pub fn after(&mut self, module: usize, triggered: bool) {
        if let Some(hooks) = &mut self.hooks {
            if let Some(count) = hooks.activations.get_mut(module) {
                *count += u64::from(triggered);
            }
        }
    }

    /// The stop asked for, which is then forgotten.
    pub(crate) fn take_stop(&mut self) -> Option<KeyedStop> {
        self.faulted = false;
        self.stop.take()
    }

    /// Takes over a stop that another context found.
    pub(crate) fn adopt_stop(&mut self, stop: KeyedStop) {
        self.faulted |= stop.fault.is_some();
        self.request(stop);
    }

    /// Forgets the stop of the last cycle.
    pub fn reset(&mut self) {
        self.stop = None;
        self.faulted = false;
    }

    /// Counts an array write out of range, which has no effect.
    #[cold]
    pub fn drop_write(&mut self) {
        self.dropped_writes += 1;
    }

    /// Records a fault of the body `module` and returns false, which is what the body then returns: it was not triggered.
    #[cold]
    #[inline(never)]
    pub fn fault(&mut self, module: usize, site: Site, fault: Fault) -> bool {
        self.faulted = true;
        self.request(KeyedStop { module, site, fault: Some(fault) });
        false
    }

    /// Records a `finish` of the body `module` and returns true, which is what the body then returns: it was triggered.
    #[cold]
    #[inline(never)]
    pub fn finish(&mut self, module: usize, site: Site) -> bool {
        self.request(KeyedStop { module, site, fault: None });
        true
    }

    /// The smallest key decides.
    fn request(&mut self, stop: KeyedStop) {
        let key = |stop: &KeyedStop| (stop.module, stop.site.operation);
        if self.stop.as_ref().is_none_or(|current| key(&stop) < key(current)) {
            self.stop = Some(stop);
        }
    }

    /// True when a body asked for a stop in this cycle.
    #[inline]
    #[must_use]
    pub const fn stopping(&self) -> bool {
        self.stop.is_some()
    }

    /// True when a fault happened in this cycle, so that its state is not specified.
    #[must_use]
    pub const fn faulted(&self) -> bool {
        self.faulted
    }

    /// The key of the stop: lines with a smaller one are printed.
    #[must_use]
    pub fn stop_key(&self) -> Option<(u32, u32)> {
        self.stop.as_ref().map(|stop| (stop.module as u32, stop.site.operation))
    }

    /// The stop of this cycle with its texts.
    #[must_use]
    pub fn describe_stop(&self, info: &DesignInfo) -> Option<Stop> {
        self.stop.as_ref().map(|stop| {
            let module = info.modules[stop.module].name;
            match &stop.fault {
                None => Stop::Finish { module, site: stop.site },
                Some(fault) => Stop::Fault { message: fault.describe(info), module, cycle: self.cycle, site: stop.site },
            }
        })
    }
}

impl Hooks {
    #[cold]
    fn delay(&mut self) {
        if self.delays == 0 {
            return;
        }
        // Xorshift, after Marsaglia, "Xorshift RNGs", 2003: any sequence that is not regular will do.
        self.delays ^= self.delays << 13;
        self.delays ^= self.delays >> 7;
        self.delays ^= self.delays << 17;
        match self.delays % 64 {
            0 => std::thread::yield_now(),
            1..=15 => (0..self.delays >> 32 & 0x3ff).for_each(|_| std::hint::spin_loop()),
            _ => {}
        }
    }
}
