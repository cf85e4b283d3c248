//! Runs designs of the shared form: how many threads, and which modules each of them gets.

use std::ops::Range;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use super::barrier::{Barrier, Ticket, MAX_MEMBERS};
use super::engine::{Account, Engine, ParallelOptions, Statistics, Threads, Window};
use super::shared::{Executor, ExternCell, SharedDesign, SharedPlan, Step, Task};
use super::worker::{rounds, run_task, Hub, Worker};
use crate::context::Context;
use crate::log::LogPart;

/// How long `auto` tries one thread, and then several.
const TRIAL: Duration = Duration::from_millis(2);
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

/// Sets what disturbs and counts the modules of one thread.
pub(super) fn watch(context: &mut Context, options: &ParallelOptions, modules: usize, thread: usize) {
    let seed = options.delays.map_or(0, |seed| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(thread as u64 + 1) | 1);
    context.set_hooks(seed, if options.statistics { modules } else { 0 });
    context.count_locks(options.statistics);
}

/// Adds what one context counted.
pub(super) fn count(statistics: &mut Statistics, context: &Context) {
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
pub struct SharedEngine(Account);

impl SharedEngine {
    /// An engine for runs with these options.
    #[must_use]
    pub fn new(options: &ParallelOptions) -> Self {
        Self(Account::new(options))
    }
}

impl<D: SharedDesign> Engine<D> for SharedEngine {
    fn run(&mut self, design: &mut D, context: &mut Context, externs: &mut D::Externs, window: &mut Window<'_>) {
        let most = D::info().modules.len().clamp(1, MAX_MEMBERS as usize);
        match self.0.options.threads {
            Threads::Count(wanted) => {
                let threads = wanted.clamp(1, most);
                let reason = if threads < wanted { format!("the design has {} modules", D::info().modules.len()) } else { "asked for".to_string() };
                self.0.say(threads, reason);
                self.run_for(design, context, externs, window, threads, None);
            }
            Threads::Auto => {
                let threads = thread::available_parallelism().map_or(1, usize::from).min(most);
                if threads < 2 {
                    self.0.say(1, "there is one core, or one module".to_string());
                    self.run_for(design, context, externs, window, 1, None);
                    return;
                }
                self.0.say(1, "the run was over before threads could pay".to_string());
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
                self.0.say(best, format!("a cycle took {one:.0} ns on one thread and {several:.0} ns on {threads}"));
                self.run_for(design, context, externs, window, best, None);
            }
        }
    }

    fn statistics(&self) -> Statistics {
        self.0.report()
    }
}

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
                watch(&mut own, &self.0.options, D::info().modules.len(), index);
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
        let hub = Hub {
            design: &*design,
            externs: ExternCell::new(externs),
            barrier: Barrier::among(threads),
            parts: crew.iter().map(|_| Mutex::new(LogPart::default())).collect(),
            start: Instant::now(),
            time,
            until: window.until,
            idle_limit: window.idle_limit,
            measure: self.0.options.statistics,
            timeline: self.0.options.timeline,
        };
        design.set_stamp(context, context.cycle + 1);
        if threads > 1 && plan.executor == Executor::Workers {
            thread::scope(|scope| {
                let mut members = crew.iter_mut();
                let first = members.next();
                let hub = &hub;
                let others: Vec<_> = members.map(|worker| scope.spawn(move || worker.work(hub, None))).collect();
                if let Some(worker) = first {
                    worker.work(hub, Some((&mut context.log, &mut *window.flush)));
                }
                for other in others {
                    if let Err(panic) = other.join() {
                        std::panic::resume_unwind(panic);
                    }
                }
            });
        } else {
            rounds(&mut crew, &hub, threads, (&mut context.log, &mut *window.flush));
        }
        // Only those who live as long as the run wait at barriers.
        if threads > 1 && plan.executor == Executor::Workers {
            self.0.worked += hub.start.elapsed() * threads as u32;
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
            self.0.waited += worker.waited;
            self.0.worked = self.0.worked.saturating_sub(worker.waited);
            self.0.statistics.spans.append(&mut worker.spans);
            count(&mut self.0.statistics, &worker.context);
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::{run_shared_cycle, SharedEngine};
    use crate::context::{site, Context};
    use crate::deferred::target;
    use crate::info::{DesignInfo, LogFormat};
    use crate::parallel::tests::INFO;
    use crate::parallel::{
        AtomicCredit, Engine, Executor, ExternCell, MutexCell, ParallelOptions, SharedDesign, SharedFifo, SharedPlan, Step, Task,
        Threads,
    };
    use crate::simulator::{Design, ModuleState, Simulator};

    /// A driver that pushes the number of the cycle, and a stage that adds up what it pops; both log. `EXECUTOR` indexes [`PLANS`].
    #[derive(Clone, Debug, Default)]
    struct Adding<const EXECUTOR: usize> {
        credit: AtomicCredit,
        fifo: MutexCell<SharedFifo<u8>>,
        sum: MutexCell<u64>,
    }

    const fn plan(executor: Executor) -> SharedPlan {
        let steps: &[Step] = &[Step::Run(&[0, 1]), Step::Barrier, Step::Commit, Step::Barrier];
        SharedPlan { executor, steps, costs: &[5, 3], externs: &[] }
    }
    static PLANS: [SharedPlan; 3] = [plan(Executor::Workers), plan(Executor::Scope), plan(Executor::Workers)];

    /// The design whose driver panics.
    const PANICKING: usize = 2;

    struct Module(usize);

    impl<const E: usize> Task<Adding<E>> for Module {
        fn module(&self) -> usize {
            self.0
        }
        fn run(&mut self, state: &Adding<E>, cx: &mut Context, _externs: &ExternCell<'_, ()>) -> bool {
            let to = target(0, 0, 1);
            if self.0 == 1 {
                assert!(E != PANICKING || cx.cycle < 30, "made on purpose");
                let value = cx.cycle as u8;
                let mut fifo = state.fifo.lock(cx);
                let pushed = fifo.push.put_checked(cx, to, 1, site(0, 0, 1, 1), value);
                drop(fifo);
                state.credit.call();
                let here = site(1, 0, 2, 1);
                cx.log.begin(cx.cycle, 1, here).text("pushed ").unsigned(u64::from(value)).end(here);
                return if cx.cycle == 60 { cx.finish(1, site(2, 0, 3, 1)) } else { pushed };
            }
            let due = state.credit.due();
            if due {
                let mut fifo = state.fifo.lock(cx);
                let popped = fifo.pop(cx, to, site(0, 0, 1, 1));
                drop(fifo);
                *state.sum.lock(cx) += u64::from(popped.unwrap_or(0));
                let here = site(1, 0, 2, 1);
                cx.log.begin(cx.cycle, 0, here).text("popped ").unsigned(u64::from(popped.unwrap_or(0))).end(here);
            }
            state.credit.spend(due);
            due
        }
        fn commit(&mut self, state: &Adding<E>, cx: &mut Context) {
            if self.0 == 0 {
                state.credit.commit();
                state.fifo.lock(cx).commit(cx, target(0, 0, 1));
            }
        }
        fn put_back(self: Box<Self>, _state: &mut Adding<E>) {}
    }

    impl<const E: usize> ModuleState for Adding<E> {
        fn credit(&self) -> u64 {
            self.credit.owed()
        }
        fn triggered(&self) -> bool {
            false
        }
        fn fifo(&self, _port: usize, out: &mut Vec<u64>) -> usize {
            self.fifo.inspect(|fifo| crate::inspect::fifo(fifo.peek(), fifo.queue.len(), out))
        }
        fn exposed(&self, _slot: usize, _out: &mut Vec<u64>) -> bool {
            false
        }
        fn read(&self, _array: usize, _index: usize, out: &mut Vec<u64>) {
            out.push(self.sum.inspect(|sum| *sum));
        }
        fn write(&mut self, _array: usize, _index: usize, limbs: &[u64]) {
            *self.sum.get_mut() = limbs[0];
        }
    }

    impl<const E: usize> Design for Adding<E> {
        type Externs = ();
        const PARALLEL: bool = true;
        fn info() -> &'static DesignInfo {
            &INFO
        }
        fn initial() -> Box<Self> {
            Box::default()
        }
        fn missing_externs() -> Box<Self::Externs> {
            Box::new(())
        }
        fn cycle(&mut self, cx: &mut Context, externs: &mut Self::Externs) -> bool {
            run_shared_cycle(self, cx, externs)
        }
        fn engine(options: &ParallelOptions) -> Option<Box<dyn Engine<Self>>> {
            Some(Box::new(SharedEngine::new(options)))
        }
        fn module(&self, _index: usize) -> &dyn ModuleState {
            self
        }
        fn module_mut(&mut self, _index: usize) -> &mut dyn ModuleState {
            self
        }
    }

    impl<const E: usize> SharedDesign for Adding<E> {
        fn plan() -> &'static SharedPlan {
            &PLANS[E]
        }
        fn take_tasks(&mut self) -> Vec<Box<dyn Task<Self>>> {
            vec![Box::new(Module(0)), Box::new(Module(1))]
        }
        fn set_stamp(&self, _context: &mut Context, _cycle: u64) {}
    }

    #[derive(Clone, Default)]
    struct Output(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Output {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn run<const E: usize>(options: Option<ParallelOptions>) -> (String, String, u64) {
        let output = Output::default();
        let mut simulator = Simulator::<Adding<E>>::new();
        simulator.set_log(LogFormat::Plain, Box::new(output.clone()));
        if let Some(options) = &options {
            simulator.set_parallel(options);
        }
        simulator.run();
        simulator.flush().unwrap();
        let text = String::from_utf8(output.0.lock().unwrap().clone()).unwrap();
        let outcome = format!("{:?} {:?} {:?}", simulator.stop(), simulator.read("sum", 0), simulator.fifo("stage.p"));
        let locks = simulator.statistics().map_or(0, |statistics| statistics.lock_acquisitions);
        (text, outcome, locks)
    }

    #[test]
    fn any_number_of_threads_prints_and_leaves_the_same() {
        let (text, outcome, _) = run::<0>(None);
        assert!(text.contains("popped 58\npushed 59\npopped 59\n"), "{text}");
        assert!(text.ends_with("pushed 60\n"), "{text}");
        for threads in [Threads::Count(1), Threads::Count(2), Threads::Auto] {
            for delays in [None, Some(1), Some(2)] {
                let options = ParallelOptions { threads, delays, statistics: true, ..ParallelOptions::default() };
                for (printed, left, locks) in [run::<0>(Some(options.clone())), run::<1>(Some(options))] {
                    assert_eq!((&printed, &left), (&text, &outcome));
                    // A push and a commit in each cycle; a pop and an addition in each but the first.
                    assert_eq!(locks, 2 * 60 + 2 * 59);
                }
            }
        }
    }

    // Several threads print their panics, through a lock of the standard library that ThreadSanitizer does not see.
    #[cfg_attr(assassyn_tsan, ignore)]
    #[test]
    fn a_panic_of_a_module_ends_the_run_on_every_thread() {
        for threads in [1, 2] {
            let options = ParallelOptions { threads: Threads::Count(threads), ..ParallelOptions::default() };
            assert!(std::panic::catch_unwind(|| run::<PANICKING>(Some(options))).is_err());
        }
    }
}
