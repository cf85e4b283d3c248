//! Runs designs of the shared form: the steps of a cycle over threads.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::barrier::{Barrier, Ticket, MAX_MEMBERS};
use super::engine::{Engine, ParallelOptions, Span, Statistics, Threads, Window};
use super::shared::{ExclusiveDesign, Executor, ExternCell, SharedDesign, SharedPlan, Step, Task};
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

/// How long `auto` tries one thread, and then several.
const TRIAL: Duration = Duration::from_millis(2);
/// Cycles between two looks at the clock.
const CLOCK_CYCLES: u64 = 64;
/// Polls of a barrier before a thread yields: some 20 µs.
const SPINS: u32 = 4000;
/// Parts of the work that each thread of a rayon pool can take.
const STEALABLE: usize = 4;

/// Runs one cycle on one thread.
pub fn run_shared_cycle<D: SharedDesign>(design: &mut D, context: &mut Context, externs: &mut D::Externs) -> bool {
    let externs = ExternCell::new(externs);
    let mut tasks = design.take_tasks();
    design.set_stamp(context, context.cycle);
    let mut active = false;
    for step in D::plan().steps {
        match step {
            Step::Run(modules) => {
                for &module in *modules {
                    active |= run_task(&mut *tasks[module], design, context, &externs);
                }
            }
            Step::Commit => tasks.iter_mut().for_each(|task| task.commit(design, context)),
            Step::Barrier => {}
        }
    }
    for task in tasks {
        task.put_back(design);
    }
    active
}

/// Runs a module; true when it counts as active: a stage that was triggered.
#[inline]
fn run_task<D: SharedDesign>(
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

/// Runs one cycle of a design whose modules run one at a time.
pub fn run_exclusive_cycle<D: ExclusiveDesign>(design: &mut D, context: &mut Context, externs: &mut D::Externs) -> bool {
    let externs = ExternCell::new(externs);
    let mut tasks = design.take_tasks();
    design.set_stamp(context, context.cycle);
    let mut active = false;
    for step in D::plan().steps {
        match step {
            Step::Run(modules) => {
                for &module in *modules {
                    context.before();
                    let ran = tasks[module].run(design, context, &externs);
                    context.after(module, ran);
                    active |= ran && D::info().modules[module].kind != ModuleKind::Downstream;
                }
            }
            Step::Commit => tasks.iter_mut().for_each(|task| task.commit(design, context)),
            Step::Barrier => {}
        }
    }
    for task in tasks {
        task.put_back(design);
    }
    active
}

/// Runs a design whose functions take `&mut State`: on one thread, whatever was asked for.
pub struct ExclusiveEngine {
    options: ParallelOptions,
    statistics: Statistics,
}

impl ExclusiveEngine {
    /// An engine for runs with these options.
    #[must_use]
    pub fn new(options: &ParallelOptions) -> Self {
        let reason = "functions of modules take `&mut State`, so one runs at a time; the pass self-signature changes that";
        let statistics = Statistics { threads: 1, reason: reason.to_string(), ..Statistics::default() };
        Self { options: options.clone(), statistics }
    }
}

impl<D: ExclusiveDesign> Engine<D> for ExclusiveEngine {
    fn run(&mut self, design: &mut D, context: &mut Context, externs: &mut D::Externs, window: &mut Window<'_>) {
        watch(context, &self.options, D::info().modules.len(), 0);
        loop {
            context.cycle += 1;
            let active = design.cycle(context, externs);
            window.idle = if active { 0 } else { window.idle + 1 };
            if context.stopping() || context.cycle >= window.until || window.idle >= window.idle_limit {
                break;
            }
            context.log.settle(None);
            if context.log.pending() >= LOG_BLOCK && !(window.flush)(&mut context.log) {
                break;
            }
        }
        count(&mut self.statistics, context);
        context.set_hooks(0, 0);
        context.count_locks(false);
    }

    fn statistics(&self) -> Statistics {
        self.statistics.clone()
    }
}

/// Sets what disturbs and counts the modules of one thread.
fn watch(context: &mut Context, options: &ParallelOptions, modules: usize, thread: usize) {
    let seed = options.delays.map_or(0, |seed| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(thread as u64 + 1) | 1);
    context.set_hooks(seed, if options.statistics { modules } else { 0 });
    context.count_locks(options.statistics);
}

/// Adds what one context counted.
fn count(statistics: &mut Statistics, context: &Context) {
    let (acquisitions, contended) = context.lock_counts();
    statistics.lock_acquisitions += acquisitions;
    statistics.contended += contended;
    let counts = context.activations();
    statistics.activations.resize(counts.len().max(statistics.activations.len()), 0);
    for (sum, count) in statistics.activations.iter_mut().zip(counts) {
        *sum += count;
    }
}

/// Runs a design whose functions take `&State`.
pub struct SharedEngine {
    options: ParallelOptions,
    statistics: Statistics,
    waited: Duration,
    worked: Duration,
}

impl SharedEngine {
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

impl<D: SharedDesign> Engine<D> for SharedEngine {
    fn run(&mut self, design: &mut D, context: &mut Context, externs: &mut D::Externs, window: &mut Window<'_>) {
        let most = D::info().modules.len().clamp(1, MAX_MEMBERS as usize);
        match self.options.threads {
            Threads::Count(wanted) => {
                let threads = wanted.clamp(1, most);
                let reason = if threads < wanted { format!("the design has {} modules", D::info().modules.len()) } else { "asked for".to_string() };
                self.say(threads, reason);
                self.run_for(design, context, externs, window, threads, None);
            }
            Threads::Auto => {
                let threads = thread::available_parallelism().map_or(1, usize::from).min(most);
                if threads < 2 {
                    self.say(1, "there is one core, or one module".to_string());
                    self.run_for(design, context, externs, window, 1, None);
                    return;
                }
                self.say(1, "the run was over before threads could pay".to_string());
                // The first cycles of a design are not typical: pipelines fill, caches are cold.
                let mut paces = [0.0; 3];
                for (pace, count) in paces.iter_mut().zip([1, 1, threads]) {
                    let begin = Instant::now();
                    let first = context.cycle;
                    if !self.run_for(design, context, externs, window, count, Some(TRIAL)) {
                        return;
                    }
                    context.log.settle(None);
                    *pace = begin.elapsed().as_nanos() as f64 / (context.cycle - first).max(1) as f64;
                }
                let [_, one, several] = paces;
                // Within the noise one thread is the better choice: it leaves the other cores to others.
                let best = if several < one * 0.95 { threads } else { 1 };
                self.say(best, format!("a cycle took {one:.0} ns on one thread and {several:.0} ns on {threads}"));
                self.run_for(design, context, externs, window, best, None);
            }
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

/// What all workers of a run share.
struct Hub<'a, D: SharedDesign> {
    design: &'a D,
    externs: ExternCell<'a, D::Externs>,
    barrier: Barrier,
    /// Where each worker leaves its lines for the first one. Locked between two barriers by one side at a time, and not in every cycle.
    parts: Vec<Mutex<LogPart>>,
    start: Instant,
    time: Option<Duration>,
    until: u64,
    idle_limit: u64,
    measure: bool,
    timeline: usize,
}

/// Modules that one thread runs, with what it keeps for itself.
struct Worker<D: SharedDesign> {
    index: usize,
    /// In the order in which they run.
    tasks: Vec<Box<dyn Task<D>>>,
    /// The tasks of each step of the plan.
    steps: Vec<Range<usize>>,
    context: Context,
    lines: LogPart,
    active: bool,
    idle: u64,
    ticket: Ticket,
    waited: Duration,
    spans: Vec<Span>,
}

type Flush<'a> = &'a mut dyn FnMut(&mut Log) -> bool;

impl SharedEngine {
    /// Runs on some threads, to the end of the window or for a while; true when the run can go on.
    fn run_for<D: SharedDesign>(
        &mut self,
        design: &mut D,
        context: &mut Context,
        externs: &mut D::Externs,
        window: &mut Window<'_>,
        threads: usize,
        time: Option<Duration>,
    ) -> bool {
        let plan = D::plan();
        let parts = if threads > 1 && plan.executor == Executor::Rayon {
            (threads * STEALABLE).min(plan.costs.len())
        } else {
            threads
        };
        let tasks = design.take_tasks();
        let mut crew: Vec<Worker<D>> = divide(plan, tasks, parts)
            .into_iter()
            .enumerate()
            .map(|(index, (tasks, steps))| {
                let mut own = context.for_thread(D::info());
                watch(&mut own, &self.options, D::info().modules.len(), index);
                Worker {
                    index,
                    tasks,
                    steps,
                    context: own,
                    lines: LogPart::default(),
                    active: false,
                    idle: window.idle,
                    ticket: Ticket::default(),
                    waited: Duration::ZERO,
                    spans: Vec::new(),
                }
            })
            .collect();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let hub = Hub {
            design: &*design,
            externs: ExternCell::new(externs),
            // Where threads outnumber cores, who spins keeps another one from working.
            barrier: Barrier::new(threads as u32, if threads > cores { 0 } else { SPINS }),
            parts: crew.iter().map(|_| Mutex::new(LogPart::default())).collect(),
            start: Instant::now(),
            time,
            until: window.until,
            idle_limit: window.idle_limit,
            measure: self.options.statistics,
            timeline: self.options.timeline,
        };
        design.set_stamp(context, context.cycle + 1);
        if threads > 1 && plan.executor == Executor::Workers {
            thread::scope(|scope| {
                let mut members = crew.iter_mut();
                let first = members.next();
                for worker in members {
                    let hub = &hub;
                    scope.spawn(move || worker.work(hub, None));
                }
                if let Some(worker) = first {
                    worker.work(&hub, Some((&mut context.log, &mut *window.flush)));
                }
            });
        } else {
            rounds(&mut crew, &hub, threads, (&mut context.log, &mut *window.flush));
        }
        drop(hub);
        self.finish(design, context, window, crew);
        !context.stopping() && context.cycle < window.until && window.idle < window.idle_limit
    }

    /// Puts the pieces of the workers together again.
    fn finish<D: SharedDesign>(
        &mut self,
        design: &mut D,
        context: &mut Context,
        window: &mut Window<'_>,
        crew: Vec<Worker<D>>,
    ) {
        let mut parts = Vec::new();
        for mut worker in crew {
            for task in worker.tasks {
                task.put_back(design);
            }
            context.cycle = worker.context.cycle;
            window.idle = worker.idle;
            context.dropped_writes += worker.context.dropped_writes;
            if let Some(stop) = worker.context.take_stop() {
                context.adopt_stop(stop);
            }
            parts.push(worker.context.log.hand_over(&mut worker.lines));
            self.waited += worker.waited;
            self.statistics.spans.append(&mut worker.spans);
            count(&mut self.statistics, &worker.context);
        }
        context.log.merge(&parts, context.cycle.saturating_sub(1));
    }
}

/// The tasks of one part, and which of them belong to each step of the plan.
type Share<D> = (Vec<Box<dyn Task<D>>>, Vec<Range<usize>>);

/// Distributes the modules of each step, the heaviest first, each to the part that has least; those with externs go to the first part.
fn divide<D: SharedDesign>(
    plan: &SharedPlan,
    tasks: Vec<Box<dyn Task<D>>>,
    parts: usize,
) -> Vec<Share<D>> {
    let mut tasks: Vec<Option<Box<dyn Task<D>>>> = tasks.into_iter().map(Some).collect();
    let mut result: Vec<Share<D>> = (0..parts).map(|_| (Vec::new(), Vec::new())).collect();
    for step in plan.steps {
        let Step::Run(modules) = step else {
            result.iter_mut().for_each(|(tasks, steps)| steps.push(tasks.len()..tasks.len()));
            continue;
        };
        let mut order = modules.to_vec();
        let has_externs = |module: &usize| plan.externs.contains(module);
        order.sort_by_key(|module| (!has_externs(module), std::cmp::Reverse(plan.costs[*module]), *module));
        let mut lists = vec![Vec::new(); parts];
        let mut loads = vec![0_u64; parts];
        for module in order {
            let least = loads.iter().enumerate().min_by_key(|&(index, load)| (*load, index)).map_or(0, |(index, _)| index);
            let part = if has_externs(&module) { 0 } else { least };
            loads[part] += u64::from(plan.costs[module]);
            lists[part].push(module);
        }
        for ((own, steps), mut list) in result.iter_mut().zip(lists) {
            list.sort_unstable();
            let start = own.len();
            own.extend(list.into_iter().filter_map(|module| tasks[module].take()));
            steps.push(start..own.len());
        }
    }
    result
}

/// The executors that go through the steps from outside: threads or tasks are made for each.
fn rounds<D: SharedDesign>(crew: &mut [Worker<D>], hub: &Hub<'_, D>, threads: usize, lead: (&mut Log, Flush<'_>)) {
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
                Err(_) => Self::InOrder,
            },
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
                for worker in members {
                    scope.spawn(move || act(worker));
                }
                if let Some(worker) = first {
                    act(worker);
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
    fn work(&mut self, hub: &Hub<'_, D>, mut lead: Option<(&mut Log, Flush<'_>)>) {
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
