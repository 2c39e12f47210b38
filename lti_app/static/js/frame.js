// Tells the platform how high the page is, so that the frame around it grows with it and nothing
// scrolls inside it (subject lti.frameResize, as Canvas and Moodle read it). Alone in its tab, the
// page has nobody to tell, and takes away what is of use only in a frame.

const SETTLE_FOR_MS = 100;
const CALM_AFTER_MS = 1000;

let sent = { height: 0, at: 0, before: 0 };
let timer;

const root = document.documentElement;

/** The root's box, not its scrollHeight: that is never lower than the frame, so it could not shrink. */
function height() {
  return Math.ceil(root.getBoundingClientRect().height);
}

/**
 * A frame that gets or loses a scroll bar changes the width, and so the height, that was measured.
 * Of two heights that take turns, the larger one stays.
 */
function isEcho(next, now) {
  return next < sent.height && next === sent.before && now - sent.at < CALM_AFTER_MS;
}

function tell() {
  const next = height();
  const now = performance.now();
  if (next === sent.height || isEcho(next, now)) return;
  sent = { height: next, at: now, before: sent.height };
  // To any origin: which one holds the frame is the platform's affair, and a height is no secret.
  window.parent.postMessage({ subject: "lti.frameResize", height: next }, "*");
}

function tellWhenSettled() {
  clearTimeout(timer);
  timer = setTimeout(tell, SETTLE_FOR_MS);
}

if (window.parent !== window) {
  new ResizeObserver(tellWhenSettled).observe(root);
  document.fonts?.ready.then(tellWhenSettled);
} else {
  for (const element of document.querySelectorAll("[data-only-in-frame]")) element.remove();
}
