// Everything by keyboard.

import { byId } from "./dom.js";
import { focusOn, refocusing } from "./canvas.js";
import { state } from "./state.js";

export const HELP = [
  ["N", "new variable, with its arrows"], ["E", "arrow from the chosen variable; then choose the other and press Enter"],
  ["Shift+E", "a shared cause that is not drawn"], ["Tab", "from one thing to the next"], ["Alt + arrow keys", "along the arrows of the graph"],
  ["Enter", "choose; of a chosen thing, its words"], ["H", "not measured, or measured"], ["B", "binary"], ["A", "an arm of the treatment"],
  ["V", "of an arrow: differs between persons, between sites only, or not at all"], ["C", "of an arrow from treatment: controls cannot get it"],
  ["M", "of an arrow: a modifier"], ["Delete", "remove"], ["Ctrl+Z, Ctrl+Shift+Z", "undo, redo"], ["arrow keys", "move (Shift: farther)"],
  ["L", "tidy"], ["+ − 0", "nearer, farther, everything"], ["Escape", "choose nothing"], ["?", "these keys"],
];

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function keys(act) {
  byId("things").addEventListener("focusin", (event) => {
    const thing = event.target.closest("[data-kind]");
    if (thing && !refocusing && !state.linking && (state.selected?.id !== thing.dataset.id || state.selected?.kind !== thing.dataset.kind)) {
      if (thing.matches(":focus-visible")) act.select({ kind: thing.dataset.kind, id: thing.dataset.id });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const control = event.ctrlKey || event.metaKey;
    const typed = event.target.closest("input, select, textarea"); // in a checkbox there is nothing of its own to undo
    if (typed && !(control && typed.matches("select, [type=checkbox]"))) return;
    const done = control ? withControl(event, act) : pressed(event, act);
    if (done) event.preventDefault();
  });
}

function withControl(event, act) {
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? act.redo() ?? true : act.undo() ?? true;
  if (key === "y") return act.redo() ?? true;
  return false;
}

function pressed(event, act) {
  const thing = event.target.closest?.("[data-kind]");
  const kind = state.selected?.kind;
  const way = WAYS[event.key];
  if (way && thing && event.altKey) return along(thing.dataset, way[0] || way[1]);
  if (way && thing && state.linking) return next(thing.dataset.id, way[0] || way[1]);
  if (way && thing) return act.nudge(way[0] * (event.shiftKey ? 50 : 10), way[1] * (event.shiftKey ? 50 : 10)) ?? true;
  if ((event.key === "Enter" || event.key === " ") && thing) {
    const again = !state.linking && state.selected?.id === thing.dataset.id && event.key === "Enter";
    if (again) byId("inspector").querySelector("input, select, button")?.focus();
    else act.activate(thing.dataset.kind, thing.dataset.id);
    return true;
  }
  if (event.key === "F2" && thing) return act.rename(thing.dataset.kind, thing.dataset.id) ?? true;
  if (event.key === "Escape") return act.escape() ?? true;
  const plain = { n: () => act.add(), l: act.tidy, "+": () => act.zoom(1.25), "=": () => act.zoom(1.25), "-": () => act.zoom(0.8), 0: act.fit, "?": act.help };
  if (state.readOnly && !["+", "=", "-", "0", "?"].includes(event.key)) return false;
  const ofNode = { e: () => act.startLink(state.selected.id, false), E: () => act.startLink(state.selected.id, true), h: () => act.toggle("hidden", true), b: () => act.toggle("scale", "binary"), a: act.arm };
  const ofArrow = { v: act.nextVaries, c: act.noncompliance, m: act.modify };
  const action = (kind === "node" && ofNode[event.key]) || (kind === "arrow" && ofArrow[event.key.toLowerCase()]) || plain[event.key.toLowerCase()]
    || (kind && ["Delete", "Backspace"].includes(event.key) && act.remove);
  if (!action) return false;
  action();
  return true;
}

/** The variables one after the other. */
function next(id, step) {
  const names = state.drawing.nodes.map((node) => node.name);
  focusOn("node", names[(names.indexOf(id) + step + names.length) % names.length]);
  return true;
}

/** Along an arrow, forwards or backwards. */
function along({ kind, id }, step) {
  const [from, to] = kind === "arrow" ? JSON.parse(id) : [id, id];
  if (kind === "arrow") focusOn("node", step > 0 ? to : from);
  else {
    const arrow = state.drawing.arrows.find((a) => (step > 0 ? a.from === id : a.to === id));
    if (arrow) focusOn("arrow", JSON.stringify([arrow.from, arrow.to]));
  }
  return true;
}
