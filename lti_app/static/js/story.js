// Reads on without leaving the page: in a platform's frame, a new page would jump to its top. What
// does not answer as one of our pages is left to the browser, which posts the form as ever; the
// server takes the same choice twice as one.

import { bring } from "./bring.js";

const PAGE = "main";
const FORM = "form:has([data-story])";

function follow(answer, text) {
  const main = new DOMParser().parseFromString(text, "text/html").querySelector(PAGE);
  if (!main?.querySelector("[data-story]")) throw new Error("not the story");
  document.querySelector(PAGE).replaceWith(document.adoptNode(main));
  if (answer.redirected) history.replaceState(null, "", answer.url);
  const at = main.querySelector("#needs-a-look, [aria-invalid=true]") ?? main.querySelector("#now");
  bring(at, "start");
}

async function readOn(form, button) {
  const fields = new URLSearchParams(new FormData(form, button));
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields });
    follow(answer, await answer.text());
  } catch {
    form.removeAttribute("aria-busy");
    form.dataset.plain = "";
    form.requestSubmit(button);
  }
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.matches(FORM) || submitter?.value !== "choose" || "plain" in form.dataset) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") !== "true") readOn(form, submitter);
});
