//! Runs designs whose functions take `&mut State`: one module after the other.

use super::engine::{Engine, ParallelOptions, Statistics, Window};
use super::executor::{count, watch};
use super::shared::{ExclusiveDesign, ExclusiveTask, ExternCell, Step};
use crate::context::Context;
use crate::info::ModuleKind;
use crate::simulator::LOG_BLOCK;

/// Runs one cycle of a design whose modules run one at a time.
pub fn run_exclusive_cycle<D: ExclusiveDesign>(design: &mut D, context: &mut Context, externs: &mut D::Externs) -> bool {
    let mut tasks = design.take_tasks();
    let active = run_steps(design, &mut tasks, context, &ExternCell::new(externs));
    put_back(design, tasks);
    active
}

type Tasks<D> = Vec<Box<dyn ExclusiveTask<D>>>;

fn run_steps<D: ExclusiveDesign>(
    design: &mut D,
    tasks: &mut Tasks<D>,
    context: &mut Context,
    externs: &ExternCell<'_, D::Externs>,
) -> bool {
    design.set_stamp(context, context.cycle);
    let mut active = false;
    for step in D::plan().steps {
        match step {
            Step::Run(modules) => {
                for &module in *modules {
                    context.before();
                    let ran = tasks[module].run(design, context, externs);
                    context.after(module, ran);
                    active |= ran && D::info().modules[module].kind != ModuleKind::Downstream;
                }
            }
            Step::Commit => tasks.iter_mut().for_each(|task| task.commit(design, context)),
            Step::Barrier => {}
        }
    }
    active
}

fn put_back<D: ExclusiveDesign>(design: &mut D, tasks: Tasks<D>) {
    for task in tasks {
        task.put_back(design);
    }
}

/// Runs a design whose functions take `&mut State`: on one thread, whatever was asked for.
pub struct ExclusiveEngine {
    options: ParallelOptions,
    statistics: Statistics,
}

impl ExclusiveEngine {
    /// An engine for runs with these options.
    #[must_use]
    pub fn new(options: &ParallelOptions) -> Self {
        let reason = "functions of modules take `&mut State`, so one runs at a time; the pass self-signature changes that";
        let statistics = Statistics { threads: 1, reason: reason.to_string(), ..Statistics::default() };
        Self { options: options.clone(), statistics }
    }
}

impl<D: ExclusiveDesign> Engine<D> for ExclusiveEngine {
    fn run(&mut self, design: &mut D, context: &mut Context, externs: &mut D::Externs, window: &mut Window<'_>) {
        watch(context, &self.options, D::info().modules.len(), 0);
        let externs = ExternCell::new(externs);
        let mut tasks = design.take_tasks();
        loop {
            context.cycle += 1;
            let active = run_steps(design, &mut tasks, context, &externs);
            window.idle = if active { 0 } else { window.idle + 1 };
            if context.stopping() || context.cycle >= window.until || window.idle >= window.idle_limit {
                break;
            }
            context.log.settle(None);
            if context.log.pending() >= LOG_BLOCK && !(window.flush)(&mut context.log) {
                break;
            }
        }
        put_back(design, tasks);
        count(&mut self.statistics, context);
        context.set_hooks(0, 0);
        context.count_locks(false);
    }

    fn statistics(&self) -> Statistics {
        self.statistics.clone()
    }
}
