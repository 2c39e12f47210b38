// Buttons that copy a value. Without a script one press selects the whole value; where the browser keeps the
// clipboard to itself, as in many frames, the button selects it and says so.

const SHOWN_FOR_MS = 2000;

const spoken = document.createElement("div");
spoken.className = "visually-hidden";
spoken.setAttribute("role", "status");
document.body.append(spoken);

async function copy(value) {
  try {
    await navigator.clipboard.writeText(value.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(value);
    // Older than the other way, and still allowed in frames that may not use that one.
    return document.execCommand("copy");
  }
}

function tell(button, words, aloud) {
  const word = button.querySelector("[data-copy-word]");
  word.dataset.usual ??= word.textContent;
  word.textContent = words;
  // The same words are spoken twice only if they go away in between.
  spoken.textContent = "";
  setTimeout(() => (spoken.textContent = aloud), 100);
  clearTimeout(button.timer);
  button.timer = setTimeout(() => (word.textContent = word.dataset.usual), SHOWN_FOR_MS);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const { copy: id, copied, selected, spoken: aloud } = button.dataset;
  const value = document.getElementById(id);
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (await copy(value)) tell(button, copied, copied);
    else tell(button, selected, aloud);
  });
}
