//! Simulation on several threads.
//!
//! Two forms. In the *shared form* all modules reach one state through locks and atomics. In the *clustered form* each worker has a state of
//! its own, of which it keeps current what its modules read; effects cross between workers in mailboxes, and all wait for each other once a
//! cycle. Both print and leave what the sequential simulator does.

pub mod atomic_word;
pub mod barrier;
pub mod cells;
pub mod clustered;
pub mod engine;
pub mod executor;
pub mod mailbox;
pub mod shared;
pub(crate) mod sync;

pub use atomic_word::AtomicWord;
pub use clustered::{ClusterEngine, Clustered, Plan};
pub use cells::{
    AtomicArray, AtomicCell, AtomicCredit, AtomicPush, AtomicValue, MutexCell, OwnFifo, RwLockCell, SharedArray, SharedFifo, SharedValue,
};
pub use engine::{Engine, ParallelOptions, Statistics, Threads, Window};
pub use executor::{run_exclusive_cycle, run_shared_cycle, ExclusiveEngine, SharedEngine};
pub use mailbox::{CallMail, FlagMail, PushMail, ValueMail, WriteMail};
pub use shared::{ExclusiveDesign, ExclusiveTask, Executor, ExternCell, SharedDesign, SharedPlan, Step, Task, TaskPlace};
