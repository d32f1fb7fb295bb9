// Follows an attempt or a run: the service sends its pieces as HTML, rendered by the same templates as the page.
import { connectionLost, connectionWorks } from "./connection.js";

const RETRY_MS = 1500;
// After so long without a word we ask whether the service still answers, and wait so long for that.
const SILENCE_MS = 8000;
const ANSWER_MS = 4000;
let following = null;

/**
 * Follow the events of `panel` (an element with data-events) until it is graded or failed.
 * A lost connection is taken up after the last event that arrived, so nothing is shown twice.
 */
export function follow(panel) {
  following?.stop();
  let source;
  let timer;
  let silence;
  let last = 0;
  const close = () => {
    clearTimeout(timer);
    clearTimeout(silence);
    source.close();
  };
  const stop = () => {
    removeEventListener("offline", lost);
    close();
  };
  const lost = () => {
    close();
    connectionLost();
    timer = setTimeout(open, RETRY_MS);
  };
  // A service that hangs ends no stream either; only a question tells it from one with nothing to say.
  const listen = () => {
    clearTimeout(silence);
    const asked = source;
    silence = setTimeout(async () => {
      const answers = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) }).then(
        (answer) => answer.ok,
        () => false,
      );
      if (asked !== source || asked.readyState === EventSource.CLOSED) return;
      if (answers) listen();
      else lost();
    }, SILENCE_MS);
  };
  const open = () => {
    source = new EventSource(`${panel.dataset.events}?after=${last}`);
    listen();
    source.onopen = connectionWorks;
    source.onerror = lost;
    const on = (name, handle) =>
      source.addEventListener(name, (event) => {
        listen();
        last = Number(event.lastEventId) || last;
        handle(event.data);
      });
    on("status", (text) => setStatus(panel, text));
    on("case", (html) => addCase(panel, html));
    on("piece", (html) => replacePiece(panel, html));
    on("end", (html) => {
      stop();
      end(panel, html);
    });
  };
  // A network that is gone ends no stream by itself: it only falls silent.
  addEventListener("offline", lost);
  open();
  following = { stop };
}

function setStatus(panel, text) {
  panel.querySelector("[data-status]").textContent = text;
}

/** Put in what is new, without taking the focus from what is being pressed. */
function replacePiece(panel, html) {
  const piece = document.createRange().createContextualFragment(html).querySelector("[data-piece]");
  const old = panel.querySelector("[data-piece]");
  const pressed = old.querySelector("form");
  const kept = piece.querySelector("form");
  if (pressed && kept) kept.replaceWith(pressed);
  old.replaceWith(piece);
}

function addCase(panel, html) {
  const list = panel.querySelector("[data-cases]");
  const item = document.createRange().createContextualFragment(html).firstElementChild;
  // A job whose worker died runs again: its cases take the place of those already there.
  const known = list.querySelector(`[data-index="${item.dataset.index}"]`);
  if (known) known.replaceWith(item);
  else list.append(item);
  const done = list.children.length;
  const total = Number(item.dataset.total);
  Object.assign(panel.querySelector("progress"), { max: total, value: done });
  setStatus(panel, `${done} of ${total} cases done`);
}

function end(panel, html) {
  panel.innerHTML = html;
  delete panel.dataset.events;
  announce(panel.querySelector("[data-sentence]")?.textContent ?? "");
  panel.dispatchEvent(new CustomEvent("graded", { bubbles: true }));
}

/** Say it to a screen reader, once, without moving the focus. */
export function announce(text) {
  document.getElementById("announce").textContent = text.replace(/\s+/g, " ").trim();
}
