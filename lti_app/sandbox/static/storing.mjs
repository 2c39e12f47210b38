// Keeps words for a tool while its page is away, each tool's apart, in the memory of this page. The
// manner says what goes wrong. Source: LTI Client Side postMessages 0.1, LTI Platform Storage 0.1.

const LONGEST = 4096;
const MOST = 500;
const PUT = "lti.put_data";
const GET = "lti.get_data";
const NOISE = ["text", null, 7, [], { subject: `${PUT}.response` }, { subject: `${GET}.response`, message_id: {} }];

const kept = new Map();
const wordsOf = (origin) => kept.get(origin) ?? kept.set(origin, new Map()).get(origin);

/** Answers to questions; a wrong one is an error with a code. */
const ANSWERS = {
  [PUT](words, { key, value }) {
    if (typeof key !== "string" || !key) return error("bad_request", "The key is missing.");
    if (value === null || value === undefined || value === "") words.delete(key);
    else if (String(value).length > LONGEST || words.size >= MOST) return error("storage_exhaustion", "It is full.");
    else words.set(key, String(value));
    return { key, value: words.get(key) ?? null };
  },
  [GET](words, { key }) {
    if (typeof key !== "string" || !key) return error("bad_request", "The key is missing.");
    return { key, value: words.get(key) ?? null };
  },
};

const error = (code, message) => ({ error: { code, message } });

/** What goes wrong with an answer, by the manner; each gets the answer and returns what is sent. */
const CHANGES = {
  other_message: (answer) => ({ ...answer, message_id: `not ${answer.message_id}` }),
  other_subject: (answer) => ({ ...answer, subject: answer.subject.replace(".response", "") }),
  forgets: (answer) => ("value" in answer ? { ...answer, value: null } : answer),
  mixes_up: (answer) => ("value" in answer ? { ...answer, value: "somebody else's" } : answer),
  storage_exhaustion: fails("storage_exhaustion"),
  bad_request: fails("bad_request"),
  wrong_origin: fails("wrong_origin"),
  unsupported_subject: fails("unsupported_subject"),
  unknown_error: fails("error"),
};

function fails(code) {
  return ({ subject, message_id }) => ({ subject, message_id, ...error(code, "As it was told to.") });
}

/** What this page says it can do. */
function offers(manner, frame) {
  const named = (subject) => (frame ? { subject, frame } : { subject });
  const keeping = { not_offered: [], old_names: [`org.imsglobal.${PUT}`, `org.imsglobal.${GET}`] }[manner] ?? [PUT, GET];
  return { supported_messages: [{ subject: "lti.capabilities" }, { subject: "lti.frameResize" }, ...keeping.map(named)] };
}

/**
 * @param {string} toolOrigin whoever else asks is told that it may not
 * @param {string} manner what goes wrong
 * @param {{ frame?: string, keeps?: boolean, reply?: Function }} more the frame that keeps words in this
 *   page's place; whether this page does; how an answer is sent
 */
export function keepWords(toolOrigin, manner, { frame, keeps = true, reply = send } = {}) {
  if (manner === "silent") return;
  addEventListener("message", (event) => {
    const { subject, message_id, ...asked } = event.data ?? {};
    if (!event.source || event.source === window || typeof subject !== "string" || !message_id) return;
    if (manner === "noise") for (const noise of NOISE) event.source.postMessage(noise, event.origin);
    const isProbe = subject === "lti.capabilities";
    if (!isProbe && !(keeps && subject in ANSWERS)) return;
    const said = event.origin === toolOrigin ? {} : error("wrong_origin", "This is not the tool.");
    Object.assign(said, said.error ? {} : isProbe ? offers(manner, frame) : ANSWERS[subject](wordsOf(event.origin), asked));
    const answer = { subject: `${subject}.response`, message_id, ...said };
    reply(isProbe ? answer : (CHANGES[manner]?.(answer) ?? answer), event);
  });
}

function send(answer, { source, origin }) {
  source.postMessage(answer, origin);
}
