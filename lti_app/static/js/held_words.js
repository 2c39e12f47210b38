// Keeps words for a window that this page opens, as a platform's page would: where no cookie is kept at
// all, nothing else tells that both windows are of one browser. Only our own pages are listened to.

/** @returns {Map<string, string>} what is kept, for as long as this page is open */
export function holdWords() {
  const kept = new Map();
  addEventListener("message", ({ data, origin, source }) => {
    if (origin !== location.origin || !source || typeof data?.key !== "string") return;
    const { subject, key, message_id } = data;
    if (subject === "lti.put_data") {
      if (typeof data.value === "string") kept.set(key, data.value);
      else kept.delete(key);
    } else if (subject !== "lti.get_data") return;
    source.postMessage({ subject: `${subject}.response`, message_id, key, value: kept.get(key) ?? null }, origin);
  });
  return kept;
}
