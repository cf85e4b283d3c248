import type { Sink } from "./io/io.js";

/** A line on a terminal that is overwritten as work goes on. On anything else it prints nothing. */
export interface Progress {
  /** Shows the text in place of the one before; ignored when it comes sooner than a tenth of a second after the last. */
  readonly show: (text: string) => void;
  /** Removes the line; to be called before anything else is printed. */
  readonly clear: () => void;
}

/** Makes a progress line. @param delay milliseconds before the first line appears; short work shows none */
export function createProgress(sink: Sink, enabled: boolean, delay = 700): Progress {
  if (!enabled || !sink.isTerminal) return { show: () => {}, clear: () => {} };
  let last = performance.now() + delay - 100;
  let shown = false;
  return {
    show(text) {
      const now = performance.now();
      if (now - last < 100) return;
      last = now;
      shown = true;
      sink.write(`\r\u001B[K${text.slice(0, sink.columns - 1)}`);
    },
    clear() {
      if (shown) sink.write("\r\u001B[K");
      shown = false;
    },
  };
}
