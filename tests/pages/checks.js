// What a page is asked, in the browser. Every function returns sentences about what is amiss.
(() => {
  const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const LEAST = 44; // tokens.css: the least side of anything pressed
  const SPOKEN = ["aria-label", "title", "alt", "placeholder", "data-l", "data-progress-words"];
  const WRITTEN_BY_PEOPLE = "[dir=auto], code[dir], bdi, q";

  const isShown = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true }) && width > 1 && height > 1;
  };

  const nameOf = (element) => {
    const { id, className, textContent } = element;
    const classes = typeof className === "string" ? className.split(" ").join(".") : "";
    const words = textContent.trim().replace(/\s+/g, " ").slice(0, 40);
    return `${element.localName}${id && `#${id}`}${classes && `.${classes}`} “${words}”`;
  };

  /** What is pressed for an element: its label, or the card that its link covers. */
  const pressedAt = (element) =>
    (element.matches("[type=radio], [type=checkbox]") && element.closest("label")) ||
    (element.matches("a") && element.closest(".rp-card--link")) ||
    element;

  const isInASentence = (element) =>
    element.matches("a, .rp-term") &&
    element.closest("p, li, dd, td") &&
    // A button in a sentence is laid out as a block of its own, whatever its style says.
    (element.matches("button") || getComputedStyle(element).display === "inline") &&
    element.closest("p, li, dd, td").textContent.trim() !== element.textContent.trim();

  const targets = () =>
    [...document.querySelectorAll(TARGETS)].filter((one) => isShown(pressedAt(one)));

  const tooSmall = () =>
    targets()
      .filter((element) => !isInASentence(element))
      .map((element) => [element, pressedAt(element).getBoundingClientRect()])
      .filter(([, { width, height }]) => Math.min(width, height) < LEAST - 0.5)
      .map(([element, { width, height }]) => `${nameOf(element)} is ${width} × ${height} px`);

  const sideways = () => {
    const root = document.documentElement;
    const found = root.scrollWidth > root.clientWidth ? [`the page is ${root.scrollWidth} px wide`] : [];
    for (const element of document.body.querySelectorAll("*")) {
      const isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1;
      if (isCut && getComputedStyle(element).overflowX !== "visible")
        found.push(`${nameOf(element)} is cut or scrolls sideways`);
    }
    return found;
  };

  const headings = () => {
    const shown = [...document.querySelectorAll("h1")].filter(isShown);
    return shown.length === 1 ? [] : [`there are ${shown.length} headings of the first level`];
  };

  const landmarks = () =>
    ["main", "body > header"]
      .filter((one) => document.querySelectorAll(one).length !== 1)
      .map((one) => `not exactly one ${one}`);

  const title = () => {
    const words = document.title.trim();
    return words && words !== "Rapport" ? [] : ["the page has no title of its own"];
  };

  /** In forced colours a panel, badge or button is known by its border alone. */
  const borders = () =>
    [...document.querySelectorAll(".btn, .rp-state, .rp-notice, .rp-panel, .rp-choice, .rp-drop")]
      .filter(isShown)
      // What was not chosen is a line of text after the choice.
      .filter((element) => !element.matches(".rp-choice--past"))
      .filter((element) => parseFloat(getComputedStyle(element).borderTopWidth) < 1)
      .map((element) => `${nameOf(element)} has no border`);

  /** An icon that the sprite does not hold leaves a hole. */
  const icons = () =>
    [...document.querySelectorAll("svg.rp-icon")]
      .filter((icon) => isShown(icon) && icon.getBBox().width === 0)
      .map((icon) => `the icon ${icon.firstElementChild.getAttribute("href").split("#")[1]} is empty`);

  /** The button inside a date has the browser's own ring, and its field then none. */
  const isAtInnerButton = (element) =>
    element.matches("[type=date], [type=datetime-local]") && !element.matches(":focus-visible");

  const hasRing = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  };

  /** What is focused, and what is amiss with it; null when the focus has left the page. */
  const focus = () => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const target = pressedAt(element);
    const amiss = [];
    const isRinged = hasRing(element) || hasRing(target) || isAtInnerButton(element);
    if (!isRinged) amiss.push(`${nameOf(element)} shows no focus`);
    const { left, top, width, height } = target.getBoundingClientRect();
    const there = document.elementFromPoint(left + width / 2, top + height / 2);
    if (!there || !(target.contains(there) || there.contains(target)))
      amiss.push(`${nameOf(element)} is focused behind something or out of sight`);
    return { order: [...document.querySelectorAll(TARGETS)].indexOf(element), amiss };
  };

  /** Code, what a course wrote in a language that it names, and what is neither words nor a person's. */
  const isNoText = (element) =>
    element.closest("script, style, noscript, .rp-drop, .rp-ref, main [lang]") !== null;

  /** The page with each sentence in one piece; a name in it stands between marks of isolation. */
  const inSentences = () => {
    const body = document.body.cloneNode(true);
    for (const name of body.querySelectorAll("bdi"))
      if (name.parentElement.textContent.trim() !== name.textContent.trim())
        name.replaceWith(`\u2068${name.textContent}\u2069`);
    body.normalize();
    return body;
  };

  /** Every text of the page, shown or not, and whether it says that a person or course wrote it. */
  const words = () => {
    const found = [{ text: document.title, where: "title", isWritten: true }];
    const texts = document.createTreeWalker(inSentences(), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { data, parentElement } = texts.currentNode;
      if (!data.trim() || isNoText(parentElement)) continue;
      const isWritten = parentElement.closest(`${WRITTEN_BY_PEOPLE}, svg`) !== null;
      found.push({ text: data, where: nameOf(parentElement), isWritten });
    }
    for (const element of document.querySelectorAll("*"))
      for (const name of SPOKEN)
        if (element.hasAttribute(name))
          found.push({ text: element.getAttribute(name), where: `${name} of ${nameOf(element)}`, isWritten: true });
    for (const element of document.querySelectorAll("noscript")) {
      const inside = new DOMParser().parseFromString(element.textContent, "text/html");
      found.push({ text: inside.body.textContent, where: "noscript", isWritten: false });
    }
    return found;
  };

  window.checks = { tooSmall, sideways, headings, landmarks, title, borders, icons, focus, words };
})();
