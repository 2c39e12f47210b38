// Says where the work stands. Its words are in the page (templates/_macros/saving.html); what was
// saved, and why something was refused, the server says.

import { NearLine } from "./saving_near.js";

/** States that somebody has to know of to keep their work. */
const AMISS = new Set(["offline", "busy", "ended", "conflict", "refused"]);
/** States that a screen reader is told of, each once until another one comes. */
const SPOKEN = new Set([...AMISS, "saved"]);

/** States in which nobody needs to press a button to save. Only seen: Enter in a field still saves. */
const SAVES_ITSELF = new Set(["fresh", "saved", "unsaved", "saving"]);

/** A screen reader has heard it by then; who reads on meets it once, where everybody sees it. */
const HEARD_AFTER_MS = 5000;
const FREE_PX = 16;

/** What is reached by keyboard must not stop behind a foot that sticks, however high it becomes. */
function keepClear(foot) {
  const { style } = document.documentElement;
  const clear = () => (style.scrollPaddingBlockEnd = `${foot.offsetHeight + FREE_PX}px`);
  if (foot) new ResizeObserver(clear).observe(foot);
}

export class SavingLine {
  #element;
  #states;
  #spoken;
  #near;
  #last; // that was spoken
  #calm; // when nothing is owed

  /** The state that is shown. */
  now = "";

  constructor(element) {
    this.#element = element;
    this.#states = [...element.querySelectorAll("[data-saving-is]")];
    this.#spoken = element.querySelector("[data-saving-spoken]");
    this.#near = new NearLine(element);
    keepClear(element.closest(".rp-foot"));
    this.#calm = this.#states.find((one) => !one.hidden)?.dataset.savingIs ?? "fresh";
    this.#last = this.#calm;
    this.show(this.#calm);
  }

  /**
   * Shows one state.
   * words: instead of those in the page. isKept: whether this device holds what is not saved.
   */
  show(name, { words, isKept = false } = {}) {
    this.now = name;
    if (name === "saved") this.#calm = name;
    for (const state of this.#states) state.hidden = state.dataset.savingIs !== name;
    const shown = this.#states.find((one) => !one.hidden);
    if (words) shown.querySelector("[data-saving-words]").textContent = words;
    for (const where of shown.querySelectorAll("[data-saving-kept]"))
      where.hidden = (where.dataset.savingKept === "here") !== isKept;
    this.#allow(name);
    this.#near.say(AMISS.has(name) ? shown : null);
    if (SPOKEN.has(name) && name !== this.#last) this.#say(shown);
  }

  /** What cannot work is not offered; the line says why, and what to do instead. */
  #allow(name) {
    const buttons = this.#element.closest("form").querySelectorAll("[data-saving-button]");
    for (const button of buttons) {
      button.disabled = name === "offline";
      button.hidden = name === "ended" || (button.value === "save" && SAVES_ITSELF.has(name));
    }
  }

  /** Shows again what is true when everything is saved. */
  calm() {
    this.show(this.#calm);
  }

  #say(shown) {
    this.#last = shown.dataset.savingIs;
    const parts = [...shown.querySelectorAll("[data-saving-words], [data-saving-kept]")];
    this.#spoken.textContent = parts.filter((one) => !one.hidden).map((one) => one.textContent).join(" ");
    setTimeout(() => (this.#spoken.textContent = ""), HEARD_AFTER_MS);
  }
}
