//! The log: lines are formatted straight into one buffer and leave it in big blocks.

use crate::context::Site;
use crate::format::{write_decimal, write_limbs, write_signed, write_word, Spec};
use crate::info::{DesignInfo, LogFormat, ValueType};
use crate::value::Word;

/// Where one line of the running cycle lies in the buffer, and its key.
#[derive(Clone, Copy, Debug)]
struct Record {
    module: u32,
    operation: u32,
    start: u32,
    end: u32,
}

/// Lines of one of several threads, on their way to be merged.
#[derive(Debug, Default)]
pub(crate) struct LogPart {
    /// Each cycle with lines, and where its records end.
    cycles: Vec<(u64, usize)>,
    records: Vec<Record>,
    buffer: Vec<u8>,
}

/// The lines of the running cycle, behind those that are final.
#[derive(Debug)]
pub struct Log {
    info: &'static DesignInfo,
    format: LogFormat,
    buffer: Vec<u8>,
    /// Where the lines of the running cycle start.
    settled: usize,
    records: Vec<Record>,
    /// The records are in ascending order of their keys.
    sorted: bool,
    /// Where the text of the open line starts.
    text_start: usize,
    /// Lines printed so far.
    lines: u64,
    /// The running cycle in decimal, made with its first line.
    cycle_text: Vec<u8>,
    cycle_of_text: u64,
}

impl Log {
    /// An empty log.
    #[must_use]
    pub fn new(info: &'static DesignInfo) -> Self {
        Self {
            info,
            format: LogFormat::Located,
            buffer: Vec::new(),
            settled: 0,
            records: Vec::new(),
            sorted: true,
            text_start: 0,
            lines: 0,
            cycle_text: Vec::new(),
            cycle_of_text: u64::MAX,
        }
    }

    /// Sets how lines look.
    pub fn set_format(&mut self, format: LogFormat) {
        self.format = format;
    }

    /// How lines look.
    pub(crate) const fn format(&self) -> LogFormat {
        self.format
    }

    /// Lines printed so far.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.lines
    }

    /// Final bytes that wait for [`Log::take`].
    #[inline]
    #[must_use]
    pub const fn pending(&self) -> usize {
        self.settled
    }

    /// Opens a line of the body `module`; its text follows.
    #[inline]
    pub fn begin(&mut self, cycle: u64, module: usize, site: Site) -> &mut Self {
        if self.cycle_of_text != cycle {
            self.cycle_text.clear();
            write_decimal(&mut self.cycle_text, cycle);
            self.cycle_of_text = cycle;
        }
        let key = (module as u32, site.operation);
        if let Some(last) = self.records.last() {
            self.sorted &= (last.module, last.operation) < key;
        }
        let start = (self.buffer.len() - self.settled) as u32;
        self.records.push(Record { module: key.0, operation: key.1, start, end: start });
        self.write_prefix(module, site);
        self.text_start = self.buffer.len();
        self
    }

    #[inline]
    fn write_prefix(&mut self, module: usize, site: Site) {
        let file = self.info.files.get(site.file as usize).copied().unwrap_or("?");
        let name = self.info.modules[module].name;
        let out = &mut self.buffer;
        match self.format {
            LogFormat::Located => {
                out.push(b'@');
                out.extend_from_slice(file.as_bytes());
                out.push(b':');
                write_decimal(out, u64::from(site.line));
                out.extend_from_slice(b"  Cycle @");
                out.extend_from_slice(&self.cycle_text);
                out.extend_from_slice(b".00: [");
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(b"]\t");
            }
            LogFormat::Json => {
                out.extend_from_slice(b"{\"cycle\":");
                out.extend_from_slice(&self.cycle_text);
                out.extend_from_slice(b",\"module\":");
                write_json_string(out, name);
                out.extend_from_slice(b",\"text\":\"");
            }
            LogFormat::Plain | LogFormat::None => {}
        }
    }

    /// Appends text to the open line.
    #[inline]
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.buffer.extend_from_slice(text.as_bytes());
        self
    }

    /// Appends an unsigned number in decimal.
    #[inline]
    pub fn unsigned(&mut self, number: u64) -> &mut Self {
        write_decimal(&mut self.buffer, number);
        self
    }

    /// Appends a signed number in decimal.
    #[inline]
    pub fn signed(&mut self, number: i64) -> &mut Self {
        write_signed(&mut self.buffer, number);
        self
    }

    /// Appends a bit pattern of at most 64 bits with a format.
    pub fn formatted(&mut self, bits: u64, value_type: ValueType, spec: &Spec) -> &mut Self {
        write_word(&mut self.buffer, bits, value_type, spec);
        self
    }

    /// Appends a bit pattern of several limbs with a format.
    pub fn wide<T: Word>(&mut self, value: T, value_type: ValueType, spec: &Spec) -> &mut Self {
        let mut limbs = Vec::with_capacity(T::LIMBS);
        value.write_limbs(&mut limbs);
        write_limbs(&mut self.buffer, &limbs, value_type, spec);
        self
    }

    /// Closes the open line.
    #[inline]
    pub fn end(&mut self, site: Site) {
        if self.format == LogFormat::Json {
            self.end_json(site);
        }
        self.buffer.push(b'\n');
        let end = (self.buffer.len() - self.settled) as u32;
        if let Some(record) = self.records.last_mut() {
            record.end = end;
        }
    }

    fn end_json(&mut self, site: Site) {
        escape_json(&mut self.buffer, self.text_start);
        let file = self.info.files.get(site.file as usize).copied().unwrap_or("?");
        self.buffer.extend_from_slice(b"\",\"file\":");
        write_json_string(&mut self.buffer, file);
        self.buffer.extend_from_slice(b",\"line\":");
        write_decimal(&mut self.buffer, u64::from(site.line));
        self.buffer.push(b'}');
    }

    /// Makes the lines of the running cycle final: in the order of their keys, and only those below `stop`.
    #[inline]
    pub fn settle(&mut self, stop: Option<(u32, u32)>) {
        if self.records.is_empty() {
            return;
        }
        if !self.sorted || stop.is_some() {
            self.rearrange(stop);
        }
        self.lines += self.records.len() as u64;
        self.records.clear();
        self.sorted = true;
        self.settled = self.buffer.len();
    }

    fn rearrange(&mut self, stop: Option<(u32, u32)>) {
        let key = |record: &Record| (record.module, record.operation);
        if let Some(stop) = stop {
            self.records.retain(|record| key(record) < stop);
        }
        self.records.sort_by_key(key);
        let unordered = self.buffer.split_off(self.settled);
        for record in &self.records {
            self.buffer.extend_from_slice(&unordered[record.start as usize..record.end as usize]);
        }
    }

    /// Bytes of all lines, settled or not.
    pub(crate) fn bytes(&self) -> usize {
        self.buffer.len()
    }

    /// Ends a cycle in the log of one of several threads, which keeps its lines to be merged with those of others.
    pub(crate) fn end_cycle(&mut self, part: &mut LogPart, cycle: u64) {
        let start = part.cycles.last().map_or(0, |&(_, end)| end);
        if self.records.len() == start {
            return;
        }
        // Lines come in the order in which modules run; a cycle's first line is rarely behind the last one of the cycle before.
        self.records[start..].sort_by_key(|record| (record.module, record.operation));
        part.cycles.push((cycle, self.records.len()));
    }

    /// Hands over the lines since the last time.
    pub(crate) fn hand_over(&mut self, part: &mut LogPart) -> LogPart {
        self.sorted = true;
        LogPart {
            cycles: std::mem::take(&mut part.cycles),
            records: std::mem::take(&mut self.records),
            buffer: std::mem::take(&mut self.buffer),
        }
    }

    /// Merges the lines of several threads: cycles up to `settled` become final, those of `settled + 1` stay as the running cycle's, and later
    /// ones are dropped.
    pub(crate) fn merge(&mut self, parts: &[LogPart], settled: u64) {
        let mut next = vec![0; parts.len()];
        let mut lines: Vec<(Record, usize)> = Vec::new();
        loop {
            let heads = parts.iter().zip(&next).filter_map(|(part, &at)| part.cycles.get(at).map(|&(cycle, _)| cycle));
            let Some(cycle) = heads.min().filter(|&cycle| cycle <= settled + 1) else { break };
            lines.clear();
            for (index, (part, at)) in parts.iter().zip(&mut next).enumerate() {
                let Some(&(_, end)) = part.cycles.get(*at).filter(|&&(found, _)| found == cycle) else { continue };
                let start = at.checked_sub(1).map_or(0, |before| part.cycles[before].1);
                lines.extend(part.records[start..end].iter().map(|&record| (record, index)));
                *at += 1;
            }
            lines.sort_by_key(|(record, _)| (record.module, record.operation));
            for (record, index) in &lines {
                let start = (self.buffer.len() - self.settled) as u32;
                self.buffer.extend_from_slice(&parts[*index].buffer[record.start as usize..record.end as usize]);
                let end = (self.buffer.len() - self.settled) as u32;
                self.records.push(Record { start, end, ..*record });
            }
            if cycle <= settled {
                self.settle(None);
            }
        }
    }

    /// Appends a final line that belongs to no module.
    pub fn note(&mut self, line: &str) {
        self.buffer.extend_from_slice(line.as_bytes());
        self.buffer.push(b'\n');
        self.settled = self.buffer.len();
    }

    /// Hands the final bytes to `consume` and forgets them.
    pub fn take<R>(&mut self, consume: impl FnOnce(&[u8]) -> R) -> R {
        let result = consume(&self.buffer[..self.settled]);
        self.buffer.clear();
        self.settled = 0;
        result
    }
}

/// Appends a JSON string with its quotes.
pub fn write_json_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let start = out.len();
    out.extend_from_slice(text.as_bytes());
    escape_json(out, start);
    out.push(b'"');
}

/// Escapes what a JSON string must not hold, from `start` to the end.
fn escape_json(out: &mut Vec<u8>, start: usize) {
    let special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    if !out[start..].iter().any(special) {
        return;
    }
    for byte in out.split_off(start) {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            8 => out.extend_from_slice(b"\\b"),
            12 => out.extend_from_slice(b"\\f"),
            0..=0x1f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{write_json_string, Log};
    use crate::context::site;
    use crate::info::{Config, DesignInfo, LogFormat, ModuleInfo, ModuleKind};

    const fn module(name: &'static str) -> ModuleInfo {
        ModuleInfo { name, kind: ModuleKind::Driver, declaration: 0, ports: &[], exposed: &[] }
    }
    static INFO: DesignInfo = DesignInfo {
        name: "test",
        files: &["a.asyn"],
        config: Config { cycles: 1, idle: 1, log: LogFormat::Located },
        modules: &[module("first"), module("second")],
        arrays: &[],
        externs: &[],
    };

    fn line(log: &mut Log, cycle: u64, module: usize, operation: u32, number: i64) {
        let at = site(operation, 0, 4, 2);
        log.begin(cycle, module, at).text("n = ").signed(number).end(at);
    }

    fn text(log: &mut Log) -> String {
        log.take(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[test]
    fn sorts_by_key_and_cuts_at_the_stop() {
        let mut log = Log::new(&INFO);
        log.set_format(LogFormat::Plain);
        line(&mut log, 1, 1, 0, 3);
        line(&mut log, 1, 0, 5, 2);
        line(&mut log, 1, 0, 1, 1);
        log.settle(None);
        line(&mut log, 2, 1, 7, 6);
        line(&mut log, 2, 0, 5, 4);
        log.settle(Some((1, 7)));
        assert_eq!(text(&mut log), "n = 1\nn = 2\nn = 3\nn = 4\n");
        assert_eq!(log.lines(), 4);
    }

    #[test]
    fn prints_the_formats() {
        let mut log = Log::new(&INFO);
        line(&mut log, 12, 0, 0, -5);
        log.set_format(LogFormat::Json);
        let at = site(1, 0, 9, 1);
        log.begin(12, 1, at).text("\"a\"\t\u{1}").end(at);
        log.settle(None);
        assert_eq!(
            text(&mut log),
            "@a.asyn:4  Cycle @12.00: [first]\tn = -5\n\
             {\"cycle\":12,\"module\":\"second\",\"text\":\"\\\"a\\\"\\t\\u0001\",\"file\":\"a.asyn\",\"line\":9}\n"
        );
    }

    #[test]
    fn escapes_strings() {
        let mut out = Vec::new();
        write_json_string(&mut out, "a\\\n");
        assert_eq!(out, b"\"a\\\\\\n\"");
    }
}
