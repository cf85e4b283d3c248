/** The page: an editor on the left, what the simulation gives on the right. */
import { CompilerClient } from "./compiler-client.js";
import { designs } from "./designs.js";
import type { Design } from "./designs.js";
import { DesignEditor } from "./editor.js";
import { LogView } from "./log-view.js";
import type { Answer, Checked, Ended, Problem, Register, Speed } from "./protocol.js";
import { counted, duration, grouped, rate } from "./units.js";

/** Quiet time after the last key before the design is compiled, in milliseconds. */
const TYPING_PAUSE = 150;

const menu = element("design", HTMLSelectElement);
const runButton = element("run", HTMLButtonElement);
const stopButton = element("stop", HTMLButtonElement);
const speed = element("speed", HTMLOutputElement);
const fileTabs = element("files", HTMLElement);
const problemList = element("problems", HTMLElement);
const compilation = element("compilation", HTMLElement);
const outcome = element("outcome", HTMLElement);
const registerPanel = element("registers", HTMLElement);
const resultTabs = [
  { tab: element("log-tab", HTMLButtonElement), panel: element("log", HTMLElement) },
  { tab: element("registers-tab", HTMLButtonElement), panel: registerPanel },
];

let design: Design = designs[0];
let problems: readonly Problem[] = [];
let typing: number | undefined;

const client = new CompilerClient(receive, (reason) => {
  setOutcome(`The worker was replaced: ${reason}.`, "failed");
  setRunning(false);
});
const editor = new DesignEditor(element("editor", HTMLElement), {
  onChange() {
    clearTimeout(typing);
    typing = setTimeout(() => client.check(editor.files, design.entry), TYPING_PAUSE);
  },
  onShow: showFileTabs,
  onRun: run,
});
const log = new LogView(element("log", HTMLElement), ({ path, line }) => editor.show(path, { line }));

for (const { id, title } of designs) menu.add(new Option(title, id));
menu.addEventListener("change", () => {
  location.hash = menu.value;
});
addEventListener("hashchange", openFromAddress);
runButton.addEventListener("click", run);
stopButton.addEventListener("click", () => client.stop());
for (const { tab } of resultTabs) tab.addEventListener("click", () => showResult(tab));
openFromAddress();

/** Opens the design that the address names behind its `#`, or the first. */
function openFromAddress(): void {
  design = designs.find(({ id }) => id === location.hash.slice(1)) ?? designs[0];
  menu.value = design.id;
  client.abandon();
  setRunning(false);
  clearResults();
  setOutcome("Not run yet. Press Run, or Ctrl+Enter in the editor.");
  setProblems([]);
  editor.open(design.files, design.entry);
  client.check(editor.files, design.entry);
}

function run(): void {
  clearTimeout(typing);
  clearResults();
  setOutcome("Compiling …");
  setRunning(true);
  client.run(editor.files, design.entry);
}

function receive(answer: Answer): void {
  switch (answer.kind) {
    case "checked":
      setProblems(answer.problems);
      showCompilation(answer);
      break;
    case "progress":
      log.append(answer.lines);
      showSpeed(answer);
      setOutcome(`Running: ${counted(answer.cycles, "cycle")} …`);
      break;
    case "ended":
      setRunning(false);
      showEnd(answer);
      break;
  }
}

function setRunning(running: boolean): void {
  stopButton.disabled = !running;
  document.body.classList.toggle("running", running);
}

function clearResults(): void {
  log.clear();
  registerPanel.replaceChildren();
  speed.value = "";
}

function setOutcome(text: string, className = ""): void {
  outcome.textContent = text;
  outcome.className = className;
}

function showSpeed({ cycles, milliseconds }: Speed): void {
  speed.value = cycles === 0 ? "" : rate(cycles, milliseconds);
}

function showEnd({ reason, failed, unsent, registers, cycles, milliseconds }: Ended): void {
  showSpeed({ cycles, milliseconds });
  const lines = log.length === 0 ? "" : `, ${counted(log.length + unsent, "line")}`;
  const cut = unsent === 0 ? "" : ` (the first ${grouped(log.length)} are shown)`;
  const run = cycles === 0 ? "" : `${counted(cycles, "cycle")} in ${duration(milliseconds)}${lines}${cut}: `;
  setOutcome(`${run}${reason}.`, failed ? "failed" : "passed");
  registerPanel.replaceChildren(...registers.map(registerRow));
}

function registerRow({ name, type, size, values }: Register): HTMLElement {
  const row = create("div", "register");
  const dimension = size === 1 ? type : `[${type}; ${size}]`;
  const text = values.join("  ") + (size > values.length ? "  …" : "");
  row.append(
    create("span", "register-name", name),
    create("span", "register-type", dimension),
    create("span", "register-values", text),
  );
  return row;
}

function setProblems(found: readonly Problem[]): void {
  problems = found;
  editor.setProblems(problems);
  problemList.replaceChildren(...problems.map(problemRow));
  showFileTabs();
}

function problemRow({ severity, message, code, place }: Problem): HTMLElement {
  const row = create("li", severity);
  const button = create("button", "problem");
  button.append(
    create("span", "problem-place", place === undefined ? "" : `${place.path}:${place.line}`),
    create("span", "problem-message", message),
    create("span", "problem-code", code),
  );
  if (place !== undefined) button.addEventListener("click", () => editor.show(place.path, place));
  row.append(button);
  return row;
}

function showCompilation({ problems: found, bytes, milliseconds }: Checked): void {
  const errors = found.filter(({ severity }) => severity === "error").length;
  const others = found.length - errors;
  compilation.className = bytes === undefined ? "failed" : "passed";
  const extra = others === 0 ? "" : `, ${counted(others, "warning")}`;
  compilation.textContent =
    bytes === undefined
      ? `${counted(errors, "error")}${extra}`
      : `Compiled to ${(bytes / 1024).toFixed(1)} KiB of WebAssembly in ${duration(milliseconds)}${extra}`;
}

function showFileTabs(): void {
  fileTabs.replaceChildren(
    ...editor.paths.map((path) => {
      const tab = create("button", "", path);
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-selected", String(path === editor.shown));
      const wrong = problems.filter(({ place, severity }) => place?.path === path && severity === "error");
      if (wrong.length > 0) tab.append(create("span", "count", String(wrong.length)));
      tab.addEventListener("click", () => editor.show(path));
      return tab;
    }),
  );
}

function showResult(chosen: HTMLButtonElement): void {
  for (const { tab, panel } of resultTabs) {
    tab.setAttribute("aria-selected", String(tab === chosen));
    panel.hidden = tab !== chosen;
  }
}

function create(tag: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** The element of index.html with this id. @throws Error if it is not there or of another kind */
function element<Kind extends HTMLElement>(id: string, kind: abstract new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} with the id "${id}"`);
  return found;
}
