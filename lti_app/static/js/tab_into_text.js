// Tab into a text shows the whole of it: a browser brings only its caret into sight, and the rest may
// stay behind the foot of the form.

document.addEventListener("keyup", ({ key }) => {
  const at = document.activeElement;
  if (key === "Tab" && at?.matches("textarea")) at.scrollIntoView({ block: "nearest" });
});
