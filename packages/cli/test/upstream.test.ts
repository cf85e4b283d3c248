import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { assassyn, project } from "./harness.js";

const DUMP = `system small {
  n = [u5; 1];
  |- Read  by: v = n[(0:u1)] in Driver
  \`- Write by: n[(0:u1)] <= v_add /* Driver */ // meta cond (1:b1) in Driver

  Driver = module Driver {
    v = n[(0:u1)]
    v_add = v + (9:u5)
    log('{}', v_add) // meta cond (1:b1)
    n[(0:u1)] <= v_add /* Driver */ // meta cond (1:b1)
  }

}
`;
const METADATA = '{ "sim_threshold": 2, "arrays": { "n": { "init": [20] } } }';
const plain = ["--target", "interpreter", "--log", "plain", "-q"];

test("a dump runs with the metadata beside it", async () => {
  const cwd = project({ "small.ir": DUMP, "small.json": METADATA });
  expect(await assassyn(["run", "small.ir", ...plain], { cwd })).toEqual({
    status: 0,
    stdout: "29\n6\n",
    stderr: "",
  });
});

test("the other semantics keep the bits of the container", async () => {
  const cwd = project({ "small.ir": DUMP, "meta/m.json": METADATA });
  const argv = ["run", "small.ir", "--meta", "meta/m.json", "--semantics", "upstream", ...plain];
  expect((await assassyn(argv, { cwd })).stdout).toBe("29\n38\n");
});

test("without metadata there are warnings, with a missing one an error", async () => {
  const cwd = project({ "small.ir": DUMP });
  const { status, stderr } = await assassyn(["check", "small.ir"], { cwd });
  expect([status, stderr]).toEqual([0, expect.stringContaining("warning[import/unknown-initial]")]);
  const missing = await assassyn(["check", "small.ir", "--meta", "none.json"], { cwd });
  expect([missing.status, missing.stderr]).toEqual([1, expect.stringContaining("cannot read none.json")]);
});

test("mistakes in dump and metadata point into their files", async () => {
  const cwd = project({
    "small.ir": DUMP.replace("v + (9", "w + (9"),
    "small.json": '{ "sim_threshold": 0 }',
  });
  expect((await assassyn(["check", "small.ir"], { cwd })).stderr).toContain("--> small.json:1:20");
  const second = project({ "small.ir": DUMP.replace("v + (9", "w + (9") });
  expect((await assassyn(["check", "small.ir"], { cwd: second })).stderr).toContain("--> small.ir:8:13");
});

test("the places where the semantics differ are listed on demand", async () => {
  const cwd = project({ "small.ir": DUMP, "small.json": METADATA });
  expect((await assassyn(["check", "small.ir"], { cwd })).stderr).not.toContain("semantics-differ");
  const { status, stderr } = await assassyn(["check", "small.ir", "--semantics-report"], { cwd });
  expect(status).toBe(0);
  expect(stderr).toContain("note[import/semantics-differ]: v_add can differ from the original's simulator");
  expect(stderr).toContain("--> small.ir:8:13");
});

test("a dump becomes source that runs alike and names its memory files", async () => {
  const dump = DUMP.replace("  Driver =", "  rom = [u8; 2];\n\n  Driver =").replace(
    "log('{}', v_add)",
    "one = rom[(1:u1)]\n    log('{} {}', v_add, one)",
  );
  const metadata = `{ "sim_threshold": 2, "resource_base": "res", "arrays": { "n": { "init": [20] }, "rom": {} },
    "memories": [{ "name": "m", "kind": "SRAM", "width": 8, "depth": 2, "init_file": "rom.hex", "payload": "rom" }] }`;
  const cwd = project({ "in/small.ir": dump, "in/small.json": metadata, "in/res/rom.hex": "1\n2a\n" });
  mkdirSync(path.join(cwd, "out"));
  expect((await assassyn(["import", "in/small.ir", "-o", "out/small.asyn"], { cwd })).status).toBe(0);
  const source = readFileSync(path.join(cwd, "out", "small.asyn"), "utf8");
  expect(source).toContain('file("../in/res/rom.hex")');
  expect(source).not.toContain("v_add");
  expect((await assassyn(["run", "out/small.asyn", ...plain], { cwd })).stdout).toBe("29 42\n6 42\n");
  expect((await assassyn(["fmt", "--check", "out/small.asyn"], { cwd })).status).toBe(0);
});

const DRAM = `system memories {
  words = [u16; 32];

  Driver = module Driver {
    now = pure_intrinsic.current_cycle()
    first = now == (1:u64)
    wrote = side effect intrinsic.send_write_request({'mem, first, (5:u5), (77:u16)'})
    second = now == (2:u64)
    asked = side effect intrinsic.send_read_request({'mem, second, (5:u5)'})
    there = pure_intrinsic.has_mem_resp(mem)
    if there { // PUSH_CONDITION
      word = pure_intrinsic.get_mem_resp(mem)
      log('{}', word) // meta cond there
      side effect intrinsic.finish({''})
    } // POP_CONDITION
  }

  #[memory.DRAM]
  mem = module mem {
  }

}
`;
const DRAM_METADATA = `{ "sim_threshold": 99, "arrays": { "words": {} },
  "memories": [{ "name": "mem", "kind": "DRAM", "width": 16, "depth": 32, "payload": "words", "model": { "hit": 3, "miss": 6 } }] }`;

test("a DRAM runs without bodies, on the interpreter and on WASM, as the metadata or --dram model it", async () => {
  const cwd = project({ "m.ir": DRAM, "m.json": DRAM_METADATA });
  const run = (target: string, ...more: readonly string[]): ReturnType<typeof assassyn> =>
    assassyn(["run", "m.ir", "--target", target, "--log", "plain", ...more], { cwd });
  for (const target of ["interpreter", "wasm"]) {
    const { status, stdout, stderr } = await run(target);
    expect([status, stdout]).toEqual([0, "77\n"]);
    expect(stderr).toContain(
      "note[import/dram-model]: the DRAM mem is modelled with 8 banks and rows of 4 words; a read is answered after 3 cycles, or 6 if its row is not open",
    );
  }
  expect((await run("interpreter", "--dram", "banks=2,hit=9,miss=30")).stderr).toContain(
    "2 banks and rows of 16 words; a read is answered after 9 cycles, or 30",
  );
});

test("--dram extern leaves the requests to the embedder, and refuses what is no model", async () => {
  const cwd = project({ "m.ir": DRAM, "m.json": DRAM_METADATA });
  const extern = await assassyn(["run", "m.ir", "--dram", "extern"], { cwd });
  expect([extern.status, extern.stderr]).toEqual([2, expect.stringContaining("mem_send_write_request")]);
  const wrong = await assassyn(["check", "m.ir", "--dram", "hit=1"], { cwd });
  expect([wrong.status, wrong.stderr]).toEqual([
    2,
    expect.stringContaining("error[cli/bad-option]: --dram: hit is at least 2"),
  ]);
});

test("a dump that surely faults becomes source that is accepted and faults alike", async () => {
  const dump = `system twice {
  P = module P {
    a: Port<u8>
  } {
    one = P.a.pop() // meta cond (1:b1)
    two = P.a.pop() // meta cond (1:b1)
    log('{} {}', one, two) // meta cond (1:b1)
  }

  Driver = module Driver {
    P.a.push((1:u8)) // handle = h // meta cond (1:b1)
    b = P.bind([h /* P.a=(1:u8) */])
    async_call b // meta cond (1:b1)
  }

}
`;
  const cwd = project({ "twice.ir": dump, "twice.json": '{ "sim_threshold": 5 }' });
  const direct = await assassyn(["run", "twice.ir", ...plain], { cwd });
  await assassyn(["import", "twice.ir", "-o", "twice.asyn"], { cwd });
  const source = await assassyn(["run", "twice.asyn", ...plain], { cwd });
  for (const { status, stderr } of [direct, source])
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining("fault: second pop of the FIFO P.a in one cycle, in P at cycle 2"),
    ]);
});
