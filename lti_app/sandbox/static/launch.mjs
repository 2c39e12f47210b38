// Sends the form of a page that stands between this platform and a tool; without
// JavaScript the person presses its button.
document.querySelector("form[data-goes-on]")?.submit();
