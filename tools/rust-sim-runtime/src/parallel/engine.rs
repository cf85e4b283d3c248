//! How a simulator hands a run to several threads.

use std::fmt;

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
