//! The shared form: all modules on one state of locks and atomics. What a generated crate of that form implements.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::context::Context;
use crate::simulator::Design;

/// A part of the cycle. Modules are canonical indices.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// These modules, at once.
    Run(&'static [usize]),
    /// Everybody waits for everybody.
    Barrier,
    /// Pending effects become committed state, those of each module by the thread that runs it.
    Commit,
}

/// How the work of a step reaches threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Executor {
    /// Threads that live as long as the run, each with modules of its own, and a barrier.
    Workers,
    /// New threads in each step of each cycle, by `std::thread::scope`.
    Scope,
    /// Tasks of a rayon pool in each step of each cycle. Needs the feature `rayon`.
    Rayon,
}

/// What is known of a design of the shared form before it runs.
#[derive(Debug)]
pub struct SharedPlan {
    /// How steps reach threads.
    pub executor: Executor,
    /// The cycle.
    pub steps: &'static [Step],
    /// Estimated work of each module, by canonical index.
    pub costs: &'static [u32],
    /// Modules that call functions of the embedder; they run on one thread, in canonical order.
    pub externs: &'static [usize],
}

/// The embedder's functions, for one module at a time.
pub struct ExternCell<'a, E: ?Sized>(Mutex<&'a mut E>);

impl<'a, E: ?Sized> ExternCell<'a, E> {
    /// Lends out the functions.
    pub fn new(externs: &'a mut E) -> Self {
        Self(Mutex::new(externs))
    }

    /// Waits until no other module calls one.
    pub fn lock(&self) -> MutexGuard<'_, &'a mut E> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a module belongs, and what runs it.
#[derive(Clone, Copy, Debug)]
pub struct TaskPlace<Run> {
    /// Canonical index.
    pub module: usize,
    /// Index among the modules with the same struct.
    pub at: usize,
    /// Index among the modules with the same body.
    pub row: usize,
    /// The function that runs it.
    pub run: Run,
}

/// A module with what only it touches, taken out of the state while modules run, so that a thread can own it.
pub trait Task<D: Design>: Send {
    /// Canonical index.
    fn module(&self) -> usize;
    /// Runs the module if it is due; true when it was triggered.
    fn run(&mut self, state: &D, context: &mut Context, externs: &ExternCell<'_, D::Externs>) -> bool;
    /// Commits the locations that belong to the module.
    fn commit(&mut self, state: &D, context: &mut Context);
    /// Puts it back into the state.
    fn put_back(self: Box<Self>, state: &mut D);
}

/// A design whose functions of modules take `&State`.
pub trait SharedDesign: Design + Sync {
    /// What is known before the run.
    fn plan() -> &'static SharedPlan;
    /// Takes the modules out of the state, in canonical order.
    fn take_tasks(&mut self) -> Vec<Box<dyn Task<Self>>>;
    /// Writes the number of the cycle where bodies read it.
    fn set_stamp(&self, context: &mut Context, cycle: u64);
}

/// A module of a design whose functions take `&mut State`, one at a time.
pub trait ExclusiveTask<D: Design>: Send {
    /// Canonical index.
    fn module(&self) -> usize;
    /// Runs the module if it is due; true when it was triggered.
    fn run(&mut self, state: &mut D, context: &mut Context, externs: &ExternCell<'_, D::Externs>) -> bool;
    /// Commits the locations that belong to the module.
    fn commit(&mut self, state: &mut D, context: &mut Context);
    /// Puts it back into the state.
    fn put_back(self: Box<Self>, state: &mut D);
}

/// A design whose functions of modules take `&mut State`.
pub trait ExclusiveDesign: Design {
    /// What is known before the run.
    fn plan() -> &'static SharedPlan;
    /// Takes the modules out of the state, in canonical order.
    fn take_tasks(&mut self) -> Vec<Box<dyn ExclusiveTask<Self>>>;
    /// Writes the number of the cycle where bodies read it.
    fn set_stamp(&self, context: &mut Context, cycle: u64);
}
