// What the plan of the file means, beside the verdicts: later than these, and marked while it is of an older drawing.

import { byId } from "./dom.js";
import { state } from "./state.js";
import { ask } from "./transport.js";

const ASKED_AFTER = 150; // ms without an edit
let waiting = 0;
let asking = null;

export function numbers() {
  clearTimeout(waiting);
  if (!state.planned || state.numbersOf === state.revision) return;
  waiting = setTimeout(asked, ASKED_AFTER);
}

async function asked() {
  asking?.abort();
  asking = new AbortController();
  const { revision } = state;
  const found = new Map();
  let problem = "";
  try {
    await ask({ ask: "numbers", revision, drawing: state.drawing, assume: state.assume }, (answer) => {
      if (answer.kind === "number") found.set(answer.id, answer);
      else if (answer.kind === "problem") problem = answer.text;
      else if (answer.kind === "slow" || answer.kind === "failed") problem = "they take too long here";
      if (answer.kind !== "done" && !problem || revision !== state.revision) return;
      state.numbers = found;
      state.numbersOf = revision;
      byId("planned").textContent = problem ? `No numbers of the plan: ${problem}` : "";
      beside(byId("cards"));
    }, asking.signal);
  } catch {
    // a newer edit asks again; an ended server is told elsewhere
  }
}

/** Put the numbers where their verdicts are. */
export function beside(list) {
  if (state.numbersOf < 0) return;
  for (const place of list.querySelectorAll("[data-numbers]")) {
    const number = state.numbers.get(place.dataset.numbers);
    const text = number ? `At the planned numbers: ${number.text}` : "";
    if (place.textContent !== text) place.textContent = text;
    place.className = `numbers${number?.worry ? " worry" : ""}${state.numbersOf === state.revision ? "" : " old"}`;
    place.hidden = !number;
  }
}
