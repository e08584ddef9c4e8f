// What is asked after an edit: where everything stands, and what is identified.

import { announce, byId } from "./dom.js";
import { numbers } from "./numbers.js";
import { paint } from "./painting.js";
import { state } from "./state.js";
import { ask } from "./transport.js";
import { inSight } from "./verdicts.js";

const GREY_AFTER = 100; // ms without an answer
let checking = null;
let late = 0;
let placing = Promise.resolve();
let answered = ""; // what the verdicts are of

/** Where everything stands: asked one after the other, and of the newest drawing only. */
export function placed() {
  placing = placing.catch(() => {}).then(placedNow);
  return placing;
}

async function placedNow() {
  const { revision } = state;
  if (revision === state.placedOf) return;
  await ask({ ask: "place", revision, drawing: state.drawing }, (answer) => {
    if (answer.kind !== "place" || revision !== state.revision) return;
    state.placedOf = revision;
    state.boxes = new Map(answer.boxes.map((box) => [box.name, box]));
    state.arrows = answer.arrows;
    state.pointers = answer.pointers;
    const spots = Object.fromEntries(answer.boxes.map((box) => [box.name, [box.x, box.y]]));
    state.drawing = { ...state.drawing, positions: spots };
  });
}

export async function checked() {
  const { revision } = state;
  const asked = JSON.stringify([{ ...state.drawing, positions: null }, state.assume]);
  if (asked === answered) { // a box was moved
    if (`${state.numbersOf}` === document.body.dataset.checked) state.numbersOf = revision;
    return finished();
  }
  answered = "";
  if (!checking && !state.stale) {
    byId("cards").classList.remove("late");
    late = setTimeout(() => {
      byId("cards").classList.add("late");
      paint();
    }, GREY_AFTER);
  }
  checking?.abort();
  const mine = checking = new AbortController();
  const before = state.cards;
  const told = (card) => {
    const old = before.get(card.id);
    if (before.size && !card.pending && old?.verdict !== card.verdict) state.changed.add(card.id);
    state.cards.set(card.id, card);
  };
  const found = [];
  state.stale = true;
  try {
    await ask({ ask: "check", revision, drawing: state.drawing, assume: state.assume, first: inSight() }, (answer) => {
      if (answer.revision !== state.revision) return;
      if (answer.kind === "start") {
        state.problems = [];
        state.changed = new Set();
        state.stale = false;
        state.order = answer.questions;
        state.cards = new Map(answer.questions.filter((id) => before.has(id)).map((id) => [id, { ...before.get(id), waiting: true }]));
      } else if (answer.kind === "verdicts") {
        for (const card of answer.cards) told({ ...before.get(card.id), ...card, waiting: false, head: true });
        document.body.dataset.verdicts = revision;
      } else if (answer.card) {
        told(answer.card);
      } else if (answer.kind === "problem") {
        found.push(answer);
        state.problems = found;
        state.problemsOf = revision;
      } else if (answer.kind === "slow" || answer.kind === "failed") {
        state.problems = [{ text: answer.kind === "slow" ? "This design takes too long to check here." : "identcheck failed here; please report this design.", at: {}, mends: [] }];
      } else if (answer.kind === "done" && !state.stale && !state.problems.length) {
        answered = asked;
        finished();
        announce(summary());
      } else if (answer.kind === "done") {
        announce(`${state.problems.length} problems. ${state.problems[0]?.text ?? ""}`);
      }
      state.told += 1;
      if (answer.kind !== "start") paint(); // which says nothing by itself
    }, mine.signal);
  } catch (error) {
    if (error.name !== "AbortError") byId("status").textContent = `The editor does not answer: ${error.message}`;
  }
  if (checking !== mine) return;
  checking = null;
  if (!state.stale) clearTimeout(late);
}

function finished() {
  document.body.dataset.verdicts = state.revision;
  document.body.dataset.checked = state.revision;
  numbers();
}

function summary() {
  const counts = {};
  for (const card of state.cards.values()) counts[card.verdict] = (counts[card.verdict] ?? 0) + 1;
  const changed = [...state.changed].map((id) => `${state.cards.get(id)?.words}: ${state.cards.get(id)?.verdict}`);
  return `${Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`).join(", ")}.${changed.length ? ` Changed: ${changed.slice(0, 3).join("; ")}.` : ""}`;
}
