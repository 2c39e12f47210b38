// Says beside the field in hand what went amiss with saving, where the line of the form is out of sight:
// in a frame that is as high as its page, a foot cannot stick to the window around it.

const FIELDS = "fieldset, .rp-field, [role=group]";

export class NearLine {
  #line;
  #isInSight = true;
  #field = null;
  #said = null;

  constructor(line) {
    this.#line = line;
    new IntersectionObserver(([entry]) => (this.#isInSight = entry.isIntersecting)).observe(line);
    for (const event of ["input", "change"])
      line.closest("form").addEventListener(event, ({ target }) => (this.#field = target.closest(FIELDS)));
  }

  /** Says a state of the line, or takes away what was said. */
  say(state) {
    this.#said?.remove();
    this.#said = null;
    if (!state || this.#isInSight || !this.#field) return;
    this.#said = document.createElement("div");
    this.#said.className = this.#line.className;
    this.#said.append(state.cloneNode(true));
    this.#field.after(this.#said);
  }
}
