// Brings the summary of what needs another look before the reader, and to a screen reader's notice,
// when the server answered with one.

document.getElementById("needs-a-look")?.focus();
