// Goes on to the platform when this browser keeps a cookie here; otherwise offers a tab of its own,
// before the platform's one-time hint has been used up.

const PROBE = "__Host-rp-probe";
const ATTRIBUTES = "Path=/; Secure; SameSite=None; Partitioned";

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

if (keepsCookies()) {
  document.querySelector("[data-login-form]").requestSubmit();
} else {
  document.querySelector("[data-login-goes-on]").hidden = true;
  document.querySelector("[data-login-needs-tab]").hidden = false;
}
