//! A barrier for a fixed set of threads that also tells everybody what anybody had to say.

use super::sync::{spin_loop, yield_now, AtomicBool, AtomicU32, AtomicU64, Condvar, Mutex, Ordering, YIELDS};

/// Keeps a word on a cache line of its own. Two lines, since processors fetch them in pairs.
#[derive(Debug)]
#[repr(align(128))]
struct Padded<T>(T);

/// Bits of a count, and of each flag, in the word of arrivals.
const FIELD: u32 = 8;
/// Most threads that can share a barrier.
pub const MAX_MEMBERS: u32 = 64;
/// Polls before a thread yields: some 10 µs.
const SPINS: u32 = 1000;
/// Flags that [`Barrier::wait`] passes on.
pub const FLAGS: u32 = 6;

/// All of `members` threads wait for each other, and each learns which flags were raised by any of them.
///
/// Thread-safety: what a thread did before it waits is visible to every thread behind the same wait. A thread spins first, which answers
/// within a tenth of a microsecond when all run on cores of their own; then it yields, then it sleeps, so that more threads than cores
/// cost time slices, not all of the time.
///
/// One read-modify-write an arrival: a field of eight bits counts the arrivals, one more field each flag. The last to arrive publishes
/// `epoch << FLAGS | flags` in a second word, on which the others wait.
#[derive(Debug)]
pub struct Barrier {
    members: u32,
    spins: u32,
    arrived: Padded<AtomicU64>,
    word: Padded<AtomicU64>,
    sleeping: AtomicU32,
    abandoned: AtomicBool,
    lock: Mutex<()>,
    wake: Condvar,
}

/// What one thread remembers between its waits.
#[derive(Debug, Default)]
pub struct Ticket {
    epoch: u64,
}

impl Barrier {
    /// A barrier for `members` threads, 1 to [`MAX_MEMBERS`], that spins for about `spins` polls before it yields.
    ///
    /// # Panics
    /// When `members` is out of range.
    #[must_use]
    pub fn new(members: u32, spins: u32) -> Self {
        assert!((1..=MAX_MEMBERS).contains(&members), "{members} threads at one barrier");
        Self {
            members,
            spins,
            arrived: Padded(AtomicU64::new(0)),
            word: Padded(AtomicU64::new(0)),
            sleeping: AtomicU32::new(0),
            abandoned: AtomicBool::new(false),
            lock: Mutex::new(()),
            wake: Condvar::new(),
        }
    }

    /// A barrier for `members` threads that spins as long as it pays on this machine.
    ///
    /// # Panics
    /// When `members` is out of range.
    #[must_use]
    pub fn among(members: usize) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // Where threads outnumber cores, who spins keeps another one from working.
        Self::new(members as u32, if members > cores { 0 } else { SPINS })
    }

    /// Waits until all members wait; returns the union of their flags (below `1 << FLAGS`).
    #[inline]
    pub fn wait(&self, ticket: &mut Ticket, flags: u32) -> u32 {
        ticket.epoch += 1;
        let arrival = 1 | spread(flags);
        let total = self.arrived.0.fetch_add(arrival, Ordering::AcqRel) + arrival;
        if total as u32 & ((1 << FIELD) - 1) == self.members {
            let union = gather(total);
            // Nobody arrives again before the word is published.
            self.arrived.0.store(0, Ordering::Relaxed);
            self.word.0.store(ticket.epoch << FLAGS | u64::from(union), Ordering::Release);
            // Changes nothing, but takes a place among the changes that sleepers make: see `wait_long`.
            if self.sleeping.fetch_or(0, Ordering::AcqRel) != 0 {
                self.wake_all();
            }
            return union;
        }
        for _ in 0..self.spins {
            let word = self.word.0.load(Ordering::Acquire);
            if word >> FLAGS == ticket.epoch {
                return word as u32 & ((1 << FLAGS) - 1);
            }
            spin_loop();
        }
        self.wait_long(ticket.epoch)
    }

    #[cold]
    #[inline(never)]
    fn wait_long(&self, epoch: u64) -> u32 {
        for _ in 0..YIELDS {
            let word = self.word.0.load(Ordering::Acquire);
            if word >> FLAGS == epoch {
                return word as u32 & ((1 << FLAGS) - 1);
            }
            self.check();
            yield_now();
        }
        // Either this comes before the publisher's look at `sleeping`, which then finds a sleeper to wake; or behind it, and then, as both
        // are read-modify-writes of one word, it has read what the publisher wrote and sees the published word below.
        self.sleeping.fetch_add(1, Ordering::AcqRel);
        let mut guard = self.lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let word = loop {
            let word = self.word.0.load(Ordering::Acquire);
            if word >> FLAGS == epoch {
                break word;
            }
            self.check();
            guard = self.wake.wait(guard).unwrap_or_else(std::sync::PoisonError::into_inner);
        };
        drop(guard);
        self.sleeping.fetch_sub(1, Ordering::AcqRel);
        word as u32 & ((1 << FLAGS) - 1)
    }

    /// While it lives, a panic of this thread ends the waiting of the others, by a panic of their own.
    #[must_use]
    pub fn guard(&self) -> Guard<'_> {
        Guard(self)
    }

    fn check(&self) {
        assert!(!self.abandoned.load(Ordering::Acquire), "another thread of the simulation panicked");
    }

    #[cold]
    #[inline(never)]
    fn wake_all(&self) {
        // Taken and given back: a sleeper between its look at the word and its sleep holds it.
        drop(self.lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        self.wake.notify_all();
    }
}

/// See [`Barrier::guard`].
#[derive(Debug)]
pub struct Guard<'a>(&'a Barrier);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.abandoned.store(true, Ordering::Release);
            self.0.wake_all();
        }
    }
}

/// Bit i of the flags as a one in field i + 1.
#[inline]
fn spread(flags: u32) -> u64 {
    let mut fields = 0;
    let mut left = flags;
    while left != 0 {
        fields |= 1 << (FIELD * (left.trailing_zeros() + 1));
        left &= left - 1;
    }
    fields
}

/// Bit i is set where field i + 1 is not zero.
#[inline]
fn gather(fields: u64) -> u32 {
    let mut flags = 0;
    let mut left = fields >> FIELD;
    let mut bit = 1;
    while left != 0 {
        if left & ((1 << FIELD) - 1) != 0 {
            flags |= bit;
        }
        left >>= FIELD;
        bit <<= 1;
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::{Barrier, Ticket};
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    fn rounds(members: u32, spins: u32, rounds: u64) {
        let barrier = Barrier::new(members, spins);
        let counters: Vec<AtomicU64> = (0..members).map(|_| AtomicU64::new(0)).collect();
        thread::scope(|scope| {
            let run = |member| {
                let (barrier, counters) = (&barrier, &counters);
                scope.spawn(move || {
                    let mut ticket = Ticket::default();
                    for round in 0..rounds {
                        counters[member as usize].store(round, Ordering::Relaxed);
                        let raised = u32::from(round % u64::from(members) == u64::from(member)) << (round % 6);
                        assert_eq!(barrier.wait(&mut ticket, raised), 1 << (round % 6));
                        for counter in counters {
                            assert_eq!(counter.load(Ordering::Relaxed), round);
                        }
                        assert_eq!(barrier.wait(&mut ticket, 0), 0);
                    }
                })
            };
            let threads: Vec<_> = (0..members).map(run).collect();
            // Joined one by one, which tools that watch threads understand better than the end of the scope.
            threads.into_iter().for_each(|thread| thread.join().unwrap());
        });
    }

    #[test]
    fn everybody_waits_and_learns_the_flags() {
        rounds(1, 100, 50);
        rounds(2, 1000, 3000);
        rounds(3, 100, 1000);
    }

    // Several threads print their panics, through a lock of the standard library that ThreadSanitizer does not see.
    #[cfg_attr(assassyn_tsan, ignore)]
    #[test]
    fn a_panic_ends_the_waiting_of_the_others() {
        let barrier = Barrier::new(3, 0);
        let outcomes: Vec<bool> = thread::scope(|scope| {
            let spawn = |fails: bool| {
                let barrier = &barrier;
                scope.spawn(move || {
                    let _guard = barrier.guard();
                    assert!(!fails, "made on purpose");
                    barrier.wait(&mut Ticket::default(), 0);
                })
            };
            let threads = [spawn(false), spawn(true), spawn(false)];
            threads.into_iter().map(|thread| thread.join().is_err()).collect()
        });
        assert_eq!(outcomes, [true, true, true]);
    }

    #[test]
    fn more_threads_than_cores_sleep() {
        rounds(16, 0, 200);
    }
}
