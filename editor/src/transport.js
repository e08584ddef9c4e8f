// How the page asks: by a local server. Answers come line by line.

let token = "";
const page = crypto.randomUUID(); // which page asks: the newest question of one page does not end those of another

/** Take the token out of the address, so that it is in no history and no bookmark. */
export function takeToken() {
  const kept = sessionStorage.getItem("identcheck");
  token = location.hash.slice(1) || kept || "";
  sessionStorage.setItem("identcheck", token);
  history.replaceState(null, "", location.pathname);
}

/** Ask, and hand on each answer as it comes. */
export async function ask(request, onAnswer, signal) {
  const response = await fetch("/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Identcheck-Token": token },
    body: JSON.stringify({ protocol: 1, page, ...request }),
    signal,
  });
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
