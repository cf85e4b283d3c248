/** Puts the first message about a line behind that line, so that it can be read without pointing at anything. */
import type { Diagnostic } from "@codemirror/lint";
import { StateEffect, StateField } from "@codemirror/state";
import type { EditorState, Range } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import type { DecorationSet } from "@codemirror/view";

class MessageWidget extends WidgetType {
  constructor(
    readonly severity: string,
    readonly text: string,
  ) {
    super();
  }

  override eq(other: MessageWidget): boolean {
    return other.severity === this.severity && other.text === this.text;
  }

  override toDOM(): HTMLElement {
    const element = document.createElement("span");
    element.className = `inline-problem ${this.severity}`;
    element.textContent = this.text;
    return element;
  }
}

const showProblems = StateEffect.define<readonly Diagnostic[]>();

function decorate(problems: readonly Diagnostic[], { doc }: EditorState): DecorationSet {
  const byLine = new Map<number, Range<Decoration>>();
  for (const { from, severity, message } of problems) {
    const end = doc.lineAt(Math.min(from, doc.length)).to;
    if (byLine.has(end)) continue;
    const widget = new MessageWidget(severity, message.split("\n", 1)[0] ?? "");
    byLine.set(end, Decoration.widget({ widget, side: 1 }).range(end));
  }
  return Decoration.set([...byLine.values()], true);
}

/** The extension that shows what {@link inlineEffect} sets. */
export const inlineProblems = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(showProblems)) return decorate(effect.value, transaction.state);
    }
    return shown.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Replaces the messages; `problems` are in the order in which they shall be preferred. */
export function inlineEffect(problems: readonly Diagnostic[]): StateEffect<readonly Diagnostic[]> {
  return showProblems.of(problems);
}
