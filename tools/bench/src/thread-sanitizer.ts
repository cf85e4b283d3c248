/**
 * `npm run tsan`: the runtime's tests and three examples on several threads under ThreadSanitizer, and a race made on purpose, which shows
 * that it would be found. Works on the stable compiler: `RUSTC_BOOTSTRAP` admits the one unstable flag. The standard library itself is not
 * instrumented, so its own synchronisation is known to the sanitizer only where it goes through pthreads and atomics in our code; what it
 * reports inside the start and the join of threads is silenced by name, and nothing else.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { emitRustParallel, rustParallelEmitter } from "@assassyn/emit-rust-parallel";
import batching from "@assassyn/plugin-lock-batching";
import { lowerFor } from "@assassyn/testing/targets";
import { loadExample } from "./example-designs.js";

/** Each names one function of the standard library that frees what threads shared; a pattern that names a thread's entry would hide all. */
const SUPPRESSIONS = `race:Arc<std::thread*drop_slow
race:drop_in_place::<std::thread::scoped::ScopedJoinHandle
race:drop_in_place::<std::thread::lifecycle::Packet
race:test::event::CompletedTest
race:^test::run_test$
`;

const RACE = `use std::cell::UnsafeCell;
struct Shared(UnsafeCell<u64>);
unsafe impl Sync for Shared {}
static CELL: Shared = Shared(UnsafeCell::new(0));
fn main() {
    let count = || (0..100_000).for_each(|_| unsafe { *std::hint::black_box(CELL.0.get()) += 1 });
    let other = std::thread::spawn(count);
    count();
    other.join().unwrap();
}
`;

const root = process.cwd();
const folder = path.join(root, "node_modules", ".cache", "assassyn-tsan");
const triple = /host: (.*)/.exec(spawnSync("rustc", ["-vV"], { encoding: "utf8" }).stdout ?? "")?.[1];
if (triple === undefined) {
  console.error("rustc was not found");
  process.exit(2);
}

const suppressions = path.join(folder, "suppressions.txt");
const environment = {
  ...process.env,
  RUSTC_BOOTSTRAP: "1",
  // On the main thread: the test harness hands its closures over by means that the sanitizer does not see.
  RUST_TEST_THREADS: "1",
  RUSTFLAGS: "-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer --cfg assassyn_tsan",
  CARGO_TARGET_DIR: path.join(folder, "target"),
  TSAN_OPTIONS: `suppressions=${suppressions} halt_on_error=1 exitcode=66`,
};

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Exit status of a cargo command, with what it printed. */
function cargo(
  cwd: string,
  values: readonly string[],
): { readonly status: number | null; readonly text: string } {
  const [subcommand = "", ...rest] = values;
  const split = rest.indexOf("--");
  const own = split < 0 ? rest : rest.slice(0, split);
  const passed = split < 0 ? [] : rest.slice(split);
  const result = spawnSync(
    "cargo",
    [subcommand, "--offline", "--quiet", "--release", "--target", triple ?? "", ...own, ...passed],
    { cwd, env: environment, encoding: "utf8", maxBuffer: 1 << 28 },
  );
  return { status: result.status, text: result.stdout + result.stderr };
}

let failed = 0;
function report(name: string, isFine: boolean, text: string): void {
  console.log(`${isFine ? "ok    " : "FAILED"} ${name}`);
  if (isFine) return;
  failed += 1;
  console.log(text.slice(0, 6000));
}

write(suppressions, SUPPRESSIONS);

const race = path.join(folder, "race");
write(
  path.join(race, "Cargo.toml"),
  '[package]\nname = "seeded-race"\nversion = "0.0.0"\nedition = "2021"\n\n[workspace]\n',
);
write(path.join(race, "src", "main.rs"), RACE);
const seeded = cargo(race, ["run"]);
report(
  "a race made on purpose is found",
  seeded.status === 66 && seeded.text.includes("data race"),
  `status ${seeded.status}\n${seeded.text}`,
);

const runtime = cargo(path.join(root, "tools", "rust-sim-runtime"), ["test"]);
report("tests of the runtime", runtime.status === 0, runtime.text);

/** The last rung of the ladder that each crate stands on: three that share one state, and the whole ladder. */
const RUNGS = ["self-signature", "lock-batching", "lock-elision", "partition"];
const common = { target: "rust-parallel", emitters: [rustParallelEmitter], plugins: [batching] };
for (const name of ["async-call", "systolic-array", "manycore"]) {
  const system = loadExample(name);
  for (const rung of RUNGS) {
    const crate = path.join(folder, "designs", `${name}-${rung}`);
    const files = emitRustParallel(lowerFor({ ...common, rung })(system));
    for (const file of files) write(path.join(crate, file.path), file.text);
    for (const threads of ["2", "4"]) {
      const run = cargo(crate, [
        "run",
        "--",
        "--threads",
        threads,
        "--test-delays",
        "7",
        "--cycles",
        "2000",
        "--log",
        "none",
      ]);
      report(`${name} at ${rung} on ${threads} threads`, run.status === 0, run.text);
    }
  }
}
console.log(failed === 0 ? "no race" : `${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
