//! One thread of the shared form through the steps of a cycle, and the executors that make threads for each step.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::barrier::{Barrier, Ticket};
use super::engine::Span;
use super::shared::{Executor, ExternCell, SharedDesign, Step, Task};
use crate::context::Context;
use crate::info::ModuleKind;
use crate::log::{Log, LogPart};
use crate::simulator::LOG_BLOCK;

/// Raised at the barrier behind a cycle.
mod flag {
    /// A stage was triggered.
    pub const ACTIVE: u32 = 1;
    /// A body asked for a stop.
    pub const STOP: u32 = 2;
    /// A log is long enough to be written.
    pub const FLUSH: u32 = 4;
    /// The run is to end: nobody reads the output, or the time is over.
    pub const QUIT: u32 = 8;
}

/// Cycles between two looks at the clock.
const CLOCK_CYCLES: u64 = 64;
/// Runs a module; true when it counts as active: a stage that was triggered.
#[inline]
pub(super) fn run_task<D: SharedDesign>(
    task: &mut dyn Task<D>,
    design: &D,
    context: &mut Context,
    externs: &ExternCell<'_, D::Externs>,
) -> bool {
    context.before();
    let module = task.module();
    let ran = task.run(design, context, externs);
    context.after(module, ran);
    ran && D::info().modules[module].kind != ModuleKind::Downstream
}

/// What all workers of a run share.
pub(super) struct Hub<'a, D: SharedDesign> {
    pub(super) design: &'a D,
    pub(super) externs: ExternCell<'a, D::Externs>,
    pub(super) barrier: Barrier,
    /// Where each worker leaves its lines for the first one. Locked between two barriers by one side at a time, and not in every cycle.
    pub(super) parts: Vec<Mutex<LogPart>>,
    pub(super) start: Instant,
    pub(super) time: Option<Duration>,
    pub(super) until: u64,
    pub(super) idle_limit: u64,
    pub(super) measure: bool,
    pub(super) timeline: usize,
}

/// Modules that one thread runs, with what it keeps for itself.
pub(super) struct Worker<D: SharedDesign> {
    pub(super) index: usize,
    /// In the order in which they run.
    pub(super) tasks: Vec<Box<dyn Task<D>>>,
    /// The tasks of each step of the plan.
    pub(super) steps: Vec<Range<usize>>,
    pub(super) context: Context,
    pub(super) lines: LogPart,
    pub(super) active: bool,
    pub(super) idle: u64,
    pub(super) ticket: Ticket,
    pub(super) waited: Duration,
    pub(super) spans: Vec<Span>,
}

pub(super) type Flush<'a> = &'a mut dyn FnMut(&mut Log) -> bool;

/// The executors that go through the steps from outside: threads or tasks are made for each.
pub(super) fn rounds<D: SharedDesign>(crew: &mut [Worker<D>], hub: &Hub<'_, D>, threads: usize, lead: (&mut Log, Flush<'_>)) {
    let (log, flush) = lead;
    let plan = D::plan();
    let each = Each::new(if threads > 1 { Some(plan.executor) } else { None }, threads);
    let mut idle = crew.first().map_or(0, |worker| worker.idle);
    loop {
        crew.iter_mut().for_each(Worker::begin);
        for (at, step) in plan.steps.iter().enumerate() {
            if !matches!(step, Step::Barrier) {
                each.call(crew, |worker| worker.step(at, hub));
            }
        }
        let mut flags = 0;
        for worker in crew.iter_mut() {
            flags |= worker.end(hub);
        }
        idle = if flags & flag::ACTIVE != 0 { 0 } else { idle + 1 };
        crew.iter_mut().for_each(|worker| worker.idle = idle);
        let cycle = crew.first().map_or(hub.until, |worker| worker.context.cycle);
        if flags & (flag::STOP | flag::QUIT) != 0 || cycle >= hub.until || idle >= hub.idle_limit {
            return;
        }
        if flags & flag::FLUSH != 0 {
            let parts: Vec<LogPart> = crew.iter_mut().map(|worker| worker.context.log.hand_over(&mut worker.lines)).collect();
            log.merge(&parts, cycle);
            if !flush(log) {
                return;
            }
        }
    }
}

/// Calls a function for each worker, at once where there are threads.
enum Each {
    InOrder,
    Scope,
    #[cfg(feature = "rayon")]
    Rayon(rayon::ThreadPool),
}

impl Each {
    fn new(executor: Option<Executor>, threads: usize) -> Self {
        match executor {
            None => Self::InOrder,
            #[cfg(feature = "rayon")]
            Some(Executor::Rayon) => match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
                Ok(pool) => Self::Rayon(pool),
                Err(error) => panic!("rayon has no pool of {threads} threads: {error}"),
            },
            #[cfg(not(feature = "rayon"))]
            Some(Executor::Rayon) => panic!("this simulator was built without the feature rayon of its runtime"),
            Some(_) => {
                let _ = threads;
                Self::Scope
            }
        }
    }

    fn call<D: SharedDesign>(&self, crew: &mut [Worker<D>], act: impl Fn(&mut Worker<D>) + Sync) {
        match self {
            Self::InOrder => crew.iter_mut().for_each(act),
            Self::Scope => thread::scope(|scope| {
                let act = &act;
                let mut members = crew.iter_mut();
                let first = members.next();
                let others: Vec<_> = members.map(|worker| scope.spawn(move || act(worker))).collect();
                if let Some(worker) = first {
                    act(worker);
                }
                for other in others {
                    if let Err(panic) = other.join() {
                        std::panic::resume_unwind(panic);
                    }
                }
            }),
            #[cfg(feature = "rayon")]
            Self::Rayon(pool) => pool.scope(|scope| {
                let act = &act;
                for worker in crew {
                    scope.spawn(move |_| act(worker));
                }
            }),
        }
    }
}

impl<D: SharedDesign> Worker<D> {
    /// A thread of the executor `workers`, to the end of the run. The first one has the log and who takes it.
    pub(super) fn work(&mut self, hub: &Hub<'_, D>, mut lead: Option<(&mut Log, Flush<'_>)>) {
        // A function of the embedder may panic, and nobody may wait for a thread that is gone.
        let _guard = hub.barrier.guard();
        let steps = D::plan().steps;
        // The barrier that ends a cycle also carries its flags.
        let inner = if matches!(steps.last(), Some(Step::Barrier)) { steps.len() - 1 } else { steps.len() };
        loop {
            self.begin();
            for (at, step) in steps[..inner].iter().enumerate() {
                match step {
                    Step::Barrier => {
                        self.wait(hub, 0);
                    }
                    Step::Run(_) | Step::Commit => self.step(at, hub),
                }
            }
            let own = self.end(hub);
            let flags = self.wait(hub, own);
            self.idle = if flags & flag::ACTIVE != 0 { 0 } else { self.idle + 1 };
            let cycle = self.context.cycle;
            if flags & (flag::STOP | flag::QUIT) != 0 || cycle >= hub.until || self.idle >= hub.idle_limit {
                return;
            }
            if flags & flag::FLUSH == 0 {
                continue;
            }
            let part = self.context.log.hand_over(&mut self.lines);
            *hub.parts[self.index].lock().unwrap_or_else(PoisonError::into_inner) = part;
            self.wait(hub, 0);
            let mut lost = false;
            if let Some((log, flush)) = &mut lead {
                let take = |part: &Mutex<LogPart>| std::mem::take(&mut *part.lock().unwrap_or_else(PoisonError::into_inner));
                let parts: Vec<LogPart> = hub.parts.iter().map(take).collect();
                log.merge(&parts, cycle);
                lost = !flush(log);
            }
            // Whether somebody still reads the output is known to the first worker alone.
            if self.wait(hub, if lost { flag::QUIT } else { 0 }) & flag::QUIT != 0 {
                return;
            }
        }
    }

    fn begin(&mut self) {
        self.context.cycle += 1;
        self.active = false;
    }

    /// Does its part of a step.
    fn step(&mut self, at: usize, hub: &Hub<'_, D>) {
        let begin = self.now(hub);
        match D::plan().steps[at] {
            Step::Run(_) => {
                for task in &mut self.tasks[self.steps[at].clone()] {
                    self.active |= run_task(&mut **task, hub.design, &mut self.context, &hub.externs);
                }
                self.span(hub, "run", begin);
            }
            Step::Commit => {
                for task in &mut self.tasks {
                    task.commit(hub.design, &mut self.context);
                }
                if self.index == 0 {
                    let next = self.context.cycle + 1;
                    hub.design.set_stamp(&mut self.context, next);
                }
                self.span(hub, "commit", begin);
            }
            Step::Barrier => {}
        }
    }

    /// Ends the cycle; returns the flags that it raises.
    fn end(&mut self, hub: &Hub<'_, D>) -> u32 {
        let cycle = self.context.cycle;
        self.context.log.end_cycle(&mut self.lines, cycle);
        let mut flags = if self.active { flag::ACTIVE } else { 0 };
        if self.context.stopping() {
            flags |= flag::STOP;
        }
        if self.context.log.bytes() >= LOG_BLOCK {
            flags |= flag::FLUSH;
        }
        if self.index == 0 && cycle % CLOCK_CYCLES == 0 && hub.time.is_some_and(|time| hub.start.elapsed() >= time) {
            flags |= flag::QUIT;
        }
        flags
    }

    fn wait(&mut self, hub: &Hub<'_, D>, flags: u32) -> u32 {
        if !hub.measure && hub.timeline == 0 {
            return hub.barrier.wait(&mut self.ticket, flags);
        }
        let begin = self.now(hub);
        let before = Instant::now();
        let union = hub.barrier.wait(&mut self.ticket, flags);
        self.waited += before.elapsed();
        self.span(hub, "wait", begin);
        union
    }

    fn now(&self, hub: &Hub<'_, D>) -> u64 {
        if hub.timeline == 0 {
            0
        } else {
            hub.start.elapsed().as_nanos() as u64
        }
    }

    fn span(&mut self, hub: &Hub<'_, D>, name: &'static str, start: u64) {
        if hub.timeline > 0 && self.spans.len() < hub.timeline * 6 {
            let end = self.now(hub);
            self.spans.push(Span { thread: self.index, name, cycle: self.context.cycle, start, end });
        }
    }
}
