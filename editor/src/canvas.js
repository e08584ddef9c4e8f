// The drawing as SVG: boxes, arrows and pointers, each a named button; moved, joined and zoomed by mouse, touch and keys.

import { arrowId } from "./edits.js";
import { announce, byId, s } from "./dom.js";
import { state } from "./state.js";

export const view = { x: 110, y: 90, k: 1 };  // the first box of a new drawing is right of and below the buttons
const VARIES = { persons: "differs between persons", sites: "the same for everyone in a site", none: "the same for everyone" };
const NARROW = 600; // px
const SMALLEST = 0.2;
const LEGIBLE = 0.6; // names are 8 px high: no drawing opens smaller
let act = {};
export let refocusing = false; // what was focused stands elsewhere now and is focused again, which chooses nothing

export const isSelected = (kind, id) => state.selected?.kind === kind && state.selected.id === id;

const things = new Map(); // by key: what is drawn of it, and the text that it was drawn after
let drawnAfter = [];

/** Draw what has changed; "moved" where a box was, in its place. */
export function draw(moved = false) {
  const { boxes, arrows, drawing, selected, linking, ghost, problems, cards, light } = state;
  const now = [boxes, arrows, drawing, selected, linking, ghost, problems, problems.length, cards.get(light)?.arrows];
  if (!moved && now.every((each, k) => each === drawnAfter[k])) return;
  drawnAfter = now;
  const lit = litArrows();
  const shown = state.ghost ?? state;
  byId("canvas").classList.toggle("preview", !!state.ghost);
  byId("previewing").hidden = !state.ghost;
  redrawn([
    ...shown.arrows.map((arrow) => arrowOf(arrow, lit, shown.drawing)),
    ...shown.pointers.map(({ line: [[x1, y1], [x2, y2]] }, k) => ({ key: `pointer ${k}`, attributes: { x1, y1, x2, y2, class: "pointer", "marker-end": "url(#tip)" }, tag: "line" })),
    ...[...shown.boxes.values()].map((box) => boxOf(box, lit, shown.drawing)),
  ]);
}

/** Bring the drawing to these things: what did not change is left alone, and keeps the focus. */
function redrawn(wanted) {
  const place = byId("things");
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const keys = new Set(wanted.map(({ key }) => key));
  for (const [key, { element }] of things) if (!keys.has(key)) { element.remove(); things.delete(key); }
  let next = place.firstElementChild;
  for (const { key, attributes, parts = () => [], shape = "", tag = "g" } of wanted) {
    if (!things.has(key)) things.set(key, { element: s(tag, {}), told: {} });
    const thing = things.get(key);
    const { element, told } = thing;
    for (const [name, value] of Object.entries(attributes)) {
      if (told[name] !== value) element.setAttribute(name, value);
    }
    thing.told = attributes;
    if (thing.shape !== shape) element.replaceChildren(...parts());
    thing.shape = shape;
    if (element === next) next = next.nextElementSibling;
    else place.insertBefore(element, next);
  }
  if (!focused || document.activeElement === focused) return;
  refocusing = true;
  focused.focus({ preventScroll: true });
  refocusing = false;
}

function litArrows() {
  const arrows = state.light && state.cards.get(state.light)?.arrows;
  return arrows ? new Set(arrows.map(([u, v]) => arrowId(u, v))) : null;
}

function problemAt(kind, id) {
  return state.problems.find(({ at }) => (kind === "node" ? at.node === id : at.arrow && arrowId(...at.arrow) === id));
}

/** Whether a previewed change brings something, or says something else of it. */
const isNew = (before, after) => !!state.ghost && JSON.stringify(before ?? null) !== JSON.stringify(after ?? null);

function arrowOf(arrow, lit, drawing) {
  const id = arrowId(arrow.from, arrow.to);
  const kind = arrow.both ? "shared" : "arrow";
  const here = (of) => of.arrows.find((a) => a.from === arrow.from && a.to === arrow.to);
  const said = here(drawing) ?? {};
  const [a, b, c, d] = arrow.curve.map((point) => point.join(" "));
  const path = `M${a} C${b} ${c} ${d}`;
  const wrong = !arrow.both && problemAt("arrow", id);
  const faded = lit && (arrow.both || !lit.has(id));
  const name = arrow.both
    ? `${arrow.from} and ${arrow.to} share a cause that is not drawn`
    : `Arrow from ${arrow.from} to ${arrow.to}, ${VARIES[said.varies ?? "persons"]}${said.noncompliance ? ", one-sided noncompliance" : ""}`;
  const classes = ["arrow", kind, said.varies ?? "persons", isSelected(kind, id) && "selected", wrong && "wrong", faded && "faded", lit && !faded && "lit", !arrow.both && isNew(here(state.drawing), here(drawing)) && "changed"];
  return {
    ...named(kind, id, classes, name, wrong),
    shape: path,
    parts: () => [s("path", { d: path, class: "hit" }), s("path", { d: path, class: "halo" }),
      s("path", { d: path, class: "line", "marker-end": "url(#head)", ...(arrow.both ? { "marker-start": "url(#head)" } : {}) })],
  };
}

function boxOf(box, lit, drawing) {
  const kind = box.role === "modifier" || box.role === "interaction" ? box.role : "node";
  const here = (of) => of.nodes.find((n) => n.name === box.name) ?? of.modifiers.find((m) => m.name === box.name);
  const node = drawing.nodes.find((n) => n.name === box.name) ?? {};
  const wrong = problemAt("node", box.name);
  const onPath = lit && [...lit].some((id) => JSON.parse(id).includes(box.name));
  const label = node.label ?? drawing.modifiers.find((m) => m.name === box.name)?.label;
  const told = [`${box.name}${label ? `, ${label}` : ""}`, box.role, node.hidden && "not measured", node.scale].filter(Boolean).join(", ");
  const classes = [kind, box.role, node.hidden && "hidden", isSelected(kind, box.name) && "selected", wrong && "wrong", lit && !onPath && "faded",
    state.linking?.from === box.name && "from", isNew(here(state.drawing), here(drawing)) && "changed"];
  const { attributes, key } = named(kind, box.name, classes, told, wrong);
  return {
    key,
    attributes: { ...attributes, transform: `translate(${box.x} ${box.y})` },
    shape: JSON.stringify([box.width, box.height, box.lines, box.caption, state.readOnly]),
    parts: () => partsOf(box, kind),
  };
}

/** What makes a thing a named button, and its key. */
function named(kind, id, classes, name, wrong) {
  const key = `${kind} ${id}`;
  return {
    key,
    attributes: {
      class: classes.filter(Boolean).join(" "), role: "button", tabindex: 0, "data-key": key, "data-kind": kind, "data-id": id,
      "aria-label": wrong ? `${name}. Problem: ${wrong.text}` : name, "aria-pressed": isSelected(kind, id),
    },
  };
}

function partsOf(box, kind) {
  const high = 17 * box.lines.length + 14 * box.caption.length;
  const handle = kind === "node" && !state.readOnly
    ? s("g", { class: "handle", "data-handle": box.name, "aria-hidden": "true", transform: `translate(${box.width / 2} 0)` },
      s("rect", { x: -6, y: -22, width: 34, height: 44, class: "reach" }), s("circle", { r: 5, class: "dot" }))
    : null;
  return [
    s("rect", { x: -box.width / 2, y: -box.height / 2, width: box.width, height: box.height, rx: kind === "node" ? 6 : 16 }),
    ...box.lines.map((text, k) => s("text", { y: -high / 2 + 17 * k + 13, class: "name" }, text)),
    ...box.caption.map((text, k) => s("text", { y: -high / 2 + 17 * box.lines.length + 14 * k + 11, class: "caption" }, text)),
    handle,
  ].filter(Boolean);
}

// The view.

export function moveView() {
  byId("view").setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.k})`);
  byId("view").style.setProperty("--grow", Math.max(1, 1 / view.k)); // what a finger hits stays as large as it was
}

export function zoom(factor, cx = byId("canvas").clientWidth / 2, cy = byId("canvas").clientHeight / 2) {
  const k = Math.min(3, Math.max(SMALLEST, view.k * factor));
  view.x = cx - ((cx - view.x) * k) / view.k;
  view.y = cy - ((cy - view.y) * k) / view.k;
  view.k = k;
  moveView();
}

/** Show everything; at opening only if it can be read then, else as much as can, and say so. */
export function fit(opening = false) {
  const boxes = [...state.boxes.values()];
  if (!boxes.length) return;
  const { clientWidth: width, clientHeight: height } = byId("canvas");
  const narrow = width < NARROW;
  const margin = narrow ? 10 : 24;
  const left = Math.min(...boxes.map((b) => b.x - b.width / 2)) - margin;
  const right = Math.max(...boxes.map((b) => b.x + b.width / 2)) + margin;
  const ends = state.arrows.flatMap((arrow) => arrow.curve.map(([, y]) => y));
  const top = Math.min(...boxes.map((b) => b.y - b.height / 2), ...ends) - margin;
  const bottom = Math.max(...boxes.map((b) => b.y + b.height / 2), ...ends) + margin;
  const whole = Math.min(1.3, width / (right - left), height / (bottom - top));
  const partly = opening === true && whole < LEGIBLE;
  view.k = partly ? LEGIBLE : Math.max(SMALLEST, whole);
  byId("outside").hidden = !partly;
  view.x = Math.max((width - (left + right) * view.k) / 2, -left * view.k);
  view.y = Math.max((height - (top + bottom) * view.k) / 2, -top * view.k);
  moveView();
}

const spotOf = (event) => {
  const frame = byId("canvas").getBoundingClientRect();
  return [(event.clientX - frame.left - view.x) / view.k, (event.clientY - frame.top - view.y) / view.k];
};

const under = (event, from) => [...state.boxes.values()].find((box) => {
  const [x, y] = spotOf(event);
  return box.name !== from && Math.abs(x - box.x) < box.width / 2 + 8 && Math.abs(y - box.y) < box.height / 2 + 8;
});

// Mouse and touch: drag a box, pull an arrow from a dot, drag the ground, pinch.

export function listen(actions) {
  act = actions;
  moveView();
  const canvas = byId("canvas");
  const fingers = new Map();
  let drag = null;
  canvas.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (event.button) return;
    const handle = event.target.closest("[data-handle]");
    const thing = event.target.closest("[data-kind]");
    const box = thing && state.boxes.get(thing.dataset.id);
    if (handle) drag = { pull: handle.dataset.handle, both: event.shiftKey };
    else if (box && !state.readOnly) drag = { box, thing, from: spotOf(event), at: [box.x, box.y] };
    else drag = { ground: [event.clientX - view.x, event.clientY - view.y] };
    if (thing) state.ghost = null;
    drag.thing = thing;
    drag.start = [event.clientX, event.clientY];
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before || !drag) return;
    if (fingers.size === 2) return pinched(event, fingers);
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    drag.moved ||= Math.hypot(event.clientX - drag.start[0], event.clientY - drag.start[1]) > 4;
    if (drag.moved) dragged(event, drag);
  });
  const ended = (event) => {
    const was = drag;
    fingers.delete(event.pointerId);
    drag = null;
    byId("pull").setAttribute("d", "");
    if (!was || event.type === "pointercancel") return;
    if (was.pull) {
      const target = under(event, was.pull);
      if (target && was.moved) act.join(was.pull, target.name, was.both);
      else if (!was.moved && state.linking && state.linking.from !== was.pull) act.activate("node", was.pull);
      else if (!was.moved) act.startLink(was.pull, was.both);
    } else if (was.box && was.moved) {
      act.move(was.box.name, [Math.round(was.box.x), Math.round(was.box.y)]);
    } else if (!was.moved) {
      if (was.thing) act.activate(was.thing.dataset.kind, was.thing.dataset.id);
      else act.select(null);
    }
  };
  canvas.addEventListener("pointerup", ended);
  canvas.addEventListener("pointercancel", ended);
  canvas.addEventListener("dblclick", (event) => {
    const thing = event.target.closest("[data-kind]");
    if (!thing) act.add(spotOf(event).map(Math.round));
    else act.rename(thing.dataset.kind, thing.dataset.id);
  });
  canvas.addEventListener("wheel", (event) => {
    if (self !== top && !document.hasFocus()) return; // the page around it scrolls, until someone turns to the editor
    event.preventDefault();
    const frame = canvas.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 500), event.clientX - frame.left, event.clientY - frame.top);
  }, { passive: false });
}

function pinched(event, fingers) {
  const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, spot]) => spot);
  const old = fingers.get(event.pointerId);
  const now = [event.clientX, event.clientY];
  const frame = byId("canvas").getBoundingClientRect();
  const gap = (spot) => Math.hypot(spot[0] - other[0], spot[1] - other[1]) || 1;
  zoom(gap(now) / gap(old), (now[0] + other[0]) / 2 - frame.left, (now[1] + other[1]) / 2 - frame.top);
  fingers.set(event.pointerId, now);
}

function dragged(event, drag) {
  if (drag.pull) {
    const box = state.boxes.get(drag.pull);
    const [x, y] = spotOf(event);
    byId("pull").setAttribute("d", `M${box.x + box.width / 2} ${box.y} L${x} ${y}`);
  } else if (drag.box) {
    const [x, y] = spotOf(event);
    const [dx, dy] = [drag.at[0] + x - drag.from[0] - drag.box.x, drag.at[1] + y - drag.from[1] - drag.box.y];
    moveBox(drag.box, dx, dy);
  } else {
    view.x = event.clientX - drag.ground[0];
    view.y = event.clientY - drag.ground[1];
    moveView();
  }
}

/** Move a box with the ends of its arrows, until the place of everything is answered. */
export function moveBox(box, dx, dy) {
  box.x += dx;
  box.y += dy;
  for (const arrow of state.arrows) {
    const ends = [arrow.from === box.name, arrow.from === box.name, arrow.to === box.name, arrow.to === box.name];
    arrow.curve = arrow.curve.map(([x, y], k) => (ends[k] ? [x + dx, y + dy] : [x, y]));
  }
  draw(true);
}

export function focusOn(kind, id) {
  const found = [...byId("things").querySelectorAll("[data-key]")].find((element) => element.dataset.key === `${kind} ${id}`);
  found?.focus();
  if (!found) announce(`${id} is not drawn`);
}
