/** The designs to choose from: those of the neighbouring folders, as they are. */
import asyncCall from "../../async-call/async-call.asyn";
import downstreamAdder from "../../downstream-adder/downstream-adder.asyn";
import fir from "../../fir/fir.asyn";
import priorityQueue from "../../priority-queue/priority-queue.asyn";
import cpu from "../../riscv/cpu.asyn";
import isa from "../../riscv/isa.asyn";
import sieveImage from "../../riscv/programs/sieve.hex";
import sortImage from "../../riscv/programs/sort.hex";
import sort from "../../riscv/riscv.asyn";
import sieve from "../../riscv/sieve.asyn";
import systolicArray from "../../systolic-array/systolic-array.asyn";
import wideValues from "../../wide-values/wide-values.asyn";
import type { DesignFiles } from "./protocol.js";

/** A design to choose. */
export interface Design {
  /** For the address of the page. */
  readonly id: string;
  readonly title: string;
  /** The file that is compiled. */
  readonly entry: string;
  /** All its files; those that end in `.asyn` can be edited. */
  readonly files: DesignFiles;
}

function single(id: string, title: string, text: string): Design {
  const entry = `${id}.asyn`;
  return { id, title, entry, files: { [entry]: text } };
}

/** In the order of the menu. */
export const designs: readonly [Design, ...Design[]] = [
  single("async-call", "Async call: a driver and a stage", asyncCall),
  single("downstream-adder", "Downstream adder: combinational logic", downstreamAdder),
  single("fir", "FIR filter", fir),
  single("priority-queue", "Priority queue", priorityQueue),
  single("systolic-array", "Systolic array: matrix product", systolicArray),
  single("wide-values", "Wide values: up to 512 bits", wideValues),
  {
    id: "riscv",
    title: "RISC-V: sort, each instruction logged",
    entry: "riscv.asyn",
    files: { "riscv.asyn": sort, "cpu.asyn": cpu, "isa.asyn": isa, "programs/sort.hex": sortImage },
  },
  {
    id: "sieve",
    title: "RISC-V: sieve, 1.5 million cycles",
    entry: "sieve.asyn",
    files: { "sieve.asyn": sieve, "cpu.asyn": cpu, "isa.asyn": isa, "programs/sieve.hex": sieveImage },
  },
];
