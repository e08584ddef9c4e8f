// Random sequences of edits by the page's own edits and steps, undone and redone: node sequences.mjs COUNT SEED
// One line of JSON a sequence: {"number", "start", "shown"}, the drawings that are shown on the way. Ends with 1 where undo and redo differ.

import assert from "node:assert/strict";
import * as edits from "./src/edits.js";
import { edit, forget, redo, state, steps, undo } from "./src/state.js";

const [count, seed] = process.argv.slice(2).map(Number);

/** Numbers from a seed (mulberry32). */
function numbers(from) {
  let at = from >>> 0;
  return (below) => {
    at = (at + 0x6d2b79f5) >>> 0;
    let t = Math.imul(at ^ (at >>> 15), at | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function frozen(value) {
  if (value && typeof value === "object") Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

function started(random) {
  const mediators = Array.from({ length: 1 + random(3) }, (_, k) => `M${k + 1}`);
  return {
    nodes: ["T", ...mediators, "Y"].map((name) => ({ name })),
    arrows: mediators.flatMap((m) => [{ from: "T", to: m }, { from: m, to: "Y" }]),
    shared: [], interactions: [], modifiers: [], treatment: ["T"], outcome: "Y", sites: random(2) ? 8 : null, beside: {}, positions: {},
  };
}

/** One edit as the page makes it: its words and the drawing after it; null where the page would make none. */
function edited(drawing, random) {
  const one = (list) => list[random(list.length)];
  const node = one(drawing.nodes)?.name;
  const other = one(drawing.nodes)?.name;
  const arrow = one(drawing.arrows);
  const kinds = {
    variable: () => edits.withVariable(drawing, one(["use of it", "Z", "hours", "M1"]), random(2) ? node : null, random(3) ? null : [10, 20]).drawing,
    arrow: () => node && edits.withArrow(drawing, node, other),
    again: () => node && edits.withArrow(drawing, node, other),
    shared: () => node && edits.withShared(drawing, node, other),
    removed: () => node && random(2) && edits.withoutVariable(drawing, node),
    less: () => arrow && edits.withoutArrow(drawing, arrow.from, arrow.to),
    unshared: () => drawing.shared.length && edits.withoutShared(drawing, ...one(drawing.shared)),
    words: () => node && edits.said(drawing, node, "label", one(["the words of it", null])),
    hidden: () => node && edits.said(drawing, node, "hidden", one([true, null])),
    symbol: () => node && edits.said(drawing, node, "symbol", one(["1", "k2", null])),
    short: () => node && edits.said(drawing, node, "short", one(["voucher", "so many words that no table has the room for them", null])),
    ofEffect: () => arrow && edits.saidOfArrow(drawing, arrow.from, arrow.to, "symbol", one(["K_1", "k", null])),
    scale: () => node && edits.said(drawing, node, "scale", one(["binary", "continuous", null])),
    varies: () => arrow && edits.saidOfArrow(drawing, arrow.from, arrow.to, "varies", one(["sites", "none", null])),
    noncompliance: () => arrow && edits.saidOfArrow(drawing, arrow.from, arrow.to, "noncompliance", one(["one-sided", null])),
    modifier: () => arrow && edits.withModifier(drawing, "entry wages", arrow.from, arrow.to),
    unmodified: () => drawing.modifiers.length && edits.withoutModifier(drawing, one(drawing.modifiers).name),
    unmeasured: () => drawing.modifiers.length && edits.saidOfModifier(drawing, one(drawing.modifiers).name, "measured", one([false, null])),
    role: () => node && random(3) === 0 && edits.withRole(drawing, node, one(["arm", "outcome", ""])),
    interaction: () => node && { ...drawing, interactions: [...drawing.interactions, [node, other]] },
    declared: () => edits.effects(drawing).length && edits.withDeclaration(drawing, "independent", { of: one(edits.effects(drawing)), from: one(edits.effects(drawing)), level: one(["sites", "persons"]) }),
    sites: () => ({ ...drawing, sites: one([null, 1, 3, 30]) }),
    argument: () => edits.saidBeside(drawing, "justifications", one(["vi", "vii", "bypass"]), one(["they do not know", ""])),
    moved: () => node && { ...drawing, positions: { ...drawing.positions, [node]: [random(400), random(400)] } },
  };
  const kind = one(Object.keys(kinds));
  const next = kinds[kind]();
  return next ? [kind, next] : null;
}

for (let number = 0; number < count; number += 1) {
  const random = numbers(seed * 1_000_003 + number);
  forget();
  state.drawing = frozen(started(random));
  state.assume = frozen([]);
  const seen = [state.drawing];
  const shown = [];
  for (let turn = 0, turns = 1 + random(12); turn < turns; turn += 1) {
    const made = edited(state.drawing, random);
    if (!made) continue;
    const grants = random(6) ? state.assume : frozen([["vi"], ["vi", "vii"], ["all"], []][random(4)]);
    edit(made[0], frozen(made[1]), grants);
    seen.push(state.drawing);
  }
  const last = state.drawing;
  shown.push({ drawing: last, assume: state.assume });
  const back = random(seen.length);
  for (let k = 0; k < back; k += 1) undo();
  assert.deepEqual(state.drawing, seen[seen.length - 1 - back], `undone ${back} times, sequence ${number}`);
  shown.push({ drawing: state.drawing, assume: state.assume });
  while (steps().past.length) undo();
  assert.deepEqual(state.drawing, seen[0], `all undone, sequence ${number}`);
  while (steps().future.length) redo();
  assert.deepEqual(state.drawing, last, `all redone, sequence ${number}`);
  assert.deepEqual(state.assume, shown[0].assume);
  process.stdout.write(`${JSON.stringify({ number, shown })}\n`);
}
