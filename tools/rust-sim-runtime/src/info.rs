//! What a generated simulator says about its design: names, types, places, as static tables.

/// Width and sign of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueType {
    /// In bits, at least 1.
    pub width: u32,
    /// Two's complement.
    pub signed: bool,
}

impl ValueType {
    /// An unsigned type.
    #[must_use]
    pub const fn unsigned(width: u32) -> Self {
        Self { width, signed: false }
    }

    /// A signed type.
    #[must_use]
    pub const fn signed(width: u32) -> Self {
        Self { width, signed: true }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// `@file:line  Cycle @T.00: [Module]<TAB>text`
    Located,
    /// A JSON object a line.
    Json,
    /// Only the text.
    Plain,
    /// Nothing.
    None,
}

/// The limits that the design itself asks for.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Last cycle that runs.
    pub cycles: u64,
    /// Stop after this many cycles in a row without a triggered stage.
    pub idle: u64,
    /// How log lines look.
    pub log: LogFormat,
}

/// When a module runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleKind {
    /// When it has a credit.
    Stage,
    /// Every cycle.
    Driver,
    /// Every cycle.
    Testbench,
    /// When a module whose value it uses was triggered.
    Downstream,
}

/// A FIFO.
#[derive(Clone, Copy, Debug)]
pub struct PortInfo {
    /// As in the source.
    pub name: &'static str,
    /// Of an element.
    pub value_type: ValueType,
    /// Most elements it may hold.
    pub depth: u64,
}

/// An exposed value.
#[derive(Clone, Copy, Debug)]
pub struct SlotInfo {
    /// As in the source.
    pub name: &'static str,
    /// Of the value.
    pub value_type: ValueType,
}

/// A module.
#[derive(Clone, Copy, Debug)]
pub struct ModuleInfo {
    /// As in logs.
    pub name: &'static str,
    /// When it runs.
    pub kind: ModuleKind,
    /// Place in the source; the tables are in canonical order.
    pub declaration: usize,
    /// Its FIFOs.
    pub ports: &'static [PortInfo],
    /// Its exposed values.
    pub exposed: &'static [SlotInfo],
}

/// A register array.
#[derive(Clone, Copy, Debug)]
pub struct ArrayInfo {
    /// As in the source.
    pub name: &'static str,
    /// Of an element.
    pub value_type: ValueType,
    /// Number of elements.
    pub size: usize,
    /// Read and written in the source without an index.
    pub scalar: bool,
    /// Index of the module whose struct holds it.
    pub holder: usize,
    /// Which of the holder's arrays it is.
    pub slot: usize,
}

/// A function that the embedder supplies.
#[derive(Clone, Copy, Debug)]
pub struct ExternInfo {
    /// As in the source.
    pub name: &'static str,
}

/// Everything that is known about a design before it runs.
#[derive(Clone, Copy, Debug)]
pub struct DesignInfo {
    /// Name of the system.
    pub name: &'static str,
    /// Paths of the sources.
    pub files: &'static [&'static str],
    /// The limits that the design asks for.
    pub config: Config,
    /// In canonical order.
    pub modules: &'static [ModuleInfo],
    /// In declaration order.
    pub arrays: &'static [ArrayInfo],
    /// In declaration order.
    pub externs: &'static [ExternInfo],
}
