// The problem page: Run and Submit without leaving it, drafts, help. Without this file all are plain forms and links.
import { connectionLost, connectionWorks } from "./connection.js";
import { Draft } from "./drafts.js";
import { CodeField, wantsPlain } from "./field.js";
import { announce, follow } from "./live.js";

const RETRY_MS = 1500;

/** Take over the form: a better editor, drafts, and results beside the code. */
export async function enhanceWorkspace(form, results) {
  // Else Back brings old contents into the form, behind the editor's back; the draft knows better.
  form.autocomplete = "off";
  const field = new CodeField(form.elements.source);
  const find = (name) => form.querySelector(`[data-${name}]`);
  const note = new Note(find("note"));
  const draft = new Draft(form, field, {
    tell: (status) => (find("status").textContent = status),
    onCopy: () => (find("copies").hidden = false),
    onConflict: (mine) => {
      note.say(
        "This code was changed in another tab or on another device as well. Here is the newer; yours is kept.",
        "Show mine",
        () => draft.exchange(mine),
      );
    },
  });
  postInBackground(form, field, results);
  find("start-over").addEventListener("click", (event) => {
    event.preventDefault();
    if (!confirm("Replace your code by the starter?")) return;
    const mine = field.text;
    draft.exchange(form.dataset.starter);
    note.say("The starter is back; your code is kept.", "Undo", () => draft.exchange(mine));
    field.focus();
  });
  const plain = find("plain");
  plain.checked = wantsPlain();
  plain.addEventListener("change", () => field.choose(plain.checked));
  plain.closest("label").hidden = false;
  openSheet(find("keys"), document.getElementById("keys"));

  await field.open();
  if ("chosen" in form.dataset) history.replaceState(null, "", location.pathname + location.hash);
  await draft.begin("chosen" in form.dataset);
}

/** One sentence above the code, with what can be done about it. */
class Note {
  #element;

  constructor(element) {
    this.#element = element;
  }

  say(sentence, action, act) {
    const text = document.createElement("p");
    text.textContent = sentence;
    const button = (label, press) => {
      const made = document.createElement("button");
      Object.assign(made, { type: "button", className: "button small", textContent: label });
      made.addEventListener("click", () => {
        this.#element.hidden = true;
        press();
      });
      return made;
    };
    this.#element.replaceChildren(text, button(action, act), button("Close", () => {}));
    this.#element.hidden = false;
    announce(sentence);
  }
}

function openSheet(link, sheet) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    sheet.showModal();
  });
  sheet.querySelector("button").addEventListener("click", () => sheet.close());
}

function postInBackground(form, field, results) {
  results.addEventListener("graded", () => {
    // In one column the results stand below the code, mostly out of sight.
    const bringIntoSight = () => isOneColumn() && results.scrollIntoView();
    bringIntoSight();
    const wrong = results.querySelector("[data-line]");
    if (wrong) field.mark(Number(wrong.dataset.line), wrong.textContent);
    showSoFar(form.dataset.soFar).then(bringIntoSight);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    const button = event.submitter;
    const body = new FormData(form, button);
    body.set("source", field.text);
    for (const name of ["revision", "keep"]) body.delete(name); // the draft sends them itself
    field.unmark();
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

/** Renew what an attempt changes beside the statement: each piece takes the place of the one with its id. */
async function showSoFar(address) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const pieces = document.createRange().createContextualFragment(await answer.text());
  for (const piece of [...pieces.children]) {
    const old = document.getElementById(piece.id);
    if (!old.isEqualNode(piece)) old.replaceWith(piece);
  }
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

// The pressed button keeps the focus, which one that is disabled would lose.
function setBusy(form, busy) {
  form.setAttribute("aria-busy", String(busy));
  for (const button of form.querySelectorAll("button[data-busy]")) button.setAttribute("aria-disabled", String(busy));
}

// Not crypto.randomUUID, which plain HTTP on a local network does not have.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
