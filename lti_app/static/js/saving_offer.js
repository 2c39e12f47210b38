// Offers what an earlier page of the same person kept on this device and could not save. Nothing is
// put over what the server has before the person says so.

import { fill, pressSave } from "./form_values.js";

function momentOf(at, locale) {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  const style = isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(locale, style).format(at);
}

/** Was something else saved since the copy was made? Then both are to be seen before one is chosen. */
function isOvertaken(form, found) {
  return Number(found.base) < Number(form.elements.base_revision.value);
}

/** Sends the copy as the page that made it would have: the answer shows both versions. */
function showBoth(form, found) {
  fill(form, found.text);
  form.elements.base_revision.value = found.base;
  pressSave(form);
}

/** How many questions it answers: each is one group of radios. */
function answersIn(form, found) {
  const isRadio = (name) => form.querySelector(`input[type=radio][name="${CSS.escape(name)}"]`);
  return JSON.parse(found.text).filter(([name]) => isRadio(name)).length;
}

function show(box, form, found) {
  const words = box.querySelector("[data-offer-words]");
  words.textContent = words.dataset.offerWords.replace("{time}", momentOf(found.at, box.dataset.locale));
  const count = box.querySelector("[data-offer-count]");
  const total = form.querySelector("[data-progress-of]")?.dataset.progressOf;
  count.hidden = !total;
  count.textContent = count.dataset.offerCount.replace("{done}", answersIn(form, found)).replace("{total}", total);
  box.querySelector("[data-offer-overtaken]").hidden = !isOvertaken(form, found);
  box.hidden = false;
}

/** Where a field is drawn in another way, what stands for it can take the focus. */
function goTo(field) {
  field?.focus();
  if (document.activeElement !== field) field?.closest("[tabindex]")?.focus();
}

/** Waits for a choice; what is chosen is in the form or gone when it returns. */
function chosen(box, form, found) {
  return new Promise((done) => {
    box.querySelector("[data-offer-use]").onclick = () => {
      if (isOvertaken(form, found)) return showBoth(form, found);
      goTo(fill(form, found.text));
      done();
    };
    box.querySelector("[data-offer-discard]").onclick = done;
  });
}

/** Is it of the attempt and of the questions that the form is for? */
function fits({ elements }, found) {
  return found.number === elements.number.value && found.version === elements.version?.value;
}

/**
 * Offers what was found, one after the other; `drawn` is what the form shows already. What belongs to an
 * attempt that was handed in meanwhile is over, and would not fit the fields of another one; nor would
 * answers to questions that were changed.
 */
export async function offerCopies(form, copy, drawn) {
  const box = document.querySelector("[data-saving-offer]");
  for (const found of (await copy?.found()) ?? []) {
    if (fits(form, found) && found.text !== drawn) {
      show(box, form, found);
      await chosen(box, form, found);
      box.hidden = true;
    }
    copy.remove(found.name);
  }
}
