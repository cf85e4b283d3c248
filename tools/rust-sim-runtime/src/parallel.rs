//! Simulation on several threads.
//!
//! Two forms. In the *shared form* all modules reach one state through locks and atomics. In the *clustered form* each worker has a state of
//! its own, of which it keeps current what its modules read; effects cross between workers in mailboxes, and all wait for each other once a
//! cycle. Both print and leave what the sequential simulator does.

pub mod atomic_word;
pub mod atomics;
pub mod barrier;
pub(crate) mod cluster_worker;
pub mod clustered;
pub mod engine;
pub mod exclusive;
pub mod executor;
pub mod locks;
pub mod mailbox;
pub mod shared;
pub mod shared_state;
pub(crate) mod sync;
mod worker;

pub use atomic_word::AtomicWord;
pub use atomics::{AtomicArray, AtomicCell, AtomicCredit, AtomicPush, AtomicValue};
pub use clustered::{ClusterEngine, Clustered, Plan};
pub use engine::{Engine, ParallelOptions, Statistics, Threads, Window};
pub use exclusive::{run_exclusive_cycle, ExclusiveEngine};
pub use executor::{run_shared_cycle, SharedEngine};
pub use locks::{MutexCell, RwLockCell};
pub use mailbox::{Boxes, CallMail, FlagMail, PushMail, ValueMail, WriteMail};
pub use shared::{ExclusiveDesign, ExclusiveTask, Executor, ExternCell, SharedDesign, SharedPlan, Step, Task, TaskPlace};
pub use shared_state::{OwnFifo, SharedArray, SharedFifo, SharedValue};

#[cfg(test)]
mod tests {
    use crate::info::{ArrayInfo, Config, DesignInfo, LogFormat, ModuleInfo, ModuleKind, PortInfo, ValueType};

    const fn module(name: &'static str, kind: ModuleKind, ports: &'static [PortInfo]) -> ModuleInfo {
        ModuleInfo { name, kind, declaration: 0, ports, exposed: &[] }
    }

    /// A stage with a FIFO and a driver, for tests of the pieces.
    pub static INFO: DesignInfo = DesignInfo {
        name: "test",
        files: &["a.asyn"],
        config: Config { cycles: 100, idle: 10, log: LogFormat::Plain },
        modules: &[
            module("stage", ModuleKind::Stage, &[PortInfo { name: "p", value_type: ValueType::unsigned(8), depth: 1 }]),
            module("driver", ModuleKind::Driver, &[]),
        ],
        arrays: &[ArrayInfo {
            name: "sum",
            value_type: ValueType::unsigned(64),
            size: 1,
            scalar: true,
            holder: 0,
            slot: 0,
        }],
        externs: &[],
    };
}
