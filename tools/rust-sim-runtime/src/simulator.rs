//! Runs a design cycle by cycle, and shows its state to the host.

use std::fmt;
use std::io::{self, Write};

use crate::context::{Context, Stop};
use crate::log::Log;
use crate::info::{ArrayInfo, DesignInfo, LogFormat};
use crate::parallel::{Engine, ParallelOptions, Statistics, Window};
use crate::trace::Tracer;
use crate::value::Value;

/// Bytes of log that are gathered before they are written.
pub(crate) const LOG_BLOCK: usize = 1 << 16;

/// The state of one module, as tables index it.
pub trait ModuleState {
    /// Activations owed.
    fn credit(&self) -> u64;
    /// Triggered in the last cycle.
    fn triggered(&self) -> bool;
    /// Appends the limbs of a FIFO's head to `out` if there is one; returns the number of elements.
    fn fifo(&self, port: usize, out: &mut Vec<u64>) -> usize;
    /// Appends the limbs of the value exposed in the last cycle; false when it was absent.
    fn exposed(&self, slot: usize, out: &mut Vec<u64>) -> bool;
    /// Appends the limbs of an element of an array that lives in this module.
    fn read(&self, array: usize, index: usize, out: &mut Vec<u64>);
    /// Sets an element of an array that lives in this module.
    fn write(&mut self, array: usize, index: usize, limbs: &[u64]);
}

/// The state of a whole design and its cycle: what a generated crate implements.
pub trait Design: Clone + Send + Sized {
    /// What the embedder supplies for the design's extern functions; `()` without any.
    type Externs: ?Sized + Send;
    /// The design was built for several threads.
    const PARALLEL: bool = false;
    /// The design keeps [`Context::busy`] and knows when idle cycles end.
    const SKIPS: bool = false;
    /// The first cycle that may differ from the quiet one `cycle`; `u64::MAX` if there is none.
    #[must_use]
    fn next_change(cycle: u64) -> u64 {
        cycle.saturating_add(1)
    }
    /// Names, types and places.
    fn info() -> &'static DesignInfo;
    /// The state before the first cycle.
    fn initial() -> Box<Self>;
    /// Extern functions that say that they are missing.
    fn missing_externs() -> Box<Self::Externs>;
    /// Runs one cycle with its commit; true when a stage was triggered.
    fn cycle(&mut self, context: &mut Context, externs: &mut Self::Externs) -> bool;
    /// What runs the design on several threads; nothing when it was built for one.
    #[must_use]
    fn engine(_options: &ParallelOptions) -> Option<Box<dyn Engine<Self>>> {
        None
    }
    /// The state of a module by canonical index.
    fn module(&self, index: usize) -> &dyn ModuleState;
    /// The state of a module by canonical index.
    fn module_mut(&mut self, index: usize) -> &mut dyn ModuleState;
}

/// What is known when a run ends.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Cycles run so far.
    pub cycles: u64,
    /// Why it stopped.
    pub stop: Stop,
    /// Array writes out of range, which had no effect.
    pub dropped_writes: u64,
}

/// A name or number from the host that the design does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessError(String);

impl fmt::Display for AccessError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for AccessError {}

/// All committed state between two cycles.
#[derive(Clone)]
pub struct Snapshot<D> {
    design: Box<D>,
    cycle: u64,
    idle: u64,
    dropped_writes: u64,
    stop: Option<Stop>,
}

/// A simulation between two cycles.
///
/// Names: `cnt` (register), `rf` (array), `adder` (module), `adder.a` (FIFO), `adder.c` (exposed value).
pub struct Simulator<D: Design> {
    design: Box<D>,
    externs: Box<D::Externs>,
    context: Context,
    cycle_limit: u64,
    idle_limit: u64,
    idle: u64,
    stop: Option<Stop>,
    output: Option<Box<dyn Write + Send>>,
    output_error: Option<io::Error>,
    tracer: Option<Tracer>,
    engine: Option<Box<dyn Engine<D>>>,
    /// The last cycle belongs to this state, so its flags and exposed values mean something.
    cycle_visible: bool,
}

impl<D: Design> Default for Simulator<D> {
    fn default() -> Self {
        Self::new()
    }
}

impl<D: Design> Simulator<D> {
    /// A simulation before its first cycle, with the limits of the design and without logs.
    #[must_use]
    pub fn new() -> Self {
        Self::with_externs(D::missing_externs())
    }

    /// The same with the design's extern functions.
    #[must_use]
    pub fn with_externs(externs: Box<D::Externs>) -> Self {
        let info = D::info();
        Self {
            design: D::initial(),
            externs,
            context: Context::new(info),
            cycle_limit: info.config.cycles,
            idle_limit: info.config.idle,
            idle: 0,
            stop: None,
            output: None,
            output_error: None,
            tracer: None,
            engine: None,
            cycle_visible: false,
        }
    }

    /// Changes the last cycle that runs.
    pub fn set_cycle_limit(&mut self, cycles: u64) {
        self.cycle_limit = cycles;
    }

    /// Changes how many cycles in a row without a triggered stage stop the run.
    pub fn set_idle_limit(&mut self, cycles: u64) {
        self.idle_limit = cycles;
    }

    /// Sends the log to `output`.
    pub fn set_log(&mut self, format: LogFormat, output: Box<dyn Write + Send>) {
        self.context.logging = format != LogFormat::None;
        self.context.log.set_format(format);
        self.output = Some(output);
    }

    /// Writes a waveform of the cycles that follow; see [`crate::trace`] for patterns.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn set_trace(&mut self, output: Box<dyn Write + Send>, pattern: Option<&str>) -> io::Result<()> {
        self.tracer = Some(Tracer::start(output, D::info(), &*self.design, pattern, self.context.cycle, self.cycle_visible)?);
        Ok(())
    }

    /// Runs on several threads from now on, where the design was built for it. A waveform needs the state of every cycle, so a run that
    /// writes one stays on one thread, as does [`Self::step`]; nothing that can be observed depends on it.
    pub fn set_parallel(&mut self, options: &ParallelOptions) {
        self.engine = D::engine(options);
    }

    /// What the runs on several threads measured; nothing without [`Self::set_parallel`].
    #[must_use]
    pub fn statistics(&self) -> Option<Statistics> {
        self.engine.as_ref().map(|engine| engine.statistics())
    }

    /// Cycles run so far.
    #[must_use]
    pub fn cycle(&self) -> u64 {
        self.context.cycle
    }

    /// Why it stopped, or nothing while it can go on.
    #[must_use]
    pub fn stop(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }

    /// Array writes out of range so far.
    #[must_use]
    pub fn dropped_writes(&self) -> u64 {
        self.context.dropped_writes
    }

    /// Lines logged so far.
    #[must_use]
    pub fn log_lines(&self) -> u64 {
        self.context.log.lines()
    }

    /// Runs one cycle; returns the stop, if one was reached. After a stop it runs nothing.
    pub fn step(&mut self) -> Option<&Stop> {
        if self.stop.is_none() {
            self.run_cycle();
        }
        self.stop.as_ref()
    }

    /// Runs to the stop, or until the log or the waveform cannot be written any more (see [`Self::flush`]).
    pub fn run(&mut self) -> Option<&Stop> {
        match self.engine.take() {
            Some(mut engine) if self.tracer.is_none() => {
                if self.stop.is_none() && self.output_error.is_none() {
                    self.run_engine(&mut *engine);
                }
                self.engine = Some(engine);
            }
            engine => {
                self.engine = engine;
                // A waveform may show exposed values, which quiet cycles change as well.
                let skips = D::SKIPS && self.tracer.is_none();
                while self.stop.is_none() && self.output_error.is_none() {
                    self.context.busy = false;
                    self.run_cycle();
                    if skips && !self.context.busy {
                        self.skip();
                    }
                }
            }
        }
        self.stop.as_ref()
    }

    /// Passes over cycles that would be like the last one, in which nothing happened, up to the one that may differ, or has to be seen: at
    /// the latest the one that reaches a limit.
    #[cold]
    fn skip(&mut self) {
        if self.stop.is_some() {
            return;
        }
        let cycle = self.context.cycle;
        let mut next = D::next_change(cycle).min(self.cycle_limit);
        if self.idle > 0 {
            next = next.min(cycle.saturating_add(self.idle_limit - self.idle));
        }
        let skipped = next.saturating_sub(cycle + 1);
        self.context.cycle += skipped;
        if self.idle > 0 {
            self.idle += skipped;
        }
    }

    fn run_engine(&mut self, engine: &mut dyn Engine<D>) {
        let (output, output_error) = (&mut self.output, &mut self.output_error);
        let mut flush = |log: &mut Log| {
            let written = log.take(|bytes| output.as_mut().map_or(Ok(()), |output| output.write_all(bytes)));
            if let Err(error) = written {
                output_error.get_or_insert(error);
            }
            output_error.is_none()
        };
        let mut window =
            Window { until: self.cycle_limit, idle: self.idle, idle_limit: self.idle_limit, flush: &mut flush };
        engine.run(&mut self.design, &mut self.context, &mut self.externs, &mut window);
        self.idle = window.idle;
        self.decide();
    }

    #[inline]
    fn run_cycle(&mut self) {
        self.context.cycle += 1;
        let active = self.design.cycle(&mut self.context, &mut self.externs);
        self.idle = if active { 0 } else { self.idle + 1 };
        self.decide();
        if self.tracer.is_some() {
            self.sample_trace();
        }
        if self.context.log.pending() >= LOG_BLOCK {
            self.write_log();
        }
    }

    /// What the last cycle means for the run.
    #[inline]
    fn decide(&mut self) {
        if self.context.stopping() {
            self.decide_stop();
        } else {
            self.context.log.settle(None);
            if self.idle >= self.idle_limit {
                self.stop = Some(Stop::Idle(self.idle_limit));
            } else if self.context.cycle >= self.cycle_limit {
                self.stop = Some(Stop::Limit);
            }
        }
        self.cycle_visible = true;
    }

    #[cold]
    fn decide_stop(&mut self) {
        self.context.log.settle(self.context.stop_key());
        self.stop = self.context.describe_stop(D::info());
    }

    #[cold]
    fn sample_trace(&mut self) {
        // The state after a fault is not specified.
        if self.context.faulted() {
            return;
        }
        if let Some(tracer) = &mut self.tracer {
            if let Err(error) = tracer.sample(&*self.design, self.context.cycle, true) {
                self.output_error.get_or_insert(error);
            }
        }
    }

    #[cold]
    fn write_log(&mut self) {
        let output = &mut self.output;
        let written = self.context.log.take(|bytes| output.as_mut().map_or(Ok(()), |output| output.write_all(bytes)));
        if let Err(error) = written {
            self.output_error.get_or_insert(error);
        }
    }

    /// Appends a line to the log that belongs to no module.
    pub fn note(&mut self, line: &str) {
        self.context.log.note(line);
    }

    /// Writes what the log and the waveform still hold.
    ///
    /// # Errors
    /// When it, or something before it, cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.write_log();
        if let Some(error) = self.output_error.take() {
            return Err(error);
        }
        if let Some(output) = &mut self.output {
            output.flush()?;
        }
        Ok(())
    }

    /// Ends the waveform.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish_trace(&mut self) -> io::Result<()> {
        self.tracer.take().map_or(Ok(()), Tracer::finish)
    }

    /// Cycles, stop and dropped writes, once it has stopped.
    #[must_use]
    pub fn summary(&self) -> Option<Summary> {
        self.stop.clone().map(|stop| Summary { cycles: self.cycle(), stop, dropped_writes: self.dropped_writes() })
    }

    /// Back to the state before the first cycle.
    pub fn reset(&mut self) {
        self.design = D::initial();
        self.context.cycle = 0;
        self.context.dropped_writes = 0;
        self.context.reset();
        self.idle = 0;
        self.stop = None;
        self.cycle_visible = false;
    }

    /// All committed state.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<D> {
        Snapshot {
            design: self.design.clone(),
            cycle: self.cycle(),
            idle: self.idle,
            dropped_writes: self.dropped_writes(),
            stop: self.stop.clone(),
        }
    }

    /// Goes back to a snapshot of the same design.
    pub fn restore(&mut self, snapshot: &Snapshot<D>) {
        self.design = snapshot.design.clone();
        self.context.cycle = snapshot.cycle;
        self.context.dropped_writes = snapshot.dropped_writes;
        self.context.reset();
        self.idle = snapshot.idle;
        self.stop = snapshot.stop.clone();
        self.cycle_visible = false;
    }

    /// Committed value of a register, or of one element of an array.
    ///
    /// # Errors
    /// When there is no such register or element.
    pub fn read(&self, name: &str, index: usize) -> Result<Value, AccessError> {
        let array = element(D::info(), name, index)?;
        let mut limbs = Vec::new();
        self.design.module(array.holder).read(array.slot, index, &mut limbs);
        Ok(Value::from_bits(&limbs, array.value_type))
    }

    /// Committed elements of an array.
    ///
    /// # Errors
    /// When there is no such array.
    pub fn read_array(&self, name: &str) -> Result<Vec<Value>, AccessError> {
        let size = element(D::info(), name, 0)?.size;
        (0..size).map(|index| self.read(name, index)).collect()
    }

    /// Changes committed state before the next cycle.
    ///
    /// # Errors
    /// When there is no such register or element, or the value does not fit its type.
    pub fn write(&mut self, name: &str, index: usize, value: impl Into<Value>) -> Result<(), AccessError> {
        let array = element(D::info(), name, index)?;
        let value = value.into();
        let class = if array.value_type.signed { 'i' } else { 'u' };
        let limbs = value
            .to_bits(array.value_type)
            .ok_or_else(|| AccessError(format!("{value} does not fit {name}, which is {class}{}", array.value_type.width)))?;
        self.design.module_mut(array.holder).write(array.slot, index, &limbs);
        Ok(())
    }

    /// Committed length of a FIFO and its head.
    ///
    /// # Errors
    /// When there is no such FIFO.
    pub fn fifo(&self, name: &str) -> Result<(usize, Option<Value>), AccessError> {
        let (module, member) = split(D::info(), name)?;
        let ports = D::info().modules[module].ports;
        let port = position(ports.iter().map(|port| port.name), member, || format!("no FIFO is called {name}"))?;
        let mut limbs = Vec::new();
        let length = self.design.module(module).fifo(port, &mut limbs);
        Ok((length, (length > 0).then(|| Value::from_bits(&limbs, ports[port].value_type))))
    }

    /// The value exposed in the last cycle, or nothing when it was absent.
    ///
    /// # Errors
    /// When there is no such value.
    pub fn exposed(&self, name: &str) -> Result<Option<Value>, AccessError> {
        let (module, member) = split(D::info(), name)?;
        let slots = D::info().modules[module].exposed;
        let slot = position(slots.iter().map(|slot| slot.name), member, || format!("no exposed value is called {name}"))?;
        let mut limbs = Vec::new();
        let present = self.cycle_visible && self.design.module(module).exposed(slot, &mut limbs);
        Ok(present.then(|| Value::from_bits(&limbs, slots[slot].value_type)))
    }

    /// Whether the module was triggered in the last cycle.
    ///
    /// # Errors
    /// When there is no such module.
    pub fn triggered(&self, name: &str) -> Result<bool, AccessError> {
        let module = module_index(D::info(), name)?;
        Ok(self.cycle_visible && self.design.module(module).triggered())
    }

    /// Activations owed to a stage.
    ///
    /// # Errors
    /// When there is no such module.
    pub fn credits(&self, name: &str) -> Result<u64, AccessError> {
        Ok(self.design.module(module_index(D::info(), name)?).credit())
    }
}

fn position<'a>(
    mut names: impl Iterator<Item = &'a str>,
    wanted: &str,
    message: impl FnOnce() -> String,
) -> Result<usize, AccessError> {
    names.position(|name| name == wanted).ok_or_else(|| AccessError(message()))
}

fn module_index(info: &DesignInfo, name: &str) -> Result<usize, AccessError> {
    position(info.modules.iter().map(|module| module.name), name, || format!("no module is called {name}"))
}

fn split<'a>(info: &DesignInfo, name: &'a str) -> Result<(usize, &'a str), AccessError> {
    let (module, member) =
        name.rsplit_once('.').ok_or_else(|| AccessError(format!("{name} is not of the form module.name")))?;
    Ok((module_index(info, module)?, member))
}

fn element(info: &'static DesignInfo, name: &str, index: usize) -> Result<&'static ArrayInfo, AccessError> {
    let at = position(info.arrays.iter().map(|array| array.name), name, || format!("no register is called {name}"))?;
    let array = &info.arrays[at];
    if index < array.size {
        return Ok(array);
    }
    let plural = if array.size == 1 { "" } else { "s" };
    Err(AccessError(format!("{name}[{index}] is out of range: {name} has {} element{plural}", array.size)))
}
