// The demo page: three phones, the queue, and the buttons above them.

import { HelperPhone } from "./helper.js";
import { Phone } from "./phone.js";
import { Queue } from "./queue.js";
import { Story } from "./story.js";
import { advance, listen, readClock, startOver, word } from "./wire.js";

const element = (id) => document.getElementById(id);
const panes = [...document.querySelectorAll(".panes [data-pane]")];
const told = element("caption-text");
const steps = element("caption-steps");

const tell = (text) => {
  told.textContent = text;
};

const look = (pane) => {
  for (const button of panes) {
    const chosen = button.dataset.pane === pane;
    button.setAttribute("aria-pressed", chosen);
    element(`pane-${button.dataset.pane}`).toggleAttribute("data-away", !chosen);
    element(`pane-${button.dataset.pane}`).toggleAttribute("data-now", chosen && story.running);
  }
};

const caption = (name, at, count) => {
  if (name) tell(word(`story_${name}`));
  steps.replaceChildren(
    ...Array.from({ length: count }, (_, index) => {
      const dot = document.createElement("li");
      dot.className = index < at ? "done" : index === at ? "now" : "";
      return dot;
    }),
  );
};

// ---- the phones

const onRefused = () => tell(word("refused"));
const meter = ({ bubbles }) => {
  const sum = (ours) =>
    bubbles.filter((bubble) => bubble.ours === ours).reduce((total, bubble) => total + bubble.parts.parts, 0);
  const last = bubbles.findLast((bubble) => bubble.ours);
  element("meter-sent").textContent = sum(true);
  element("meter-paid").textContent = sum(false);
  if (last) element("meter-last").textContent = word(last.parts.parts === 1 ? "parts_one" : "parts_many", last.parts);
};
const phoneIn = (pane, onChanged) =>
  new Phone(element(pane).querySelector(".phone"), { onRefused, onChanged });

const phones = {
  sms: phoneIn("pane-sms", meter),
  telegram: phoneIn("pane-telegram"),
  helper: new HelperPhone(element("pane-helper").querySelector(".phone"), element("helper-pick"), { onRefused }),
};

const phoneChanged = async (key) => {
  const shown = Object.values(phones).find((phone) => phone.key === key);
  if (shown) await shown.refresh();
  await phones.helper.heard(key, { mayTurn: !story.running });
};

// ---- the queue, the story, the buttons

const queue = new Queue(element("queue"));
const story = new Story({ phones, queue, caption, look });
const players = [...document.querySelectorAll("[data-story]")];
const spoken = element("spoken");
const others = [element("later"), element("again"), spoken];

const play = async (name) => {
  for (const button of [...players, ...others]) button.disabled = true;
  element("play").hidden = true;
  element("stop").hidden = false;
  queue.forget();
  try {
    await story.play(name);
  } catch (error) {
    tell(word(error.name === "AbortError" ? "stopped" : "stuck"));
    document.body.dataset.fault = error.message;
  } finally {
    for (const button of [...players, ...others]) button.disabled = false;
    element("play").hidden = false;
    element("stop").hidden = true;
    for (const pane of document.querySelectorAll("[data-now]")) pane.removeAttribute("data-now");
  }
};

const showClock = async () => {
  element("clock").textContent = await readClock();
};

for (const button of panes) button.addEventListener("click", () => look(button.dataset.pane));
for (const button of players) button.addEventListener("click", () => play(button.dataset.story));
const again = async () => {
  await startOver(spoken.value);
  location.reload();
};
element("again").addEventListener("click", again);
spoken.addEventListener("change", again);
element("stop").addEventListener("click", () => story.stop());
element("later").addEventListener("click", async () => {
  await advance(4);
  tell(word("jumped"));
  await showClock();
});

const readAll = () => Promise.all([...Object.values(phones).map((phone) => phone.refresh()), queue.refresh(), showClock()]);
let lost = false;
listen({
  phone: (key) => phoneChanged(key).catch(() => {}),
  queue: () => queue.refresh().catch(() => {}),
  gone: () => {
    lost = true;
    if (!story.running) tell(word("offline"));
  },
  back: () => {
    if (lost) readAll().catch(() => {});
    lost = false;
  },
});
readAll()
  .then(() => document.body.setAttribute("data-ready", ""))
  .catch(onRefused);
