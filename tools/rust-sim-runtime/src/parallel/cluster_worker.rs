//! A thread of the clustered form: its loop over the cycles, and what it shares with the others.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::barrier::{Barrier, Ticket};
use super::clustered::Clustered;
use super::engine::Span;
use crate::context::{Context, KeyedStop};
use crate::log::{Log, LogPart};
use crate::simulator::LOG_BLOCK;

/// Raised at the barrier behind a cycle.
mod flag {
    /// A stage was triggered.
    pub const ACTIVE: u32 = 1;
    /// A body asked for a stop.
    pub const STOP: u32 = 2;
    /// A fault of the cycle before came to light when its mail was read.
    pub const LATE: u32 = 4;
    /// A log is long enough to be written.
    pub const FLUSH: u32 = 8;
    /// The run is to end: nobody reads the output, or several threads do not pay.
    pub const QUIT: u32 = 16;
}

/// Cycles between two looks at the clock.
const CLOCK_CYCLES: u64 = 64;
/// How often a run on several threads is compared with the pace of one.
const REVIEW: Duration = Duration::from_millis(200);
/// When a run on several threads gives up because one would be faster.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// Nanoseconds of a cycle on one thread.
    pub(super) alone: f64,
    /// Ends the first look after this time; later ones come every [`REVIEW`].
    pub(super) trial: Duration,
    /// Slow looks in a row that end the run on several threads. A new thread starts on the core of its maker, and the system takes some
    /// milliseconds to move it to another one.
    pub(super) patience: u32,
}

/// What all workers share.
pub(super) struct Hub<D: Clustered> {
    pub(super) barrier: Barrier,
    /// Where each worker leaves its lines for the first one. Locked between two barriers by one side at a time, and not in every cycle.
    pub(super) parts: Vec<Mutex<LogPart>>,
    pub(super) mail: Arc<D::Mail>,
    pub(super) start: Instant,
    pub(super) until: u64,
    pub(super) idle_limit: u64,
    pub(super) measure: bool,
    pub(super) timeline: usize,
}

/// What only the first worker has to do.
pub(super) struct Lead<'a, 'b> {
    pub(super) context: &'a mut Context,
    pub(super) flush: &'a mut (dyn FnMut(&mut Log) -> bool + 'b),
    pub(super) pace: Option<Pace>,
    /// When the pace was looked at last, and in which cycle.
    pub(super) reviewed: Option<(Instant, u64)>,
    pub(super) given_up: Option<f64>,
}

impl Lead<'_, '_> {
    /// True when the run on several threads is slower than one thread would be.
    fn gives_up(&mut self, cycle: u64) -> bool {
        let Some(pace) = &mut self.pace else { return false };
        // Starting threads takes time that a long run does not notice, so the first look only starts the clock.
        let now = Instant::now();
        let (since, first) = *self.reviewed.get_or_insert((now, cycle));
        let elapsed = now.duration_since(since);
        if elapsed < pace.trial || cycle == first {
            return false;
        }
        let measured = elapsed.as_nanos() as f64 / (cycle - first) as f64;
        self.reviewed = Some((now, cycle));
        // Within the noise one thread is the better choice: it leaves the other cores to others.
        if measured <= pace.alone * 0.95 {
            pace.trial = REVIEW;
            pace.patience = 2;
            return false;
        }
        pace.patience = pace.patience.saturating_sub(1);
        if pace.patience == 0 {
            self.given_up = Some(measured);
        }
        self.given_up.is_some()
    }
}

/// A thread with its state.
pub(super) struct Worker<'a, D: Clustered> {
    pub(super) index: usize,
    pub(super) clusters: Vec<usize>,
    pub(super) state: Box<D>,
    pub(super) context: Context,
    pub(super) lines: LogPart,
    pub(super) ticket: Ticket,
    pub(super) idle: u64,
    /// A fault of the last cycle that came to light in its mail.
    pub(super) late: Option<KeyedStop>,
    /// The cycle with which the run ends.
    pub(super) last: u64,
    pub(super) hub: &'a Hub<D>,
    pub(super) waited: Duration,
    pub(super) spans: Vec<Span>,
}

impl<D: Clustered> Worker<'_, D> {
    /// Runs cycles until the run ends.
    pub(super) fn work(&mut self, mut externs: Option<&mut D::Externs>, mut lead: Option<&mut Lead<'_, '_>>) {
        // A function of the embedder may panic, and nobody may wait for a thread that is gone.
        let _guard = self.hub.barrier.guard();
        // The mail of the cycle before the first was never sent.
        let mut received = true;
        loop {
            let begin = self.now();
            let late = !received && self.receive();
            received = false;
            self.context.cycle += 1;
            let cycle = self.context.cycle;
            let mut flags = if late { flag::LATE } else { 0 };
            if self.run(externs.as_deref_mut()) {
                flags |= flag::ACTIVE;
            }
            self.context.log.end_cycle(&mut self.lines, cycle);
            if self.context.stopping() {
                flags |= flag::STOP;
            }
            if self.context.log.bytes() >= LOG_BLOCK {
                flags |= flag::FLUSH;
            }
            if let Some(lead) = lead.as_deref_mut() {
                if cycle % CLOCK_CYCLES == 0 && lead.gives_up(cycle) {
                    flags |= flag::QUIT;
                }
            }
            self.span("run", begin);
            let flags = self.wait(flags);
            if flags & flag::LATE != 0 {
                self.last = cycle - 1;
                return;
            }
            self.idle = if flags & flag::ACTIVE != 0 { 0 } else { self.idle + 1 };
            let ends = flags & (flag::STOP | flag::QUIT) != 0 || cycle >= self.hub.until || self.idle >= self.hub.idle_limit;
            if !ends && flags & flag::FLUSH == 0 {
                continue;
            }
            // Nothing may be printed, or shown, before the mail of the cycle is read: it may hold a fault.
            self.last = cycle;
            let stop = self.context.take_stop();
            let late = self.receive();
            received = true;
            if let Some(stop) = stop {
                self.context.adopt_stop(stop);
            }
            if !ends {
                let part = self.context.log.hand_over(&mut self.lines);
                *self.hub.parts[self.index].lock().unwrap_or_else(PoisonError::into_inner) = part;
            }
            let late = self.wait(if late { flag::LATE } else { 0 }) & flag::LATE != 0;
            if ends {
                return;
            }
            let mut lost = false;
            if let Some(lead) = lead.as_deref_mut() {
                self.collect(lead, cycle, late);
                // With a late fault the lines of the cycle are not final yet; they are written when the run has ended.
                lost = !late && !(lead.flush)(&mut lead.context.log);
            }
            // Whether somebody still reads the output is known to the first worker alone.
            if self.wait(if lost { flag::QUIT } else { 0 }) & flag::QUIT != 0 || late {
                return;
            }
        }
    }

    /// Merges what the workers have left. With a late fault the lines of the last cycle are not final yet.
    fn collect(&self, lead: &mut Lead<'_, '_>, cycle: u64, late: bool) {
        let take = |part: &Mutex<LogPart>| std::mem::take(&mut *part.lock().unwrap_or_else(PoisonError::into_inner));
        let parts: Vec<LogPart> = self.hub.parts.iter().map(take).collect();
        lead.context.log.merge(&parts, if late { cycle - 1 } else { cycle });
    }

    /// Takes in the effects of the context's cycle; true when they show a fault of it.
    fn receive(&mut self) -> bool {
        for &cluster in &self.clusters {
            self.state.receive_effects(cluster, &self.hub.mail, &mut self.context);
        }
        self.late = self.context.take_stop();
        self.late.is_some()
    }

    /// Runs the cycle on all clusters of this worker.
    fn run(&mut self, mut externs: Option<&mut D::Externs>) -> bool {
        let plan = D::plan();
        let mut active = false;
        for &cluster in &self.clusters {
            active |= self.state.run_stages(cluster, &mut self.context, externs.as_deref_mut());
        }
        if plan.split {
            self.wait(0);
            for &cluster in &self.clusters {
                self.state.receive_values(cluster, &self.hub.mail, &self.context);
            }
        }
        for &cluster in &self.clusters {
            self.state.run_downstreams(cluster, &mut self.context, externs.as_deref_mut());
        }
        for &cluster in &self.clusters {
            self.state.commit(cluster, &mut self.context);
        }
        active
    }

    fn wait(&mut self, flags: u32) -> u32 {
        if !self.hub.measure && self.hub.timeline == 0 {
            return self.hub.barrier.wait(&mut self.ticket, flags);
        }
        let begin = self.now();
        let before = Instant::now();
        let union = self.hub.barrier.wait(&mut self.ticket, flags);
        self.waited += before.elapsed();
        self.span("wait", begin);
        union
    }

    fn now(&self) -> u64 {
        if self.hub.timeline == 0 {
            0
        } else {
            self.hub.start.elapsed().as_nanos() as u64
        }
    }

    fn span(&mut self, name: &'static str, start: u64) {
        if self.spans.len() < self.hub.timeline * 3 {
            let end = self.now();
            self.spans.push(Span { thread: self.index, name, cycle: self.context.cycle, start, end });
        }
    }
}
