// CodeMirror over a textarea. The textarea stays the form's field, so a plain post sends the same code.
import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, gutterLineClass, keymap, WidgetType } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import { announce } from "./live.js";

// Colours are the page's own variables, so light and dark follow without a second theme.
const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "0.9375rem", color: "var(--ink)", backgroundColor: "var(--paper)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--accent)", paddingBlock: "0.75rem" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  "&.cm-focused": { outline: "none" },
  ".cm-gutters": { color: "var(--ink-3)", backgroundColor: "var(--paper)", border: "none", paddingLeft: "0.25rem" },
  ".cm-activeLine": { backgroundColor: "var(--code-active)" },
  ".cm-activeLineGutter": { color: "var(--ink-2)", backgroundColor: "var(--code-active)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--code-selection)",
  },
  ".cm-selectionMatch, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--code-match)" },
  ".cm-wrong, .cm-activeLine.cm-wrong, .cm-wrong-gutter": { backgroundColor: "var(--bad-wash)" },
  ".cm-wrong": { boxShadow: "inset 3px 0 0 var(--bad)" },
  ".cm-wrong-gutter": { color: "var(--bad)", fontWeight: "700" },
  ".cm-why": {
    padding: "0.15rem 1rem 0.3rem 0.75rem",
    font: "0.9375rem/1.4 var(--sans)",
    color: "var(--bad)",
    backgroundColor: "var(--bad-wash)",
    boxShadow: "inset 3px 0 0 var(--bad)",
    whiteSpace: "normal",
  },
  ".cm-foldPlaceholder": { color: "var(--ink-2)", backgroundColor: "var(--paper-2)", border: "1px solid var(--line)" },
  ".cm-panels, .cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--paper-2)", borderColor: "var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--on-accent)", backgroundColor: "var(--accent)" },
});

const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.self], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))], color: "var(--code-name)" },
  { tag: tags.definition(tags.className), color: "var(--code-name)" },
]);

// The wrong line, with the sentence below it. It goes as soon as something is changed.
const setWrong = StateEffect.define();

class Why extends WidgetType {
  constructor(message) {
    super();
    this.message = message;
  }

  eq(other) {
    return other.message === this.message;
  }

  toDOM() {
    const line = document.createElement("div");
    line.className = "cm-why";
    line.textContent = this.message;
    return line;
  }
}

const wrongNumber = new (class extends GutterMarker {
  elementClass = "cm-wrong-gutter";
})();

const wrongLine = StateField.define({
  create: () => null,
  update(wrong, transaction) {
    for (const effect of transaction.effects) if (effect.is(setWrong)) return effect.value;
    return transaction.docChanged ? null : wrong;
  },
  provide: (field) => [
    EditorView.decorations.from(field, (wrong) =>
      wrong
        ? Decoration.set([
            Decoration.line({ class: "cm-wrong" }).range(wrong.from),
            Decoration.widget({ widget: new Why(wrong.message), block: true, side: 1 }).range(wrong.to),
          ])
        : Decoration.none,
    ),
    gutterLineClass.from(field, (wrong) => (wrong ? RangeSet.of([wrongNumber.range(wrong.from)]) : RangeSet.empty)),
  ],
});

// What is typed over coloured words keeps their colour where the browser puts it in, as a style that the pages'
// content policy refuses and reports. So the editor puts it in itself.
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main } = view.state.selection;
    if (event.inputType !== "insertText" || event.isComposing || !event.data || main.empty) return false;
    const typed = () =>
      view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    const handlers = view.state.facet(EditorView.inputHandler); // such as the one that closes brackets
    if (!handlers.some((handle) => handle(view, main.from, main.to, event.data, typed))) view.dispatch(typed());
    return true;
  },
});

/** An editor in the textarea's place; the textarea keeps its content in step. */
export class Editor {
  #textarea;
  #view;
  #tabLeaves = false;

  constructor(textarea, onEdit) {
    this.#textarea = textarea;
    const switchTab = { run: () => this.#switchTab() };
    this.#view = new EditorView({
      doc: textarea.value,
      extensions: [
        // Before basicSetup, so that these win; Escape, then Tab leaves the editor whatever Tab does.
        keymap.of([{ key: "Ctrl-m", ...switchTab }, { key: "Shift-Alt-m", ...switchTab }, indentWithTab]),
        basicSetup,
        python(),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        EditorView.cspNonce.of(document.querySelector("meta[name=style-nonce]")?.content ?? ""),
        EditorView.contentAttributes.of({
          "aria-label": textarea.labels[0].textContent.trim(),
          "aria-describedby": "editor-help",
          tabindex: "0",
        }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          textarea.value = this.text;
          onEdit();
        }),
        typeOver,
        wrongLine,
        theme,
        syntaxHighlighting(highlighting),
      ],
    });
    textarea.before(this.#view.dom);
    textarea.hidden = true;
  }

  get text() {
    return this.#view.state.doc.toString();
  }

  close() {
    this.#textarea.hidden = false;
    this.#view.destroy();
  }

  /** In one change, so that undo brings back what was there. */
  replace(text) {
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  focus() {
    this.#view.focus();
  }

  mark(number, message) {
    const { doc } = this.#view.state;
    const { from, to } = doc.line(Math.min(Math.max(number, 1), doc.lines));
    this.#view.dispatch({
      effects: [setWrong.of({ from, to, message }), EditorView.scrollIntoView(from, { y: "center" })],
    });
  }

  unmark() {
    this.#view.dispatch({ effects: setWrong.of(null) });
  }

  #switchTab() {
    this.#tabLeaves = !this.#tabLeaves;
    this.#view.setTabFocusMode(this.#tabLeaves);
    announce(this.#tabLeaves ? "Tab leaves the editor" : "Tab indents");
    return true;
  }
}
