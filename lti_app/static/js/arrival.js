// Brings before the reader, and to a screen reader's notice, what the page was answered with: what
// needs another look, or what its address points at. A platform's page around the frame scrolls along.

const at =
  document.getElementById("needs-a-look") ??
  document.querySelector("[aria-invalid=true]") ??
  document.getElementById(location.hash.slice(1));

at?.focus();
