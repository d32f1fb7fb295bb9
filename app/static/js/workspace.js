// The problem page: Run and Submit without leaving it. Without this file both are plain posts.
import { connectionLost, connectionWorks } from "./connection.js";
import { announce, follow } from "./live.js";

const RETRY_MS = 1500;

/** Take over the form: post it in the background and show the results beside the code. */
export function enhanceWorkspace(form, results) {
  // In one column the results stand below the code, mostly out of sight.
  results.addEventListener("graded", () => isOneColumn() && results.scrollIntoView());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    const body = new FormData(form, button);
    setBusy(form, true);
    announce(button.dataset.busy);
    try {
      await post(button.getAttribute("formaction") ?? form.action, body, results);
    } finally {
      setBusy(form, false);
      // The key names one submission; the next one is another attempt even with the same code.
      form.elements.form_key.value = newKey();
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    form.requestSubmit(form.querySelector(event.shiftKey ? "[data-submit]" : "[data-run]"));
  }, { capture: true });
}

function isOneColumn() {
  return !matchMedia("(min-width: 62rem)").matches;
}

// Posting again after a lost connection is safe: the form key makes it the same attempt.
async function post(url, body, results) {
  for (;;) {
    let response;
    try {
      response = await fetch(url, { method: "POST", body, headers: { "Handgrad-Fragment": "1" } });
    } catch {
      connectionLost();
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      continue;
    }
    connectionWorks();
    results.innerHTML = await response.text();
    results.scrollIntoView({ block: isOneColumn() ? "start" : "nearest" });
    const panel = results.querySelector("[data-events]");
    if (panel) follow(panel);
    else announce(results.querySelector("[data-sentence]")?.textContent ?? results.textContent);
    return;
  }
}

function setBusy(form, busy) {
  form.setAttribute("aria-busy", String(busy));
  for (const button of form.querySelectorAll("button[data-busy]")) button.disabled = busy;
}

// Not crypto.randomUUID, which plain HTTP on a local network does not have.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
