/** A design with extern functions, and an embedder that drives the library of it, for every Rust target. */
import { createInterpreter } from "@assassyn/interpreter";
import type { System } from "@assassyn/ir";
import { SystemBuilder, bits, int, uint } from "@assassyn/ir";

const LOC = { file: 0, line: 3, column: 1 };

/** Two extern functions, a register, an array, a FIFO that fills, an exposed value. */
export function hosted(): System {
  const system = new SystemBuilder("hosted");
  const half = system.extern({
    name: "half",
    parameters: [{ name: "value", type: int(12) }],
    results: [{ name: "result", type: int(12) }],
    loc: LOC,
  });
  const split = system.extern({
    name: "splitUp",
    parameters: [{ name: "type", type: uint(16) }],
    results: [
      { name: "high", type: uint(8) },
      { name: "low", type: uint(7) },
    ],
    loc: LOC,
  });
  const register = system.array("cnt", int(12), { initial: [0xfffn] });
  const table = system.array("table", uint(100), { size: 4 });
  const stage = system.module("stage", "sink");
  const port = stage.port("items", uint(16));
  stage.wait(stage.binary("gt", stage.cycle(), stage.const(bits(64), 100)));
  stage.pop(port);
  const driver = system.module("driver", "Driver");
  const zero = driver.const(uint(1), 0);
  const halved = driver.externCall(half, [driver.read(register, zero, int(12))], int(12));
  const pair = driver.externCall(split, [driver.slice(driver.cycle(), 15, 0)], bits(15));
  driver.write(register, zero, driver.binary("sub", halved, driver.const(int(12), 100)));
  driver.write(
    table,
    driver.slice(driver.cycle(), 1, 0),
    driver.concat([driver.slice(driver.cycle(), 35, 0), driver.cycle()]),
  );
  driver.expose("pair", pair);
  driver.push(stage.id, port, driver.slice(driver.cycle(), 15, 0));
  driver.call(stage.id);
  driver.log("{} {}", [halved, pair]);
  return system.build();
}

/** Drives the library as an embedder does, and prints what it sees. */
export const HOST = `use hosted::{Externs, LogFormat, Simulator, Value};

struct Bodies;

impl Externs for Bodies {
    fn half(&mut self, value: u16) -> Result<u16, String> {
        // Twelve bits, sign-extended by hand; what is returned is cut again.
        let number = ((value << 4) as i16) >> 4;
        if number < -900 {
            return Err("too small".to_string());
        }
        Ok((number / 2) as u16)
    }

    fn split_up(&mut self, r#type: u16) -> Result<(u8, u8), String> {
        Ok(((r#type >> 1) as u8, r#type as u8))
    }
}

fn show(simulator: &Simulator) {
    let read = |name: &str, index: usize| simulator.read(name, index).map(|value| value.to_string()).unwrap_or_else(|error| error.to_string());
    let (length, head) = simulator.fifo("sink.items").expect("it is there");
    let head = head.map_or("none".to_string(), |value| value.to_string());
    let exposed = simulator.exposed("Driver.pair").expect("it is there").map_or("none".to_string(), |value| value.to_string());
    println!(
        "{} {} {} {length} {head} {exposed} {} {}",
        simulator.cycle(),
        read("cnt", 0),
        read("table", 1),
        simulator.credits("sink").expect("it is there"),
        simulator.triggered("Driver").expect("it is there"),
    );
}

fn main() {
    let mut simulator = Simulator::with_externs(Box::new(Bodies));
    simulator.set_log(LogFormat::None, Box::new(std::io::stdout()));
    show(&simulator);
    for _ in 0..3 {
        simulator.step();
        show(&simulator);
    }
    let snapshot = simulator.snapshot();
    simulator.write("cnt", 0, -7_i32).expect("it fits");
    simulator.step();
    show(&simulator);
    simulator.restore(&snapshot);
    show(&simulator);
    simulator.step();
    show(&simulator);
    for (name, index, value) in [("cnt", 0, Value::from(2048_i32)), ("cnt", 1, Value::from(0_i32)), ("nothing", 0, Value::from(0_i32))] {
        println!("{}", simulator.write(name, index, value).expect_err("it is refused"));
    }
    println!("{}", simulator.read("sink.items", 0).expect_err("it is refused"));
    simulator.write("cnt", 0, -2000_i32).expect("it fits");
    println!("{:?}", simulator.run());
    simulator.reset();
    show(&simulator);
}
`;

/** What the embedder prints, as the reference interpreter has it. The index of the operation of the fault is 3 here; passes may change it. */
export function expectedOfHost(system: System): string[] {
  const expected: string[] = [];
  const simulation = createInterpreter(system, {
    externs: {
      half: (value = 0n) => {
        if (value < -900n) throw new Error("too small");
        return value / 2n;
      },
      splitUp: (value = 0n) => [value >> 1n, value],
    },
  });
  const show = (): void => {
    const { length, head } = simulation.fifo("sink.items");
    const exposed = simulation.exposed("Driver.pair");
    expected.push(
      [
        simulation.cycle,
        simulation.read("cnt"),
        simulation.read("table", 1),
        length,
        head ?? "none",
        exposed ?? "none",
        simulation.credits("sink"),
        simulation.triggered("Driver"),
      ].join(" "),
    );
  };
  const refused = (action: () => unknown): void => {
    try {
      action();
    } catch (error) {
      if (error instanceof RangeError) expected.push(error.message);
    }
  };
  show();
  for (let cycle = 1; cycle <= 3; cycle += 1) {
    simulation.step();
    show();
  }
  const snapshot = simulation.snapshot();
  simulation.write("cnt", -7);
  simulation.step();
  show();
  simulation.restore(snapshot);
  show();
  simulation.step();
  show();
  refused(() => simulation.write("cnt", 2048));
  refused(() => simulation.write("cnt", 0, 1));
  refused(() => simulation.write("nothing", 0));
  refused(() => simulation.read("sink.items"));
  expected.push(
    'Some(Fault { message: "extern half failed: too small", module: "Driver", cycle: 5, site: Site { operation: 3, file: 0, line: 1, column: 1 } })',
  );
  simulation.reset();
  show();
  return expected;
}
