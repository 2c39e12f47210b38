// Follows the reading of a course's list: fetches how it stands until the reading has ended. Then the page
// is loaded anew, unless somebody is at work in it.

const EVERY_MS = 2_000;
const LONGEST_MS = 15 * 60_000;

const begun = performance.now();

function standing() {
  return document.querySelector("[data-roster]");
}

function hideLink(place) {
  const link = place.querySelector("[data-roster-by-hand]");
  if (link) link.hidden = true;
}

async function fetched(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-roster]");
}

async function follow() {
  const place = standing();
  let newer;
  try {
    newer = await fetched(place.dataset.roster);
  } catch {
    // The link of the page leads on, and the next time may go better.
    place.querySelector("[data-roster-by-hand]")?.removeAttribute("hidden");
    again();
    return;
  }
  if (!newer || place.contains(document.activeElement)) return again();
  if (!("rosterUnderWay" in newer.dataset) && document.activeElement === document.body) {
    location.reload();
    return;
  }
  place.replaceWith(newer);
  hideLink(newer);
  if ("rosterUnderWay" in newer.dataset) again();
}

function again() {
  if (performance.now() - begun < LONGEST_MS) setTimeout(follow, EVERY_MS);
}

const place = standing();
if (place && "rosterUnderWay" in place.dataset) {
  hideLink(place);
  again();
}
