/** The `main.rs` that runs a generated simulator and prints its trace as JSON, in place of its own. */

/**
 * The source of the probe. Its arguments: the cycle after which it takes a snapshot, goes on and comes back, 0 for none; then, for simulators
 * that were built for threads, their number or `auto`, and the seed of random delays, 0 for none.
 *
 * @param crate name of the generated library
 */
export function rustProbe(crate: string): string {
  return `//! Runs the design and prints all that can be observed as lines of JSON.
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use assassyn_runtime::log::write_json_string;
use assassyn_runtime::parallel::{ParallelOptions, Threads};
use assassyn_runtime::{Design, LogFormat, Simulator, Site, Stop, Value};
use ${crate}::State;

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Json(Vec<u8>);

impl Json {
    fn string(&mut self, text: &str) {
        write_json_string(&mut self.0, text);
    }
    fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }
    fn value(&mut self, value: Option<&Value>) {
        match value {
            Some(value) => self.string(&value.to_string()),
            None => self.raw("null"),
        }
    }
}

fn place(site: &Site) -> String {
    let file = State::info().files.get(site.file as usize).copied().unwrap_or("?");
    format!("{file}:{}:{}", site.line, site.column)
}

fn stop_text(stop: &Stop) -> String {
    match stop {
        Stop::Limit => "limit".to_string(),
        Stop::Idle(_) => "idle".to_string(),
        Stop::Finish { module, site } => format!("finish in {module} at {}", place(site)),
        Stop::Fault { message, module, cycle, site } => {
            format!("fault: {message}, in {module} at cycle {cycle} ({})", place(site))
        }
    }
}

fn main() {
    let snapshot_at: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    let log = Shared::default();
    let mut simulator = Simulator::<State>::new();
    if let Some(threads) = std::env::args().nth(2) {
        let seed = std::env::args().nth(3).and_then(|text| text.parse().ok()).unwrap_or(0);
        simulator.set_parallel(&ParallelOptions {
            threads: threads.parse().map_or(Threads::Auto, Threads::Count),
            delays: (seed != 0).then_some(seed),
            ..ParallelOptions::default()
        });
    }
    simulator.set_log(LogFormat::Json, Box::new(log.clone()));
    if snapshot_at > 0 {
        while simulator.stop().is_none() && simulator.cycle() < snapshot_at {
            simulator.step();
        }
        if simulator.stop().is_none() {
            let snapshot = simulator.snapshot();
            simulator.flush().unwrap();
            let kept = log.0.lock().unwrap().len();
            for _ in 0..7 {
                simulator.step();
            }
            simulator.flush().unwrap();
            simulator.restore(&snapshot);
            log.0.lock().unwrap().truncate(kept);
        }
    }
    simulator.run();
    simulator.flush().unwrap();
    let mut out = Json(Vec::new());
    out.raw("{\\"stop\\":");
    out.string(&simulator.stop().map_or_else(String::new, stop_text));
    out.raw(&format!(",\\"cycles\\":{},\\"droppedWrites\\":{}", simulator.cycle(), simulator.dropped_writes()));
    out.raw(",\\"arrays\\":[");
    let mut comma = "";
    for array in State::info().arrays {
        out.raw(comma);
        comma = ",";
        out.raw("[");
        out.string(array.name);
        for value in simulator.read_array(array.name).unwrap() {
            out.raw(",");
            out.value(Some(&value));
        }
        out.raw("]");
    }
    out.raw("],\\"modules\\":[");
    comma = "";
    for module in State::info().modules {
        out.raw(comma);
        comma = ",";
        out.raw("{\\"name\\":");
        out.string(module.name);
        let credits = simulator.credits(module.name).unwrap();
        let triggered = simulator.triggered(module.name).unwrap();
        out.raw(&format!(",\\"credits\\":\\"{credits}\\",\\"triggered\\":{triggered},\\"fifos\\":["));
        let mut inner = "";
        for port in module.ports {
            let (length, head) = simulator.fifo(&format!("{}.{}", module.name, port.name)).unwrap();
            out.raw(inner);
            inner = ",";
            out.raw("[");
            out.string(port.name);
            out.raw(&format!(",{length},"));
            out.value(head.as_ref());
            out.raw("]");
        }
        out.raw("],\\"exposed\\":[");
        inner = "";
        for slot in module.exposed {
            out.raw(inner);
            inner = ",";
            out.raw("[");
            out.string(slot.name);
            out.raw(",");
            out.value(simulator.exposed(&format!("{}.{}", module.name, slot.name)).unwrap().as_ref());
            out.raw("]");
        }
        out.raw("]}");
    }
    out.raw("]}\\n");
    let mut stdout = io::stdout().lock();
    stdout.write_all(&out.0).unwrap();
    stdout.write_all(&log.0.lock().unwrap()).unwrap();
}
`;
}
