import { expect, test } from "vitest";
import { encodeB, encodeI, encodeJ, encodeR, encodeS, encodeU, loadImmediate } from "./encode.js";
import { HALT_ADDRESS, InstructionSimulator, SimulationError } from "./instruction-simulator.js";

const MIN = 0x8000_0000;
const MAX = 0x7fff_ffff;
const ONES = 0xffff_ffff;

/** Steps through `setup` and returns the record of the instruction after it. */
function retire(setup: readonly number[], instruction: number, data?: readonly number[]) {
  const simulator = new InstructionSimulator({ program: [...setup, instruction], ...(data && { data }) });
  for (const _ of setup) simulator.step();
  return { simulator, record: simulator.step() };
}

/** x1 = a, x2 = b. */
function operands(a: number, b: number): number[] {
  return [...loadImmediate(1, a), ...loadImmediate(2, b)];
}

test.each<[string, number, number, number, number, number]>([
  ["add", 0x00, 0, 1, 2, 3],
  ["add wraps", 0x00, 0, ONES, 1, 0],
  ["add overflows", 0x00, 0, MAX, 1, MIN],
  ["sub", 0x20, 0, 1, 2, ONES],
  ["sub of the minimum", 0x20, 0, 0, MIN, MIN],
  ["sll", 0x00, 1, 1, 31, MIN],
  ["sll takes the amount modulo 32", 0x00, 1, 3, 33, 6],
  ["slt across the sign", 0x00, 2, MIN, MAX, 1],
  ["slt", 0x00, 2, 1, ONES, 0],
  ["slt of equals", 0x00, 2, 5, 5, 0],
  ["sltu across the sign", 0x00, 3, MIN, MAX, 0],
  ["sltu", 0x00, 3, 1, ONES, 1],
  ["xor", 0x00, 4, 0xff00_ff00, 0x0ff0_0ff0, 0xf0f0_f0f0],
  ["srl", 0x00, 5, MIN, 31, 1],
  ["srl by 32 is by 0", 0x00, 5, MIN, 32, MIN],
  ["sra", 0x20, 5, MIN, 31, ONES],
  ["sra of a positive", 0x20, 5, MAX, 30, 1],
  ["or", 0x00, 6, 0xff00_0000, 0x0000_00ff, 0xff00_00ff],
  ["and", 0x00, 7, 0xff00_ff00, 0x0ff0_0ff0, 0x0f00_0f00],
])("%s", (_name, funct7, funct3, a, b, expected) => {
  const { record, simulator } = retire(operands(a, b), encodeR("register", funct7, funct3, 3, 1, 2));
  expect(record).toMatchObject({ rd: 3, value: expected });
  expect(simulator.register(3)).toBe(expected);
});

test.each<[string, number, number, number, number]>([
  ["addi", 0, 5, -2048, 0xffff_f805],
  ["addi wraps", 0, ONES, 1, 0],
  ["slti", 2, MIN, -1, 1],
  ["slti of equals", 2, ONES, -1, 0],
  ["sltiu sign-extends, then compares unsigned", 3, MAX, -1, 1],
  ["sltiu", 3, 0, 0, 0],
  ["xori with -1 is not", 4, 0x1234_5678, -1, 0xedcb_a987],
  ["ori", 6, 0x8000_0000, 0x7ff, 0x8000_07ff],
  ["andi", 7, ONES, -16, 0xffff_fff0],
  ["slli", 1, 1, 31, MIN],
  ["srli", 5, MIN, 31, 1],
  ["srai", 5, MIN, 0x400 | 31, ONES],
])("%s", (_name, funct3, a, immediate, expected) => {
  expect(retire(operands(a, 0), encodeI("immediate", funct3, 3, 1, immediate)).record).toMatchObject({
    rd: 3,
    value: expected,
  });
});

test("lui and auipc put the immediate into the upper 20 bits", () => {
  expect(retire([], encodeU("lui", 5, 0xffff_f000)).record).toEqual({
    pc: 0,
    instruction: 0xffff_f2b7,
    rd: 5,
    value: 0xffff_f000,
  });
  expect(retire([0x13], encodeU("auipc", 5, 0xffff_f000)).record).toMatchObject({
    pc: 4,
    rd: 5,
    value: 0xffff_f004,
  });
});

test.each<[string, number, number, number, boolean]>([
  ["beq", 0, 7, 7, true],
  ["beq not taken", 0, 7, 8, false],
  ["bne", 1, 7, 8, true],
  ["bne not taken", 1, 7, 7, false],
  ["blt", 4, MIN, MAX, true],
  ["blt not taken", 4, 7, 7, false],
  ["bge of equals", 5, 7, 7, true],
  ["bge not taken", 5, MIN, MAX, false],
  ["bltu", 6, MAX, MIN, true],
  ["bltu not taken", 6, ONES, 0, false],
  ["bgeu of equals", 7, ONES, ONES, true],
  ["bgeu not taken", 7, 0, ONES, false],
])("%s", (_name, funct3, a, b, taken) => {
  const { record, simulator } = retire(operands(a, b), encodeB(funct3, 1, 2, 4094 - 2));
  expect(record).toMatchObject({ pc: 16, rd: 0, value: 0 });
  expect(simulator.pc).toBe(taken ? 16 + 4092 : 20);
});

test("branches and jumps go backwards, and link the address after them", () => {
  expect(retire([0x13, 0x13], encodeB(0, 0, 0, -8)).simulator.pc).toBe(0);
  const jal = retire([0x13, 0x13], encodeJ(1, -8));
  expect(jal.record).toMatchObject({ pc: 8, rd: 1, value: 12 });
  expect(jal.simulator.pc).toBe(0);
  expect(retire([], encodeJ(0, 0x8000)).simulator.pc).toBe(0x8000);
});

test("jalr clears the lowest bit, and reads its base before it links", () => {
  const { record, simulator } = retire(loadImmediate(1, 0x101), encodeI("jalr", 0, 1, 1, -0x80));
  expect(record).toMatchObject({ pc: 8, rd: 1, value: 12 });
  expect(simulator.pc).toBe(0x80);
});

test.each<[string, number, number, number]>([
  ["lb", 0, 3, 0xffff_ff81],
  ["lb of a positive", 0, 0, 0x74],
  ["lh", 1, 2, 0xffff_8192],
  ["lh of a positive", 1, 0, 0x6374],
  ["lw", 2, 0, 0x8192_6374],
  ["lbu", 4, 3, 0x81],
  ["lhu", 5, 2, 0x8192],
])("%s", (_name, funct3, offset, expected) => {
  expect(
    retire(loadImmediate(1, 8), encodeI("load", funct3, 3, 1, offset - 4), [0, 0x8192_6374]).record,
  ).toMatchObject({ rd: 3, value: expected });
});

test.each<[string, number, number, number]>([
  ["sb", 0, 0, 0x8192_6378],
  ["sb to the highest byte", 0, 3, 0x7892_6374],
  ["sh", 1, 2, 0x5678_6374],
  ["sw", 2, 0, 0x1234_5678],
])("%s", (_name, funct3, offset, expected) => {
  const { record, simulator } = retire(
    operands(8, 0x1234_5678),
    encodeS(funct3, 1, 2, offset - 4),
    [0, 0x8192_6374],
  );
  expect(record).toMatchObject({ rd: 0, value: 0 });
  expect(simulator.dataWord(4)).toBe(expected);
});

test("x0 stays zero, whatever writes it", () => {
  const { record, simulator } = retire([], encodeI("immediate", 0, 0, 0, 5));
  expect(record).toEqual({ pc: 0, instruction: 0x0050_0013, rd: 0, value: 0 });
  expect(simulator.register(0)).toBe(0);
});

test("fence does nothing", () => {
  const { record, simulator } = retire([], 0x0ff0_000f);
  expect(record).toMatchObject({ rd: 0, value: 0 });
  expect(simulator.pc).toBe(4);
});

test("the data memory starts as a copy of the program, and stores leave the program alone", () => {
  const program = [encodeI("load", 2, 1, 0, 0), encodeS(2, 0, 0, 8), 0x13];
  const simulator = new InstructionSimulator({ program });
  expect(simulator.step().value).toBe(program[0]);
  simulator.step();
  expect(simulator.dataWord(8)).toBe(0);
  expect(simulator.step().instruction).toBe(0x13);
});

test("a word store to the halt register halts, and retires", () => {
  const { record, simulator } = retire(operands(HALT_ADDRESS, 42), encodeS(2, 1, 2, 0));
  expect(record).toMatchObject({ pc: 16, rd: 0 });
  expect(simulator).toMatchObject({ halted: true, result: 42, retired: 5 });
  expect(() => simulator.step()).toThrow("halted");
});

test.each<[string, number[], number, string]>([
  ["ecall", [], 0x0000_0073, "ECALL"],
  ["ebreak", [], 0x0010_0073, "EBREAK"],
  ["a CSR instruction", [], 0xc000_2573, "illegal instruction 0xc0002573"],
  ["all zeros", [], 0, "illegal instruction"],
  ["all ones", [], ONES, "illegal instruction"],
  ["mul (M extension)", [], encodeR("register", 1, 0, 1, 2, 3), "illegal instruction"],
  ["slli with a sixth shift bit", [], encodeI("immediate", 1, 1, 1, 32), "illegal instruction"],
  ["and with funct7 of sub", [], encodeR("register", 0x20, 7, 1, 2, 3), "illegal instruction"],
  ["a branch with funct3 2", [], encodeB(2, 0, 0, 8), "illegal instruction"],
  ["ld (RV64)", [], encodeI("load", 3, 1, 0, 0), "illegal instruction"],
  ["sd (RV64)", [], encodeS(3, 0, 0, 0), "illegal instruction"],
  ["jalr with funct3 1", [], encodeI("jalr", 1, 0, 0, 0), "illegal instruction"],
  ["lw misaligned", [], encodeI("load", 2, 1, 0, 2), "misaligned access to 0x00000002"],
  ["lh misaligned", [], encodeI("load", 1, 1, 0, 1), "misaligned access"],
  ["sh misaligned", [], encodeS(1, 0, 0, 3), "misaligned access"],
  ["sw misaligned", [], encodeS(2, 0, 0, 1), "misaligned access"],
  [
    "a taken branch to a misaligned address",
    [],
    encodeB(0, 0, 0, 6),
    "jump to the misaligned address 0x00000006",
  ],
  ["jal to a misaligned address", [], encodeJ(1, 2), "misaligned address"],
  [
    "a load above the memory",
    loadImmediate(1, 0x1_0000),
    encodeI("load", 2, 2, 1, 0),
    "outside of the memory",
  ],
  ["a store below address 0", [], encodeS(2, 0, 0, -4), "access to 0xfffffffc, outside of the memory"],
  [
    "a byte store to the halt register",
    loadImmediate(1, HALT_ADDRESS),
    encodeS(0, 1, 0, 0),
    "outside of the memory",
  ],
])("%s is an error that leaves the state", (_name, setup, instruction, message) => {
  const simulator = new InstructionSimulator({ program: [...setup, instruction] });
  for (const _ of setup) simulator.step();
  const { pc, retired } = simulator;
  expect(() => simulator.step()).toThrow(SimulationError);
  expect(() => simulator.step()).toThrow(message);
  expect(simulator).toMatchObject({ pc, retired, halted: false });
});

test("a branch to a misaligned address is fine when it is not taken", () => {
  expect(retire([], encodeB(1, 0, 0, 6)).simulator.pc).toBe(4);
});

test("a fetch outside of the memory is an error", () => {
  const { simulator } = retire(loadImmediate(1, 0x1_0000), encodeI("jalr", 0, 0, 1, 0));
  expect(() => simulator.step()).toThrow("instruction fetch outside of the memory at pc 0x00010000");
});

test("an image longer than the memory is an error", () => {
  expect(() => new InstructionSimulator({ program: new Uint32Array(0x4001) })).toThrow(RangeError);
});

test("run gives up at its limit", () => {
  expect(() => new InstructionSimulator({ program: [encodeJ(0, 0)] }).run(1000)).toThrow(
    "no halt after 1000 instructions",
  );
});
