// What is drawn, granted and selected, and every step that led here.

/** @typedef {{name: string, label?: string, hidden?: boolean, scale?: string}} Variable */

export const state = {
  drawing: null,
  assume: [],
  selected: null, // {kind: "node" | "arrow" | "shared" | "modifier" | "interaction", id}
  linking: null, // {from, both}
  light: null, // the question whose paths are lit
  boxes: new Map(),
  arrows: [],
  pointers: [],
  revision: 0,
  placedOf: -1, // the revision that boxes and arrows are placed of
  cards: new Map(),
  order: [],
  changed: new Set(),
  stale: false,
  told: 0, // so many answers came
  problems: [],
  problemsOf: 0, // the revision that they are problems of; their remedies hold for no other
  readOnly: false,
  planned: false, // whether the file has a plan
  numbers: new Map(), // by question: what the plan means for it
  numbersOf: -1,
  ghost: null, // a change that is previewed: {drawing, boxes, arrows, pointers}
};

const past = [];
const future = [];
const listeners = [];

export const onEdit = (listener) => listeners.push(listener);
const told = (words) => listeners.forEach((listener) => listener(words));

/** One step: undone and redone as a whole. Steps that continue the one before, by the same name, are one with it. */
export function edit(words, drawing, assume = state.assume, continues = "") {
  if (!continues || past.at(-1)?.continues !== continues) past.push({ words, drawing: state.drawing, assume: state.assume, continues });
  future.length = 0;
  state.drawing = drawing;
  state.assume = assume;
  state.ghost = null;
  told(words);
}

function step(from, to, said) {
  const last = from.pop();
  if (!last) return;
  to.push({ words: last.words, drawing: state.drawing, assume: state.assume });
  state.drawing = last.drawing;
  state.assume = last.assume;
  state.ghost = null;
  told(`${said}: ${last.words}`);
}

export const undo = () => step(past, future, "undone");
export const redo = () => step(future, past, "done again");
export const steps = () => ({ past: past.map((s) => s.words), future: future.map((s) => s.words) });

export function forget() {
  past.length = 0;
  future.length = 0;
}
