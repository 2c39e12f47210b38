// Lets the tool's frame grow with its content. Only the frame itself, from the tool's own
// origin, is listened to; anything else that posts a message here is ignored.
const LEAST = 200;
const MOST = 20000;
const frame = document.querySelector("iframe[data-tool-origin]");

window.addEventListener("message", ({ data, origin, source }) => {
  if (source !== frame.contentWindow || origin !== frame.dataset.toolOrigin) return;
  if (data?.subject !== "lti.frameResize" || !Number.isFinite(data.height)) return;
  frame.height = Math.round(Math.min(Math.max(data.height, LEAST), MOST));
});
