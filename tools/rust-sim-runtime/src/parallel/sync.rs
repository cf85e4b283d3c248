//! The primitives of the standard library that the barrier and the mailboxes use, in one place, so that a model checker can stand in.

pub(crate) use std::hint::spin_loop;
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, AtomicU64, AtomicU8, Ordering};
pub(crate) use std::sync::{Condvar, Mutex};
pub(crate) use std::thread::yield_now;

/// Times that a thread lets others run before it sleeps.
pub(crate) const YIELDS: u32 = 32;
