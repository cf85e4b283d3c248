//! The command line of a generated simulator.

use std::fs::File;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use crate::context::Stop;
use crate::info::{DesignInfo, LogFormat};
use crate::simulator::{Design, Simulator, Summary};

const USAGE: &str = "\
Options:
  --cycles N         last cycle that runs
  --idle N           stop after N cycles in a row without a triggered stage
  --log FORMAT       located, json, plain or none
  --vcd FILE         write a waveform
  --trace PATTERN    signals of the waveform: names with * and ?, separated by commas
  --stats            print the summary as a JSON object
  --quiet            print no summary
  --help             print this
Exit status: 0 limit, idle or finish; 1 fault or failed output; 2 wrong use.
";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    cycles: Option<u64>,
    idle: Option<u64>,
    log: LogFormat,
    vcd: Option<String>,
    trace: Option<String>,
    stats: bool,
    quiet: bool,
    help: bool,
}

fn parse(info: &DesignInfo, mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        cycles: None,
        idle: None,
        log: info.config.log,
        vcd: None,
        trace: None,
        stats: false,
        quiet: false,
        help: false,
    };
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name.to_string(), Some(value.to_string())),
            None => (argument, None),
        };
        let mut value = || inline.clone().or_else(|| arguments.next()).ok_or_else(|| format!("{name} needs a value"));
        match name.as_str() {
            "--cycles" => options.cycles = Some(positive(&name, &value()?)?),
            "--idle" => options.idle = Some(positive(&name, &value()?)?),
            "--log" => options.log = log_format(&value()?)?,
            "--vcd" => options.vcd = Some(value()?),
            "--trace" => options.trace = Some(value()?),
            "--stats" => options.stats = true,
            "--quiet" => options.quiet = true,
            "--help" | "-h" => options.help = true,
            _ => return Err(format!("unknown option {name}")),
        }
    }
    if options.trace.is_some() && options.vcd.is_none() {
        return Err("--trace needs --vcd".to_string());
    }
    Ok(options)
}

fn positive(name: &str, text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("{name} needs a number of at least 1, not {text}")),
    }
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "located" => Ok(LogFormat::Located),
        "json" => Ok(LogFormat::Json),
        "plain" => Ok(LogFormat::Plain),
        "none" => Ok(LogFormat::None),
        _ => Err(format!("--log takes located, json, plain or none, not {text}")),
    }
}

/// Runs a design as the arguments of the process ask.
#[must_use]
pub fn main<D: Design>() -> ExitCode {
    let info = D::info();
    let options = match parse(info, std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{}: {message}; see --help", info.name);
            return ExitCode::from(2);
        }
    };
    if options.help {
        print!("Simulates {}.\n\n{USAGE}", info.name);
        return ExitCode::SUCCESS;
    }
    match run::<D>(&options) {
        Ok(status) => ExitCode::from(status),
        // Whoever read the log has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(1),
        Err(error) => {
            eprintln!("{}: {error}", info.name);
            ExitCode::from(1)
        }
    }
}

fn run<D: Design>(options: &Options) -> io::Result<u8> {
    let mut simulator = Simulator::<D>::new();
    if let Some(cycles) = options.cycles {
        simulator.set_cycle_limit(cycles);
    }
    if let Some(idle) = options.idle {
        simulator.set_idle_limit(idle);
    }
    simulator.set_log(options.log, Box::new(io::stdout()));
    if let Some(path) = &options.vcd {
        let file = File::create(path).map_err(|error| named(path, &error))?;
        simulator.set_trace(Box::new(file), options.trace.as_deref())?;
    }
    let start = Instant::now();
    simulator.run();
    if let Some(Stop::Idle(idle)) = simulator.stop() {
        // JSON lines stay JSON lines; the summary has the reason.
        if options.log != LogFormat::Json {
            let line = format!("Simulation stopped due to reaching idle threshold of {idle}");
            simulator.note(&line);
        }
    }
    simulator.flush()?;
    simulator.finish_trace()?;
    let seconds = start.elapsed().as_secs_f64();
    let Some(summary) = simulator.summary() else { return Ok(1) };
    if let Stop::Fault { .. } = summary.stop {
        eprintln!("fault: {}", describe(D::info(), &summary.stop));
    }
    report(options, &summary, simulator.log_lines(), seconds)?;
    Ok(summary.stop.exit_status())
}

fn named(path: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {path}: {error}"))
}

/// Why a run ended, in words.
fn describe(info: &DesignInfo, stop: &Stop) -> String {
    let file = |index: u32| info.files.get(index as usize).copied().unwrap_or("?");
    match stop {
        Stop::Limit => "the last cycle".to_string(),
        Stop::Idle(idle) => format!("{idle} idle cycles"),
        Stop::Finish { module, site } => format!("finish in {module} ({}:{}:{})", file(site.file), site.line, site.column),
        Stop::Fault { message, module, cycle, site } => {
            format!("{message}, in {module} at cycle {cycle} ({}:{}:{})", file(site.file), site.line, site.column)
        }
    }
}

fn report(options: &Options, summary: &Summary, lines: u64, seconds: f64) -> io::Result<()> {
    let mut error = io::stderr().lock();
    let cycles = summary.cycles;
    let dropped = summary.dropped_writes;
    let kind = summary.stop.kind();
    let rate = if seconds > 0.0 { cycles as f64 / seconds } else { 0.0 };
    if options.stats {
        writeln!(
            error,
            "{{\"cycles\":{cycles},\"stop\":\"{kind}\",\"droppedWrites\":{dropped},\"logLines\":{lines},\"seconds\":{seconds:.6}}}"
        )
    } else if options.quiet {
        Ok(())
    } else {
        let lost = if dropped == 0 { String::new() } else { format!(", {dropped} writes out of range") };
        writeln!(error, "{cycles} cycles in {seconds:.3} s ({rate:.0} cycles/s), stopped by {kind}{lost}")
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, Options};
    use crate::info::{Config, DesignInfo, LogFormat};

    static INFO: DesignInfo = DesignInfo {
        name: "test",
        files: &[],
        config: Config { cycles: 1, idle: 1, log: LogFormat::Located },
        modules: &[],
        arrays: &[],
        externs: &[],
    };

    fn parsed(text: &str) -> Result<Options, String> {
        parse(&INFO, text.split_whitespace().map(str::to_string))
    }

    #[test]
    fn reads_options() {
        let options = parsed("--cycles 5 --idle=7 --log json --vcd out.vcd --trace a,b --quiet").unwrap();
        assert_eq!((options.cycles, options.idle, options.log), (Some(5), Some(7), LogFormat::Json));
        assert_eq!((options.vcd.as_deref(), options.trace.as_deref()), (Some("out.vcd"), Some("a,b")));
        assert!(options.quiet && !options.stats);
    }

    #[test]
    fn explains_wrong_use() {
        assert_eq!(parsed("--cycles"), Err("--cycles needs a value".to_string()));
        assert_eq!(parsed("--cycles 0"), Err("--cycles needs a number of at least 1, not 0".to_string()));
        assert_eq!(parsed("--speed"), Err("unknown option --speed".to_string()));
        assert_eq!(parsed("--log loud"), Err("--log takes located, json, plain or none, not loud".to_string()));
        assert_eq!(parsed("--trace a"), Err("--trace needs --vcd".to_string()));
    }
}
