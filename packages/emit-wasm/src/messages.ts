import { defineCatalogue, message } from "@assassyn/diagnostics";

/** What the WASM target has to say about a design. */
export const messages = defineCatalogue("emit-wasm", {
  "state-too-large": message<{ bytes: number }>(
    "error",
    ({ bytes }) =>
      `the design's state needs ${(bytes / 2 ** 30).toFixed(1)} GiB, and a WebAssembly module can address 4`,
    "A WebAssembly module addresses its memory with 32 bits. Large arrays and deep FIFOs together must stay below 4 GiB, the log buffer included.\n\nMake the arrays smaller, or use `--target rust`.",
  ),
});
