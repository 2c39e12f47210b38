// Brings a part of the page before the reader, and to a screen reader's notice. In a platform's frame
// the page around it scrolls along. A frame grows to its page a moment later, and all in it moves: so
// what was brought is brought again, until the reader goes on.

const FRAME_GROWS_FOR_MS = 1500;
const GOES_ON = ["wheel", "touchmove", "pointerdown", "keydown"];

/** @param {ScrollLogicalPosition} block where in sight; "nearest" leaves alone what is in sight. */
export function bring(element, block = "nearest") {
  const done = new AbortController();
  const { signal } = done;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block });
  addEventListener("resize", () => element.scrollIntoView({ block }), { signal });
  for (const event of GOES_ON) addEventListener(event, () => done.abort(), { signal, passive: true });
  setTimeout(() => done.abort(), FRAME_GROWS_FOR_MS);
}
