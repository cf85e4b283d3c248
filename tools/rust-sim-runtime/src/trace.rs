//! Waveforms in the format VCD (IEEE 1364). Every target of assassyn writes the same bytes; the plan of the signals, their order and
//! the text are specified in `trace-plan.ts` of the package `@assassyn/emit-core`, which this file follows line by line.

use std::io::{self, BufWriter, Write};

use crate::info::DesignInfo;
use crate::simulator::{Design, ModuleState};

/// Arrays with more elements are left out.
pub const ELEMENT_LIMIT: usize = 64;

/// What a signal shows. Numbers are indices into the tables of the design.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// Array, element.
    Element(usize, usize),
    /// Module.
    Triggered(usize),
    /// Module, port.
    FifoLength(usize, usize),
    /// Module, port.
    FifoHead(usize, usize),
    /// Module, slot.
    Exposed(usize, usize),
}

/// One signal of the plan.
#[derive(Debug)]
struct Signal {
    scopes: Vec<String>,
    label: String,
    kind: &'static str,
    width: u32,
    source: Source,
}

/// Writes the changes of each cycle.
pub struct Tracer {
    output: BufWriter<Box<dyn Write + Send>>,
    info: &'static DesignInfo,
    signals: Vec<Signal>,
    codes: Vec<String>,
    /// The text last written for each signal.
    written: Vec<String>,
    last_cycle: u64,
    last_time: u64,
}

impl Tracer {
    /// Writes the header and the values before the next cycle.
    pub(crate) fn start<D: Design>(
        output: Box<dyn Write + Send>,
        info: &'static DesignInfo,
        design: &D,
        pattern: Option<&str>,
        cycle: u64,
        visible: bool,
    ) -> io::Result<Self> {
        let signals = plan(info, pattern);
        let codes: Vec<String> = (0..signals.len()).map(identifier).collect();
        let mut output = BufWriter::with_capacity(1 << 16, output);
        output.write_all(header(info, &signals, &codes).as_bytes())?;
        writeln!(output, "#{cycle}\n$dumpvars")?;
        let written = vec![String::new(); signals.len()];
        let mut tracer = Self { output, info, signals, codes, written, last_cycle: cycle, last_time: cycle };
        tracer.write_changes(design, cycle, visible)?;
        tracer.output.write_all(b"$end\n")?;
        Ok(tracer)
    }

    /// Writes what changed in `cycle`.
    pub(crate) fn sample<D: Design>(&mut self, design: &D, cycle: u64, visible: bool) -> io::Result<()> {
        self.last_cycle = cycle;
        self.write_changes(design, cycle, visible)
    }

    fn write_changes<D: Design>(&mut self, design: &D, cycle: u64, visible: bool) -> io::Result<()> {
        let mut limbs = Vec::new();
        let mut text = String::new();
        for (index, signal) in self.signals.iter().enumerate() {
            limbs.clear();
            let present = observe(design, self.info, signal.source, visible, &mut limbs);
            text.clear();
            render(&mut text, present.then_some(&limbs), signal.width);
            if self.written[index] == text {
                continue;
            }
            if self.last_time != cycle {
                writeln!(self.output, "#{cycle}")?;
                self.last_time = cycle;
            }
            let space = if signal.width == 1 { "" } else { " " };
            writeln!(self.output, "{text}{space}{}", self.codes[index])?;
            self.written[index].clone_from(&text);
        }
        Ok(())
    }

    /// Writes the time of the last cycle and hands everything over.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        if self.last_time != self.last_cycle {
            writeln!(self.output, "#{}", self.last_cycle)?;
        }
        self.output.flush()
    }
}

/// Appends the limbs of a signal's value; false when it is absent.
fn observe<D: Design>(design: &D, info: &DesignInfo, source: Source, visible: bool, out: &mut Vec<u64>) -> bool {
    match source {
        Source::Element(array, element) => {
            let array = &info.arrays[array];
            design.module(array.holder).read(array.slot, element, out);
            true
        }
        Source::Triggered(module) => {
            out.push(u64::from(visible && design.module(module).triggered()));
            true
        }
        Source::FifoLength(module, port) => {
            let length = fifo_length(design.module(module), port, out);
            out.clear();
            out.push(length as u64);
            true
        }
        Source::FifoHead(module, port) => fifo_length(design.module(module), port, out) > 0,
        Source::Exposed(module, slot) => visible && design.module(module).exposed(slot, out),
    }
}

fn fifo_length(module: &dyn ModuleState, port: usize, out: &mut Vec<u64>) -> usize {
    module.fifo(port, out)
}

/// `0`, `1`, `x` for one bit, else `b` and the digits without leading zeros.
fn render(text: &mut String, limbs: Option<&Vec<u64>>, width: u32) {
    if width != 1 {
        text.push('b');
    }
    let Some(limbs) = limbs else {
        text.push('x');
        return;
    };
    let mut leading = true;
    for limb in limbs.iter().rev() {
        for bit in (0..64).rev() {
            let one = limb >> bit & 1 != 0;
            leading &= !one;
            if !leading {
                text.push(if one { '1' } else { '0' });
            }
        }
    }
    if leading {
        text.push('0');
    }
}

/// The short code of a signal: digits `!` to `~`, the first one least significant, no leading zero digit.
fn identifier(mut index: usize) -> String {
    let mut code = String::new();
    loop {
        code.push(char::from(b'!' + (index % 94) as u8));
        if index < 94 {
            return code;
        }
        index = index / 94 - 1;
    }
}

/// All signals that the pattern names, in the order of the file.
fn plan(info: &DesignInfo, pattern: Option<&str>) -> Vec<Signal> {
    let mut signals = Vec::new();
    let mut add = |name: String, scopes: &[&str], label: &str, kind: &'static str, width: u32, source: Source| {
        if pattern.is_none_or(|pattern| matches_pattern(pattern, &name)) {
            let scopes = scopes.iter().map(|scope| identifier_text(scope)).collect();
            signals.push(Signal { scopes, label: identifier_text(label), kind, width, source });
        }
    };
    for (index, array) in info.arrays.iter().enumerate().filter(|(_, array)| array.size <= ELEMENT_LIMIT) {
        let width = array.value_type.width;
        if array.scalar {
            add(array.name.to_string(), &["registers"], array.name, "reg", width, Source::Element(index, 0));
            continue;
        }
        for element in 0..array.size {
            let name = format!("{}[{element}]", array.name);
            add(name, &["registers", array.name], &format!("_{element}"), "reg", width, Source::Element(index, element));
        }
    }
    let mut modules: Vec<usize> = (0..info.modules.len()).collect();
    modules.sort_by_key(|index| info.modules[*index].declaration);
    for index in modules {
        let module = &info.modules[index];
        let name = module.name;
        add(format!("{name}.triggered"), &[name], "triggered", "wire", 1, Source::Triggered(index));
        for (at, port) in module.ports.iter().enumerate() {
            let scopes = [name, "fifos", port.name];
            add(format!("{name}.{}.length", port.name), &scopes, "length", "wire", 32, Source::FifoLength(index, at));
            let width = port.value_type.width;
            add(format!("{name}.{}.head", port.name), &scopes, "head", "wire", width, Source::FifoHead(index, at));
        }
        for (at, slot) in module.exposed.iter().enumerate() {
            let width = slot.value_type.width;
            add(format!("{name}.{}", slot.name), &[name, "exposed"], slot.name, "wire", width, Source::Exposed(index, at));
        }
    }
    signals
}

/// Whether one of the comma-separated globs matches `name`, or a prefix of it that ends before `.` or `[`.
/// `*` stands for any characters, `?` for one.
#[must_use]
pub fn matches_pattern(pattern: &str, name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    pattern.split(',').any(|glob| {
        let glob: Vec<char> = glob.trim().chars().collect();
        (1..=name.len()).any(|end| {
            let at_border = name.get(end).is_none_or(|next| *next == '.' || *next == '[');
            at_border && matches_glob(&glob, &name[..end])
        })
    })
}

/// Backtracks only to the last `*`, so it is quadratic at worst.
fn matches_glob(glob: &[char], name: &[char]) -> bool {
    let (mut at, mut position) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while position < name.len() {
        match glob.get(at) {
            Some('*') => {
                star = Some((at, position));
                at += 1;
            }
            Some(expected) if *expected == '?' || *expected == name[position] => {
                at += 1;
                position += 1;
            }
            _ => {
                let Some((star_at, matched)) = star else { return false };
                star = Some((star_at, matched + 1));
                at = star_at + 1;
                position = matched + 1;
            }
        }
    }
    glob[at..].iter().all(|rest| *rest == '*')
}

/// A name as VCD takes it: every other character becomes `_`.
fn identifier_text(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '$' { c } else { '_' }).collect()
}

/// Everything before the first values.
fn header(info: &DesignInfo, signals: &[Signal], codes: &[String]) -> String {
    let mut text = String::from("$version assassyn $end\n$timescale 1 ns $end\n");
    for array in info.arrays.iter().filter(|array| array.size > ELEMENT_LIMIT) {
        text += &format!("$comment {} has {} elements and is left out $end\n", identifier_text(array.name), array.size);
    }
    text += &format!("$scope module {} $end\n", identifier_text(info.name));
    let mut open: &[String] = &[];
    for (signal, code) in signals.iter().zip(codes) {
        let common = open.iter().zip(&signal.scopes).take_while(|(a, b)| a == b).count();
        for _ in common..open.len() {
            text += "$upscope $end\n";
        }
        for scope in &signal.scopes[common..] {
            text += &format!("$scope module {scope} $end\n");
        }
        open = &signal.scopes;
        let range = if signal.width == 1 { String::new() } else { format!(" [{}:0]", signal.width - 1) };
        text += &format!("$var {} {} {code} {}{range} $end\n", signal.kind, signal.width, signal.label);
    }
    for _ in open {
        text += "$upscope $end\n";
    }
    text += "$upscope $end\n$enddefinitions $end\n";
    text
}

#[cfg(test)]
mod tests {
    use super::{identifier, matches_pattern, render};

    #[test]
    fn numbers_signals() {
        assert_eq!([0, 1, 93, 94, 95, 94 * 95].map(identifier), ["!", "\"", "~", "!!", "\"!", "!!!"]);
    }

    #[test]
    fn matches_globs_and_prefixes() {
        assert!(matches_pattern("adder", "adder.a.length"));
        assert!(matches_pattern("rf", "rf[3]"));
        assert!(matches_pattern("x, *.triggered", "adder.triggered"));
        assert!(matches_pattern("a?der.*", "adder.c"));
        assert!(!matches_pattern("add", "adder.c"));
        assert!(!matches_pattern("rf[2]", "rf[3]"));
        assert!(!matches_pattern("", "cnt"));
    }

    #[test]
    fn renders_values() {
        let text = |limbs: Option<Vec<u64>>, width| {
            let mut text = String::new();
            render(&mut text, limbs.as_ref(), width);
            text
        };
        assert_eq!(text(Some(vec![1]), 1), "1");
        assert_eq!(text(None, 1), "x");
        assert_eq!(text(Some(vec![0]), 8), "b0");
        assert_eq!(text(Some(vec![0, 1]), 65), format!("b1{}", "0".repeat(64)));
        assert_eq!(text(None, 8), "bx");
    }
}
