//! Runtime of the simulators that assassyn generates: FIFOs, logs, stops, the command line, waveforms, the host's view of the state.
//!
//! A generated crate implements [`Design`] for its state; [`Simulator`] runs it cycle by cycle.
#![forbid(unsafe_code)]

pub mod bits;
pub mod classic;
pub mod command_line;
pub mod context;
pub mod deferred;
pub mod fifo;
pub mod format;
pub mod idle;
pub mod info;
pub mod inspect;
pub mod log;
pub mod parallel;
pub mod simulator;
pub mod tables;
pub mod trace;
pub mod value;
pub mod wide;

pub use context::{Context, Fault, Site, Stop};
pub use deferred::{ArraySlot, PushSlot, PushStamp};
pub use fifo::Fifo;
pub use format::{Align, Radix, Spec};
pub use info::{ArrayInfo, Config, DesignInfo, ExternInfo, LogFormat, ModuleInfo, ModuleKind, PortInfo, SlotInfo, ValueType};
pub use simulator::{Design, ModuleState, Simulator, Snapshot, Summary};
pub use value::{Value, Word};
