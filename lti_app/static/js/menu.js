// Closes a menu (macro menu of _macros/overlays.html) as people expect: by Escape, by a press or by focus
// elsewhere. It opens without a script.

function close(menu, { isFocusKept = false } = {}) {
  menu.open = false;
  if (isFocusKept) menu.querySelector("summary").focus();
}

for (const menu of document.querySelectorAll("details[data-menu]")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.preventDefault();
    close(menu, { isFocusKept: true });
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) close(menu);
  });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]"))
    if (!menu.contains(event.target)) close(menu);
});
