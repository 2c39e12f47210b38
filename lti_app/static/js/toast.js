// Lifts toasts (macro toast of _macros/overlays.html) over the page and has them announced: words put into
// a region that was there before are spoken once. Nothing in them is reachable in no other way.

import { inSight } from "./in_sight.js";

const SHOWN_FOR_MS = 12_000; // eight seconds at least; it waits while it is looked at

const region = document.createElement("div");
region.className = "rp-toasts";
region.setAttribute("role", "status");
document.body.append(region);

function removeInTime(toast) {
  let timer;
  const start = () => (timer = setTimeout(() => toast.remove(), SHOWN_FOR_MS));
  const stop = () => clearTimeout(timer);
  for (const [on, off] of [["pointerenter", "pointerleave"], ["focusin", "focusout"]]) {
    toast.addEventListener(on, stop);
    toast.addEventListener(off, start);
  }
  start();
}

/** In a frame that is higher than the window around it, the end that counts is that of the part in sight. */
async function place() {
  if (window.parent === window) return;
  const { bottom } = await inSight();
  region.style.insetBlockEnd = `${Math.max(0, window.innerHeight - bottom)}px`;
}

/** @param {HTMLElement} toast as the macro draws it, such as the content of a template */
export function show(toast) {
  const close = toast.querySelector("[data-toast-close]");
  close.hidden = false;
  close.addEventListener("click", () => toast.remove());
  place();
  // A screen reader must have met the empty region first.
  setTimeout(() => region.append(toast), 100);
  removeInTime(toast);
}

for (const toast of document.querySelectorAll("[data-toast]")) {
  toast.remove();
  show(toast);
}
