// Sends its form once: a second click would take the place of the first one, and its answer with it.
// The button stays where the focus is; what happens is said in the form's own place for it.

const form = document.querySelector("form[data-once]");

function isSent(is) {
  form.toggleAttribute("data-sent", is);
  form.querySelector("[type=submit]").setAttribute("aria-disabled", String(is));
  form.querySelector("[role=status]").textContent = is ? form.dataset.once : "";
}

form?.addEventListener("submit", (event) => {
  if (form.hasAttribute("data-sent")) event.preventDefault();
  else isSent(true);
});
// Who comes back to a page that the browser has kept finds it as it was.
window.addEventListener("pageshow", (event) => {
  if (form && event.persisted) isSent(false);
});
