// Keeps "12 of 20 answered" current while the radios of a form are chosen. Without it the words
// are those of the server's last answer.

function answered(form) {
  const names = [...form.querySelectorAll("input[type=radio]:checked")].map((radio) => radio.name);
  return new Set(names).size;
}

function show(form) {
  const progress = form.querySelector("[data-progress-of]");
  const { progressOf: total, progressWords: words } = progress.dataset;
  const done = answered(form);
  progress.querySelector("[data-progress-text]").textContent = words
    .replace("{done}", done)
    .replace("{total}", total);
  progress.querySelector("[data-progress-bar]").setAttribute("width", (100 * done) / total);
}

for (const form of document.querySelectorAll("form:has([data-progress-of])")) {
  form.addEventListener("change", () => show(form));
  show(form);
}
