// The page around a tool's frame keeps words for it; or names the frame here that does, and leaves it to
// that one. In one manner its answers come from somebody else.
import { keepWords } from "./storing.mjs";

const { toolOrigin, manner, storageTarget } = document.querySelector("iframe[data-tool-origin]").dataset;
const stranger = document.querySelector("iframe[data-stranger]");
const frame = storageTarget === "_parent" ? undefined : storageTarget;

/** Lets another page answer: one of no origin, which the platform is not. */
function reply(answer, { source, origin }) {
  const place = Array.from(window.frames).indexOf(source);
  if (!stranger || place < 0) return source.postMessage(answer, origin);
  return stranger.contentWindow.postMessage({ place, answer }, "*");
}

if (storageTarget) keepWords(toolOrigin, manner, { frame, keeps: !frame, reply });
