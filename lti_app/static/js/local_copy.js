// Keeps on this device what the server does not have yet, sealed: AES-GCM under a key that only a
// session of the same person gets, for this one activity. Without that key nobody can read it, not
// even whose it is. It is never sent anywhere.

const PREFIX = "rapport.unsaved.";
const A_WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const IV_BYTES = 12;

const bytesOf = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
const textOf = (bytes) => btoa(Array.from(new Uint8Array(bytes), (one) => String.fromCharCode(one)).join(""));

/** Names of our entries; none where a browser keeps nothing for us. */
function names() {
  return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
}

/** When an entry was written; NaN for one that is not ours to read. */
function writtenAt(name) {
  try {
    return Number(JSON.parse(localStorage.getItem(name)).at);
  } catch {
    return NaN;
  }
}

/** Takes away what nobody came back for, whoever it belonged to. */
function sweep() {
  for (const name of names()) {
    if (!(Date.now() - writtenAt(name) < A_WEEK_MS)) localStorage.removeItem(name);
  }
}

export class LocalCopy {
  #key;
  #mine; // names of this person's entries for this activity begin so
  #name;
  #wanted = null;
  #isSealing = false;

  /** Is what was given last kept on this device? */
  isKept = false;

  constructor(key, mine) {
    this.#key = key;
    this.#mine = mine;
    // One entry for each page that is open: two tabs keep two.
    this.#name = mine + crypto.randomUUID();
  }

  /** Returns null where this browser cannot keep anything, or not safely. */
  static async open(secret) {
    try {
      sweep();
      const raw = bytesOf(secret);
      const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
      const digest = await crypto.subtle.digest("SHA-256", raw);
      return new LocalCopy(key, `${PREFIX}${textOf(digest).slice(0, 16)}.`);
    } catch {
      return null; // no secure context, no storage, or a storage that is not ours to read
    }
  }

  /** Keeps a value, the newest if several are given at once. */
  async keep(value) {
    this.#wanted = { at: Date.now(), ...value };
    this.isKept = false;
    if (this.#isSealing) return;
    this.#isSealing = true;
    try {
      while (this.#wanted) await this.#seal();
    } catch {
      this.#wanted = null; // the device is full, or the person forbade it meanwhile
    } finally {
      this.#isSealing = false;
    }
  }

  async #seal() {
    const value = this.#wanted;
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const plain = new TextEncoder().encode(JSON.stringify(value));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.#key, plain);
    if (this.#wanted !== value) return; // a newer one, or none, is wanted by now
    const entry = { at: value.at, iv: textOf(iv), sealed: textOf(sealed) };
    localStorage.setItem(this.#name, JSON.stringify(entry));
    this.#wanted = null;
    this.isKept = true;
  }

  /** Takes away what this page kept: the server has it. */
  drop() {
    this.#wanted = null;
    this.isKept = false;
    this.remove(this.#name);
  }

  remove(name) {
    try {
      localStorage.removeItem(name);
    } catch {
      // then there is nothing, either
    }
  }

  /** Returns what earlier pages of this person kept and could not save, newest first. */
  async found() {
    const mine = names().filter((name) => name.startsWith(this.#mine) && name !== this.#name);
    const read = await Promise.all(mine.map((name) => this.#read(name)));
    return read.filter((one) => one !== null).sort((one, other) => other.at - one.at);
  }

  async #read(name) {
    try {
      const { iv, sealed } = JSON.parse(localStorage.getItem(name));
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytesOf(iv) }, this.#key, bytesOf(sealed));
      return { name, ...JSON.parse(new TextDecoder().decode(plain)) };
    } catch {
      return null; // changed, or sealed with another key
    }
  }
}
