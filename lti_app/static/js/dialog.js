// Turns a detail of the page (macro dialog of _macros/overlays.html) into a native dialog: focus goes in,
// Escape closes, focus comes back. Without it the same question opens in its place.

import { inSight } from "./in_sight.js";

const EDGE = 16;

/** In a high frame the middle that counts is that of the part in sight. */
async function place(dialog) {
  const { top, bottom } = await inSight();
  const free = bottom - top - dialog.offsetHeight;
  dialog.style.marginBlockStart = `${top + Math.max(EDGE, free / 2)}px`;
}

function open(dialog) {
  dialog.showModal();
  // Enter must not do at once what cannot be undone.
  if (dialog.querySelector(".btn-danger")) dialog.querySelector("[data-dialog-close]")?.focus();
  place(dialog);
}

function openerLike(summary) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = summary.className;
  button.append(...summary.childNodes);
  return button;
}

function made(details) {
  const dialog = document.createElement("dialog");
  dialog.className = "rp-dialog";
  dialog.id = details.id;
  dialog.setAttribute("aria-labelledby", `${details.id}-title`);
  dialog.append(details.querySelector("[data-dialog-body]"));
  for (const button of dialog.querySelectorAll("[data-dialog-close]")) {
    button.hidden = false;
    button.addEventListener("click", () => dialog.close());
  }
  // A press on the backdrop is one on the dialog itself, outside of its body.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return dialog;
}

for (const details of document.querySelectorAll("details[data-dialog]")) {
  const opener = openerLike(details.querySelector("summary"));
  const dialog = made(details);
  opener.addEventListener("click", () => open(dialog));
  details.replaceWith(opener, dialog);
  if (details.open) open(dialog);
}
