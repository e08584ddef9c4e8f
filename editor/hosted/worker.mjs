// The engine in the browser: Python as WebAssembly, answering one request at a time, answer by answer.
// In: {id, request} or {dropped: id}. Out: {ready}, {id, answer} for each answer, {id, done}, or {broken: words}.

import { begun } from "./engine.mjs";

const QUICK = new Set(["place", "valid"]); // answered between the answers to another request
const BREATH = 15; // ms without looking for a newer request

const KEPT = ["files", "memory"]; // of the engine, beside the files of the page

const waiting = [];
const dropped = new Set();
const tick = new MessageChannel();
let busy = false;
let breathed = 0;
let ask = null;

const here = (name) => new URL(name, import.meta.url).href;
const engine = started();
engine.then(() => postMessage({ ready: true }), (error) => postMessage({ broken: String(error.message ?? error) }));

/** The engine with the memory that this browser keeps of it; else from the page's files, and then its memory is kept. */
async function started() {
  const found = await globalThis.caches?.open("identcheck BUILD").catch(() => null); // as service.js names it
  const before = await remembered(found);
  if (before) {
    try {
      ({ ask } = await begun(here("./"), read, before));
      return;
    } catch (error) { // a memory that is of no use: as if there was none
      console.warn(error);
    }
  }
  const fresh = await begun(here("./"), read);
  ask = fresh.ask;
  keep(found, fresh.kept);
}

async function read(name) {
  const found = await fetch(here(name));
  if (!found.ok) throw new Error(`${name}: ${found.status}`);
  return new Uint8Array(await found.arrayBuffer());
}

async function remembered(found) {
  const parts = await Promise.all(KEPT.map((name) => found?.match(here(`kept/${name}`))));
  if (!parts.every(Boolean)) return null;
  const [files, memory] = await Promise.all(parts.map(async (part) => new Uint8Array(await part.arrayBuffer())));
  return { files, memory };
}

async function keep(found, parts) {
  for (const name of KEPT) await found?.put(here(`kept/${name}`), new Response(parts[name])).catch(() => {}); // no room for it
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
