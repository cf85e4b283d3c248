//! How a simulator hands a run to several threads.

use std::fmt;
use std::time::Duration;

use crate::context::Context;
use crate::log::Log;
use crate::simulator::Design;

/// How many threads a run wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// As many as pay.
    Auto,
    /// This many, at least 1.
    Count(usize),
}

impl fmt::Display for Threads {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => formatter.write_str("auto"),
            Self::Count(count) => write!(formatter, "{count}"),
        }
    }
}

/// What an engine is asked for.
#[derive(Clone, Debug)]
pub struct ParallelOptions {
    /// How many threads.
    pub threads: Threads,
    /// Seed of random delays before each module, which tests use to disturb the order of threads.
    pub delays: Option<u64>,
    /// Measure locks, waiting and activations.
    pub statistics: bool,
    /// Keep a timeline of the first so many cycles; 0 for none.
    pub timeline: usize,
}

impl Default for ParallelOptions {
    fn default() -> Self {
        Self { threads: Threads::Auto, delays: None, statistics: false, timeline: 0 }
    }
}

/// What one thread did, for a timeline. Nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Index of the thread.
    pub thread: usize,
    /// What it did.
    pub name: &'static str,
    /// In which cycle.
    pub cycle: u64,
    /// When it began.
    pub start: u64,
    /// When it ended.
    pub end: u64,
}

/// What an engine measured.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    /// Threads that took part; 1 when the engine found that more would be slower.
    pub threads: usize,
    /// Why the engine uses so many.
    pub reason: String,
    /// Times that a lock was taken.
    pub lock_acquisitions: u64,
    /// Times that a thread had to wait for a lock.
    pub contended: u64,
    /// Share of the threads' time that they waited at barriers, 0 to 1; nothing when it was not measured.
    pub barrier_share: Option<f64>,
    /// By canonical index of the module; empty when not counted.
    pub activations: Vec<u64>,
    /// The timeline that was asked for.
    pub spans: Vec<Span>,
}

/// What an engine was asked for, and what it has measured so far.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) options: ParallelOptions,
    pub(super) statistics: Statistics,
    /// Time that threads waited at barriers.
    pub(super) waited: Duration,
    /// Time of all threads together but for the waiting.
    pub(super) worked: Duration,
}

impl Account {
    pub(super) fn new(options: &ParallelOptions) -> Self {
        Self {
            options: options.clone(),
            statistics: Statistics::default(),
            waited: Duration::ZERO,
            worked: Duration::ZERO,
        }
    }

    /// Notes how many threads take part, and why.
    pub(super) fn say(&mut self, threads: usize, reason: String) {
        self.statistics.threads = threads;
        self.statistics.reason = reason;
    }

    /// The statistics with what follows from them.
    pub(super) fn report(&self) -> Statistics {
        let mut statistics = self.statistics.clone();
        let total = self.worked + self.waited;
        if self.options.statistics && !total.is_zero() {
            statistics.barrier_share = Some(self.waited.as_secs_f64() / total.as_secs_f64());
        }
        statistics
    }
}

/// How far an engine may run.
pub struct Window<'a> {
    /// Last cycle that runs.
    pub until: u64,
    /// Cycles in a row without a triggered stage, before and after.
    pub idle: u64,
    /// Ends the run when `idle` reaches it.
    pub idle_limit: u64,
    /// Writes the settled lines of the log; false when nobody takes them any more, which ends the run.
    pub flush: &'a mut dyn FnMut(&mut Log) -> bool,
}

/// Runs cycles of a design on several threads.
pub trait Engine<D: Design>: Send {
    /// Runs the cycles behind `context.cycle` until the window ends, a body asks for a stop, or the design is idle.
    ///
    /// Afterwards `design` is the state behind the last commit, `context.cycle` the last cycle; the context holds the stop with the smallest
    /// key, and the log the lines of the last cycle, not settled, behind all earlier ones, settled.
    fn run(&mut self, design: &mut D, context: &mut Context, externs: &mut D::Externs, window: &mut Window<'_>);

    /// What was measured in all runs so far.
    fn statistics(&self) -> Statistics;
}
