//! The plant around a simulated regulator: steps it cycle by cycle, supplies the body of its extern function, reads and writes registers.

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
use std::sync::Arc;

use regulator::{Externs, LogFormat, Simulator, Stop};

/// Knows the temperature of the room, in tenths of a degree. A simulation may move to another thread, so its extern functions may, too.
struct Sensor {
    tenths: Arc<AtomicI32>,
}

impl Externs for Sensor {
    /// Signed values come and go as their bits.
    fn measure(&mut self, time: u32) -> Result<u16, String> {
        let tenths = i16::try_from(self.tenths.load(Relaxed))
            .map_err(|_| format!("sample {time}: the room burns"))?;
        Ok(tenths as u16)
    }
}

/// A register of one element. All registers here have at most 64 bits, so that each fits.
fn read(simulator: &Simulator, name: &str) -> i64 {
    let value = simulator
        .read(name, 0)
        .expect("the design has the register");
    value.to_i64().expect("it has at most 64 bits")
}

fn main() {
    let tenths = Arc::new(AtomicI32::new(150));
    let sensor = Sensor {
        tenths: Arc::clone(&tenths),
    };
    let mut simulator = Simulator::with_externs(Box::new(sensor));
    simulator.set_log(LogFormat::None, Box::new(std::io::stdout()));

    // The first cycle measures and calls the stage, the second one computes.
    simulator.step();
    let (length, missing) = simulator
        .fifo("control.missing")
        .expect("the stage has the port");
    assert_eq!(
        (length, missing.and_then(|value| value.to_i64())),
        (1, Some(50))
    );
    assert_eq!(read(&simulator, "heater"), 0);
    simulator.step();
    assert_eq!(read(&simulator, "heater"), 53);

    // The room: it loses a hundredth of what it is warmer than outside, and the heater warms it. One step, one sample.
    let mut room = 150.0_f64;
    let mut live = |simulator: &mut Simulator, cycles: u32| {
        for _ in 0..cycles {
            room += read(simulator, "heater") as f64 / 20.0 - (room - 50.0) / 100.0;
            tenths.store(room.round() as i32, Relaxed);
            assert_eq!(simulator.step(), None);
        }
        tenths.load(Relaxed)
    };
    let cold = live(&mut simulator, 300);
    println!(
        "cycle {}: {cold} tenths, heater at {}%",
        simulator.cycle(),
        read(&simulator, "heater")
    );
    assert!((cold - 200).abs() <= 3);

    // A new setpoint from outside, and back to where it was from a snapshot.
    let snapshot = simulator.snapshot();
    simulator.write("setpoint", 0, 230_i32).expect("it fits");
    let warm = live(&mut simulator, 300);
    println!(
        "cycle {}: {warm} tenths, heater at {}%",
        simulator.cycle(),
        read(&simulator, "heater")
    );
    assert!((warm - 230).abs() <= 3);
    simulator.restore(&snapshot);
    assert_eq!(
        (simulator.cycle(), read(&simulator, "setpoint")),
        (302, 200)
    );

    // What does not fit a register is refused; an extern function that fails ends the run with a fault.
    let refusal = simulator
        .write("setpoint", 0, 40_000_i32)
        .expect_err("it has 16 bits");
    println!("{refusal}");
    tenths.store(99_999, Relaxed);
    match simulator.run() {
        Some(Stop::Fault { message, cycle, .. }) => println!("cycle {cycle}: {message}"),
        other => panic!("not a fault: {other:?}"),
    }
}
