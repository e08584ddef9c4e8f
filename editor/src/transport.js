// How the page asks: by a local server. Answers come line by line.

let token = "";
const page = crypto.randomUUID(); // which page asks: the newest question of one page does not end those of another

/** Take what stands behind "#" out of the address, so that it is in no history and no bookmark: the token; returns the link to a design. */
export function takeAddress() {
  const parts = location.hash.slice(1).split("&");
  const link = parts.find((part) => part.startsWith("design=")) ?? "";
  token = parts.find((part) => part && !part.includes("=")) || token || sessionStorage.getItem("identcheck") || "";
  sessionStorage.setItem("identcheck", token);
  if (location.hash) history.replaceState(null, "", location.pathname);
  return link;
}

/** Whether this page has a token at all. */
export const known = () => token !== "";

const message = (request) => ({
  method: "POST",
  headers: { "Content-Type": "application/json", "X-Identcheck-Token": token },
  body: JSON.stringify({ protocol: 1, page, ...request }),
});

/** Ask without waiting for the answer, as the page goes. */
export function leave(request) {
  fetch("/ask", { ...message(request), keepalive: true }).catch(() => {});
}

/** Ask, and hand on each answer as it comes. */
export async function ask(request, onAnswer, signal) {
  const response = await fetch("/ask", { ...message(request), signal });
  if (!response.ok) throw new Error(await response.text());
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let left = "";
  for (;;) {
    const { value, done } = await reader.read();
    const lines = (left + (value ?? "")).split("\n");
    left = lines.pop();
    for (const line of lines) if (line) onAnswer(JSON.parse(line));
    if (done) return;
  }
}
