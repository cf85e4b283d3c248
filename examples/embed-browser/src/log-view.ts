/** A list of log lines, of which only those in sight are in the document: a run may log a hundred thousand. */
import type { LogLine } from "./protocol.js";

/** Height of a line in pixels; the style sheet says the same. */
const LINE_HEIGHT = 22;
/** Lines beyond the edge that are there already when they are scrolled to. */
const MARGIN = 20;

/** Shows lines in a scrolling element. */
export class LogView {
  readonly #scroller: HTMLElement;
  readonly #spacer = document.createElement("div");
  readonly #window = document.createElement("ol");
  #lines: LogLine[] = [];
  #scheduled = false;

  /** @param onPick called with the line that was clicked */
  constructor(scroller: HTMLElement, onPick: (line: LogLine) => void) {
    this.#scroller = scroller;
    this.#spacer.className = "log-spacer";
    this.#window.className = "log-window";
    scroller.replaceChildren(this.#spacer);
    this.#spacer.append(this.#window);
    scroller.addEventListener("scroll", () => this.#schedule());
    new ResizeObserver(() => this.#schedule()).observe(scroller);
    this.#window.addEventListener("click", ({ target }) => {
      const row = target instanceof Element ? target.closest("li") : null;
      const line = row === null ? undefined : this.#lines[row.value];
      if (line !== undefined) onPick(line);
    });
  }

  /** How many lines there are. */
  get length(): number {
    return this.#lines.length;
  }

  clear(): void {
    this.#lines = [];
    this.#spacer.style.height = "0";
    this.#schedule();
  }

  /** Adds lines; stays at the end if it is there. */
  append(lines: readonly LogLine[]): void {
    if (lines.length === 0) return;
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    const following = scrollTop + clientHeight >= scrollHeight - LINE_HEIGHT;
    // One by one: spreading a hundred thousand arguments would overflow the stack.
    for (const line of lines) this.#lines.push(line);
    this.#spacer.style.height = `${this.#lines.length * LINE_HEIGHT}px`;
    if (following) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#render();
    });
  }

  #render(): void {
    const { scrollTop, clientHeight } = this.#scroller;
    const first = Math.max(0, Math.floor(scrollTop / LINE_HEIGHT) - MARGIN);
    const last = Math.ceil((scrollTop + clientHeight) / LINE_HEIGHT) + MARGIN;
    this.#window.style.transform = `translateY(${first * LINE_HEIGHT}px)`;
    this.#window.replaceChildren(
      ...this.#lines.slice(first, last).map((line, index) => rowOf(line, first + index)),
    );
  }
}

function rowOf({ cycle, module, text, path, line }: LogLine, index: number): HTMLElement {
  const row = document.createElement("li");
  row.value = index;
  row.title = `${path}:${line}`;
  const name = cell("log-module", module);
  name.style.setProperty("--hue", String(hueOf(module)));
  row.append(cell("log-cycle", String(cycle)), name, cell("log-text", text));
  return row;
}

function cell(className: string, text: string): HTMLElement {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

/** A colour for a name, in degrees; always the same one. */
function hueOf(name: string): number {
  let hash = 7;
  for (let at = 0; at < name.length; at += 1) hash = (hash * 31 + name.charCodeAt(at)) % 360;
  return hash;
}
