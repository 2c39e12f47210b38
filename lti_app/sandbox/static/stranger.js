// Says to the tool's frame what it is told to. It runs in a frame that has no origin.
addEventListener("message", ({ data, source }) => {
  if (source === window.parent) window.parent.frames[data.place].postMessage(data.answer, "*");
});
