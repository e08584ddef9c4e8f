// The engine in the browser: Python as WebAssembly, answering one request at a time, answer by answer.
// In: {id, request} or {dropped: id}. Out: {ready}, {id, answer} for each answer, {id, done}, or {broken: words}.

import { loadPyodide } from "./pyodide/pyodide.mjs";

const QUICK = new Set(["place", "valid"]); // answered between the answers to another request
const BREATH = 15; // ms without looking for a newer request

const waiting = [];
const dropped = new Set();
const tick = new MessageChannel();
let busy = false;
let breathed = 0;
let ask = null;

const engine = begun();
engine.then(() => postMessage({ ready: true }), (error) => postMessage({ broken: String(error.message ?? error) }));

async function begun() {
  const here = (name) => new URL(name, import.meta.url);
  const archive = fetch(here("engine.zip.xz"));
  const python = await loadPyodide({ indexURL: here("pyodide/").href });
  const found = await archive;
  if (!found.ok) throw new Error(`engine.zip.xz: ${found.status}`);
  python.globals.set("packed", new Uint8Array(await found.arrayBuffer()));
  ask = python.runPython(await (await fetch(here("begin.py"))).text());
}

addEventListener("message", ({ data }) => {
  if (data.dropped) dropped.add(data.dropped);
  else waiting.push(data);
  engine.then(work, () => {});
});

async function work() {
  if (busy) return;
  busy = true;
  while (waiting.length) {
    const quick = waiting.findIndex(({ request }) => QUICK.has(request.ask));
    await answered(waiting.splice(Math.max(quick, 0), 1)[0]);
  }
  busy = false;
}

/** Answer a request until its last answer, or until nobody wants it any more. */
async function answered({ id, request }) {
  const answers = ask(JSON.stringify(request));
  try {
    while (!dropped.has(id)) {
      const { value, done } = answers.next();
      if (done) break;
      postMessage({ id, answer: JSON.parse(value) });
      await breath(request.ask);
    }
  } catch (error) {
    console.warn(error);
    postMessage({ id, answer: { kind: "failed", revision: request.revision ?? 0 } });
  } finally {
    answers.destroy();
    dropped.delete(id);
    postMessage({ id, done: true });
  }
}

/** Let newer messages come in; what is quick among them is answered first. */
async function breath(asked) {
  if (performance.now() - breathed < BREATH || QUICK.has(asked)) return;
  await new Promise((resolve) => {
    tick.port1.onmessage = resolve;
    tick.port2.postMessage(null);
  });
  breathed = performance.now();
  for (;;) {
    const quick = waiting.findIndex(({ request }) => QUICK.has(request.ask));
    if (quick < 0) return;
    await answered(waiting.splice(quick, 1)[0]);
  }
}
