// What every page loads; each feature starts only where its elements are.
import { follow } from "./live.js";
import { enhanceWorkspace } from "./workspace.js";

const form = document.querySelector("form[data-workspace]");
if (form) enhanceWorkspace(form, document.getElementById("results"));

const panel = document.querySelector("[data-events]");
if (panel) follow(panel);

const code = document.querySelector("textarea[data-editor]");
if (code) {
  const { edit } = await import("./editor.js");
  const view = edit(code);
  const reset = document.querySelector("[data-reset]");
  if (reset) {
    reset.hidden = false;
    reset.addEventListener("click", () => {
      if (!confirm("Replace your code by the starter?")) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: reset.dataset.reset } });
      view.focus();
    });
  }
}

// A secret is selected at once, ready to be copied.
for (const field of document.querySelectorAll("input[data-select]")) field.addEventListener("focus", () => field.select());

// Destructive buttons ask once.
for (const button of document.querySelectorAll("button[data-confirm]")) {
  button.addEventListener("click", (event) => {
    if (!confirm(button.dataset.confirm)) event.preventDefault();
  });
}
