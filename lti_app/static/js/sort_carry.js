// Carries a card by mouse, pen or finger to a bin, [data-bin]. A finger carries by the grip only, because
// elsewhere it scrolls. Escape leaves the card where it was.

const FAR_ENOUGH = 6;
const EDGE = 48;
const STEP = 12;

function binUnder(card, { clientX, clientY }) {
  const under = document.elementsFromPoint(clientX, clientY).find((one) => !card.contains(one));
  return under?.closest("[data-bin]") ?? null;
}

class Carrying {
  #card;
  #drop;
  #from;
  #last;
  #over = null;
  #isUnderWay = false;
  #listening = new AbortController();

  constructor(card, event, drop) {
    this.#card = card;
    this.#drop = drop;
    this.#from = { x: event.pageX, y: event.pageY };
    const { signal } = this.#listening;
    const mine = (act) => (one) => one.pointerId === event.pointerId && act(one);
    addEventListener("pointermove", mine((one) => this.#moved(one)), { signal });
    addEventListener("pointerup", mine(() => this.#end({ isDropped: true })), { signal });
    addEventListener("pointercancel", mine(() => this.#end()), { signal });
    addEventListener("keydown", (one) => one.key === "Escape" && this.#end(), { signal });
  }

  #moved(event) {
    const { clientX, clientY, pageX, pageY, pointerId } = event;
    this.#last = { clientX, clientY };
    const far = Math.hypot(pageX - this.#from.x, pageY - this.#from.y);
    if (!this.#isUnderWay && far < FAR_ENOUGH) return;
    if (!this.#isUnderWay) this.#begin(pointerId);
    this.#follow();
  }

  #begin(pointerId) {
    this.#isUnderWay = true;
    this.#card.setPointerCapture(pointerId);
    this.#card.classList.add("is-carried");
    this.#scroll();
  }

  #follow() {
    const { clientX, clientY } = this.#last;
    const x = clientX + scrollX - this.#from.x;
    const y = clientY + scrollY - this.#from.y;
    this.#card.style.translate = `${x}px ${y}px`;
    this.#isOver(binUnder(this.#card, this.#last));
  }

  #isOver(bin) {
    this.#over?.classList.remove("is-over");
    this.#over = bin;
    this.#over?.classList.add("is-over");
  }

  /** Near its edge the page comes along. */
  #scroll() {
    if (!this.#isUnderWay) return;
    const { clientY } = this.#last;
    const step = clientY < EDGE ? -STEP : clientY > innerHeight - EDGE ? STEP : 0;
    if (step) {
      scrollBy({ top: step, behavior: "instant" });
      this.#follow();
    }
    requestAnimationFrame(() => this.#scroll());
  }

  #end({ isDropped = false } = {}) {
    this.#listening.abort();
    const bin = this.#over;
    this.#isUnderWay = false;
    this.#isOver(null);
    this.#card.classList.remove("is-carried");
    this.#card.style.translate = "";
    if (isDropped && bin) this.#drop(bin.dataset.bin);
  }
}

/** Lets a card be carried; `drop` is told the bin. */
export function carried(card, drop) {
  card.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button || event.target.closest("button, a, input, label")) return;
    if (event.pointerType === "touch" && !event.target.closest("[data-grip]")) return;
    new Carrying(card, event, drop);
  });
}
