// What every page loads; each feature starts only where its elements are.
import { keepAllowance } from "./allowance.js";
import { follow } from "./live.js";
import { enhanceSplitter } from "./splitter.js";
import { watchWide } from "./scrolling.js";
import { enhanceTheme } from "./theme.js";
import { enhanceWorkspace } from "./workspace.js";

watchWide();
enhanceTheme(document.querySelector("[data-theme-switch]"));

const form = document.querySelector("form[data-workspace]");
if (form) enhanceWorkspace(form, document.getElementById("results"));

const allowance = document.querySelector("[data-allowance]");
if (allowance) keepAllowance(allowance.parentElement);

const panel = document.querySelector("[data-events]");
if (panel) follow(panel);

const bar = document.querySelector("[role=separator]");
if (bar) enhanceSplitter(bar);

// A secret is selected at once, ready to be copied.
for (const field of document.querySelectorAll("input[data-select]")) field.addEventListener("focus", () => field.select());

// Destructive buttons ask once.
for (const button of document.querySelectorAll("button[data-confirm]")) {
  button.addEventListener("click", (event) => {
    if (!confirm(button.dataset.confirm)) event.preventDefault();
  });
}
