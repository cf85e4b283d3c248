/** parallel.md: its excerpts are what the passes do, its table names tests that exist, and the crates are what the table says. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { emitRustParallel } from "@assassyn/emit-rust-parallel";
import { format, resolveConfig } from "prettier";
import { expect, test } from "vitest";
import { commandSpecs } from "../packages/cli/src/commands/index.js";
import { climbLadder, generateRungs } from "./parallel-page.js";

const root = new URL("../", import.meta.url);
const file = fileURLToPath(new URL("parallel.md", import.meta.url));
const START = "<!-- generated from the passes; `npx vitest run docs -u` writes it -->\n";
const END = "<!-- end of what is generated -->\n";
const page = readFileSync(file, "utf8");

test("the excerpts are what the rungs do to the design of the page", async () => {
  const source = /^```asyn run\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? "";
  const [before, rest = ""] = page.split(START);
  const [, after = ""] = rest.split(END);
  const written = `${before}${START}\n${generateRungs(source, "Driver")}\n${END}${after}`;
  const formatted = await format(written, { ...(await resolveConfig(file)), parser: "markdown" });
  await expect(formatted).toMatchFileSnapshot(file);
  expect([page.includes(START), page.includes(END)]).toEqual([true, true]);
});

test("each line of the plan names tests that exist", () => {
  const table = page.slice(page.indexOf("| line of the plan"));
  const rows = table.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| line"));
  expect(rows.filter((row) => !row.startsWith("| ---"))).toHaveLength(10);
  for (const row of rows) {
    if (row.startsWith("| ---")) continue;
    const named = [...row.matchAll(/`([\w./-]+\.(?:test\.ts|rs))`: ("[^"]+"(?:, "[^"]+")*)/g)];
    expect([row, named.length > 0]).toEqual([row, true]);
    for (const [, path = "", titles = ""] of named) {
      const text = readFileSync(new URL(path, root), "utf8");
      for (const [, title = ""] of titles.matchAll(/"([^"]+)"/g)) {
        const isThere = path.endsWith(".rs")
          ? new RegExp(String.raw`#\[test\]\n\s*fn ${title}\(`).test(text)
          : new RegExp(String.raw`^(test|\])[\w.]*[\s\S]{0,4000}?"${escaped(title)}",`, "m").test(text);
        expect([path, title, isThere]).toEqual([path, title, true]);
      }
    }
  }
});

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

test("every option that the page names exists", () => {
  const options = new Set(
    commandSpecs.flatMap((spec) =>
      Object.values(spec.options).map(({ flags }) => /--[\w-]+/.exec(flags)?.[0] ?? ""),
    ),
  );
  const named = new Set(page.replaceAll(/<!--.*-->/g, "").match(/--[a-z][\w-]+/g) ?? []);
  expect([...named].filter((name) => !options.has(name))).toEqual([]);
});

/** Two stages read `limit`, the driver writes it; both stages write `last`; one asks for the cycle. */
const DESIGN = `system shared {
  config { cycles: 5 }
  reg limit: u8
  reg last: u8
  module first(a: u8) {
    take a
    last <= a
    when a < limit { log("{}", cycle()) }
  }
  module second(a: u8) {
    take a
    last <= a + limit
  }
  driver {
    limit <= limit + 1
    first(a: limit)
    second(a: limit)
  }
}
`;

/** All Rust of the design itself behind a rung. */
function crateAt(rung: string): string {
  const climbed = climbLadder(DESIGN).find(({ pass }) => pass === rung);
  if (climbed === undefined) throw new Error(`no rung ${rung}`);
  return emitRustParallel(climbed.after)
    .filter(({ path }) => path.startsWith("src/"))
    .map(({ text }) => text)
    .join("\n");
}

test("arrays, FIFOs and event queues stand behind a mutex, or an rwlock where readers are many", () => {
  const crate = crateAt("lock-insertion");
  expect(crate).toMatch(/pub last: MutexCell<SharedArray</);
  expect(crate).toMatch(/pub limit: RwLockCell<SharedArray</);
  expect(crate).toMatch(/pub a: MutexCell<SharedFifo</);
  expect(crate).toContain("pub credit: MutexCell<EventQueue>");
  expect(crate).toContain("pub triggered: MutexCell<bool>");
});

test("flags are atomic booleans, the stamp is an atomic word", () => {
  const before = crateAt("lock-insertion");
  const crate = crateAt("atomic-flags");
  expect(crate).toContain("pub triggered: AtomicCell<bool>");
  expect(before).toMatch(/pub stamp: (Mutex|RwLock)Cell<u64>/);
  expect(crate).toContain("pub stamp: AtomicCell<u64>");
  const word = readFileSync(new URL("tools/rust-sim-runtime/src/parallel/atomic_word.rs", root), "utf8");
  expect(word).toMatch(/bool => AtomicBool\b.*u64 => AtomicU64\b/);
});

test("functions of modules take the state for themselves, then share it", () => {
  const own = crateAt("atomic-flags");
  const shared = crateAt("self-signature");
  expect(own).toMatch(/pub fn first\(state: &mut State,/);
  expect(shared).toMatch(/pub fn first\(state: &State,/);
  expect(own).toMatch(/^pub fn .*&mut State/m);
  expect(shared).not.toMatch(/^pub (fn|type) .*&mut State/m);
});

test("a barrier stands before the commit", () => {
  for (const rung of ["lock-insertion", "self-signature", "lock-elision"])
    expect(crateAt(rung)).toMatch(
      /Step::Run\(&\[0, 1, 2\]\),\s*Step::Barrier,\s*Step::Commit,\s*Step::Barrier,/,
    );
});

const driver = (crate: string): string => /pub fn run_driver[\s\S]*?\n}/.exec(crate)?.[0] ?? "";

test("a module takes all its locks once, for everything it publishes", () => {
  expect(driver(crateAt("self-signature"))).not.toMatch(/locked_\d/);
  const batched = driver(crateAt("lock-batching"));
  expect(batched.match(/let mut locked_\d+ = /g)).toHaveLength(3);
});

test("every cell that threads share says what makes that safe", () => {
  const folder = new URL("tools/rust-sim-runtime/src/parallel/", root);
  const missing = ["locks.rs", "atomics.rs", "shared_state.rs"].flatMap((name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    return [...text.matchAll(/((?:^\/\/\/.*\n)+)(?:^#\[.*\n)*^pub struct (\w+)/gm)].flatMap(
      ([, doc = "", struct = ""]) => (doc.includes("Thread-safety:") ? [] : [`${name}: ${struct}`]),
    );
  });
  expect(missing).toEqual([]);
  // The variants for one thread are there, too, and know nothing of threads.
  const names = readdirSync(new URL("../", folder));
  expect(names).toEqual(expect.arrayContaining(["fifo.rs", "deferred.rs"]));
});
