// Lets a page of the platform keep a few words for us while the browser is away, where a frame can hold
// no cookie. Only the platform's own origin is told them, and only its answers count.
// Source: LTI Client Side postMessages 0.1, LTI Platform Storage 0.1.

// Together at most two seconds: the mobile apps of some platforms never answer.
const PROBE_FOR_MS = 800;
const ANSWER_WITHIN_MS = 1000;

const PUT = "lti.put_data";
const GET = "lti.get_data";
const PARENT = "_parent";
const OWN_OPENER = "_opener";
const FRAME_NAME = /^[A-Za-z0-9.-][\w.-]{0,63}$/;

/** The names of the words of one attempt, as other tools and platforms spell them. */
export function keysOf({ state, nonce }) {
  return { state: `lti_state_${state}`, nonce: `lti_nonce_${nonce}`, secret: `rapport_browser_${state}` };
}

/**
 * @param {string} target the frame that offers to keep words
 * @param {string} origin the only one that may be told
 * @throws when nobody offers it
 */
export async function openStorage(target, origin) {
  const holder = window.opener ?? (window.parent === window ? null : window.parent);
  if (!holder || !origin) throw new Error("nobody could keep words");
  if (target === OWN_OPENER) return storageAt(holder, origin);
  const offers = await offersOf(holder);
  if (offers && !(offers.has(PUT) && offers.has(GET))) throw new Error("keeping words is not offered");
  const named = target === PARENT ? offers?.get(PUT) : target;
  return storageAt(frameOf(holder, named), origin);
}

function storageAt(to, origin) {
  const isFrom = (event) => event.origin === origin;
  const send = (subject, fields) => ask(to, { subject, ...fields }, { origin, isFrom, within: ANSWER_WITHIN_MS });
  return {
    /** Keeps a word; null takes it away. */
    put: (key, value) => send(PUT, { key, value }),
    /** @returns {Promise<string | null>} */
    get: async (key) => (await send(GET, { key })).value ?? null,
  };
}

/** What the page around us offers, each with the frame that does it; null when it does not say. */
async function offersOf(holder) {
  // The page itself may be of another origin than the one that keeps words: it is known by its window.
  const isFrom = (event) => event.source === holder;
  try {
    const answer = await ask(holder, { subject: "lti.capabilities" }, { origin: "*", isFrom, within: PROBE_FOR_MS });
    return new Map(answer.supported_messages.map(({ subject, frame }) => [subject, frame]));
  } catch {
    return null;
  }
}

/** The named frame beside ours; the page itself where there is none, or the name means something else. */
function frameOf(holder, name) {
  if (typeof name !== "string" || !FRAME_NAME.test(name) || name in window) return holder;
  try {
    return holder.frames[name] ?? holder;
  } catch {
    return holder; // of another origin, and without such a frame
  }
}

function ask(to, message, { origin, isFrom, within }) {
  const id = newId();
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const end = (settle, value) => {
      over.abort();
      settle(value);
    };
    setTimeout(() => end(reject, new Error("no answer")), within);
    const listen = (event) => {
      const answer = answerIn(event, id, message.subject);
      if (answer && isFrom(event)) end(answer.error ? reject : resolve, answer);
    };
    addEventListener("message", listen, { signal: over.signal });
    to.postMessage({ ...message, message_id: id }, origin);
  });
}

/** Anybody can send anything here, also what throws when it is looked at. */
function answerIn(event, id, subject) {
  try {
    const { data } = event;
    return data?.message_id === id && data.subject === `${subject}.response` ? data : null;
  } catch {
    return null;
  }
}

function newId() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
}
