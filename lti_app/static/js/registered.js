// The platform that opened this page closes it when it hears this. Nobody may be listening: then the
// words beside the button say what to do. The message holds nothing, so any origin may have it.
const platform = window.opener || (window.parent === window ? null : window.parent);

if (platform) {
  const offer = document.querySelector("[data-close-offer]");
  offer.hidden = false;
  offer.querySelector("[data-close]").addEventListener("click", () => {
    platform.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
  });
}
