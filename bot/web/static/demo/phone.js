// One phone: shows a screen as the server tells it, and sends what is typed or tapped. It invents no bubble.

import { readPhone, say, share, tap, word } from "./wire.js";

const make = (tag, className, text = "") => {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
};

export class Phone {
  constructor(root, { onRefused, onChanged = () => {} }) {
    this.root = root;
    this.screen = root.querySelector(".screen");
    this.form = root.querySelector("form");
    this.input = this.form.elements.text;
    this.sharing = root.querySelector(".share");
    this.onRefused = onRefused;
    this.onChanged = onChanged;
    this.state = { bubbles: [], asks: "", ended: false };
    this.drawn = new Map();
    this.waiting = new Set();
    this.latest = 0;
    this.listen();
  }

  get key() {
    return this.root.dataset.phone;
  }

  /** Shows another person's screen on the same phone. */
  async turnTo(key) {
    if (key === this.key) return;
    this.root.dataset.phone = key;
    await this.renew();
  }

  /** Forgets what is drawn: it may be another person's phone now. */
  renew() {
    this.drawn.clear();
    this.screen.replaceChildren();
    this.state = { bubbles: [], asks: "", ended: false };
    return this.refresh();
  }

  async refresh() {
    const asked = (this.latest += 1);
    const state = await readPhone(this.key);
    if (asked !== this.latest) return;
    this.state = state;
    this.draw();
    this.onChanged(state);
    for (const waiter of this.waiting) waiter();
  }

  /** Resolves when the screen, as the server has it, fits; rejects when it does not come. */
  until(fits, { signal, patience = 15000 }) {
    return new Promise((resolve, reject) => {
      const done = (settle, value) => {
        this.waiting.delete(look);
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
        settle(value);
      };
      const look = () => fits(this.state) && done(resolve, this.state);
      const stop = () => done(reject, signal.reason);
      const timer = setTimeout(() => done(reject, new Error("no reply")), patience);
      signal.addEventListener("abort", stop);
      this.waiting.add(look);
      look();
    });
  }

  send(text) {
    return this.guard(say(this.key, text));
  }
  tap(data) {
    return this.guard(tap(this.key, data));
  }
  share() {
    return this.guard(share(this.key));
  }

  async guard(sent) {
    try {
      await sent;
    } catch (error) {
      this.onRefused(error);
      throw error;
    }
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      if (!text) return;
      this.input.value = "";
      this.send(text).catch(() => {
        this.input.value = text;
      });
    });
    this.root.querySelectorAll("[data-digit]").forEach((key) =>
      key.addEventListener("click", () => {
        this.input.value += key.dataset.digit;
        this.input.focus({ preventScroll: true });
      }),
    );
    this.sharing?.querySelector("button").addEventListener("click", () => this.share().catch(() => {}));
  }

  // ---- drawing

  draw() {
    const { bubbles } = this.state;
    for (const bubble of bubbles) {
      const looks = JSON.stringify(bubble);
      const earlier = this.drawn.get(bubble.n);
      if (earlier?.looks === looks) continue;
      const element = this.bubble(bubble);
      if (earlier) earlier.element.replaceWith(element);
      else this.screen.append(element);
      this.drawn.set(bubble.n, { element, looks });
    }
    this.screen.dataset.empty = bubbles.length ? "" : word(`empty_${this.root.dataset.look}`);
    this.drawSharing(bubbles.at(-1));
    this.screen.scrollTop = this.screen.scrollHeight;
  }

  bubble(bubble) {
    const side = make("div", bubble.ours ? "bubble bubble-in" : "bubble bubble-out");
    const text = make("p", "bubble-text", bubble.kind === "location" ? word("location") : bubble.text);
    text.dir = "auto";
    side.append(text);
    const notes = [bubble.at];
    if (bubble.edited) notes.unshift(word("edited"));
    if (bubble.kind === "tap") notes.unshift(word("tapped"));
    side.append(make("small", "bubble-note", notes.join(" · ")));
    if (bubble.parts) {
      const many = bubble.parts.parts === 1 ? "parts_one" : "parts_many";
      side.append(make("small", "bubble-parts", word(many, bubble.parts)));
    }
    if (bubble.choices.length) side.append(this.buttons(bubble.choices));
    return side;
  }

  buttons(choices) {
    const row = make("div", "bubble-buttons");
    for (const { label, data } of choices) {
      const button = make("button", "", label);
      button.type = "button";
      button.dir = "auto";
      button.dataset.tap = data;
      button.addEventListener("click", () => this.tap(data).catch(() => {}));
      row.append(button);
    }
    return row;
  }

  drawSharing(last) {
    if (!this.sharing) return;
    const label = last?.ours ? last.share : "";
    this.sharing.hidden = !label;
    this.sharing.querySelector("button").textContent = label;
  }
}
