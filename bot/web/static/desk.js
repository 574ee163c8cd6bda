// Says on the page itself when it is no longer live, so that nobody trusts an old queue.

const stale = (isStale) => document.documentElement.toggleAttribute("data-stale", isStale);

document.addEventListener("htmx:sse:error", () => stale(true));
document.addEventListener("htmx:sse:close", () => stale(true));
document.addEventListener("htmx:sse:after:connection", () => stale(false));
document.addEventListener("htmx:error", () => stale(true));
document.addEventListener("htmx:response:error", () => stale(true));
document.addEventListener("htmx:after:swap", () => stale(false));
