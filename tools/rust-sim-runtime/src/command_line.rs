//! The command line of a generated simulator.

use std::fs::{self, File};
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use crate::context::Stop;
use crate::info::{DesignInfo, LogFormat};
use crate::log::write_json_string;
use crate::parallel::{ParallelOptions, Statistics, Threads};
use crate::simulator::{Design, Simulator, Summary};

const USAGE: &str = "\
Options:
  --cycles N         last cycle that runs
  --idle N           stop after N cycles in a row without a triggered stage
  --log FORMAT       located, json, plain or none
  --vcd FILE         write a waveform
  --trace PATTERN    signals of the waveform: names with * and ?, separated by commas
  --threads N        threads, or auto: as many as pay (default auto; simulators built for threads)
  --timeline FILE    write what the threads did in the first 2000 cycles, as Chrome trace events
  --json             print the summary as a JSON object
  --stats            the same, with what simulators built for threads measure at some cost
  --quiet            print no summary
  --help             print this
Exit status: 0 limit, idle or finish; 1 fault or failed output; 2 wrong use.
";

/// Cycles that a timeline shows.
const TIMELINE_CYCLES: usize = 2000;

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    cycles: Option<u64>,
    idle: Option<u64>,
    log: LogFormat,
    vcd: Option<String>,
    trace: Option<String>,
    threads: Option<Threads>,
    timeline: Option<String>,
    delays: Option<u64>,
    json: bool,
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
        threads: None,
        timeline: None,
        delays: None,
        json: false,
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
            "--threads" => options.threads = Some(threads(&value()?)?),
            "--timeline" => options.timeline = Some(value()?),
            // A hook of tests: a seed of random delays before each module.
            "--test-delays" => options.delays = Some(positive(&name, &value()?)?),
            "--json" => options.json = true,
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

/// Refuses what asks for threads of a simulator that has none.
fn fit(options: &Options, parallel: bool) -> Result<(), String> {
    let asked = match options.threads {
        Some(Threads::Count(1)) | None => options.timeline.is_some(),
        Some(_) => true,
    };
    if asked && !parallel {
        return Err("this simulator was built for one thread; build it for the target rust-parallel".to_string());
    }
    Ok(())
}

fn positive(name: &str, text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("{name} needs a number of at least 1, not {text}")),
    }
}

fn threads(text: &str) -> Result<Threads, String> {
    match text.parse() {
        _ if text == "auto" => Ok(Threads::Auto),
        Ok(count) if count > 0 => Ok(Threads::Count(count)),
        _ => Err(format!("--threads needs auto or a number of at least 1, not {text}")),
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
    let options = match parse(info, std::env::args().skip(1)).and_then(|options| fit(&options, D::PARALLEL).map(|()| options)) {
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
    if D::PARALLEL {
        simulator.set_parallel(&ParallelOptions {
            threads: options.threads.unwrap_or(Threads::Auto),
            delays: options.delays,
            statistics: options.stats,
            timeline: if options.timeline.is_some() { TIMELINE_CYCLES } else { 0 },
        });
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
    let statistics = simulator.statistics();
    if let (Some(path), Some(statistics)) = (&options.timeline, &statistics) {
        fs::write(path, chrome_trace(D::info(), statistics)).map_err(|error| named(path, &error))?;
    }
    report(D::info(), options, &summary, simulator.log_lines(), seconds, statistics.as_ref())?;
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

/// Chrome trace events: a bar for each span, a row for each thread.
fn chrome_trace(info: &DesignInfo, statistics: &Statistics) -> String {
    let mut name = Vec::new();
    write_json_string(&mut name, info.name);
    let mut text = format!(
        "[\n{{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,\"tid\":0,\"args\":{{\"name\":{}}}}}",
        String::from_utf8_lossy(&name)
    );
    for thread in 0..statistics.threads {
        text += &format!(
            ",\n{{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":{thread},\"args\":{{\"name\":\"thread {thread}\"}}}}"
        );
    }
    for span in &statistics.spans {
        let (start, length) = (span.start as f64 / 1000.0, span.end.saturating_sub(span.start) as f64 / 1000.0);
        text += &format!(
            ",\n{{\"name\":\"{}\",\"cat\":\"simulation\",\"ph\":\"X\",\"ts\":{start:.3},\"dur\":{length:.3},\"pid\":1,\"tid\":{},\"args\":{{\"cycle\":{}}}}}",
            span.name, span.thread, span.cycle
        );
    }
    text + "\n]\n"
}

/// What an engine measured, as further members of the summary.
fn statistics_json(info: &DesignInfo, options: &Options, statistics: &Statistics) -> String {
    let mut text = format!(",\"threads\":{},\"threadsReason\":", statistics.threads);
    let mut reason = Vec::new();
    write_json_string(&mut reason, &statistics.reason);
    text += &String::from_utf8_lossy(&reason);
    if !options.stats {
        return text;
    }
    text += &format!(",\"lockAcquisitions\":{},\"contended\":{}", statistics.lock_acquisitions, statistics.contended);
    if let Some(share) = statistics.barrier_share {
        text += &format!(",\"barrierWaitShare\":{share:.4}");
    }
    if !statistics.activations.is_empty() {
        let mut list = Vec::new();
        for (module, count) in info.modules.iter().zip(&statistics.activations) {
            list.push(if list.is_empty() { b'{' } else { b',' });
            write_json_string(&mut list, module.name);
            list.extend_from_slice(format!(":{count}").as_bytes());
        }
        text += &format!(",\"activations\":{}}}", String::from_utf8_lossy(&list));
    }
    text
}

fn report(
    info: &DesignInfo,
    options: &Options,
    summary: &Summary,
    lines: u64,
    seconds: f64,
    statistics: Option<&Statistics>,
) -> io::Result<()> {
    let mut error = io::stderr().lock();
    let cycles = summary.cycles;
    let dropped = summary.dropped_writes;
    let kind = summary.stop.kind();
    let rate = if seconds > 0.0 { cycles as f64 / seconds } else { 0.0 };
    if options.json || options.stats {
        writeln!(
            error,
            "{{\"cycles\":{cycles},\"stop\":\"{kind}\",\"droppedWrites\":{dropped},\"logLines\":{lines},\"seconds\":{seconds:.6}{}}}",
            statistics.map_or(String::new(), |statistics| statistics_json(info, options, statistics))
        )
    } else if options.quiet {
        Ok(())
    } else {
        let lost = if dropped == 0 { String::new() } else { format!(", {dropped} writes out of range") };
        let threads = match statistics {
            Some(statistics) if statistics.threads > 1 => format!(" on {} threads", statistics.threads),
            _ => String::new(),
        };
        writeln!(error, "{cycles} cycles in {seconds:.3} s ({rate:.0} cycles/s){threads}, stopped by {kind}{lost}")
    }
}

#[cfg(test)]
mod tests {
    use super::{chrome_trace, fit, parse, Options};
    use crate::info::{Config, DesignInfo, LogFormat};
    use crate::parallel::engine::{Span, Statistics};

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
        assert!(options.quiet && !options.stats && !options.json);
        assert!(parsed("--json").is_ok_and(|options| options.json && !options.stats));
    }

    #[test]
    fn explains_wrong_use() {
        assert_eq!(parsed("--cycles"), Err("--cycles needs a value".to_string()));
        assert_eq!(parsed("--cycles 0"), Err("--cycles needs a number of at least 1, not 0".to_string()));
        assert_eq!(parsed("--speed"), Err("unknown option --speed".to_string()));
        assert_eq!(parsed("--log loud"), Err("--log takes located, json, plain or none, not loud".to_string()));
        assert_eq!(parsed("--trace a"), Err("--trace needs --vcd".to_string()));
        assert_eq!(
            parsed("--threads 0"),
            Err("--threads needs auto or a number of at least 1, not 0".to_string())
        );
        let alone = |text| fit(&parsed(text).unwrap(), false);
        assert!(alone("--threads 2").is_err() && alone("--timeline t.json").is_err());
        assert_eq!((alone("--threads 1"), alone("")), (Ok(()), Ok(())));
    }

    #[test]
    fn names_the_rows_of_a_timeline() {
        let spans = vec![Span { thread: 1, name: "run", cycle: 3, start: 1_500, end: 2_000 }];
        let text = chrome_trace(&INFO, &Statistics { threads: 2, spans, ..Statistics::default() });
        assert_eq!(
            text,
            r#"[
{"name":"process_name","ph":"M","pid":1,"tid":0,"args":{"name":"test"}},
{"name":"thread_name","ph":"M","pid":1,"tid":0,"args":{"name":"thread 0"}},
{"name":"thread_name","ph":"M","pid":1,"tid":1,"args":{"name":"thread 1"}},
{"name":"run","cat":"simulation","ph":"X","ts":1.500,"dur":0.500,"pid":1,"tid":1,"args":{"cycle":3}}
]
"#
        );
    }
}
