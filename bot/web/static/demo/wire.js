// What the page asks of the server. Nothing else in these scripts knows an address.

const json = async (path) => {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
};

const post = async (path, body) => {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
};

export const readPhone = (key) => json(`/demo/phones/${key}`);
export const readHelpers = () => json("/demo/helpers");
/** The steps of a story; the seekers' phones are new people's from now on. */
export const beginStory = async (name) => (await post(`/demo/stories/${name}`, {})).json();
export const say = (key, text) => post(`/demo/phones/${key}`, { text });
export const tap = (key, data) => post(`/demo/phones/${key}`, { tap: data });
export const share = (key) => post(`/demo/phones/${key}`, { share: "location" });
export const advance = (hours) => post("/demo/clock", { hours });
export const startOver = (language) => post("/demo/reset", { language });

export const readQueue = async () => {
  const answer = await fetch("/demo/queue");
  if (!answer.ok) throw new Error(`/demo/queue: ${answer.status}`);
  return answer.text();
};

export const readClock = async () => (await json("/demo/clock")).now;

/** Calls back with each kind of news; the browser connects again by itself. */
export const listen = ({ phone, queue, gone, back }) => {
  const events = new EventSource("/demo/events");
  events.addEventListener("phone-changed", (event) => phone(event.data));
  events.addEventListener("queue-changed", () => queue());
  events.addEventListener("error", gone);
  events.addEventListener("open", back);
};

/** Words in the reader's language, from the page. */
const words = document.getElementById("words").content;
export const word = (name, values = {}) =>
  words
    .querySelector(`[data-word="${name}"]`)
    .textContent.replace(/\{(\w+)\}/g, (place, key) => (key in values ? values[key] : place));
