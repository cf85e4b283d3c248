//! The clustered form: every worker has a state of its own and runs the modules of its clusters on it.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::barrier::{Barrier, Ticket, MAX_MEMBERS};
use super::cluster_worker::{Hub, Lead, Pace, Worker};
use super::atomic_word::AtomicWord;
use super::engine::{Account, Engine, ParallelOptions, Statistics, Threads, Window};
use super::mailbox::PushMail;
use crate::context::{Context, Fault, Site};
use crate::deferred::Target;
use crate::fifo::Fifo;
use crate::log::LogPart;
use crate::simulator::{Design, LOG_BLOCK};

/// What is known of the clusters before the run. Work is estimated by the compiler, in nanoseconds of one thread.
#[derive(Debug)]
pub struct Plan {
    /// Work of each cluster in a cycle.
    pub work: &'static [u64],
    /// Mailboxes from a module of the first cluster to the second, another one.
    pub links: &'static [(usize, usize, u64)],
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

/// Cost of a barrier of two threads in the model, which is that of the pass `partition`: one of more grows with the depth of a tree.
const BARRIER_NANOSECONDS: u64 = 220;
/// The same on a machine that is quick at it: the least that was measured anywhere.
const LEAST_BARRIER_NANOSECONDS: u64 = 45;
/// Cost of a mailbox between two workers, at each of them. 4 to 10 ns were measured on Zen 4, 17 to 40 between processors of a server with a
/// mesh. The pass `partition` counts less; but it only compares cuts, and this decides whether threads are tried.
const MAIL_NANOSECONDS: u64 = 20;
/// Least speed-up, in percent, that the model must promise before threads are tried.
const PROMISED_PERCENT: u64 = 120;
/// How long each way is tried at the start.
const TRIAL: Duration = Duration::from_millis(2);

/// Runs a clustered design on workers that live as long as the run.
pub struct ClusterEngine(Account);

impl ClusterEngine {
    /// An engine for runs with these options.
    #[must_use]
    pub fn new(options: &ParallelOptions) -> Self {
        Self(Account::new(options))
    }
}

/// Rounds of improvement that a distribution gets; few are needed.
const ROUNDS: usize = 8;

/// A worker for each cluster, and what the model says of it.
struct Packing<'a> {
    plan: &'a Plan,
    workers: usize,
    worker_of: Vec<usize>,
}

impl Packing<'_> {
    /// Nanoseconds of the busiest worker, and mailboxes between workers. Mail within a worker stays in its cache and costs next to nothing.
    /// No worker may be left without a cluster.
    fn cost(&self) -> (u64, u64) {
        let mut loads = vec![0; self.workers];
        let mut idle = vec![true; self.workers];
        for (&worker, work) in self.worker_of.iter().zip(self.plan.work) {
            loads[worker] += work;
            idle[worker] = false;
        }
        if idle.contains(&true) {
            return (u64::MAX, u64::MAX);
        }
        let mut crossing = 0;
        for &(from, to, mailboxes) in self.plan.links {
            let (sender, receiver) = (self.worker_of[from], self.worker_of[to]);
            if sender != receiver {
                loads[sender] += mailboxes * MAIL_NANOSECONDS;
                loads[receiver] += mailboxes * MAIL_NANOSECONDS;
                crossing += mailboxes;
            }
        }
        (loads.into_iter().max().unwrap_or(0), crossing)
    }

    /// Moves clusters, and swaps pairs of them, while that makes a cycle shorter, or no longer and quieter.
    fn improve(&mut self) {
        let mut best = self.cost();
        for _ in 0..ROUNDS {
            let before = best;
            for cluster in (0..self.worker_of.len()).filter(|&cluster| Some(cluster) != self.plan.extern_cluster) {
                for worker in 0..self.workers {
                    let old = std::mem::replace(&mut self.worker_of[cluster], worker);
                    let cost = self.cost();
                    if cost < best {
                        best = cost;
                    } else {
                        self.worker_of[cluster] = old;
                    }
                }
                for other in (0..cluster).filter(|&other| Some(other) != self.plan.extern_cluster) {
                    self.worker_of.swap(cluster, other);
                    let cost = self.cost();
                    if cost < best {
                        best = cost;
                    } else {
                        self.worker_of.swap(cluster, other);
                    }
                }
            }
            if best == before {
                break;
            }
        }
    }
}

/// The heaviest cluster first, each to the worker that has least; the externs go to the first worker.
fn by_weight(plan: &Plan, workers: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..plan.work.len()).collect();
    order.sort_by_key(|&cluster| (Some(cluster) != plan.extern_cluster, std::cmp::Reverse(plan.work[cluster]), cluster));
    let mut worker_of = vec![0; plan.work.len()];
    let mut loads = vec![(0, 0); workers];
    for cluster in order {
        let (worker, _) = loads.iter().enumerate().min_by_key(|&(index, load)| (*load, index)).unwrap_or((0, &(0, 0)));
        loads[worker].0 += plan.work[cluster];
        loads[worker].1 += 1;
        worker_of[cluster] = worker;
    }
    worker_of
}

/// One cluster after the other to one worker after the other, from another worker for each seed: for tests, so that clusters that talk do
/// not share a worker. The externs go to the first.
fn dealt(plan: &Plan, workers: usize, seed: u64) -> Vec<Vec<usize>> {
    let shift = match plan.extern_cluster {
        Some(cluster) => workers - cluster % workers,
        None => (seed % workers as u64) as usize,
    };
    let mut packs = vec![Vec::new(); workers];
    for cluster in 0..plan.work.len() {
        packs[(cluster + shift) % workers].push(cluster);
    }
    packs
}

/// Neighbours together: clusters are numbered along the design. The externs go to the first worker.
fn by_neighbourhood(plan: &Plan, workers: usize) -> Vec<usize> {
    let total: u64 = plan.work.iter().sum::<u64>().max(1);
    let mut before = 0;
    let mut worker_of: Vec<usize> = plan
        .work
        .iter()
        .map(|work| {
            let middle = before + work / 2;
            before += work;
            ((middle * workers as u64 / total) as usize).min(workers - 1)
        })
        .collect();
    if let Some(cluster) = plan.extern_cluster {
        let leader = worker_of[cluster];
        for worker in &mut worker_of {
            *worker = if *worker == leader {
                0
            } else if *worker == 0 {
                leader
            } else {
                *worker
            };
        }
    }
    worker_of
}

/// Distributes clusters over workers, in the better one of two ways; returns the clusters of each worker.
fn pack(plan: &Plan, workers: usize) -> (Vec<Vec<usize>>, u64) {
    let packings = [by_weight, by_neighbourhood].map(|start| {
        let mut packing = Packing { plan, workers, worker_of: start(plan, workers) };
        packing.improve();
        packing
    });
    let [first, second] = packings;
    let packing = if second.cost() < first.cost() { second } else { first };
    let mut packs = vec![Vec::new(); workers];
    for (cluster, &worker) in packing.worker_of.iter().enumerate() {
        packs[worker].push(cluster);
    }
    (packs, packing.cost().0)
}

/// Estimated nanoseconds of a cycle on `workers` threads, with barriers that take so long, where one thread took `alone`: what the compiler
/// thinks of the work is right but for a factor.
fn estimate_measured(plan: &Plan, workers: usize, barrier: u64, alone: f64) -> f64 {
    let (packs, longest) = pack(plan, workers);
    let busiest: u64 = packs.iter().map(|pack| pack.iter().map(|&cluster| plan.work[cluster]).sum()).max().unwrap_or(0);
    let total: u64 = plan.work.iter().sum();
    let overhead = longest.saturating_sub(busiest) + if plan.split { 2 * barrier } else { barrier };
    busiest as f64 / total.max(1) as f64 * alone + overhead as f64
}

/// Nanoseconds of a barrier of so many threads, as this machine does it now: the fastest of a few runs, since the first ones go by before
/// the system has spread the threads.
fn measure_barrier(workers: usize) -> u64 {
    const RUNS: usize = 4;
    const ROUNDS: u32 = 50;
    let barrier = Barrier::among(workers);
    let work = || {
        let mut ticket = Ticket::default();
        let times = (0..RUNS).map(|_| {
            let begin = Instant::now();
            for _ in 0..ROUNDS {
                barrier.wait(&mut ticket, 0);
            }
            begin.elapsed().as_nanos() as u64 / u64::from(ROUNDS)
        });
        times.min().unwrap_or(BARRIER_NANOSECONDS)
    };
    thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(work);
        }
        work()
    })
}

impl<D: Clustered + Send> Engine<D> for ClusterEngine {
    fn run(&mut self, design: &mut D, context: &mut Context, externs: &mut D::Externs, window: &mut Window<'_>) {
        let clusters = D::plan().work.len();
        match self.0.options.threads {
            Threads::Count(1) => {
                self.0.say(1, "one thread was asked for".to_string());
                run_alone(design, context, externs, window, None);
            }
            Threads::Count(count) => {
                let workers = count.min(clusters).min(MAX_MEMBERS as usize);
                if workers < 2 {
                    self.0.say(1, "the design is one cluster".to_string());
                    run_alone(design, context, externs, window, None);
                } else {
                    let reason = if workers < count { format!("the design has {clusters} clusters") } else { "asked for".to_string() };
                    self.0.say(workers, reason);
                    self.run_together(design, context, externs, window, workers, None);
                }
            }
            Threads::Auto => self.run_auto(design, context, externs, window),
        }
    }

    fn statistics(&self) -> Statistics {
        self.0.report()
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

impl ClusterEngine {
    fn run_auto<D: Clustered>(
        &mut self,
        design: &mut D,
        context: &mut Context,
        externs: &mut D::Externs,
        window: &mut Window<'_>,
    ) {
        let plan = D::plan();
        if plan.work.len() < 2 {
            self.0.say(1, "the design is one cluster".to_string());
            run_alone(design, context, externs, window, None);
            return;
        }
        // Most designs are so small that the question costs more than an answer could bring: asking for the cores takes a tenth of a millisecond.
        let estimated: u64 = plan.work.iter().sum();
        let at_best = plan.work.iter().max().copied().unwrap_or(0) + LEAST_BARRIER_NANOSECONDS;
        if estimated * 100 < at_best * PROMISED_PERCENT {
            self.0.say(1, format!("a cycle is estimated at {estimated} ns, too little to share"));
            run_alone(design, context, externs, window, None);
            return;
        }
        // The first cycles of a design are not typical: pipelines fill, caches are cold.
        run_alone(design, context, externs, window, Some(TRIAL / 4));
        if !goes_on(context, window) {
            self.0.say(1, "the run was over before threads could pay".to_string());
            return;
        }
        context.log.settle(None);
        let alone = run_alone(design, context, externs, window, Some(TRIAL));
        if !goes_on(context, window) {
            self.0.say(1, "the run was over before threads could pay".to_string());
            return;
        }
        context.log.settle(None);
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers = cores.min(plan.work.len()).min(MAX_MEMBERS as usize);
        if workers < 2 {
            self.0.say(1, "the machine has one core".to_string());
            run_alone(design, context, externs, window, None);
            return;
        }
        let depth = (workers as f64).log2();
        let together = |barrier: u64| estimate_measured(plan, workers, (barrier as f64 * depth) as u64, alone);
        // Not so where nothing was measured.
        let pays = |together: f64| alone * 100.0 >= together * PROMISED_PERCENT as f64 || !alone.is_finite();
        // Measured only where it decides, since it takes some milliseconds.
        let decides = pays(together(LEAST_BARRIER_NANOSECONDS)) && !pays(together(8 * BARRIER_NANOSECONDS));
        let barrier = if decides { (measure_barrier(workers) as f64 / depth) as u64 } else { BARRIER_NANOSECONDS };
        let together = together(barrier);
        if !pays(together) {
            self.0.say(1, format!("a cycle took {alone:.0} ns on one thread and would take {together:.0} ns on {workers}"));
            run_alone(design, context, externs, window, None);
            return;
        }
        // Nothing measured: nothing that threads could be faster than.
        let pace = Pace { alone: if alone.is_finite() { alone } else { 0.0 }, trial: TRIAL, patience: 16 };
        self.0.say(workers, format!("{:.0} ns a cycle on one thread", pace.alone));
        if let Some(measured) = self.run_together(design, context, externs, window, workers, Some(pace)) {
            self.0.say(1, format!("a cycle took {:.0} ns on one thread and {measured:.0} ns on {workers}", pace.alone));
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
        let hub = Hub {
            barrier: Barrier::among(workers),
            parts: (0..workers).map(|_| Mutex::new(LogPart::default())).collect(),
            mail: D::Mail::default().into(),
            start: Instant::now(),
            until: window.until,
            idle_limit: window.idle_limit,
            measure: self.0.options.statistics,
            timeline: self.0.options.timeline,
        };
        let counted = if self.0.options.statistics { D::info().modules.len() } else { 0 };
        let packs = match self.0.options.delays {
            Some(seed) => dealt(plan, workers, seed),
            None => pack(plan, workers).0,
        };
        let mut crew: Vec<Worker<'_, D>> = packs
            .into_iter()
            .enumerate()
            .map(|(index, clusters)| {
                let mut state = Box::new(design.clone());
                state.connect(Some(Arc::clone(&hub.mail)));
                let mut own = context.for_thread(D::info());
                let seed = self.0.options.delays.map_or(0, |seed| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + index as u64 + 1);
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
            self.0.waited += worker.waited;
            self.0.worked += worker.hub.start.elapsed().saturating_sub(worker.waited);
            self.0.statistics.spans.append(&mut worker.spans);
            let counts = worker.context.activations();
            self.0.statistics.activations.resize(counts.len().max(self.0.statistics.activations.len()), 0);
            for (sum, count) in self.0.statistics.activations.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        context.log.merge(&parts, context.cycle.saturating_sub(1));
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

#[cfg(test)]
mod tests {
    use super::{dealt, estimate_measured, measure_barrier, pack, Plan};

    /// Four clusters of equal work in a ring.
    const RING: Plan = Plan {
        work: &[100, 100, 100, 100],
        links: &[(0, 1, 5), (1, 2, 1), (2, 3, 5), (3, 0, 1)],
        split: false,
        extern_cluster: None,
    };

    #[test]
    fn clusters_that_talk_share_a_worker() {
        // 200 ns of work each, and two mailboxes at both.
        assert_eq!(pack(&RING, 2), (vec![vec![0, 1], vec![2, 3]], 240));
        assert_eq!(pack(&RING, 4).1, 220);
        assert_eq!(pack(&RING, 1), (vec![vec![0, 1, 2, 3]], 400));
    }

    #[test]
    fn work_counts_more_than_talk_where_it_takes_longer() {
        let plan = Plan { work: &[100, 100, 900, 100], ..RING };
        let (packs, longest) = pack(&plan, 2);
        assert_eq!((packs, longest), (vec![vec![2], vec![0, 1, 3]], 1020));
    }

    #[test]
    fn no_worker_is_left_without_work() {
        // Everything on one worker would be quicker by the model.
        let plan = Plan { work: &[1, 1, 0], links: &[(0, 1, 9), (1, 2, 9)], split: false, extern_cluster: None };
        assert!(pack(&plan, 3).0.iter().all(|clusters| clusters.len() == 1));
        assert!(pack(&plan, 2).0.iter().all(|clusters| !clusters.is_empty()));
    }

    #[test]
    fn tests_deal_clusters_in_turns() {
        assert_eq!(dealt(&RING, 2, 0), [[0, 2], [1, 3]]);
        assert_eq!(dealt(&RING, 2, 1), [[1, 3], [0, 2]]);
        for (cluster, seed) in [(0, 0), (0, 1), (1, 0), (2, 7), (3, 2)] {
            let plan = Plan { extern_cluster: Some(cluster), ..RING };
            assert!(dealt(&plan, 3, seed)[0].contains(&cluster), "{cluster} {seed}");
        }
    }

    #[test]
    fn what_was_measured_corrects_the_estimate() {
        // Half of the work, two mailboxes at each worker, a barrier.
        assert!((estimate_measured(&RING, 2, 50, 100.0) - 140.0).abs() < 1e-9);
        assert!((estimate_measured(&RING, 2, 50, 4000.0) - 2090.0).abs() < 1e-9);
    }

    #[test]
    fn a_barrier_takes_time() {
        assert!((1..1_000_000).contains(&measure_barrier(2)));
    }

    #[test]
    fn externs_run_on_the_first_worker() {
        for cluster in 0..4 {
            let plan = Plan { extern_cluster: Some(cluster), ..RING };
            let (packs, longest) = pack(&plan, 2);
            assert!(packs[0].contains(&cluster), "{packs:?}");
            assert_eq!(longest, 240);
        }
    }
}
