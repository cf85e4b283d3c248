//! State behind locks: any module may reach it while others run.
//!
//! No cell holds its lock across two operations of its own, so modules that take locks in ascending order never wait in a circle.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};

use crate::context::Context;

/// Waits for a lock.
#[cfg(not(assassyn_tsan))]
macro_rules! wait {
    ($try:expr, $lock:expr) => {
        $lock.unwrap_or_else(PoisonError::into_inner)
    };
}

/// Waits for a lock by trying again: ThreadSanitizer does not see what the standard library does where a lock is contended.
#[cfg(assassyn_tsan)]
macro_rules! wait {
    ($try:expr, $lock:expr) => {
        loop {
            match $try {
                Ok(guard) => break guard,
                Err(TryLockError::Poisoned(poisoned)) => break poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => std::thread::yield_now(),
            }
        }
    };
}

/// Takes a lock, and counts it where somebody wants to know.
macro_rules! take {
    ($cx:expr, $try:expr, $lock:expr) => {
        if $cx.counts_locks() {
            match $try {
                Ok(guard) => {
                    $cx.count_lock(false);
                    guard
                }
                Err(TryLockError::Poisoned(poisoned)) => {
                    $cx.count_lock(false);
                    poisoned.into_inner()
                }
                Err(TryLockError::WouldBlock) => {
                    $cx.count_lock(true);
                    wait!($try, $lock)
                }
            }
        } else {
            wait!($try, $lock)
        }
    };
}

/// State behind a mutex.
///
/// Thread-safety: any thread may lock it; it sees all that earlier holders did. A panic of a holder does not make it unusable, since the run
/// ends with that panic anyway.
#[derive(Default)]
pub struct MutexCell<T>(Mutex<T>);

impl<T> MutexCell<T> {
    /// A cell with this content.
    pub const fn new(content: T) -> Self {
        Self(Mutex::new(content))
    }

    /// Waits for the lock.
    #[inline]
    pub fn lock(&self, context: &mut Context) -> MutexGuard<'_, T> {
        take!(context, self.0.try_lock(), self.0.lock())
    }

    /// The content, where nobody else can hold the lock.
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets `look` see the content between two cycles; not counted.
    pub fn inspect<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        let guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        look(&guard)
    }
}

impl<T: Clone> Clone for MutexCell<T> {
    fn clone(&self) -> Self {
        Self::new(self.inspect(T::clone))
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexCell<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inspect(|content| content.fmt(formatter))
    }
}

/// State behind a lock that admits several readers.
///
/// Thread-safety: any number of threads may read at once, one may write alone; each sees all that earlier writers did.
#[derive(Default)]
pub struct RwLockCell<T>(RwLock<T>);

impl<T> RwLockCell<T> {
    /// A cell with this content.
    pub const fn new(content: T) -> Self {
        Self(RwLock::new(content))
    }

    /// Waits for the lock, to share it with other readers.
    #[inline]
    pub fn read(&self, context: &mut Context) -> RwLockReadGuard<'_, T> {
        take!(context, self.0.try_read(), self.0.read())
    }

    /// Waits for the lock, to have it alone.
    #[inline]
    pub fn write(&self, context: &mut Context) -> RwLockWriteGuard<'_, T> {
        take!(context, self.0.try_write(), self.0.write())
    }

    /// The content, where nobody else can hold the lock.
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets `look` see the content between two cycles; not counted.
    pub fn inspect<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        let guard = self.0.read().unwrap_or_else(PoisonError::into_inner);
        look(&guard)
    }
}

impl<T: Clone> Clone for RwLockCell<T> {
    fn clone(&self) -> Self {
        Self::new(self.inspect(T::clone))
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLockCell<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inspect(|content| content.fmt(formatter))
    }
}

#[cfg(test)]
mod tests {
    use super::{MutexCell, RwLockCell};
    use crate::context::Context;
    use crate::parallel::tests::INFO;
    use std::thread;

    #[test]
    fn every_thread_gets_the_lock_and_sees_what_others_did() {
        let mutex = MutexCell::new(0_u64);
        let rwlock = RwLockCell::new(0_u64);
        thread::scope(|scope| {
            let count = || {
                let mut cx = Context::new(&INFO);
                for _ in 0..1000 {
                    *mutex.lock(&mut cx) += 1;
                    let before = *rwlock.read(&mut cx);
                    let mut guard = rwlock.write(&mut cx);
                    assert!(*guard >= before);
                    *guard += 1;
                }
            };
            let threads = [(); 4].map(|()| scope.spawn(count));
            threads.into_iter().for_each(|thread| thread.join().unwrap());
        });
        assert_eq!((mutex.inspect(|n| *n), rwlock.clone().inspect(|n| *n)), (4000, 4000));
    }

    #[test]
    fn counts_acquisitions_and_waiting_only_where_asked() {
        let mutex = MutexCell::new(());
        let mut cx = Context::new(&INFO);
        drop(mutex.lock(&mut cx));
        assert_eq!(cx.lock_counts(), (0, 0));
        cx.count_locks(true);
        drop(mutex.lock(&mut cx));
        assert_eq!(cx.lock_counts(), (1, 0));
        let mut other = Context::new(&INFO);
        let (send, receive) = std::sync::mpsc::channel();
        thread::scope(|scope| {
            let guard = mutex.lock(&mut other);
            let waiting = scope.spawn(|| {
                // From here on the other thread holds the lock until it hears that this one is about to wait.
                send.send(()).unwrap();
                drop(mutex.lock(&mut cx));
            });
            receive.recv().unwrap();
            drop(guard);
            waiting.join().unwrap();
        });
        assert_eq!(cx.lock_counts().0, 2);
    }

    #[cfg_attr(assassyn_tsan, ignore)]
    #[test]
    fn a_panic_of_a_holder_leaves_the_content() {
        let cell = MutexCell::new(7);
        let result = thread::scope(|scope| {
            scope
                .spawn(|| {
                    let _guard = cell.lock(&mut Context::new(&INFO));
                    panic!("on purpose");
                })
                .join()
        });
        assert!(result.is_err());
        assert_eq!(*cell.lock(&mut Context::new(&INFO)), 7);
    }
}
