// The bar between statement and code: dragged, moved by arrow keys, or clicked from one width to the next.
import { recall, remember } from "./memory.js";

const NAME = "statement-width"; // in percent
const LEAST = 25;
const MOST = 70;
const STEP = 2;
const STOPS = [35, 48, 62];

export function enhanceSplitter(bar) {
  const frame = bar.parentElement;
  const set = (percent) => {
    const width = Math.round(Math.min(MOST, Math.max(LEAST, percent)));
    frame.style.setProperty("--statement", `${width}%`);
    bar.setAttribute("aria-valuenow", width);
    bar.setAttribute("aria-valuetext", `${width} percent`);
    remember(NAME, width);
  };
  const now = () => Number(bar.getAttribute("aria-valuenow"));
  if (recall(NAME)) set(Number(recall(NAME)));
  bar.hidden = false;

  bar.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: now() - STEP, ArrowRight: now() + STEP, Home: LEAST, End: MOST }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  });
  let dragged = false;
  bar.addEventListener("pointerdown", (event) => {
    dragged = false;
    bar.setPointerCapture(event.pointerId);
  });
  bar.addEventListener("pointermove", (event) => {
    if (!bar.hasPointerCapture(event.pointerId)) return;
    dragged ||= Math.abs(event.movementX) > 0;
    const { left, width } = frame.getBoundingClientRect();
    if (dragged) set((100 * (event.clientX - left)) / width);
  });
  // For those who cannot drag.
  bar.addEventListener("click", () => dragged || set(STOPS.find((stop) => stop > now()) ?? STOPS[0]));
}
