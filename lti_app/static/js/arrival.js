// Brings before the reader what the page was answered with: what needs another look, or what its
// address points at.

import { bring } from "./bring.js";

const at =
  document.getElementById("needs-a-look") ??
  document.querySelector("[aria-invalid=true]") ??
  document.getElementById(location.hash.slice(1));

if (at) bring(at);
