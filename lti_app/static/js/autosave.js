// Saves a form by itself (form[data-autosave]; templates/_macros/saving.html says how to make one).
// "Saved" is said when the server said so, and only of what it has. What it does not have yet is
// kept on this device, sealed, and offered to the same person when the page is opened again.

import { post } from "./autosave_post.js";
import { asText, drawnValues, pressSave, valuesOf } from "./form_values.js";
import { LocalCopy } from "./local_copy.js";
import { offerCopies } from "./saving_offer.js";
import { SavingLine } from "./saving_line.js";

const WAIT_MS = 800;
const SLOW_AFTER_MS = 1000;
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 60_000;

class Autosave {
  #form;
  #line;
  #copy = null;
  #saved; // what the server has, as text
  #owed = null; // was sent, and nobody knows what became of it
  #sending = null; // a promise while an answer is awaited
  #timer;
  #failures = 0;
  #notBefore = 0; // a server that is busy said how long to leave it alone
  #isOver = false; // no request can save any more: somebody has to act
  #isLeaving = false;
  #isWaitingToLeave = false;
  #isTried = false; // what can be saved before the form is sent has been
  #isPaused; // two versions are shown, and nobody has chosen yet

  constructor(form) {
    this.#form = form;
    this.#line = new SavingLine(form.querySelector("[data-saving]"));
    this.#isPaused = form.dataset.autosave === "paused";
    // What the page shows after a refusal is on no server.
    this.#saved = "unsaved" in form.dataset ? null : asText(drawnValues(form));
    for (const event of ["input", "change"]) form.addEventListener(event, () => this.#changed());
    form.addEventListener("focusout", () => this.#send());
    form.addEventListener("submit", (event) => this.#submitted(event));
    form.addEventListener("click", ({ target }) => target.closest("[data-saving-both]") && pressSave(form));
    document.addEventListener("click", ({ target }) => target.closest("[data-saving-take]") && this.#giveUp());
    document.addEventListener("visibilitychange", () => document.hidden && this.#send());
    addEventListener("pagehide", () => this.#send());
    addEventListener("pageshow", () => (this.#isLeaving = false));
    addEventListener("online", () => this.#sendAtOnce());
    addEventListener("beforeunload", (event) => this.#warn(event));
  }

  /** Begins with whatever this device may keep. */
  async start(copy) {
    this.#copy = copy;
    if (this.#isUnsaved) this.#changed();
    await offerCopies(this.#form, copy, asText(valuesOf(this.#form)));
  }

  get #isUnsaved() {
    return asText(valuesOf(this.#form)) !== this.#saved;
  }

  #changed() {
    if (!this.#isUnsaved && !this.#owed) return this.#isSafe();
    this.#keep();
    if (this.#isOver) return;
    if (!["offline", "busy"].includes(this.#line.now)) this.#line.show("unsaved");
    this.#sendIn(WAIT_MS);
  }

  #isSafe(words) {
    this.#copy?.drop();
    if (words) this.#line.show("saved", { words });
    else if (!this.#isOver) this.#line.calm();
  }

  #keep() {
    const { number, base_revision: base, version } = this.#form.elements;
    const text = asText(valuesOf(this.#form));
    return this.#copy?.keep({ text, number: number.value, base: base.value, version: version?.value });
  }

  #sendIn(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), milliseconds);
  }

  #send() {
    if (this.#sending || this.#isOver || this.#isPaused || this.#isLeaving) return;
    if (!this.#isUnsaved && !this.#owed) return;
    if (Date.now() < this.#notBefore) return this.#sendIn(this.#notBefore - Date.now());
    clearTimeout(this.#timer);
    // Unchanged, until it is answered: it may have been saved, and only then is a newer one newer.
    this.#owed ??= valuesOf(this.#form);
    this.#sending = this.#exchange(this.#owed).finally(() => (this.#sending = null));
    this.#sending.then((isNext) => isNext && this.#send());
  }

  #sendAtOnce() {
    this.#notBefore = 0;
    this.#send();
  }

  /** Returns whether more is to be sent at once. */
  async #exchange(values) {
    const slow = setTimeout(() => this.#line.show("saving"), SLOW_AFTER_MS);
    const answer = await post(this.#form.action, values);
    clearTimeout(slow);
    if (answer.is === "saved") return this.#hasSaved(values, answer);
    await this.#keep();
    if (answer.is === "lost") return this.#tryLater(answer);
    this.#owed = null;
    this.#isOver = answer.is === "ended" || answer.is === "conflict";
    this.#line.show(answer.is, { words: answer.words, isKept: this.#isKept });
    return false;
  }

  #hasSaved(values, { revision, words }) {
    this.#form.elements.base_revision.value = revision;
    [this.#owed, this.#failures, this.#saved] = [null, 0, asText(values)];
    if (this.#isUnsaved) {
      this.#line.show("unsaved");
      this.#keep();
      return true;
    }
    this.#isSafe(words);
    return false;
  }

  #tryLater({ afterSeconds }) {
    this.#line.show(navigator.onLine ? "busy" : "offline", { isKept: this.#isKept });
    const wait = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LAST_RETRY_MS);
    this.#failures += 1;
    this.#notBefore = Date.now() + Math.max(wait, afterSeconds * 1000);
    this.#sendIn(this.#notBefore - Date.now());
    return false;
  }

  get #isKept() {
    return this.#copy?.isKept ?? false;
  }

  /** A form that is sent says which revision it is based on, so what is under way arrives first. */
  #submitted(event) {
    if (!this.#isTried) this.#sendAtOnce();
    if (this.#sending) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#submitWhenQuiet(event.submitter);
      return;
    }
    // A save that comes after this request would be taken for another tab's.
    setTimeout(() => (this.#isLeaving = !event.defaultPrevented));
  }

  async #submitWhenQuiet(button) {
    if (this.#isWaitingToLeave) return;
    this.#isWaitingToLeave = true;
    while (this.#sending) await this.#sending;
    this.#isWaitingToLeave = false;
    if (button?.disabled) return; // offline by now; the line beside it says so
    this.#isTried = true;
    this.#form.requestSubmit(button);
    this.#isTried = false;
  }

  /** Somebody wants what is saved, and nothing of this page. */
  #giveUp() {
    this.#isLeaving = true;
    this.#copy?.drop();
  }

  /** Nobody is held back from leaving what is safe, here or there. */
  #warn(event) {
    if (this.#isUnsaved && !this.#isKept && !this.#isLeaving) event.preventDefault();
  }
}

/** A person's first page has no key yet; a reading request may not make one. */
async function madeKey({ keyUrl }, token) {
  try {
    const answer = await fetch(keyUrl, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams({ csrf_token: token }),
    });
    return (await answer.json()).key;
  } catch {
    return null;
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const autosave = new Autosave(form);
  const { dataset } = form.querySelector("[data-saving]");
  const key = dataset.key || (await madeKey(dataset, form.elements.csrf_token.value));
  delete dataset.key;
  await autosave.start(key ? await LocalCopy.open(key) : null);
}
