// One save, and what became of it, in one of five words: saved, lost (try again), ended (the session
// is over), conflict (another tab or device saved something else), refused.

const PATIENCE_MS = 20_000;
/** A browser lets 64 KiB go on after its page has gone. */
const LASTING_BYTES = 60_000;

function bodyOf(values) {
  const body = new URLSearchParams(values);
  body.set("do", "autosave");
  return body.toString();
}

function asked(action, values) {
  const body = bodyOf(values);
  return fetch(action, {
    method: "POST",
    body,
    headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
    keepalive: body.length < LASTING_BYTES,
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}

function isPassing(status) {
  return status === 429 || status >= 500;
}

function outcome(status, { code, words }) {
  if (code === "draft_conflict") return { is: "conflict" };
  if (code === "no_session") return { is: "ended" };
  return { is: "refused", words };
}

/** Sends a form's values; the answer's `afterSeconds` is how long at least to wait when it is lost. */
export async function post(action, values) {
  try {
    const answer = await asked(action, values);
    const afterSeconds = Number(answer.headers.get("Retry-After")) || 0;
    if (isPassing(answer.status)) return { is: "lost", afterSeconds };
    const said = await answer.json(); // not JSON: something between us and the server answered
    return answer.ok ? { is: "saved", ...said } : outcome(answer.status, said);
  } catch {
    return { is: "lost", afterSeconds: 0 };
  }
}
