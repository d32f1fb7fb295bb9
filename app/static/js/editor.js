// CodeMirror over a textarea. The textarea stays the form's field, so a plain post sends the same code.
import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";

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

/** Put an editor in the textarea's place; the textarea keeps its content in step. */
export function edit(textarea) {
  const nonce = document.querySelector("meta[name=style-nonce]")?.content ?? "";
  const view = new EditorView({
    doc: textarea.value,
    extensions: [
      // Before basicSetup, so that it wins: Escape, then Tab leaves the editor by keyboard.
      keymap.of([indentWithTab]),
      basicSetup,
      python(),
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      EditorView.cspNonce.of(nonce),
      EditorView.contentAttributes.of({
        "aria-label": textarea.labels[0]?.textContent.trim() ?? "Code",
        "aria-describedby": textarea.getAttribute("aria-describedby") ?? "",
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) textarea.value = update.state.doc.toString();
      }),
      theme,
      syntaxHighlighting(highlighting),
    ],
  });
  textarea.before(view.dom);
  textarea.hidden = true;
  return view;
}
