// Plays a story: it types and taps as people would, and at each step waits for the program's own reply on a phone or in
// the queue. The script holds only what people do; if a reply does not come, the story says so and stops.

import { beginStory } from "./wire.js";

const LETTER = 22; // milliseconds between two letters
const READING = 1000; // milliseconds to read a reply before the next step
const MORE = "@more";

export class Story {
  /** `phones` by name (sms, telegram, helper); the helper's can turn to whoever has news. */
  constructor({ phones, queue, caption, look }) {
    this.phones = phones;
    this.queue = queue;
    this.caption = caption;
    this.look = look;
    this.controller = null;
  }

  get running() {
    return this.controller !== null;
  }

  stop() {
    this.controller?.abort(new DOMException("stopped", "AbortError"));
  }

  async play(name) {
    this.controller = new AbortController();
    this.signal = this.controller.signal;
    try {
      const { steps } = await beginStory(name);
      await Promise.all([this.phones.sms.renew(), this.phones.telegram.renew(), this.phones.helper.remember()]);
      for (const [at, step] of steps.entries()) {
        this.caption(step.caption, at, steps.length);
        await this.act(step);
      }
    } finally {
      this.controller = null;
    }
  }

  async act(step) {
    if (step.phone) this.look(step.phone);
    const heard = step.hears && this.mark(step.hears);
    switch (step.act) {
      case "say":
        await this.type(step.phone, step.text);
        break;
      case "answer":
        await this.answer(step.phone, step.answers, step.most);
        break;
      case "tap":
        await this.tap(step.phone, new RegExp(step.button));
        break;
      case "case":
        this.look("queue");
        await this.queue.until((rows) => rows.some((row) => row.fresh && (!step.state || row.state === step.state)), this.signal);
        break;
      case "turn":
        await this.phones.helper.turnToNews(step.news, this.signal);
        break;
    }
    if (heard) {
      await this.pause(READING / 2);
      this.look(step.hears);
      await heard();
    }
    await this.pause(READING * (step.reading ?? 1));
  }

  /** Waits later for words that come to this phone from now on. */
  mark(name) {
    const phone = this.phones[name];
    const last = newest(phone.state);
    return () => phone.until((state) => newest(state) > last, { signal: this.signal });
  }

  async type(name, text) {
    const phone = this.phones[name];
    phone.input.value = "";
    for (const letter of text) {
      phone.input.value += letter;
      await this.pause(Math.min(LETTER, 900 / text.length));
    }
    await this.pause(120);
    phone.input.value = "";
    await phone.send(text);
  }

  /** Answers whatever is asked, until nothing is: the questions are the dialogue's own. */
  async answer(name, answers, most) {
    const phone = this.phones[name];
    let before = "";
    for (let given = 0; given < most; given += 1) {
      const state = await phone.until(({ asks, ended }) => asks || ended, { signal: this.signal });
      if (!state.asks) return;
      const last = newest(state);
      const reply = replyTo(state, answers, before);
      before = state.asks;
      const button = lastOurs(state).choices[reply.option];
      if (button) await phone.tap(button.data);
      else await this.type(name, reply.option === undefined ? reply.text : String(reply.option + 1));
      await phone.until((next) => newest(next) > last, { signal: this.signal });
      await this.pause(READING * 0.75);
    }
  }

  async tap(name, wanted) {
    const phone = this.phones[name];
    const find = (state) =>
      state.bubbles
        .filter((bubble) => bubble.ours)
        .slice(-3)
        .flatMap((bubble) => bubble.choices)
        .findLast(({ data }) => wanted.test(data));
    const state = await phone.until(find, { signal: this.signal });
    const { data } = find(state);
    const button = phone.screen.querySelector(`[data-tap="${CSS.escape(data)}"]`);
    button?.classList.add("pressed");
    await this.pause(500);
    await phone.tap(data);
  }

  pause(milliseconds) {
    const pace = Number(document.body.dataset.pace ?? 1);
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(this.signal.reason);
      };
      const timer = setTimeout(() => {
        this.signal.removeEventListener("abort", stop);
        resolve();
      }, milliseconds * pace);
      if (this.signal.aborted) stop();
      else this.signal.addEventListener("abort", stop, { once: true });
    });
  }
}

const lastOurs = (state) => state.bubbles.findLast((bubble) => bubble.ours) ?? { n: 0, choices: [] };
const newest = (state) => lastOurs(state).n;

/** The story's answer to the question that is asked: one of its options, or words. */
const replyTo = ({ asks, options }, answers, before) => {
  const wanted = answers[asks];
  const option = options.indexOf(wanted);
  if (option >= 0) return { option };
  if (options.includes(MORE)) return { option: options.indexOf(MORE) };
  if (wanted !== undefined && asks !== before) return { text: wanted };
  return { option: 0 };
};
