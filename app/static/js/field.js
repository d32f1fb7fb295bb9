// Where one writes: CodeMirror over the form's text area, or the text area itself for those who want it plain.
import { recall, remember } from "./memory.js";

const PLAIN = "plain-text";

export function wantsPlain() {
  return recall(PLAIN) === "yes";
}

/** `onEdit` is called after each change by its reader's hand, and not after `replace`. */
export class CodeField {
  #textarea;
  #editor = null;
  #replacing = false;
  #onEdit = () => {};

  constructor(textarea) {
    this.#textarea = textarea;
    textarea.addEventListener("input", () => this.#onEdit());
    textarea.labels[0].addEventListener("click", () => this.#editor?.focus());
  }

  set onEdit(call) {
    this.#onEdit = call;
  }

  get text() {
    return this.#editor?.text ?? this.#textarea.value;
  }

  /** Whether something else stands there than what came with the page. */
  get isChanged() {
    return this.#textarea.value !== this.#textarea.defaultValue;
  }

  /** Take the editor or the text area, and remember which. */
  async choose(plain) {
    remember(PLAIN, plain ? "yes" : "no");
    await this.open();
  }

  async open() {
    if (wantsPlain()) {
      this.#editor?.close();
      this.#editor = null;
    } else if (!this.#editor) {
      const { Editor } = await import("./editor.js");
      this.#editor = new Editor(this.#textarea, () => this.#replacing || this.#onEdit());
    }
  }

  replace(text) {
    this.#replacing = true;
    if (this.#editor) this.#editor.replace(text);
    else this.#textarea.value = text;
    this.#replacing = false;
  }

  focus() {
    if (this.#editor) this.#editor.focus();
    else this.#textarea.focus();
  }

  /** Mark a line, counted from 1, and say beside it what is wrong there. */
  mark(number, message) {
    if (this.#editor) this.#editor.mark(number, message);
    else this.#selectLine(number);
  }

  unmark() {
    this.#editor?.unmark();
  }

  #selectLine(number) {
    const lines = this.text.split("\n");
    if (number > lines.length) return;
    const from = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
    this.#textarea.setSelectionRange(from, from + lines[number - 1].length);
  }
}
