/** An editor for the files of one design, with the compiler's messages in it. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import type { Diagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { asynLanguage } from "./asyn-language.js";
import { inlineEffect, inlineProblems } from "./inline-problems.js";
import type { DesignFiles, Problem } from "./protocol.js";

/** What the editor tells. */
export interface EditorEvents {
  /** The text of a file changed. */
  readonly onChange: () => void;
  /** Another file is shown. */
  readonly onShow: () => void;
  /** Ctrl+Enter or Cmd+Enter. */
  readonly onRun: () => void;
}

/** Files that can be edited, one of which is shown. */
export class DesignEditor {
  readonly #view: EditorView;
  readonly #events: EditorEvents;
  /** The editable files; that of the shown one is out of date, see {@link DesignEditor.files}. */
  readonly #states = new Map<string, EditorState>();
  /** What cannot be edited, such as memory images. */
  #data: DesignFiles = {};
  #shown = "";
  #problems: readonly Problem[] = [];

  constructor(parent: HTMLElement, events: EditorEvents) {
    this.#events = events;
    this.#view = new EditorView({ parent });
  }

  /** The path of the file that is shown. */
  get shown(): string {
    return this.#shown;
  }

  /** The paths of the files that can be shown. */
  get paths(): readonly string[] {
    return [...this.#states.keys()];
  }

  /** All files with their texts of now. */
  get files(): DesignFiles {
    this.#states.set(this.#shown, this.#view.state);
    const edited = [...this.#states].map(([path, { doc }]) => [path, doc.toString()]);
    return { ...this.#data, ...Object.fromEntries(edited) };
  }

  /** Replaces everything by a design and shows its entry. */
  open(files: DesignFiles, entry: string): void {
    const entries = Object.entries(files);
    this.#data = Object.fromEntries(entries.filter(([path]) => !isSource(path)));
    this.#states.clear();
    this.#problems = [];
    for (const [path, text] of entries) {
      if (isSource(path)) this.#states.set(path, this.#createState(path, text));
    }
    this.#shown = "";
    this.show(entry);
  }

  /** Shows a file, and a place in it if one is given. Paths that cannot be edited are ignored. */
  show(path: string, place?: { readonly line: number } | { readonly from: number }): void {
    if (path !== this.#shown) {
      const next = this.#states.get(path);
      if (next === undefined) return;
      if (this.#shown !== "") this.#states.set(this.#shown, this.#view.state);
      this.#shown = path;
      this.#view.setState(next);
      this.#refresh();
      this.#events.onShow();
    }
    if (place === undefined) return;
    const { doc } = this.#view.state;
    const at =
      "from" in place ? Math.min(place.from, doc.length) : doc.line(Math.min(place.line, doc.lines)).from;
    this.#view.dispatch({
      selection: { anchor: at },
      effects: EditorView.scrollIntoView(at, { y: "center" }),
    });
    this.#view.focus();
  }

  /** Shows the messages of a compilation, each in its file. */
  setProblems(problems: readonly Problem[]): void {
    this.#problems = problems;
    this.#refresh();
  }

  #refresh(): void {
    const { state } = this.#view;
    const shown = this.#problems.flatMap((problem) => this.#toDiagnostic(problem, state.doc.length));
    this.#view.dispatch(setDiagnostics(state, shown), { effects: inlineEffect(shown) });
  }

  #toDiagnostic({ place, severity, code, message, details, fixes }: Problem, length: number): Diagnostic[] {
    if (place?.path !== this.#shown) return [];
    return [
      {
        from: Math.min(place.from, length),
        to: Math.min(place.to, length),
        severity: severity === "note" ? "info" : severity,
        source: code,
        message: [message, ...details].join("\n"),
        actions: fixes.map(({ title, edits }) => ({
          name: title,
          apply: (view) => view.dispatch({ changes: edits.map((edit) => ({ ...edit })) }),
        })),
      },
    ];
  }

  #createState(path: string, doc: string): EditorState {
    const run = (): boolean => {
      this.#events.onRun();
      return true;
    };
    return EditorState.create({
      doc,
      extensions: [
        keymap.of([{ key: "Mod-Enter", run }]),
        lineNumbers(),
        highlightActiveLineGutter(),
        lintGutter(),
        history(),
        drawSelection(),
        indentUnit.of("  "),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        asynLanguage,
        inlineProblems,
        keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ "aria-label": path }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.#events.onChange();
        }),
      ],
    });
  }
}

/** Whether a file can be edited. */
function isSource(path: string): boolean {
  return path.endsWith(".asyn");
}
