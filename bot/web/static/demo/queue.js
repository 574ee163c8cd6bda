// The queue beside the phones: the desk's own list, fetched anew whenever the server says that it changed.

import { readQueue } from "./wire.js";

export class Queue {
  constructor(root) {
    this.root = root;
    this.known = new Set();
    this.waiting = new Set();
    this.fetching = null;
    this.again = false;
  }

  get rows() {
    return [...this.root.querySelectorAll("[data-case]")].map((row) => ({
      id: row.dataset.case,
      state: row.dataset.state,
      fresh: !this.known.has(row.dataset.case),
    }));
  }

  /** What is there now is old: only cases that come later are fresh. */
  forget() {
    this.known = new Set(this.rows.map((row) => row.id));
  }

  /** News that come while the list is on its way are answered by one more look. */
  refresh() {
    if (this.fetching) this.again = true;
    this.fetching ??= this.fetch().finally(() => {
      this.fetching = null;
    });
    return this.fetching;
  }

  async fetch() {
    do {
      this.again = false;
      this.show(await readQueue());
    } while (this.again);
  }

  show(html) {
    const before = new Set(this.rows.map((row) => row.id));
    const page = new DOMParser().parseFromString(html, "text/html");
    this.root.replaceChildren(...page.body.childNodes);
    this.root.setAttribute("aria-busy", "false");
    for (const row of this.root.querySelectorAll("[data-case]"))
      row.toggleAttribute("data-new", !before.has(row.dataset.case));
    for (const waiter of this.waiting) waiter();
  }

  until(fits, signal, patience = 15000) {
    return new Promise((resolve, reject) => {
      const done = (settle, value) => {
        this.waiting.delete(see);
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
        settle(value);
      };
      const see = () => fits(this.rows) && done(resolve);
      const stop = () => done(reject, signal.reason);
      const timer = setTimeout(() => done(reject, new Error("no case")), patience);
      signal.addEventListener("abort", stop);
      this.waiting.add(see);
      see();
    });
  }
}
