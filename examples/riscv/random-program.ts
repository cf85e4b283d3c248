import { encodeB, encodeI, encodeJ, encodeR, encodeS, encodeU, loadImmediate } from "./iss/encode.js";
import { HALT_ADDRESS } from "./iss/instruction-simulator.js";

/** Where the programs load and store: far behind their code. */
const DATA_ADDRESS = 0x4000;
/** Programs compute with x0 … x5: so few that dependencies are everywhere. */
const REGISTERS = 6;
/** Registers with a purpose: base address of the data, target of a jump to a register, address of the halt register. */
const BASE = 10;
const TARGET = 11;
const HALT = 12;

/** A repeatable stream of integers 0 … limit - 1 (xorshift32, Marsaglia 2003). */
function createRandom(seed: number): (limit: number) => number {
  let state = (Math.imul(seed, 0x9e37_79b9) ^ 0x5bd1_e995) >>> 0;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % limit;
  };
}

/**
 * A random program of dependent instructions that always ends: arithmetic, loads right before the use of their value, stores right before
 * loads of the same word, branches and jumps forward over a few instructions. At its end it stores x1 to the halt register.
 *
 * @param seed an integer ≥ 0; the same seed gives the same program
 * @param length number of random instructions, at most 1000; a jump to a register counts as one, though it takes two words
 */
export function randomProgram(seed: number, length: number): number[] {
  const random = createRandom(seed);
  const register = (): number => random(REGISTERS);
  const words = loadImmediate(BASE, DATA_ADDRESS);
  for (let rd = 1; rd < REGISTERS; rd += 1) words.push(...loadImmediate(rd, random(2 ** 32) | 0));

  // Jumps lead to the start of an instruction, so the addresses must be known before they are encoded.
  const isRegisterJump = Array.from({ length }, () => random(20) === 0);
  const addresses = [4 * words.length];
  for (const two of isRegisterJump) addresses.push((addresses.at(-1) ?? 0) + (two ? 8 : 4));
  const forward = (index: number): number =>
    (addresses[Math.min(index + 1 + random(4), length)] ?? 0) - (addresses[index] ?? 0);

  for (const [index, registerJump] of isRegisterJump.entries()) {
    if (registerJump) {
      words.push(encodeU("auipc", TARGET, 0), encodeI("jalr", 0, register(), TARGET, forward(index)));
      continue;
    }
    switch (random(7)) {
      case 0:
      case 1: {
        const funct3 = random(8);
        const alternate = (funct3 === 0 || funct3 === 5) && random(2) === 1;
        words.push(encodeR("register", alternate ? 0x20 : 0, funct3, register(), register(), register()));
        break;
      }
      case 2: {
        const funct3 = random(8);
        const arithmetic = funct3 === 5 && random(2) === 1 ? 0x400 : 0;
        const immediate = funct3 === 1 || funct3 === 5 ? random(32) | arithmetic : random(4096) - 2048;
        words.push(encodeI("immediate", funct3, register(), register(), immediate));
        break;
      }
      case 3: {
        const funct3 = [0, 1, 2, 4, 5][random(5)] ?? 0;
        const size = funct3 & 3;
        words.push(encodeI("load", funct3, register(), BASE, random(16 >> size) << size));
        break;
      }
      case 4: {
        const size = random(3);
        words.push(encodeS(size, BASE, register(), random(16 >> size) << size));
        break;
      }
      case 5:
        words.push(encodeB([0, 1, 4, 5, 6, 7][random(6)] ?? 0, register(), register(), forward(index)));
        break;
      default:
        words.push(
          random(2) === 0
            ? encodeJ(register(), forward(index))
            : encodeU(random(2) === 0 ? "lui" : "auipc", register(), random(2 ** 32) | 0),
        );
    }
  }
  // The CPU has fetched what is behind the last store when that retires, so there must be something that is legal.
  words.push(...loadImmediate(HALT, HALT_ADDRESS | 0), encodeS(2, HALT, 1, 0), encodeJ(0, 0));
  return words;
}
