// How the hosted page asks: Python inside the browser, in a worker that is started when it is first needed. What is drawn stays in this browser.

import { byId } from "./dom.js";

const KEPT = "identcheck drawing";
const PATIENCE = 60000; // ms without an answer, after which the engine is started anew
const LOADING = "The engine is starting; the first time, about 10 MB are loaded …";

const open = new Map(); // by the number of a question, what takes its answers
let asked = 0;
let worker = null;
let first = null; // the example with its answers, before the engine is there
let patience = 0;

const engine = (told) => { document.body.dataset.engine = told; };

/** Start the engine, once the files that it loads can be kept for the next visit. */
export async function begin() {
  if (worker || document.body.dataset.engine) return;
  engine("loading");
  byId("status").textContent = LOADING;
  await kept();
  worker = new Worker(new URL("worker.mjs", document.baseURI), { type: "module" });
  worker.addEventListener("message", ({ data }) => {
    if (data.ready) {
      engine("ready");
      if (byId("status").textContent === LOADING) byId("status").textContent = "";
      for (const [id, { request }] of open) worker.postMessage({ id, request });
      waited();
    } else if (data.broken) {
      engine("broken");
      byId("status").textContent = `The engine could not be loaded: ${data.broken}. Load the page again.`;
    } else {
      answered(data);
      waited();
    }
  });
}

/** Answers, or none in a minute: then the engine is started anew. */
function waited() {
  clearTimeout(patience);
  if (!open.size) return;
  patience = setTimeout(() => {
    worker.terminate();
    worker = null;
    delete document.body.dataset.engine;
    for (const [id, { request }] of open) answered({ id, answer: { kind: "slow", revision: request.revision ?? 0 }, done: true });
    begin();
  }, PATIENCE);
}

function answered({ id, answer, done }) {
  const asking = open.get(id);
  if (!asking) return;
  if (done) open.delete(id);
  if (answer) asking.onAnswer(answer);
  if (done) asking.resolve();
}

/** The service worker that keeps the page's files; without one they are loaded all the same. */
async function kept() {
  if (!navigator.serviceWorker) return;
  const claimed = new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
  const registered = navigator.serviceWorker.register("service.js").then(() => claimed);
  if (!navigator.serviceWorker.controller) await Promise.race([registered.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 2000))]);
}

/** What was drawn here last; else the example. */
async function opened() {
  const told = { kind: "open", file: "identcheck", read_only: false };
  try {
    const { drawing, assume } = JSON.parse(localStorage.getItem(KEPT));
    if (Array.isArray(drawing.nodes) && Array.isArray(assume)) return { ...told, drawing, assume };
  } catch {
    // nothing kept, or not by this page
  }
  first = await (await fetch("first.json")).json();
  return { ...told, drawing: first.drawing, assume: first.assume };
}

function save({ drawing, assume }) {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ drawing, assume }));
    return { kind: "saved", file: "in this browser" };
  } catch {
    return { kind: "unsaved", text: "this browser keeps nothing" };
  }
}

/** The answers that came with the page, if nothing was changed yet. */
function ready(request) {
  const same = first && document.body.dataset.engine !== "ready" && JSON.stringify(request.drawing) === JSON.stringify(first.drawing)
    && JSON.stringify(request.assume ?? []) === JSON.stringify(first.assume);
  return same ? first.answers[request.ask] : null;
}

export async function askHosted(request, onAnswer, signal) {
  const revision = request.revision ?? 0;
  if (request.ask === "open") return onAnswer(await opened());
  if (request.ask === "save") return onAnswer({ ...save(request), revision });
  const known = ready(request);
  if (known) return known.forEach((answer) => onAnswer({ ...answer, revision }));
  asked += 1;
  const id = asked;
  return new Promise((resolve, reject) => {
    open.set(id, { request, onAnswer, resolve });
    signal?.addEventListener("abort", () => {
      if (!open.delete(id)) return;
      worker?.postMessage({ dropped: id });
      reject(new DOMException("a newer edit came", "AbortError"));
    });
    if (document.body.dataset.engine === "ready") {
      worker.postMessage({ id, request });
      waited();
    } else begin();
  });
}

/** Start the engine: once the first verdicts are on the screen, but in a frame of another page once someone turns to it. */
export function beginWhenWanted() {
  if (self === top) return void requestAnimationFrame(() => setTimeout(begin));
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, begin, { once: true, capture: true });
}
