// No cookie came back with a launch: reads what the platform's page kept and reports it. Whether it fits
// is for the server to say. What was kept is taken away once it has served.

import { keysOf, openStorage } from "./platform_storage.js";

const page = document.querySelector("[data-asking]");
const { state, nonce, ticket, target, origin, url } = page.dataset;
const keys = keysOf({ state, nonce });

async function readFrom(storage) {
  const read = async ([name, key]) => [name, await storage.get(key)];
  return Object.fromEntries(await Promise.all(Object.entries(keys).map(read)));
}

async function report(stored) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-Rapport-Launch": "finish" },
    body: JSON.stringify({ state, ticket, stored }),
  });
  return { isFine: answer.ok, ...(await answer.json()) };
}

function goOn({ path, page: html }) {
  if (path) location.replace(path);
  // Nobody signed in, so there is no address to go to: the page comes as it is.
  else document.documentElement.replaceWith(new DOMParser().parseFromString(html, "text/html").documentElement);
}

/** The page has words for what was not kept; for everything else the server sends some. */
function giveUp({ code, words }) {
  const ended = document.querySelector("[data-asking-ended]");
  if (words && !ended.dataset.askingEnded.split(" ").includes(code)) {
    ended.querySelector("[data-asking-happened]").textContent = words;
    ended.querySelector("[data-asking-means]").hidden = true;
  }
  page.hidden = true;
  ended.hidden = false;
  ended.querySelector("h1").focus();
}

// What cannot be read is reported as nothing: the server says no, and writes down why.
const storage = await openStorage(target, origin).catch(() => null);
const stored = storage ? await readFrom(storage).catch(() => ({})) : {};
const answer = await report(stored).catch(() => ({}));
if (answer.isFine) {
  for (const key of Object.values(keys)) storage.put(key, null).catch(() => {});
  goOn(answer);
} else giveUp(answer);
