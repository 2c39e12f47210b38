// A tool that is done with its registration asks to be closed; only the frame itself is listened to.
const frame = document.querySelector("iframe[data-tool-origin]");

window.addEventListener("message", ({ data, origin, source }) => {
  if (source !== frame.contentWindow || origin !== frame.dataset.toolOrigin) return;
  if (data?.subject === "org.imsglobal.lti.close") window.location.assign(frame.dataset.back);
});
