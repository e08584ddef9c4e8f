// What is asked after an edit: where everything stands, and what is identified.

import { announce, byId } from "./dom.js";
import { numbers } from "./numbers.js";
import { paint } from "./painting.js";
import { state } from "./state.js";
import { ask } from "./transport.js";

let checking = null;

export async function placed(tidy = false) {
  const revision = state.revision;
  await ask({ ask: "place", revision, drawing: state.drawing, tidy }, (answer) => {
    if (answer.kind !== "place" || revision !== state.revision) return;
    state.boxes = new Map(answer.boxes.map((box) => [box.name, box]));
    state.arrows = answer.arrows;
    state.pointers = answer.pointers;
    const spots = Object.fromEntries(answer.boxes.map((box) => [box.name, [box.x, box.y]]));
    state.drawing = { ...state.drawing, positions: spots };
  });
}

export async function checked() {
  checking?.abort();
  checking = new AbortController();
  const revision = state.revision;
  const before = state.cards;
  const next = new Map();
  const found = [];
  const first = [...state.changed, ...state.order];
  state.stale = true;
  try {
    await ask({ ask: "check", revision, drawing: state.drawing, assume: state.assume, first }, (answer) => {
      if (answer.revision !== state.revision) return;
      if (answer.kind === "start") {
        state.problems = [];
        state.changed = new Set();
        state.stale = false;
        state.order = answer.questions;
        state.cards = new Map(answer.questions.filter((id) => before.has(id)).map((id) => [id, { ...before.get(id), waiting: true }]));
      } else if (answer.card) {
        const old = before.get(answer.card.id);
        answer.card.text = JSON.stringify(answer.card);
        if (before.size && !answer.card.pending && old?.verdict !== answer.card.verdict) state.changed.add(answer.card.id);
        state.cards.set(answer.card.id, answer.card);
        next.set(answer.card.id, answer.card);
      } else if (answer.kind === "problem") {
        found.push(answer);
        state.problems = found;
        state.problemsOf = revision;
      } else if (answer.kind === "slow" || answer.kind === "failed") {
        state.problems = [{ text: answer.kind === "slow" ? "This design takes too long to check here." : "identcheck failed here; please report this design.", at: {}, mends: [] }];
      } else if (answer.kind === "done" && next.size) {
        document.body.dataset.checked = revision;
        numbers();
        announce(summary());
      } else if (answer.kind === "done") {
        announce(`${state.problems.length} problems. ${state.problems[0]?.text ?? ""}`);
      }
      paint();
    }, checking.signal);
  } catch (error) {
    if (error.name !== "AbortError") byId("status").textContent = `The editor does not answer: ${error.message}`;
  }
}

function summary() {
  const counts = {};
  for (const card of state.cards.values()) counts[card.verdict] = (counts[card.verdict] ?? 0) + 1;
  const changed = [...state.changed].map((id) => `${state.cards.get(id)?.words}: ${state.cards.get(id)?.verdict}`);
  return `${Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`).join(", ")}.${changed.length ? ` Changed: ${changed.slice(0, 3).join("; ")}.` : ""}`;
}
