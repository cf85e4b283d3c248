//! The files of the runtime.

#[path = "../../rust-sim-runtime/src/parallel/atomic_word.rs"]
pub mod atomic_word;
#[path = "../../rust-sim-runtime/src/parallel/barrier.rs"]
pub mod barrier;
#[path = "../../rust-sim-runtime/src/parallel/mailbox.rs"]
pub mod mailbox;

pub(crate) mod sync {
    //! Loom's primitives under the names that the runtime uses.

    pub(crate) use loom::hint::spin_loop;
    pub(crate) use loom::sync::atomic::{
        AtomicBool, AtomicU16, AtomicU32, AtomicU64, AtomicU8, Ordering,
    };
    pub(crate) use loom::sync::{Condvar, Mutex};
    pub(crate) use loom::thread::yield_now;

    /// A thread that yields under loom always sees what it waits for; without, it sleeps.
    pub(crate) const YIELDS: u32 = 0;
}
