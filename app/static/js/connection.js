// Says when the connection is lost and when it is back, in one notice for the whole page.
const OFFLINE = "You are offline, trying again";
const NO_ANSWER = "The server does not answer, trying again";
const BACK = "Connected again";

const notice = document.getElementById("connection");
let lost = false;
let hiding = 0;

function show(text, state) {
  clearTimeout(hiding);
  if (notice.textContent !== text) notice.textContent = text;
  notice.dataset.state = state;
}

/** Call on each failure to reach the service. */
export function connectionLost() {
  lost = true;
  show(navigator.onLine ? NO_ANSWER : OFFLINE, "lost");
}

/** Call on each answer from the service. */
export function connectionWorks() {
  if (!lost) return;
  lost = false;
  show(BACK, "back");
  hiding = setTimeout(() => show("", "none"), 6000);
}

// Only matters while something is trying to reach the service: then the reason shown stays true.
for (const name of ["online", "offline"]) addEventListener(name, () => lost && connectionLost());
