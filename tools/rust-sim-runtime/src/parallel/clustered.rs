//! The clustered form: every worker has a state of its own and runs the modules of its clusters on it.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::barrier::{Barrier, Ticket, MAX_MEMBERS};
use super::atomic_word::AtomicWord;
use super::engine::{Engine, ParallelOptions, Span, Statistics, Threads, Window};
use super::mailbox::PushMail;
use crate::context::{Context, Fault, KeyedStop, Site};
use crate::deferred::Target;
use crate::fifo::Fifo;
use crate::log::LogPart;
use crate::simulator::{Design, LOG_BLOCK};

/// What is known of the clusters before the run. Work is estimated by the compiler, in nanoseconds of one thread.
#[derive(Debug)]
pub struct Plan {
    /// Work of each cluster in a cycle.
    pub work: &'static [u64],
    /// Mailboxes that leave or enter each cluster.
    pub mail: &'static [u64],
    /// A second barrier stands before the downstreams.
    pub split: bool,
    /// The cluster whose modules call functions of the embedder.
    pub extern_cluster: Option<usize>,
}

/// A design that can be run in clusters. Each function does its part for one cluster on a state that is the worker's own.
pub trait Clustered: Design {
    /// All mailboxes.
    type Mail: Default + Send + Sync;
    /// What is known of the clusters.
    fn plan() -> &'static Plan;
    /// From now on effects that leave a cluster go into `mail`; without it they reach the state directly, as one thread needs it.
    fn connect(&mut self, mail: Option<Arc<Self::Mail>>);
    /// Commits what was sent to the cluster in the context's cycle.
    fn receive_effects(&mut self, cluster: usize, mail: &Self::Mail, context: &mut Context);
    /// Runs the stages; true when one was triggered.
    fn run_stages(&mut self, cluster: usize, context: &mut Context, externs: Option<&mut Self::Externs>) -> bool;
    /// Takes in flags and values that were sent to the cluster in the context's cycle.
    fn receive_values(&mut self, cluster: usize, mail: &Self::Mail, context: &Context);
    /// Runs the downstreams.
    fn run_downstreams(&mut self, cluster: usize, context: &mut Context, externs: Option<&mut Self::Externs>);
    /// Commits effects within the cluster that waited for the end of the cycle.
    fn commit(&mut self, cluster: usize, context: &mut Context);
    /// Copies what the cluster owns.
    fn adopt(&mut self, cluster: usize, from: &Self);
}

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

/// Cost of a barrier in the model: PERFORMANCE measured 45 ns on a quiet machine and 220 to 370 on a busy one.
const BARRIER_NANOSECONDS: u64 = 120;
/// Cost of a mailbox, sent or received: 4 to 10 ns were measured.
const MAIL_NANOSECONDS: u64 = 8;
/// Least speed-up, in percent, that the model must promise before threads are tried.
const PROMISED_PERCENT: u64 = 120;
/// How long each way is tried at the start.
const TRIAL: Duration = Duration::from_millis(2);
/// Cycles between two looks at the clock.
const CLOCK_CYCLES: u64 = 64;
/// How often a run on several threads is compared with the pace of one.
const REVIEW: Duration = Duration::from_millis(200);
/// Polls of a barrier before a thread yields: some 10 µs.
const SPINS: u32 = 1000;

/// Runs a clustered design on workers that live as long as the run.
pub struct ClusterEngine {
    options: ParallelOptions,
    statistics: Statistics,
    waited: Duration,
    worked: Duration,
}

impl ClusterEngine {
    /// An engine for runs with these options.
    #[must_use]
    pub fn new(options: &ParallelOptions) -> Self {
        Self {
            options: options.clone(),
            statistics: Statistics::default(),
            waited: Duration::ZERO,
            worked: Duration::ZERO,
        }
    }

    fn say(&mut self, threads: usize, reason: String) {
        self.statistics.threads = threads;
        self.statistics.reason = reason;
    }
}

/// Distributes clusters over workers: the heaviest first, each to the worker that has least; the externs go to the first worker.
fn pack(plan: &Plan, workers: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..plan.work.len()).collect();
    order.sort_by_key(|&cluster| (Some(cluster) != plan.extern_cluster, std::cmp::Reverse(plan.work[cluster]), cluster));
    let mut packs = vec![Vec::new(); workers];
    let mut loads = vec![0; workers];
    for cluster in order {
        let (worker, _) = loads.iter().enumerate().min_by_key(|&(index, load)| (*load, index)).unwrap_or((0, &0));
        loads[worker] += plan.work[cluster] + MAIL_NANOSECONDS * plan.mail[cluster];
        packs[worker].push(cluster);
    }
    for pack in &mut packs {
        pack.sort_unstable();
    }
    packs
}

/// Estimated nanoseconds of a cycle on `workers` threads, and on one.
fn estimate(plan: &Plan, workers: usize) -> (u64, u64) {
    let one: u64 = plan.work.iter().sum();
    let longest = pack(plan, workers)
        .iter()
        .map(|pack| pack.iter().map(|&cluster| plan.work[cluster] + MAIL_NANOSECONDS * plan.mail[cluster]).sum())
        .max()
        .unwrap_or(one);
    (longest + BARRIER_NANOSECONDS * if plan.split { 2 } else { 1 }, one)
}

impl<D: Clustered + Send> Engine<D> for ClusterEngine {
    fn run(&mut self, design: &mut D, context: &mut Context, externs: &mut D::Externs, window: &mut Window<'_>) {
        let clusters = D::plan().work.len();
        match self.options.threads {
            Threads::Count(1) => {
                self.say(1, "one thread was asked for".to_string());
                run_alone(design, context, externs, window, None);
            }
            Threads::Count(count) => {
                let workers = count.min(clusters).min(MAX_MEMBERS as usize);
                if workers < 2 {
                    self.say(1, "the design is one cluster".to_string());
                    run_alone(design, context, externs, window, None);
                } else {
                    let reason = if workers < count { format!("the design has {clusters} clusters") } else { "asked for".to_string() };
                    self.say(workers, reason);
                    self.run_together(design, context, externs, window, workers, None);
                }
            }
            Threads::Auto => self.run_auto(design, context, externs, window),
        }
    }

    fn statistics(&self) -> Statistics {
        let mut statistics = self.statistics.clone();
        let total = self.worked + self.waited;
        if self.options.statistics && !total.is_zero() {
            statistics.barrier_share = Some(self.waited.as_secs_f64() / total.as_secs_f64());
        }
        statistics
    }
}

/// Whether a run goes on behind the last cycle.
fn goes_on(context: &Context, window: &Window<'_>) -> bool {
    !context.stopping() && context.cycle < window.until && window.idle < window.idle_limit
}

/// The plain sequential schedule: until the window ends, or for a while. Returns the nanoseconds of a cycle at its fastest, if it was measured.
fn run_alone<D: Design>(
    design: &mut D,
    context: &mut Context,
    externs: &mut D::Externs,
    window: &mut Window<'_>,
    time: Option<Duration>,
) -> f64 {
    let begin = Instant::now();
    let mut watch = Watch { stride: 1, next: context.cycle + 1, last: begin, fastest: f64::INFINITY };
    loop {
        context.cycle += 1;
        let active = design.cycle(context, externs);
        window.idle = if active { 0 } else { window.idle + 1 };
        if !goes_on(context, window) {
            break;
        }
        context.log.settle(None);
        if context.log.pending() >= LOG_BLOCK && !(window.flush)(&mut context.log) {
            break;
        }
        if let Some(time) = time {
            if context.cycle >= watch.next && watch.look(context.cycle).duration_since(begin) >= time {
                break;
            }
        }
    }
    watch.fastest
}

/// Measures runs of cycles, each long enough for the clock.
struct Watch {
    stride: u64,
    next: u64,
    last: Instant,
    /// Nanoseconds of a cycle in the fastest run: what the machine does when nothing else disturbs it.
    fastest: f64,
}

impl Watch {
    /// Least time between two looks at the clock that measures anything.
    const LEAST: Duration = Duration::from_micros(50);

    /// Looks at the clock behind a cycle.
    fn look(&mut self, cycle: u64) -> Instant {
        let now = Instant::now();
        let elapsed = now.duration_since(self.last);
        if elapsed >= Self::LEAST {
            self.fastest = self.fastest.min(elapsed.as_nanos() as f64 / self.stride as f64);
        } else {
            self.stride *= 2;
        }
        self.last = now;
        self.next = cycle + self.stride;
        now
    }
}

/// When a run on several threads gives up because one would be faster.
#[derive(Clone, Copy)]
struct Pace {
    /// Nanoseconds of a cycle on one thread.
    alone: f64,
    /// Ends the first look after this time; later ones come every [`REVIEW`].
    trial: Duration,
}

impl ClusterEngine {
    fn run_auto<D: Clustered>(
        &mut self,
        design: &mut D,
        context: &mut Context,
        externs: &mut D::Externs,
        window: &mut Window<'_>,
    ) {
        let plan = D::plan();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers = cores.min(plan.work.len()).min(MAX_MEMBERS as usize);
        if workers < 2 {
            let reason = if cores < 2 { "the machine has one core" } else { "the design is one cluster" };
            self.say(1, reason.to_string());
            run_alone(design, context, externs, window, None);
            return;
        }
        let (together, alone) = estimate(plan, workers);
        if alone * 100 < together * PROMISED_PERCENT {
            self.say(1, format!("a cycle is estimated at {alone} ns on one thread and {together} ns on {workers}"));
            run_alone(design, context, externs, window, None);
            return;
        }
        // The first cycles of a design are not typical: pipelines fill, caches are cold.
        run_alone(design, context, externs, window, Some(TRIAL / 4));
        if !goes_on(context, window) {
            self.say(1, "the run was over before threads could pay".to_string());
            return;
        }
        context.log.settle(None);
        let alone = run_alone(design, context, externs, window, Some(TRIAL));
        if !goes_on(context, window) {
            self.say(1, "the run was over before threads could pay".to_string());
            return;
        }
        context.log.settle(None);
        // Nothing measured: nothing that threads could be faster than.
        let pace = Pace { alone: if alone.is_finite() { alone } else { 0.0 }, trial: TRIAL };
        self.say(workers, format!("{:.0} ns a cycle on one thread", pace.alone));
        if let Some(measured) = self.run_together(design, context, externs, window, workers, Some(pace)) {
            self.say(1, format!("a cycle took {:.0} ns on one thread and {measured:.0} ns on {workers}", pace.alone));
            if goes_on(context, window) {
                context.log.settle(None);
                run_alone(design, context, externs, window, None);
            }
        }
    }

    /// Runs on several threads; returns the nanoseconds of a cycle when it gave up because of its pace.
    fn run_together<D: Clustered>(
        &mut self,
        design: &mut D,
        context: &mut Context,
        externs: &mut D::Externs,
        window: &mut Window<'_>,
        workers: usize,
        pace: Option<Pace>,
    ) -> Option<f64> {
        let plan = D::plan();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        // Where threads outnumber cores, who spins keeps another one from working.
        let spins = if workers > cores { 0 } else { SPINS };
        let hub = Hub {
            barrier: Barrier::new(workers as u32, spins),
            parts: (0..workers).map(|_| Mutex::new(LogPart::default())).collect(),
            mail: D::Mail::default().into(),
            start: Instant::now(),
            until: window.until,
            idle_limit: window.idle_limit,
            measure: self.options.statistics,
            timeline: self.options.timeline,
        };
        let counted = if self.options.statistics { D::info().modules.len() } else { 0 };
        let mut crew: Vec<Worker<'_, D>> = pack(plan, workers)
            .into_iter()
            .enumerate()
            .map(|(index, clusters)| {
                let mut state = Box::new(design.clone());
                state.connect(Some(Arc::clone(&hub.mail)));
                let mut own = context.for_thread(D::info());
                let seed = self.options.delays.map_or(0, |seed| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + index as u64 + 1);
                own.set_hooks(seed, counted);
                Worker {
                    index,
                    clusters,
                    state,
                    context: own,
                    lines: LogPart::default(),
                    ticket: Ticket::default(),
                    idle: window.idle,
                    late: None,
                    last: context.cycle,
                    hub: &hub,
                    waited: Duration::ZERO,
                    spans: Vec::new(),
                }
            })
            .collect();
        let mut given_up = None;
        thread::scope(|scope| {
            let mut members = crew.iter_mut();
            let first = members.next();
            let others: Vec<_> = members.map(|worker| scope.spawn(move || worker.work(None, None))).collect();
            if let Some(worker) = first {
                let mut lead = Lead { context, flush: &mut *window.flush, pace, reviewed: None, given_up: None };
                worker.work(Some(externs), Some(&mut lead));
                given_up = lead.given_up;
            }
            for other in others {
                if let Err(panic) = other.join() {
                    std::panic::resume_unwind(panic);
                }
            }
        });
        self.finish(design, context, window, crew);
        given_up
    }

    /// Puts the pieces of the workers together again.
    fn finish<D: Clustered>(&mut self, design: &mut D, context: &mut Context, window: &mut Window<'_>, crew: Vec<Worker<'_, D>>) {
        let mut parts = Vec::new();
        for mut worker in crew {
            for &cluster in &worker.clusters {
                design.adopt(cluster, &worker.state);
            }
            context.cycle = worker.last;
            window.idle = worker.idle;
            context.dropped_writes += worker.context.dropped_writes;
            let stop = if worker.context.cycle == worker.last { worker.context.take_stop() } else { None };
            for stop in stop.into_iter().chain(worker.late.take()) {
                context.adopt_stop(stop);
            }
            parts.push(worker.context.log.hand_over(&mut worker.lines));
            self.waited += worker.waited;
            self.worked += worker.hub.start.elapsed().saturating_sub(worker.waited);
            self.statistics.spans.append(&mut worker.spans);
            let counts = worker.context.activations();
            self.statistics.activations.resize(counts.len().max(self.statistics.activations.len()), 0);
            for (sum, count) in self.statistics.activations.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        context.log.merge(&parts, context.cycle.saturating_sub(1));
    }
}

/// What all workers share.
struct Hub<D: Clustered> {
    barrier: Barrier,
    /// Where each worker leaves its lines for the first one. Locked between two barriers by one side at a time, and not in every cycle.
    parts: Vec<Mutex<LogPart>>,
    mail: Arc<D::Mail>,
    start: Instant,
    until: u64,
    idle_limit: u64,
    measure: bool,
    timeline: usize,
}

/// What only the first worker has to do.
struct Lead<'a, 'b> {
    context: &'a mut Context,
    flush: &'a mut (dyn FnMut(&mut crate::log::Log) -> bool + 'b),
    pace: Option<Pace>,
    /// When the pace was looked at last, and in which cycle.
    reviewed: Option<(Instant, u64)>,
    given_up: Option<f64>,
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
        pace.trial = REVIEW;
        // Within the noise one thread is the better choice: it leaves the other cores to others.
        if measured > pace.alone * 0.95 {
            self.given_up = Some(measured);
        }
        self.given_up.is_some()
    }
}

/// A thread with its state.
struct Worker<'a, D: Clustered> {
    index: usize,
    clusters: Vec<usize>,
    state: Box<D>,
    context: Context,
    lines: LogPart,
    ticket: Ticket,
    idle: u64,
    /// A fault of the last cycle that came to light in its mail.
    late: Option<KeyedStop>,
    /// The cycle with which the run ends.
    last: u64,
    hub: &'a Hub<D>,
    waited: Duration,
    spans: Vec<Span>,
}

impl<D: Clustered> Worker<'_, D> {
    fn work(&mut self, mut externs: Option<&mut D::Externs>, mut lead: Option<&mut Lead<'_, '_>>) {
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
                *self.hub.parts[self.index].lock().unwrap_or_else(std::sync::PoisonError::into_inner) = part;
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
        let take = |part: &Mutex<LogPart>| std::mem::take(&mut *part.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
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

/// Commits the push that came by mail in the context's cycle. `sites` are the places of the pusher's operations by ordinal, `earlier` the module
/// whose push into this FIFO came before in canonical order.
pub fn deliver<T: AtomicWord, const N: usize>(
    mail: &PushMail<T>,
    fifo: &mut Fifo<T, N>,
    context: &mut Context,
    target: Target,
    pusher: usize,
    sites: &[Site],
    earlier: &mut Option<usize>,
) {
    let Some((ordinal, value)) = mail.receive(context.cycle) else { return };
    let Some(&site) = sites.get(ordinal) else { return };
    if let Some(first) = *earlier {
        context.fault(pusher, site, Fault::PushTwice(target.module, target.port, first, pusher));
        return;
    }
    *earlier = Some(pusher);
    if !fifo.push_within(value, target.depth) {
        context.fault(pusher, site, Fault::Overflow(target.module, target.port));
    }
}
