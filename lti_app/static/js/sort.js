// Turns the cards of a sorting exercise round: one card at a time, and bins that fill below it. A card is
// sent by buttons or carried there. Its radios stay what the form sends; without a script they are shown.

import { carried } from "./sort_carry.js";

const SPOKEN_LENGTH = 60;

const binOf = (card) => card.querySelector("[data-radios] input:checked")?.value ?? "";
const textOf = (card) => card.querySelector(".rp-sortcard__text").textContent.trim();

function shortened(text) {
  return text.length > SPOKEN_LENGTH ? `${text.slice(0, SPOKEN_LENGTH).trimEnd()}…` : text;
}

class Board {
  #root;
  #deck;
  #cards;

  constructor(root) {
    this.#root = root;
    this.#deck = root.querySelector("[data-deck]");
    this.#cards = [...root.querySelectorAll("[data-card]")];
    root.classList.add("is-live");
    root.prepend(this.#deck);
    for (const bin of root.querySelectorAll("[data-bin]:not([data-deck])")) {
      const cards = document.createElement("div");
      cards.dataset.binCards = "";
      bin.append(cards);
    }
    for (const card of this.#cards) this.#equip(card);
    this.#show();
    root.addEventListener("change", () => this.#show());
    document.addEventListener("click", (event) => this.#bringLinked(event));
  }

  #equip(card) {
    const moves = this.#root.querySelector("[data-sort-moves]").content.cloneNode(true);
    const list = moves.querySelector("[data-moves]");
    const opener = moves.querySelector("[data-open]");
    list.id = `${card.id}-moves`;
    opener.id = `${card.id}-open`;
    opener.setAttribute("aria-controls", list.id);
    // "Move" alone says little to whoever goes from button to button.
    opener.setAttribute("aria-describedby", `${card.id}-text`);
    card.prepend(moves.querySelector("[data-grip]"));
    card.querySelector("[data-radios]").before(opener, list);
    card.querySelector("[data-radios]").hidden = true;
    opener.addEventListener("click", () => this.#toggle(card, list.hidden));
    list.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button && "later" in button.dataset) this.#postpone(card);
      else if (button) this.#send(card, button.dataset.to);
    });
    card.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !binOf(card) || list.hidden) return;
      this.#toggle(card, false);
      opener.focus();
    });
    carried(card, (bin) => this.#put(card, bin));
  }

  /** Draws what the radios say. */
  #show() {
    for (const card of this.#cards) {
      const bin = binOf(card);
      const place = this.#root.querySelector(`[data-bin="${bin}"] [data-bin-cards]`);
      if (card.dataset.liesIn !== bin) this.#move(card, place, bin);
    }
    const left = this.#left;
    for (const card of left) card.hidden = card !== left[0];
    for (const later of this.#deck.querySelectorAll("[data-later]")) later.hidden = left.length < 2;
    this.#deck.querySelector("[data-deck-empty]").hidden = left.length > 0;
  }

  #move(card, place, bin) {
    // What comes back is the next to be placed.
    if (bin) place.append(card);
    else if (card.parentElement !== place) place.prepend(card);
    card.dataset.liesIn = bin;
    card.hidden = false;
    this.#toggle(card, !bin);
    card.querySelector("[data-open]").hidden = !bin;
    card.querySelector("[data-later]").hidden = Boolean(bin);
    for (const button of card.querySelectorAll("[data-to]")) button.hidden = button.dataset.to === bin;
    if (bin) card.querySelector("[data-amiss]")?.remove();
  }

  get #left() {
    return [...this.#deck.querySelectorAll("[data-card]")];
  }

  #toggle(card, isOpen) {
    card.querySelector("[data-moves]").hidden = !isOpen;
    card.querySelector("[data-open]").setAttribute("aria-expanded", isOpen);
  }

  /** Returns whether anything changed. */
  #put(card, bin) {
    if (binOf(card) === bin) return false;
    const radio = card.querySelector(bin ? `input[value="${bin}"]` : "input:checked");
    radio.checked = Boolean(bin);
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    this.#speak(card, bin);
    return true;
  }

  #send(card, bin) {
    const wasInDeck = !binOf(card);
    this.#put(card, bin);
    if (wasInDeck) this.#focusDeck();
    else (bin ? card.querySelector("[data-open]") : card).focus();
  }

  #postpone(card) {
    this.#left.at(-1).after(card);
    this.#show();
    this.#focusDeck();
  }

  #focusDeck() {
    (this.#left[0] ?? this.#deck.querySelector("[data-deck-empty]")).focus();
  }

  #speak(card, bin) {
    const spoken = this.#root.querySelector("[data-sort-spoken]");
    const place = bin && document.getElementById(`bin-${bin}`).textContent;
    spoken.textContent = spoken.dataset[bin ? "placed" : "back"]
      .replace("{done}", this.#cards.length - this.#left.length)
      .replace("{total}", this.#cards.length)
      .replace("{place}", () => place)
      .replace("{card}", () => shortened(textOf(card)));
  }

  /** A link from what needs another look leads to a card that lies below others. */
  #bringLinked(event) {
    const hash = event.target.closest?.("a[href^='#']")?.hash;
    const card = hash && document.getElementById(hash.slice(1))?.closest("[data-card]");
    if (!card || !this.#root.contains(card)) return;
    event.preventDefault();
    if (!binOf(card)) {
      this.#left[0].before(card);
      this.#show();
    }
    card.focus();
  }
}

for (const root of document.querySelectorAll("[data-sort]")) new Board(root);
