// One save, and what became of it, in one of five words: saved, lost (try again), ended (the session
// is over), conflict (another tab or device saved something else), refused.

const PATIENCE_MS = 20_000;
/** A browser lets 64 KiB go on after its page has gone. */
const LASTING_BYTES = 60_000;

function formData(values) {
  const data = new FormData();
  for (const [name, value] of values) data.append(name, value);
  data.set("do", "autosave");
  return data;
}

function asked(action, values) {
  const size = new TextEncoder().encode(JSON.stringify(values)).length;
  return fetch(action, {
    method: "POST",
    body: formData(values),
    headers: { Accept: "application/json" },
    keepalive: size < LASTING_BYTES,
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
