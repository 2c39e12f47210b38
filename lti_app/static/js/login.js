// Goes on to the platform when this browser keeps a cookie here, or the platform's page keeps words for
// us; otherwise offers a tab of its own, before the platform's one-time hint has been used up.

const PROBE = "__Host-rp-probe";
const ATTRIBUTES = "Path=/; Secure; SameSite=None; Partitioned";

const form = document.querySelector("[data-login-form]");
const goesOn = document.querySelector("[data-login-goes-on]");

function keepsCookies() {
  try {
    document.cookie = `${PROBE}=1; Max-Age=30; ${ATTRIBUTES}`;
    const kept = document.cookie.split("; ").includes(`${PROBE}=1`);
    document.cookie = `${PROBE}=; Max-Age=0; ${ATTRIBUTES}`;
    return kept;
  } catch {
    return false; // a sandboxed frame may not even ask
  }
}

async function platformKeepsWords({ target, origin, secret }) {
  if (!target) return false;
  const { keysOf, openStorage } = await import("./platform_storage.js");
  const words = { state: form.elements.state.value, nonce: form.elements.nonce.value, secret };
  try {
    const storage = await openStorage(target, origin);
    await Promise.all(Object.entries(keysOf(words)).map(([name, key]) => storage.put(key, words[name])));
    return true;
  } catch {
    return false;
  }
}

async function offerTab() {
  const { holdWords } = await import("./held_words.js");
  holdWords();
  goesOn.hidden = true;
  document.querySelector("[data-login-needs-tab]").hidden = false;
}

if (keepsCookies() || (await platformKeepsWords(goesOn.dataset))) form.requestSubmit();
else await offerTab();
