// How the page asks: the local server that it comes from, line by line; in a frame of a notebook, whoever made the frame, by messages; hosted, itself.

import { askHosted } from "./transport_hosted.js";

let token = "";
const page = crypto.randomUUID?.() ?? `${Date.now()} ${Math.random()}`; // the newest question of one page does not end those of another

/** Whether the page stands in a frame, and asks its owner. */
export const embedded = document.documentElement.dataset.embedded === "yes";

/** Whether the page is a hosted one, whose engine runs in the browser. */
export const hosted = document.documentElement.dataset.hosted === "yes";

/** Take what stands behind "#" out of the address, so that it is in no history and no bookmark: the token; returns the link to a design. */
export function takeAddress() {
  if (embedded) return "";
  const parts = location.hash.slice(1).split("&");
  const link = parts.find((part) => part.startsWith("design=")) ?? "";
  if (hosted) {
    if (link) history.replaceState(null, "", location.pathname + location.search);
    return link;
  }
  token = parts.find((part) => part && !part.includes("=")) || token || sessionStorage.getItem("identcheck") || "";
  sessionStorage.setItem("identcheck", token);
  if (location.hash) history.replaceState(null, "", location.pathname);
  return link;
}

/** Whether there is anybody to ask. */
export const known = () => embedded || hosted || token !== "";

const whole = (request) => ({ protocol: 1, page, ...request });

const message = (request) => ({
  method: "POST",
  headers: { "Content-Type": "application/json", "X-Identcheck-Token": token },
  body: JSON.stringify(whole(request)),
});

/** Ask without waiting for the answer, as the page goes. */
export function leave(request) {
  if (embedded) parent.postMessage({ id: 0, request: whole(request) }, "*");
  else if (hosted) askHosted(request, () => {});
  else fetch("/ask", { ...message(request), keepalive: true }).catch(() => {});
}

/** Ask, and hand on each answer as it comes. */
export const ask = hosted ? (request, ...more) => askHosted(whole(request), ...more) : embedded ? askOwner : askServer;

async function askServer(request, onAnswer, signal) {
  const response = await fetch("/ask", { ...message(request), signal });
  if (!response.ok) throw new Error(await response.text());
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let left = "";
  for (;;) {
    const { value, done } = await reader.read();
    const lines = (left + decoder.decode(value, { stream: !done })).split("\n");
    left = lines.pop();
    for (const line of lines) if (line) onAnswer(JSON.parse(line));
    if (done) return;
  }
}

const open = new Map(); // by the number of a question, what takes its answers
let asked = 0;

function askOwner(request, onAnswer, signal) {
  return new Promise((resolve, reject) => {
    asked += 1;
    const id = asked;
    open.set(id, ({ answer, done }) => {
      if (answer) onAnswer(answer);
      if (done) {
        open.delete(id);
        resolve();
      }
    });
    signal?.addEventListener("abort", () => {
      open.delete(id);
      reject(new DOMException("a newer edit came", "AbortError"));
    });
    parent.postMessage({ id, request: whole(request) }, "*");
  });
}

/** Hear what the frame's owner says by itself. */
export function heard(onPush) {
  if (!embedded) return;
  addEventListener("message", ({ source, data }) => {
    if (source !== parent) return;
    if (data.push) onPush(data.push);
    else open.get(data.id)?.(data);
  });
}
