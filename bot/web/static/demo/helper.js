// The helpers' phone: one on the page, any helper's screen on it. It turns by itself to whoever has news.

import { Phone } from "./phone.js";
import { readHelpers } from "./wire.js";

const PATIENCE = 15000;
const MARK = "\u25cf ";

export class HelperPhone extends Phone {
  constructor(root, pick, { onRefused }) {
    super(root, { onRefused });
    this.pick = pick;
    this.old = new Map();
    this.listeners = new Set();
    pick.addEventListener("change", () => this.turnTo(pick.value));
  }

  async turnTo(key) {
    this.pick.value = key;
    this.mark(key, false);
    await super.turnTo(key);
  }

  /** What every helper has now is no news any more. */
  async remember() {
    for (const { key, news } of await readHelpers()) this.old.set(key, news);
  }

  /** Turns to a helper to whom an offer or a call has come since `remember`; rejects when none does. */
  async turnToNews(kind, signal) {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    for (;;) {
      const changed = this.change(patience);
      const helpers = await readHelpers();
      const found = helpers.find(({ key, news }) => news[kind] > (this.old.get(key)?.[kind] ?? 0));
      if (found) {
        for (const { key, news } of helpers) this.old.set(key, news);
        changed.catch(() => {});
        await this.turnTo(found.key);
        return;
      }
      await changed;
    }
  }

  /** A helper's screen changed: marks it in the list, and outside a story turns to what waits for a decision. */
  async heard(key, { mayTurn }) {
    for (const listener of this.listeners) listener();
    if (key === this.key || !this.option(key)) return;
    this.mark(key, true);
    if (!mayTurn) return;
    const helpers = new Map((await readHelpers()).map(({ key: each, news }) => [each, news]));
    if (waits(helpers.get(key)) && !waits(helpers.get(this.key))) await this.turnTo(key);
  }

  change(signal) {
    return new Promise((resolve, reject) => {
      const done = (settle, value) => {
        this.listeners.delete(come);
        signal.removeEventListener("abort", stop);
        settle(value);
      };
      const come = () => done(resolve);
      const stop = () => done(reject, signal.reason);
      this.listeners.add(come);
      signal.addEventListener("abort", stop);
    });
  }

  option(key) {
    return this.pick.querySelector(`option[value="${CSS.escape(key)}"]`);
  }

  mark(key, isNew) {
    const option = this.option(key);
    const name = option.textContent.replace(MARK, "");
    option.textContent = isNew ? MARK + name : name;
  }
}

const waits = (news) => Boolean(news?.offer || news?.call);
