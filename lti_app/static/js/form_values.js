// What a form holds, as pairs of name and value, and back into its fields.

/** Belong to one page, not to what somebody wrote in it. */
const OF_THE_PAGE = new Set(["csrf_token", "key", "number", "base_revision", "version"]);

/** What would be sent now. */
export function valuesOf(form) {
  return [...new FormData(form)];
}

/** What the server drew; a browser may have brought something else back. */
export function drawnValues(form) {
  const drawn = form.cloneNode(true);
  drawn.reset();
  return valuesOf(drawn);
}

/** The part that somebody wrote, as text that can be compared: where its fields stand says nothing. */
export function asText(values) {
  const written = values.filter(([name]) => !OF_THE_PAGE.has(name));
  return JSON.stringify(written.sort(([one], [other]) => (one < other ? -1 : Number(one > other))));
}

/** Several fields of one name take its values in their order. */
function put(field, given) {
  if (field.type === "radio" || field.type === "checkbox") field.checked = given.includes(field.value);
  else if (field.type === "select-multiple")
    for (const option of field.options) option.selected = given.includes(option.value);
  else field.value = given.shift() ?? "";
}

function byName(pairs) {
  const found = new Map();
  for (const [name, value] of pairs) found.set(name, [...(found.get(name) ?? []), value]);
  return found;
}

function stateOf(field) {
  return JSON.stringify([field.checked, field.value, [...(field.selectedOptions ?? [])].map((one) => one.value)]);
}

/**
 * Puts what somebody wrote back into a form, and tells its scripts of every field that changed.
 * Returns the first of those.
 */
export function fill(form, text) {
  const given = byName(JSON.parse(text));
  const changed = [];
  for (const field of form.elements) {
    if (!field.name || OF_THE_PAGE.has(field.name) || field.matches("button, fieldset")) continue;
    const before = stateOf(field);
    put(field, given.get(field.name) ?? []);
    if (stateOf(field) !== before) changed.push(field);
  }
  for (const field of changed) field.dispatchEvent(new Event("change", { bubbles: true }));
  return changed[0];
}

/** Sends the form as its reader would to save it; where two versions are in conflict, both come back. */
export function pressSave(form) {
  form.requestSubmit(form.querySelector('button[name="do"][value="save"]'));
}
