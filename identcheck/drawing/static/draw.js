// src/edits.js
var same = (arrow, from, to) => arrow.from === from && arrow.to === to;
var arrowId = (from, to) => JSON.stringify([from, to]);
var names = (drawing) => [...drawing.nodes.map((n) => n.name), ...drawing.modifiers.map((m) => m.name)];
function nameFor(drawing, words2) {
  const parts = words2.match(/[\p{L}\p{N}_]+/gu) ?? ["X"];
  const long = parts.find((part) => part.length > 3) ?? parts[0];
  const base = parts.length === 1 ? parts[0] : long[0].toUpperCase() + long.slice(1);
  const taken = new Set(names(drawing));
  for (let count2 = 1; ; count2 += 1) {
    const name = count2 === 1 ? base : `${base}${count2}`;
    if (!taken.has(name)) return name;
  }
}
function withVariable(drawing, words2, from = null, spot = null) {
  const name = nameFor(drawing, words2);
  const node = name === words2 ? { name } : { name, label: words2 };
  const next2 = { ...drawing, nodes: [...drawing.nodes, node] };
  if (spot) next2.positions = { ...drawing.positions, [name]: spot };
  if (!drawing.treatment.length) next2.treatment = [name];
  else if (!drawing.outcome) next2.outcome = name;
  else if (!spot) {
    const sources = from && from !== drawing.outcome ? [from] : drawing.treatment;
    next2.arrows = [...drawing.arrows, ...sources.map((source) => ({ from: source, to: name })), { from: name, to: drawing.outcome }];
  }
  return { drawing: next2, name };
}
function withArrow(drawing, from, to) {
  if (from === to || drawing.arrows.some((arrow) => same(arrow, from, to))) return null;
  return { ...drawing, arrows: [...drawing.arrows, { from, to }] };
}
function withShared(drawing, one, two) {
  const there = drawing.shared.some((pair2) => pair2.includes(one) && pair2.includes(two));
  return one === two || there ? null : { ...drawing, shared: [...drawing.shared, [one, two]] };
}
function withoutVariable(drawing, name) {
  const away = (pair2) => !pair2.includes(name);
  const modifiers = drawing.modifiers.map((m) => ({ ...m, of: m.of.filter(away) }));
  const { [name]: _, ...positions } = drawing.positions;
  return withoutGone(drawing, {
    ...drawing,
    positions,
    nodes: drawing.nodes.filter((n) => n.name !== name),
    arrows: drawing.arrows.filter((a) => a.from !== name && a.to !== name),
    shared: drawing.shared.filter(away),
    interactions: drawing.interactions.filter(away),
    modifiers: modifiers.filter((m) => m.of.length || m.causes),
    treatment: drawing.treatment.filter((arm) => arm !== name),
    outcome: drawing.outcome === name ? "" : drawing.outcome
  });
}
function withoutArrow(drawing, from, to) {
  const modifiers = drawing.modifiers.map((m) => ({ ...m, of: m.of.filter(([u, v]) => u !== from || v !== to) }));
  return withoutGone(drawing, {
    ...drawing,
    arrows: drawing.arrows.filter((arrow) => !same(arrow, from, to)),
    modifiers: modifiers.filter((m) => m.of.length || m.causes)
  });
}
var withoutShared = (drawing, one, two) => ({
  ...drawing,
  shared: drawing.shared.filter((pair2) => !(pair2.includes(one) && pair2.includes(two)))
});
var withoutModifier = (drawing, name) => ({ ...drawing, modifiers: drawing.modifiers.filter((m) => m.name !== name) });
var withoutInteraction = (drawing, pair2) => withoutGone(drawing, {
  ...drawing,
  interactions: drawing.interactions.filter((other) => other.join() !== pair2.join())
});
function said(drawing, name, key, value) {
  const nodes = drawing.nodes.map((n) => n.name === name ? cleaned({ ...n, [key]: value }) : n);
  return { ...drawing, nodes };
}
function saidOfArrow(drawing, from, to, key, value) {
  const arrows = drawing.arrows.map((a) => same(a, from, to) ? cleaned({ ...a, [key]: value }) : a);
  return { ...drawing, arrows };
}
function saidOfModifier(drawing, name, key, value) {
  const modifiers = drawing.modifiers.map((m) => m.name === name ? cleaned({ ...m, [key]: value }) : m);
  return { ...drawing, modifiers };
}
function withModifier(drawing, words2, from, to) {
  const name = nameFor(drawing, words2);
  const made = { name, of: [[from, to]], ...name === words2 ? {} : { label: words2 } };
  return { ...drawing, modifiers: [...drawing.modifiers, made] };
}
var LISTED = ["mediators", "baseline", "consequences"];
var roleOf = (drawing, name) => drawing.treatment.includes(name) ? "arm" : drawing.outcome === name ? "outcome" : LISTED.find((key) => drawing.beside[key]?.includes(name)) ?? "";
function withRole(drawing, name, role) {
  const others = drawing.treatment.filter((arm) => arm !== name);
  const beside2 = { ...drawing.beside };
  for (const key of LISTED) {
    const rest = [beside2[key] ?? []].flat().filter((other) => other !== name);
    if (key === role) rest.push(name);
    if (rest.length) beside2[key] = rest;
    else delete beside2[key];
  }
  return {
    ...drawing,
    beside: beside2,
    treatment: role === "treatment" ? [name] : role === "arm" ? [...others, name] : others,
    outcome: role === "outcome" ? name : drawing.outcome === name ? "" : drawing.outcome
  };
}
function saidBeside(drawing, table, name, text) {
  return { ...drawing, beside: { ...drawing.beside, [table]: cleaned({ ...drawing.beside[table], [name]: text }) } };
}
var writtenName = (name) => /^[A-Za-z_]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
var writtenArrow = (from, to) => `${writtenName(from)} -> ${writtenName(to)}`;
function effects(drawing) {
  const { arrows, treatment, outcome, interactions } = drawing;
  const written = arrows.map(({ from, to }) => writtenArrow(from, to));
  for (const pair2 of interactions) {
    const product = pair2.join("*");
    const alone2 = arrows.find(({ from, to, noncompliance }) => noncompliance && from !== to && pair2.includes(from) && pair2.includes(to));
    const sources = alone2 ? [alone2.to] : treatment.filter((arm) => pair2.some((factor) => leadsTo(drawing, arm).has(factor)));
    written.push(...sources.map((source) => writtenArrow(source, product)), writtenArrow(product, outcome));
  }
  return written;
}
function leadsTo({ arrows }, start2) {
  const found = /* @__PURE__ */ new Set();
  const open3 = [start2];
  while (open3.length) {
    const here = open3.pop();
    for (const { from, to } of arrows) if (from === here && !found.has(to)) {
      found.add(to);
      open3.push(to);
    }
  }
  return found;
}
function withoutGone(before, drawing) {
  const left = new Set(effects(drawing));
  const gone = new Set(effects(before).filter((arrow) => !left.has(arrow)));
  const said2 = Object.entries(drawing.beside.declarations ?? {}).map(([kind, entries]) => [kind, [entries].flat().map((entry) => lessGone(kind, entry, gone)).filter(Boolean)]);
  if (!gone.size || !said2.length) return drawing;
  return { ...drawing, beside: { ...drawing.beside, declarations: Object.fromEntries(said2.filter(([, entries]) => entries.length)) } };
}
var single = (side2) => [side2].flat().flatMap((text) => {
  const names2 = text.match(/"(?:[^"]|"")*"|\w+/g) ?? [];
  return names2.length > 2 && names2.join(" -> ") === text ? names2.slice(1).map((name, at) => `${names2[at]} -> ${name}`) : [text];
});
function lessGone(kind, entry, gone) {
  const sides = typeof entry === "string" ? [] : Object.entries(entry).filter(([key]) => key !== "level").map(([key, value]) => [key, single(value)]);
  if (!sides.some(([, arrows]) => arrows.some((arrow) => gone.has(arrow)))) return entry;
  const less = sides.map(([key, arrows]) => [key, arrows.filter((arrow) => !gone.has(arrow))]);
  if (kind !== "independent" || less.some(([, arrows]) => !arrows.length)) return null;
  return { ...entry, ...Object.fromEntries(less.map(([key, arrows]) => [key, arrows.length === 1 ? arrows[0] : arrows])) };
}
var withDeclared = (drawing, kind, entries) => {
  const { [kind]: _, ...rest } = drawing.beside.declarations ?? {};
  return { ...drawing, beside: { ...drawing.beside, declarations: entries.length ? { ...rest, [kind]: entries } : rest } };
};
var declaredOf = (drawing, kind) => [drawing.beside.declarations?.[kind] ?? []].flat();
var withDeclaration = (drawing, kind, entry) => withDeclared(drawing, kind, [...declaredOf(drawing, kind), entry]);
var withoutDeclaration = (drawing, kind, entry) => withDeclared(drawing, kind, declaredOf(drawing, kind).filter((other) => JSON.stringify(other) !== JSON.stringify(entry)));
function cleaned(entry) {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null && value !== "" && value !== void 0));
}

// src/dom.js
var SVG = "http://www.w3.org/2000/svg";
function withParts(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true && !key.startsWith("aria-")) element.setAttribute(key, "");
    else if ((value !== false || key.startsWith("aria-")) && value !== null && value !== void 0) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== void 0 && child !== false));
  return element;
}
var h = (tag, attributes = {}, ...children) => withParts(document.createElement(tag), attributes, children);
var s = (tag, attributes = {}, ...children) => withParts(document.createElementNS(SVG, tag), attributes, children);
var byId = (id) => document.getElementById(id);
var button = (text, onclick, more2 = {}) => h("button", { type: "button", onclick, ...more2 }, text);
function announce(text) {
  byId("said").textContent = text;
}
function asked(question, value = "") {
  return new Promise((resolve) => {
    const input = h("input", { value, autocomplete: "off", maxlength: 200, id: "answer" });
    const form = h(
      "form",
      { method: "dialog" },
      h("label", { for: "answer" }, question),
      input,
      h("div", { class: "row" }, h("button", { value: "ok", class: "main" }, "OK"), h("button", { value: "no", formnovalidate: true }, "Cancel"))
    );
    const dialog = h("dialog", { "aria-label": question }, form);
    dialog.addEventListener("close", () => {
      const text = input.value.trim();
      dialog.remove();
      resolve(dialog.returnValue === "ok" && text ? text : null);
    });
    document.body.append(dialog);
    dialog.showModal();
    input.select();
  });
}
async function askedText(question) {
  const text = h("textarea", { id: "answer", rows: 10, "aria-label": question, spellcheck: "false" });
  const taken = await shown(question, text, [["ok", "OK"], ["no", "Cancel"]]);
  return taken === "ok" && text.value.trim() ? text.value : null;
}
function shown(title, content, choices = [["close", "Close"]]) {
  return new Promise((resolve) => {
    const row = h("div", { class: "row" }, choices.map(([value, text], k) => h("button", { value, class: k ? "" : "main" }, text)));
    const dialog = h("dialog", { "aria-label": title }, h("form", { method: "dialog" }, h("h2", {}, title), content, row));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
var shownAs = /* @__PURE__ */ new Map();
function filled(place, key, make) {
  if (shownAs.get(place.id) === key) return;
  shownAs.set(place.id, key);
  const inside = place.contains(document.activeElement);
  const active = document.activeElement?.dataset?.focus;
  place.replaceChildren(...make().filter(Boolean));
  if (inside) (focusable(active) ?? place.querySelector("button") ?? byId("beside")).focus({ preventScroll: true });
}
var focusable = (name) => name && [...document.querySelectorAll("[data-focus]")].find((element) => element.dataset.focus === name);

// src/state.js
var state = {
  drawing: null,
  assume: [],
  selected: null,
  // {kind: "node" | "arrow" | "shared" | "modifier" | "interaction", id}
  linking: null,
  // {from, both}
  light: null,
  // the question whose paths are lit
  boxes: /* @__PURE__ */ new Map(),
  arrows: [],
  pointers: [],
  revision: 0,
  placedOf: -1,
  // the revision that boxes and arrows are placed of
  cards: /* @__PURE__ */ new Map(),
  order: [],
  changed: /* @__PURE__ */ new Set(),
  stale: false,
  told: 0,
  // so many answers came
  problems: [],
  problemsOf: 0,
  // the revision that they are problems of; their remedies hold for no other
  readOnly: false,
  planned: false,
  // whether the file has a plan
  numbers: /* @__PURE__ */ new Map(),
  // by question: what the plan means for it
  numbersOf: -1,
  ghost: null
  // a change that is previewed: {drawing, boxes, arrows, pointers}
};
var past = [];
var future = [];
var listeners = [];
var onEdit = (listener) => listeners.push(listener);
var told = (words2) => listeners.forEach((listener) => listener(words2));
function edit(words2, drawing, assume = state.assume, continues = "") {
  if (!continues || past.at(-1)?.continues !== continues) past.push({ words: words2, drawing: state.drawing, assume: state.assume, continues });
  future.length = 0;
  state.drawing = drawing;
  state.assume = assume;
  state.ghost = null;
  told(words2);
}
function step(from, to, said2) {
  const last = from.pop();
  if (!last) return;
  to.push({ words: last.words, drawing: state.drawing, assume: state.assume });
  state.drawing = last.drawing;
  state.assume = last.assume;
  state.ghost = null;
  told(`${said2}: ${last.words}`);
}
var undo = () => step(past, future, "undone");
var redo = () => step(future, past, "done again");
var steps = () => ({ past: past.map((s2) => s2.words), future: future.map((s2) => s2.words) });
function forget() {
  past.length = 0;
  future.length = 0;
}

// src/canvas.js
var view = { x: 110, y: 90, k: 1 };
var VARIES = { persons: "differs between persons", sites: "the same for everyone in a site", none: "the same for everyone" };
var NARROW = 600;
var SMALLEST = 0.2;
var LEGIBLE = 0.6;
var act = {};
var refocusing = false;
var isSelected = (kind, id) => state.selected?.kind === kind && state.selected.id === id;
var things = /* @__PURE__ */ new Map();
var drawnAfter = [];
function draw(moved = false) {
  const { boxes, arrows, drawing, selected, linking, ghost, problems: problems2, cards, light } = state;
  const now = [boxes, arrows, drawing, selected, linking, ghost, problems2, problems2.length, cards.get(light)?.arrows];
  if (!moved && now.every((each, k) => each === drawnAfter[k])) return;
  drawnAfter = now;
  const lit = litArrows();
  const shown3 = state.ghost ?? state;
  byId("canvas").classList.toggle("preview", !!state.ghost);
  byId("previewing").hidden = !state.ghost;
  redrawn([
    ...shown3.arrows.map((arrow) => arrowOf(arrow, lit, shown3.drawing)),
    ...shown3.pointers.map(({ line: [[x1, y1], [x2, y2]] }, k) => ({ key: `pointer ${k}`, attributes: { x1, y1, x2, y2, class: "pointer", "marker-end": "url(#tip)" }, tag: "line" })),
    ...[...shown3.boxes.values()].map((box) => boxOf(box, lit, shown3.drawing))
  ]);
}
function redrawn(wanted) {
  const place = byId("things");
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const keys2 = new Set(wanted.map(({ key }) => key));
  for (const [key, { element }] of things) if (!keys2.has(key)) {
    element.remove();
    things.delete(key);
  }
  let next2 = place.firstElementChild;
  for (const { key, attributes, parts = () => [], shape = "", tag = "g" } of wanted) {
    if (!things.has(key)) things.set(key, { element: s(tag, {}), told: {} });
    const thing = things.get(key);
    const { element, told: told2 } = thing;
    for (const [name, value] of Object.entries(attributes)) {
      if (told2[name] !== value) element.setAttribute(name, value);
    }
    thing.told = attributes;
    if (thing.shape !== shape) element.replaceChildren(...parts());
    thing.shape = shape;
    if (element === next2) next2 = next2.nextElementSibling;
    else place.insertBefore(element, next2);
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
  return state.problems.find(({ at }) => kind === "node" ? at.node === id : at.arrow && arrowId(...at.arrow) === id);
}
var isNew = (before, after) => !!state.ghost && JSON.stringify(before ?? null) !== JSON.stringify(after ?? null);
function arrowOf(arrow, lit, drawing) {
  const id = arrowId(arrow.from, arrow.to);
  const kind = arrow.both ? "shared" : "arrow";
  const here = (of) => of.arrows.find((a2) => a2.from === arrow.from && a2.to === arrow.to);
  const said2 = here(drawing) ?? {};
  const [a, b, c, d] = arrow.curve.map((point) => point.join(" "));
  const path = `M${a} C${b} ${c} ${d}`;
  const wrong = !arrow.both && problemAt("arrow", id);
  const faded = lit && (arrow.both || !lit.has(id));
  const name = arrow.both ? `${arrow.from} and ${arrow.to} share a cause that is not drawn` : `Arrow from ${arrow.from} to ${arrow.to}, ${VARIES[said2.varies ?? "persons"]}${said2.noncompliance ? ", one-sided noncompliance" : ""}`;
  const classes = ["arrow", kind, said2.varies ?? "persons", isSelected(kind, id) && "selected", wrong && "wrong", faded && "faded", lit && !faded && "lit", !arrow.both && isNew(here(state.drawing), here(drawing)) && "changed"];
  return {
    ...named(kind, id, classes, name, wrong),
    shape: path,
    parts: () => [
      s("path", { d: path, class: "hit" }),
      s("path", { d: path, class: "halo" }),
      s("path", { d: path, class: "line", "marker-end": "url(#head)", ...arrow.both ? { "marker-start": "url(#head)" } : {} })
    ]
  };
}
function boxOf(box, lit, drawing) {
  const kind = box.role === "modifier" || box.role === "interaction" ? box.role : "node";
  const here = (of) => of.nodes.find((n) => n.name === box.name) ?? of.modifiers.find((m) => m.name === box.name);
  const node = drawing.nodes.find((n) => n.name === box.name) ?? {};
  const wrong = problemAt("node", box.name);
  const onPath = lit && [...lit].some((id) => JSON.parse(id).includes(box.name));
  const label = node.label ?? drawing.modifiers.find((m) => m.name === box.name)?.label;
  const told2 = [`${box.name}${label ? `, ${label}` : ""}`, box.role, node.hidden && "not measured", node.scale].filter(Boolean).join(", ");
  const classes = [
    kind,
    box.role,
    node.hidden && "hidden",
    isSelected(kind, box.name) && "selected",
    wrong && "wrong",
    lit && !onPath && "faded",
    state.linking?.from === box.name && "from",
    isNew(here(state.drawing), here(drawing)) && "changed"
  ];
  const { attributes, key } = named(kind, box.name, classes, told2, wrong);
  return {
    key,
    attributes: { ...attributes, transform: `translate(${box.x} ${box.y})` },
    shape: JSON.stringify([box.width, box.height, box.lines, box.caption, state.readOnly]),
    parts: () => partsOf(box, kind)
  };
}
function named(kind, id, classes, name, wrong) {
  const key = `${kind} ${id}`;
  return {
    key,
    attributes: {
      class: classes.filter(Boolean).join(" "),
      role: "button",
      tabindex: 0,
      "data-key": key,
      "data-kind": kind,
      "data-id": id,
      "aria-label": wrong ? `${name}. Problem: ${wrong.text}` : name,
      "aria-pressed": isSelected(kind, id)
    }
  };
}
function partsOf(box, kind) {
  const high = 17 * box.lines.length + 14 * box.caption.length;
  const handle = kind === "node" && !state.readOnly ? s(
    "g",
    { class: "handle", "data-handle": box.name, "aria-hidden": "true", transform: `translate(${box.width / 2} 0)` },
    s("rect", { x: -6, y: -22, width: 34, height: 44, class: "reach" }),
    s("circle", { r: 5, class: "dot" })
  ) : null;
  return [
    s("rect", { x: -box.width / 2, y: -box.height / 2, width: box.width, height: box.height, rx: kind === "node" ? 6 : 16 }),
    ...box.lines.map((text, k) => s("text", { y: -high / 2 + 17 * k + 13, class: "name" }, text)),
    ...box.caption.map((text, k) => s("text", { y: -high / 2 + 17 * box.lines.length + 14 * k + 11, class: "caption" }, text)),
    handle
  ].filter(Boolean);
}
function moveView() {
  byId("view").setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.k})`);
  byId("view").style.setProperty("--grow", Math.max(1, 1 / view.k));
}
function zoom(factor, cx = byId("canvas").clientWidth / 2, cy = byId("canvas").clientHeight / 2) {
  const k = Math.min(3, Math.max(SMALLEST, view.k * factor));
  view.x = cx - (cx - view.x) * k / view.k;
  view.y = cy - (cy - view.y) * k / view.k;
  view.k = k;
  moveView();
}
function fit(opening = false) {
  const boxes = [...state.boxes.values()];
  if (!boxes.length) return;
  const { clientWidth: width, clientHeight: height } = byId("canvas");
  const narrow = width < NARROW;
  const margin = narrow ? 10 : 24;
  const left = Math.min(...boxes.map((b) => b.x - b.width / 2)) - margin;
  const right = Math.max(...boxes.map((b) => b.x + b.width / 2)) + margin;
  const ends = state.arrows.flatMap((arrow) => arrow.curve.map(([, y]) => y));
  const top2 = Math.min(...boxes.map((b) => b.y - b.height / 2), ...ends) - margin;
  const bottom = Math.max(...boxes.map((b) => b.y + b.height / 2), ...ends) + margin;
  const whole2 = Math.min(1.3, width / (right - left), height / (bottom - top2));
  const partly = opening === true && whole2 < LEGIBLE;
  view.k = partly ? LEGIBLE : Math.max(SMALLEST, whole2);
  byId("outside").hidden = !partly;
  view.x = Math.max((width - (left + right) * view.k) / 2, -left * view.k);
  view.y = Math.max((height - (top2 + bottom) * view.k) / 2, -top2 * view.k);
  moveView();
}
var spotOf = (event) => {
  const frame = byId("canvas").getBoundingClientRect();
  return [(event.clientX - frame.left - view.x) / view.k, (event.clientY - frame.top - view.y) / view.k];
};
var under = (event, from) => [...state.boxes.values()].find((box) => {
  const [x, y] = spotOf(event);
  return box.name !== from && Math.abs(x - box.x) < box.width / 2 + 8 && Math.abs(y - box.y) < box.height / 2 + 8;
});
function listen(actions) {
  act = actions;
  moveView();
  const canvas = byId("canvas");
  const fingers = /* @__PURE__ */ new Map();
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
    if (self !== top && !document.hasFocus()) return;
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
function moveBox(box, dx, dy) {
  box.x += dx;
  box.y += dy;
  for (const arrow of state.arrows) {
    const ends = [arrow.from === box.name, arrow.from === box.name, arrow.to === box.name, arrow.to === box.name];
    arrow.curve = arrow.curve.map(([x, y], k) => ends[k] ? [x + dx, y + dy] : [x, y]);
  }
  draw(true);
}
function focusOn(kind, id) {
  const found = [...byId("things").querySelectorAll("[data-key]")].find((element) => element.dataset.key === `${kind} ${id}`);
  found?.focus();
  if (!found) announce(`${id} is not drawn`);
}

// src/keys.js
var HELP = [
  ["N", "new variable, with its arrows"],
  ["E", "arrow from the chosen variable; then choose the other and press Enter"],
  ["Shift+E", "a shared cause that is not drawn"],
  ["Tab", "from one thing to the next"],
  ["Alt + arrow keys", "along the arrows of the graph"],
  ["Enter", "choose; of a chosen thing, its words"],
  ["H", "not measured, or measured"],
  ["B", "binary"],
  ["A", "an arm of the treatment"],
  ["V", "of an arrow: differs between persons, between sites only, or not at all"],
  ["C", "of an arrow from treatment: controls cannot get it"],
  ["M", "of an arrow: a modifier"],
  ["Delete", "remove"],
  ["Ctrl+Z, Ctrl+Shift+Z", "undo, redo"],
  ["arrow keys", "move (Shift: farther)"],
  ["Ctrl+V", "paste a graph, a design file or a link"],
  ["L", "tidy"],
  ["+ \u2212 0", "nearer, farther, everything"],
  ["Escape", "choose nothing"],
  ["?", "these keys"]
];
var TYPED = "input:not([type=checkbox]), textarea";
var WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
function keys(act3) {
  byId("things").addEventListener("focusin", (event) => {
    const thing = event.target.closest("[data-kind]");
    if (thing && !refocusing && !state.linking && (state.selected?.id !== thing.dataset.id || state.selected?.kind !== thing.dataset.kind)) {
      if (thing.matches(":focus-visible")) act3.select({ kind: thing.dataset.kind, id: thing.dataset.id });
    }
  });
  document.addEventListener("paste", (event) => {
    if (document.querySelector("dialog[open]") || event.target.closest?.(TYPED)) return;
    event.preventDefault();
    act3.paste(event.clipboardData.getData("text/plain"));
  });
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const control = event.ctrlKey || event.metaKey;
    if (event.target.closest(control ? TYPED : "input, select, textarea")) return;
    const done = control ? withControl(event, act3) : pressed(event, act3);
    if (done) event.preventDefault();
  });
}
function withControl(event, act3) {
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? act3.redo() ?? true : act3.undo() ?? true;
  if (key === "y") return act3.redo() ?? true;
  return false;
}
function pressed(event, act3) {
  const thing = event.target.closest?.("[data-kind]");
  const kind = state.selected?.kind;
  const way = WAYS[event.key];
  if (way && thing && event.altKey) return along(thing.dataset, way[0] || way[1]);
  if (way && thing && state.linking) return next(thing.dataset.id, way[0] || way[1]);
  if (way && thing) return act3.nudge(way[0] * (event.shiftKey ? 50 : 10), way[1] * (event.shiftKey ? 50 : 10)) ?? true;
  if ((event.key === "Enter" || event.key === " ") && thing) {
    const again = !state.linking && state.selected?.id === thing.dataset.id && event.key === "Enter";
    if (again) byId("inspector").querySelector("input, select, button")?.focus();
    else act3.activate(thing.dataset.kind, thing.dataset.id);
    return true;
  }
  if (event.key === "F2" && thing) return act3.rename(thing.dataset.kind, thing.dataset.id) ?? true;
  if (event.key === "Escape") return act3.escape() ?? true;
  const plain2 = { n: () => act3.add(), l: act3.tidy, "+": () => act3.zoom(1.25), "=": () => act3.zoom(1.25), "-": () => act3.zoom(0.8), 0: act3.fit, "?": act3.help };
  if (state.readOnly && !["+", "=", "-", "0", "?"].includes(event.key)) return false;
  const ofNode2 = { e: () => act3.startLink(state.selected.id, false), E: () => act3.startLink(state.selected.id, true), h: () => act3.toggle("hidden", true), b: () => act3.toggle("scale", "binary"), a: act3.arm };
  const ofArrow2 = { v: act3.nextVaries, c: act3.noncompliance, m: act3.modify };
  const action = kind === "node" && ofNode2[event.key] || kind === "arrow" && ofArrow2[event.key.toLowerCase()] || plain2[event.key.toLowerCase()] || kind && ["Delete", "Backspace"].includes(event.key) && act3.remove;
  if (!action) return false;
  action();
  return true;
}
function next(id, step2) {
  const names2 = state.drawing.nodes.map((node) => node.name);
  focusOn("node", names2[(names2.indexOf(id) + step2 + names2.length) % names2.length]);
  return true;
}
function along({ kind, id }, step2) {
  const [from, to] = kind === "arrow" ? JSON.parse(id) : [id, id];
  if (kind === "arrow") focusOn("node", step2 > 0 ? to : from);
  else {
    const arrow = state.drawing.arrows.find((a) => step2 > 0 ? a.from === id : a.to === id);
    if (arrow) focusOn("arrow", JSON.stringify([arrow.from, arrow.to]));
  }
  return true;
}

// src/transport_hosted.js
var KEPT = "identcheck drawing";
var PATIENCE = 6e4;
var LOADING = "The engine is starting; the first time, about 10 MB are loaded \u2026";
var open = /* @__PURE__ */ new Map();
var asked2 = 0;
var worker = null;
var first = null;
var patience = 0;
var engine = (told2) => {
  document.body.dataset.engine = told2;
};
async function begin() {
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
  const asking2 = open.get(id);
  if (!asking2) return;
  if (done) open.delete(id);
  if (answer) asking2.onAnswer(answer);
  if (done) asking2.resolve();
}
async function kept() {
  if (!navigator.serviceWorker) return;
  const claimed = new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
  const registered = navigator.serviceWorker.register("service.js").then(() => claimed);
  if (!navigator.serviceWorker.controller) await Promise.race([registered.catch(() => {
  }), new Promise((resolve) => setTimeout(resolve, 2e3))]);
}
async function opened() {
  const told2 = { kind: "open", file: "identcheck", read_only: false };
  try {
    const { drawing, assume } = JSON.parse(localStorage.getItem(KEPT));
    if (Array.isArray(drawing.nodes) && Array.isArray(assume)) return { ...told2, drawing, assume };
  } catch {
  }
  first = await (await fetch("first.json")).json();
  return { ...told2, drawing: first.drawing, assume: first.assume };
}
function save({ drawing, assume }) {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ drawing, assume }));
    return { kind: "saved", file: "in this browser" };
  } catch {
    return { kind: "unsaved", text: "this browser keeps nothing" };
  }
}
function ready(request) {
  const same2 = first && document.body.dataset.engine !== "ready" && JSON.stringify(request.drawing) === JSON.stringify(first.drawing) && JSON.stringify(request.assume ?? []) === JSON.stringify(first.assume);
  return same2 ? first.answers[request.ask] : null;
}
async function askHosted(request, onAnswer, signal) {
  const revision = request.revision ?? 0;
  if (request.ask === "open") return onAnswer(await opened());
  if (request.ask === "save") return onAnswer({ ...save(request), revision });
  const known2 = ready(request);
  if (known2) return known2.forEach((answer) => onAnswer({ ...answer, revision }));
  asked2 += 1;
  const id = asked2;
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
function beginWhenWanted() {
  if (self === top) return void requestAnimationFrame(() => setTimeout(begin));
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, begin, { once: true, capture: true });
}

// src/transport.js
var token = "";
var page = crypto.randomUUID?.() ?? `${Date.now()} ${Math.random()}`;
var embedded = document.documentElement.dataset.embedded === "yes";
var hosted = document.documentElement.dataset.hosted === "yes";
function takeAddress() {
  if (embedded) return "";
  const parts = location.hash.slice(1).split("&");
  const link = parts.find((part) => part.startsWith("design=")) ?? "";
  if (hosted) {
    if (link) history.replaceState(null, "", location.pathname + location.search);
    return link;
  }
  token = parts.find((part) => part && !part.includes("=")) || token || sessionStorage.getItem("identcheck") || "";
  sessionStorage.setItem("identcheck", token);
  if (location.hash) history.replaceState(null, "", location.pathname);
  return link;
}
var known = () => embedded || hosted || token !== "";
var whole = (request) => ({ protocol: 1, page, ...request });
var message = (request) => ({
  method: "POST",
  headers: { "Content-Type": "application/json", "X-Identcheck-Token": token },
  body: JSON.stringify(whole(request))
});
function leave(request) {
  if (embedded) parent.postMessage({ id: 0, request: whole(request) }, "*");
  else if (hosted) askHosted(request, () => {
  });
  else fetch("/ask", { ...message(request), keepalive: true }).catch(() => {
  });
}
var ask = hosted ? (request, ...more2) => askHosted(whole(request), ...more2) : embedded ? askOwner : askServer;
async function askServer(request, onAnswer, signal) {
  const response = await fetch("/ask", { ...message(request), signal });
  if (!response.ok) throw new Error(await response.text());
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let left = "";
  for (; ; ) {
    const { value, done } = await reader.read();
    const lines = (left + decoder.decode(value, { stream: !done })).split("\n");
    left = lines.pop();
    for (const line of lines) if (line) onAnswer(JSON.parse(line));
    if (done) return;
  }
}
var open2 = /* @__PURE__ */ new Map();
var asked3 = 0;
function askOwner(request, onAnswer, signal) {
  return new Promise((resolve, reject) => {
    asked3 += 1;
    const id = asked3;
    open2.set(id, ({ answer, done }) => {
      if (answer) onAnswer(answer);
      if (done) {
        open2.delete(id);
        resolve();
      }
    });
    signal?.addEventListener("abort", () => {
      open2.delete(id);
      reject(new DOMException("a newer edit came", "AbortError"));
    });
    parent.postMessage({ id, request: whole(request) }, "*");
  });
}
function heard(onPush) {
  if (!embedded) return;
  addEventListener("message", ({ source, data }) => {
    if (source !== parent) return;
    if (data.push) onPush(data.push);
    else open2.get(data.id)?.(data);
  });
}

// src/commands.js
var quoted = (text) => /^[\w.,/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
function command(name, ...more2) {
  const file = hosted ? "trial.toml" : byId("file").textContent;
  return ["identcheck", name, quoted(file), ...more2, ...state.assume.length ? ["--assume", quoted(state.assume.join(","))] : []].join(" ");
}
var codeCommand = (question, language) => command("code", "--language", language, "--target", quoted(question));
function commands() {
  byId("commands").hidden = embedded;
  const document2 = (purpose) => command("report", "-o", `${purpose}.docx`, "--for", purpose);
  const lines = [command("check"), ...["html", "pdf", "docx"].map((kind) => command("report", "-o", `report.${kind}`)), ...["preregistration", "grant", "paper-appendix"].map(document2)];
  filled(byId("lines"), lines.join("\n"), () => [h("code", {}, lines.join("\n"))]);
}

// src/declared.js
var SIDES = { independent: ["of", "from"], uncorrelated: ["of", "with"], correlated: ["of", "with"] };
var KINDS = { independent: "independent of", uncorrelated: "uncorrelated with", correlated: "correlated with", normal: "all jointly normal" };
var LEVELS = { sites: "between sites", persons: "within every site" };
var draft = { kind: "independent", level: "sites", one: [], other: [] };
var shownAs2 = (arrows) => [arrows].flat().map((arrow) => arrow.replaceAll("->", "\u2192")).join(", ");
function words(kind, entry) {
  if (kind === "normal") return `all effects are jointly normal ${LEVELS[entry]}`;
  const [one, other] = SIDES[kind];
  return `${shownAs2(entry[one])} ${[entry[one]].flat().length > 1 ? "are" : "is"} ${KINDS[kind]} ${shownAs2(entry[other])}, ${LEVELS[entry.level]}`;
}
var meant = (kind, entry) => kind === "normal" ? `${kind} ${entry}` : JSON.stringify([kind, entry.level, ...SIDES[kind].map((key) => [entry[key]].flat().sort().join()).sort()]);
var all = () => Object.entries(state.drawing.beside.declarations ?? {}).flatMap(([kind, entries]) => [entries].flat().map((entry) => [kind, entry]));
function changed(next2) {
  draft = { ...draft, ...next2 };
  declared();
}
function declare() {
  const { kind, level, one, other } = draft;
  const plain2 = (arrows) => arrows.length === 1 ? arrows[0] : arrows;
  if (kind !== "normal" && !(one.length && other.length)) return changed({ told: "Choose an arrow on each side." });
  const entry = kind === "normal" ? level : { [SIDES[kind][0]]: plain2(one), [SIDES[kind][1]]: plain2(other), level };
  const said2 = words(kind, entry);
  if (all().some((each) => meant(...each) === meant(kind, entry))) return changed({ told: "This is declared already." });
  draft = { ...draft, one: [], other: [], told: "" };
  edit(`declared: ${said2}`, withDeclaration(state.drawing, kind, entry));
}
function declared() {
  const found = all();
  const wrong = state.problems.filter(({ at }) => at.declared).map(({ text }) => text);
  byId("declared-count").textContent = found.length ? `: ${found.length}` : "";
  byId("declared").classList.toggle("wrong", wrong.length > 0);
  if (wrong.length) byId("declared").open = true;
  if (!byId("declared").open) return;
  const arrows = effects(state.drawing);
  for (const side2 of ["one", "other"]) draft[side2] = draft[side2].filter((arrow) => arrows.includes(arrow));
  filled(byId("declarations"), JSON.stringify([found, wrong, arrows, draft, state.readOnly]), () => [
    found.length ? h("ul", {}, found.map(([kind, entry]) => h("li", {}, `${words(kind, entry)} `, taking(kind, entry)))) : h("p", {}, "Nothing is declared."),
    ...wrong.map((text) => h("p", { class: "problem" }, text)),
    ...state.readOnly ? [] : adding(arrows)
  ]);
}
function taking(kind, entry) {
  const said2 = words(kind, entry);
  return !state.readOnly && button("Remove", () => edit(`no longer declared: ${said2}`, withoutDeclaration(state.drawing, kind, entry)), { "aria-label": `Remove: ${said2}`, class: "take" });
}
function picked(id, label, options, value, onchange) {
  const select = h("select", { id, "data-focus": id, onchange: () => onchange(select.value) }, options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)));
  return h("p", { class: "field" }, h("label", { for: id }, label), select);
}
function side(name, label, arrows) {
  const several = draft.kind === "independent";
  const rest = arrows.filter((arrow) => !draft.one.includes(arrow) && !draft.other.includes(arrow));
  return [
    picked(
      `declared-${name}`,
      label,
      [["", draft[name].length && several ? "and another arrow" : "choose an arrow"], ...(several ? rest : arrows).map((arrow) => [arrow, shownAs2(arrow)])],
      several ? "" : draft[name][0] ?? "",
      (arrow) => changed({ [name]: several && arrow ? [...draft[name], arrow] : [arrow].filter(Boolean), told: "" })
    ),
    several && draft[name].length > 0 && h("div", { class: "row small" }, draft[name].map((arrow) => button(`${shownAs2(arrow)} \xD7`, () => changed({ [name]: draft[name].filter((other) => other !== arrow) }), { "aria-label": `not ${shownAs2(arrow)}` })))
  ];
}
function adding(arrows) {
  const { kind, level, told: told2 } = draft;
  return [
    picked("declared-kind", "Effects are", Object.entries(KINDS), kind, (value) => changed({ kind: value, one: draft.one.slice(0, 1), other: draft.other.slice(0, 1), told: "" })),
    ...kind === "normal" ? [] : [...side("one", "The effect", arrows), ...side("other", KINDS[kind], arrows)],
    picked("declared-level", "Where", Object.entries(LEVELS), level, (value) => changed({ level: value })),
    button("Declare", declare, { "data-focus": "declare" }),
    told2 && h("p", { role: "status" }, told2)
  ];
}

// src/panels.js
var BRIEF = { maxlength: 40, class: "brief" };
var SYMBOL = { ...BRIEF, size: 8, spellcheck: "false" };
var VARIES2 = [["persons", "differs between persons"], ["sites", "the same for everyone in a site"], ["none", "the same for everyone"]];
var inspected = "";
var looked = [];
function inspector(act3) {
  const chosen = state.selected;
  if (looked[0] === chosen && looked[1] === state.drawing) return;
  looked = [chosen, state.drawing];
  const key = JSON.stringify([chosen, { ...state.drawing, positions: null }]);
  if (key === inspected) return;
  inspected = key;
  const active = document.activeElement?.id;
  const place = byId("inspector");
  const content = chosen && !state.readOnly ? { node: ofNode, arrow: ofArrow, shared: ofShared, modifier: ofModifier, interaction: ofInteraction }[chosen.kind](chosen.id, act3) : null;
  place.replaceChildren(...content ?? []);
  place.hidden = !content;
  if (active) byId(active)?.focus();
}
function field(id, label, value, onchange, more2 = {}) {
  const input = h("input", { id, value: value ?? "", autocomplete: "off", ...more2, onchange: () => onchange(input.value.trim()) });
  return h("p", { class: "field" }, h("label", { for: id }, label), input);
}
var besideField = (id, label, name, words2, table, more2 = {}) => field(id, label, state.drawing.beside[table]?.[name], (text) => edit(words2, saidBeside(state.drawing, table, name, text)), more2);
function choice(id, label, value, options, onchange) {
  const select = h(
    "select",
    { id, onchange: () => onchange(select.value) },
    options.map(([key, text]) => h("option", { value: key, selected: key === value }, text))
  );
  return h("p", { class: "field" }, h("label", { for: id }, label), select);
}
function tick(id, label, checked2, onchange) {
  const box = h("input", { type: "checkbox", id, checked: checked2, onchange: () => onchange(box.checked) });
  return h("p", { class: "tick" }, box, h("label", { for: id }, label));
}
function rolesFor({ treatment }, name) {
  const others = treatment.filter((arm) => arm !== name).length;
  return [
    ["", "by its arrows"],
    ["arm", others ? "one of several arms" : "treatment"],
    ...others ? [["treatment", "the only treatment"]] : [],
    ["outcome", "outcome"],
    ["mediators", "mediator"],
    ["baseline", "from before treatment"],
    ["consequences", "consequence, not a cause of the outcome"]
  ];
}
function ofNode(name, act3) {
  const { drawing } = state;
  const node = drawing.nodes.find((n) => n.name === name);
  if (!node) return null;
  const set = (words2, key, value) => edit(words2, said(state.drawing, name, key, value));
  const role = roleOf(drawing, name);
  const others = drawing.nodes.map((n) => n.name).filter((n) => n !== drawing.outcome && !drawing.treatment.includes(n));
  return [
    h("h2", {}, name),
    field("label", "In words", node.label, (text) => set(`words of ${name}`, "label", text || null)),
    field("short", "Short name", node.short, (text) => set(`short name of ${name}`, "short", text || null), BRIEF),
    field("symbol", "Symbol", node.symbol, (text) => set(`symbol of ${name}`, "symbol", text || null), SYMBOL),
    choice(
      "role",
      "Role",
      role,
      rolesFor(drawing, name),
      (value) => edit(`role of ${name}`, withRole(state.drawing, name, value))
    ),
    choice("scale", "Scale", node.scale ?? "", [["", "not stated"], ["binary", "binary"], ["continuous", "continuous"]], (value) => set(`scale of ${name}`, "scale", value || null)),
    tick("hidden", "not measured", !!node.hidden, (on) => set(`${name} is ${on ? "not " : ""}measured`, "hidden", on || null)),
    ["", "mediators"].includes(role) && choice("with", "Interacts with", "", [["", "choose a mediator"], ...others.map((n) => [n, n === name ? `${n} (its square)` : n])], (other) => {
      if (other) edit(`interaction of ${name} and ${other}`, { ...state.drawing, interactions: [...state.drawing.interactions, [name, other]] });
    }),
    h("div", { class: "row" }, button("Arrow from here (E)", () => act3.startLink(name, false)), button("Shared cause (Shift+E)", () => act3.startLink(name, true)), button("Remove", act3.remove))
  ].filter(Boolean);
}
function ofArrow(id, act3) {
  const { drawing } = state;
  const [from, to] = JSON.parse(id);
  const arrow = drawing.arrows.find((a) => a.from === from && a.to === to);
  if (!arrow) return null;
  return [
    h("h2", {}, `${from} \u2192 ${to}`),
    field("symbol", "Symbol of the effect", arrow.symbol, (text) => edit(`symbol of ${from} \u2192 ${to}`, saidOfArrow(state.drawing, from, to, "symbol", text || null)), SYMBOL),
    choice(
      "varies",
      "The effect",
      arrow.varies ?? "persons",
      VARIES2,
      (value) => edit(`effect of ${from} on ${to}`, saidOfArrow(state.drawing, from, to, "varies", value === "persons" ? null : value))
    ),
    drawing.treatment.includes(from) ? tick(
      "noncompliance",
      `controls cannot get ${to} (one-sided noncompliance)`,
      !!arrow.noncompliance,
      (on) => edit(`noncompliance of ${from} \u2192 ${to}`, saidOfArrow(state.drawing, from, to, "noncompliance", on ? "one-sided" : null))
    ) : null,
    h("div", { class: "row" }, button("Add a modifier (M)", act3.modify), button("Remove", act3.remove)),
    ...drawing.modifiers.filter((m) => !m.of.some(([u, v]) => u === from && v === to)).map((m) => button(`${m.name} modifies it too`, () => edit(`${m.name} modifies ${from} \u2192 ${to}`, saidOfModifier(state.drawing, m.name, "of", [...m.of, [from, to]]))))
  ].filter(Boolean);
}
function ofShared(id, act3) {
  const [one, two] = JSON.parse(id);
  return [h("h2", {}, `${one} \u2194 ${two}`), h("p", {}, "share a cause that is not drawn"), h("div", { class: "row" }, button("Remove", act3.remove))];
}
function ofModifier(name, act3) {
  const modifier = state.drawing.modifiers.find((m) => m.name === name);
  if (!modifier) return null;
  const set = (words2, key, value) => edit(words2, saidOfModifier(state.drawing, name, key, value));
  const causes = [modifier.causes ?? []].flat();
  const others = state.drawing.modifiers.map((m) => m.name).filter((other) => other !== name && !causes.includes(other));
  const less = (all2, one) => all2.length > 1 ? all2.filter((each) => each !== one) : null;
  const weights = name === "weights";
  return [
    h("h2", {}, weights ? "weights (of the sites)" : `${name} (modifier)`),
    field("label", "In words", modifier.label, (text) => set(`words of ${name}`, "label", text || null)),
    besideField("short", "Short name", name, `short name of ${name}`, "short", BRIEF),
    !weights && choice("level", "Of", modifier.level ?? "sites", [["sites", "sites"], ["persons", "persons"]], (value) => set(`level of ${name}`, "level", value)),
    !weights && tick("measured", "measured", modifier.measured !== false, (on) => set(`${name} is ${on ? "" : "not "}measured`, "measured", on ? null : false)),
    causes.length > 0 && h("p", {}, `caused by ${causes.join(", ")}`),
    modifier.of.length > 0 && h("p", {}, `modifies ${modifier.of.map(([u, v]) => `${u} \u2192 ${v}`).join(", ")}`),
    others.length > 0 && choice("causes", "Caused by", "", [["", "choose a modifier"], ...others.map((other) => [other, other])], (other) => {
      if (other) set(`${other} causes ${name}`, "causes", [...causes, other]);
    }),
    h(
      "div",
      { class: "row" },
      ...causes.map((other) => button(`Not caused by ${other}`, () => set(`${other} does not cause ${name}`, "causes", less(causes, other)))),
      ...(modifier.of.length > 1 ? modifier.of : []).map((edge) => button(`Does not modify ${edge.join(" \u2192 ")}`, () => set(`${name} does not modify ${edge.join(" \u2192 ")}`, "of", less(modifier.of, edge)))),
      button("Remove", act3.remove)
    )
  ].filter(Boolean);
}
function ofInteraction(name, act3) {
  const pair2 = state.drawing.interactions.find((each) => each.join(" * ") === name);
  if (!pair2) return null;
  const product = pair2.join("*");
  return [
    h("h2", {}, `${name} (interaction)`),
    h("p", {}, "Each of the two changes the effect of the other."),
    besideField("label", "In words", product, `words of ${name}`, "labels"),
    besideField("short", "Short name", product, `short name of ${name}`, "short", BRIEF),
    besideField("symbol", "Symbol", product, `symbol of ${name}`, "symbols", SYMBOL),
    h("div", { class: "row" }, button("Remove", act3.remove))
  ];
}
function mended(mend) {
  if (state.problemsOf === state.revision) edit(mend.words, mend.drawing);
}
function problems() {
  byId("problems").hidden = !state.problems.length;
  filled(byId("problems"), JSON.stringify(state.problems), () => {
    const list = state.problems.map((problem) => h(
      "li",
      {},
      h("p", {}, problem.text),
      h("div", { class: "row" }, (problem.mends ?? []).map((mend) => button(mend.words, () => mended(mend), { class: "mend" })))
    ));
    return list.length ? [h("h2", {}, "This is no design yet"), h("ul", {}, list)] : [];
  });
  for (const each of byId("problems").querySelectorAll(".mend")) each.disabled = state.problemsOf !== state.revision;
}
function bar() {
  const { past: past2, future: future2 } = steps();
  byId("undo").disabled = !past2.length;
  byId("redo").disabled = !future2.length;
  byId("undo").title = past2.length ? `Undo: ${past2.at(-1)}` : "";
  byId("redo").title = future2.length ? `Redo: ${future2.at(-1)}` : "";
  if (document.activeElement !== byId("sites")) byId("sites").value = state.drawing.sites ?? "";
}

// src/numbers.js
var ASKED_AFTER = 150;
var waiting = 0;
var asking = null;
function numbers() {
  clearTimeout(waiting);
  if (!state.planned || state.numbersOf === state.revision) return;
  waiting = setTimeout(asked4, ASKED_AFTER);
}
async function asked4() {
  asking?.abort();
  asking = new AbortController();
  const { revision } = state;
  const found = /* @__PURE__ */ new Map();
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
  }
}
function beside(list) {
  if (state.numbersOf < 0) return;
  for (const place of list.querySelectorAll("[data-numbers]")) {
    const number = state.numbers.get(place.dataset.numbers);
    const text = number ? `At the planned numbers: ${number.text}` : "";
    if (place.textContent !== text) place.textContent = text;
    place.className = `numbers${number?.worry ? " worry" : ""}${state.numbersOf === state.revision ? "" : " old"}`;
    place.hidden = !number;
  }
}

// src/verdicts.js
var SIGNS = { identified: "\u2713", conditional: "\u25D0", "not identified": "\u2715", undecided: "?", "no single number": "\u2248" };
var ORDER = ["not identified", "no single number", "undecided", "conditional", "identified"];
var drawn = /* @__PURE__ */ new Map();
var extras = /* @__PURE__ */ new Map();
var seen = /* @__PURE__ */ new Set();
var shown2 = [];
var sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](target.dataset.card);
});
var inSight = () => [.../* @__PURE__ */ new Set([document.activeElement?.closest(".card")?.dataset.card, ...seen])].filter(Boolean);
function verdicts(act3) {
  const now = [state.told, state.revision, state.light, state.stale, state.assume, state.drawing.beside.justifications];
  if (now.every((each, k) => each === shown2[k])) return;
  const argued = now[4] !== shown2[4] || now[5] !== shown2[5];
  const older = now[1] !== shown2[1];
  shown2 = now;
  const places = new Map(state.order.map((id, k) => [id, k]));
  const rank = new Map([...state.cards].map(([id, card]) => [id, (state.changed.has(id) ? 0 : 1e6) + ORDER.indexOf(card.kind) * 1e5 + places.get(id)]));
  const ids = [...state.cards.keys()].sort((a, b) => rank.get(a) - rank.get(b));
  const list = byId("cards");
  list.classList.toggle("stale", state.stale);
  byId("before").hidden = !state.stale || !state.problems.length || !ids.length;
  const active = document.activeElement?.dataset?.focus;
  const inCard = document.activeElement?.closest(".card")?.dataset.card;
  for (const [id, { element }] of drawn) if (!state.cards.has(id)) {
    sight.unobserve(element);
    seen.delete(id);
    element.remove();
    drawn.delete(id);
  }
  const late2 = list.classList.contains("late");
  ordered(list, ids.map((id) => current(state.cards.get(id), late2, act3)));
  if (argued) synced(list);
  if (older) beside(list);
  if (inCard && !list.contains(document.activeElement)) (focusable(active) ?? focusable(`light ${inCard}`))?.focus({ preventScroll: true });
  granted(act3);
  commands();
}
function ordered(list, wanted) {
  const places = new Map([...list.children].map((element, k) => [element, k]));
  const ends = [];
  const before = /* @__PURE__ */ new Map();
  for (const element of wanted) {
    const place = places.get(element);
    if (place === void 0) continue;
    let length = ends.length;
    while (length && places.get(ends[length - 1]) > place) length -= 1;
    before.set(element, ends[length - 1]);
    ends[length] = element;
  }
  const stay = /* @__PURE__ */ new Set();
  for (let element = ends.at(-1); element; element = before.get(element)) stay.add(element);
  let next2 = null;
  for (const element of wanted.toReversed()) {
    if (!stay.has(element)) list.insertBefore(element, next2);
    next2 = element;
  }
}
function current(card, late2, act3) {
  const [lit, isNew2] = [state.light === card.id, state.changed.has(card.id)];
  const old = drawn.get(card.id);
  if (old && old.card === card && old.late === late2 && old.lit === lit && old.isNew === isNew2) return old.element;
  const there = old ?? begun(card);
  const told2 = there.card !== card;
  Object.assign(there, { card, late: late2, lit, isNew: isNew2 });
  const { element } = there;
  if (!old || !card.waiting) {
    const kind = card.verdict === "zero by the graph" ? "zero" : card.pending ? "pending" : card.kind.replaceAll(" ", "-");
    const below = !told2 ? there.keys[2] : !card.head ? saidOf(card) : there.verdict === card.verdict ? there.keys[2] : "";
    there.verdict = card.verdict;
    there.looks = `card ${kind}${lit ? " lit" : ""}`;
    const parts = [
      [`${card.words} ${lit}`, () => headingOf(card, lit, act3)],
      [`${card.verdict} ${kind} ${isNew2}`, () => verdictOf(card, kind, isNew2)],
      [below, () => synced(h("div", {}, below && belowOf(card, act3)))],
      [kind, () => buttonsOf(card, there.extra, act3)]
    ];
    for (const [k, [key, make]] of parts.entries()) {
      if (there.keys[k] === key) continue;
      there.keys[k] = key;
      element.children[k].replaceWith(make());
      if (k === 2) beside(element);
    }
  }
  const waits = card.waiting ? ["waiting", "gray"] : card.head ? ["head", "partly"] : [];
  const looks = [there.looks, ...waits.slice(0, late2 ? 2 : 1)].join(" ");
  if (element.className !== looks) element.className = looks;
  return element;
}
function begun({ id }) {
  if (!extras.has(id)) extras.set(id, h("div", { class: "extra" }));
  const extra = extras.get(id);
  const element = h("li", { "data-card": id }, [1, 2, 3, 4].map(() => h("div")), extra);
  const there = { element, extra, keys: [] };
  drawn.set(id, there);
  sight.observe(element);
  return there;
}
var headingOf = (card, lit, act3) => h("h3", {}, h("button", { type: "button", class: "plain", "aria-pressed": lit, "data-focus": `light ${card.id}`, onclick: () => act3.light(card.id) }, card.words));
var verdictOf = (card, kind, isNew2) => h(
  "p",
  { class: "verdict" },
  h("span", { "aria-hidden": "true" }, card.pending ? "\u2026" : kind === "zero" ? "0" : SIGNS[card.kind]),
  ` ${card.pending ? "no way found; looking for a proof" : card.verdict}`,
  isNew2 && h("span", { class: "new" }, "changed")
);
var saidOf = ({ id, kind, reason, regressors, missing, granted: granted2, rests_on }) => JSON.stringify([
  kind,
  reason,
  regressors,
  missing,
  rests_on,
  state.assume.includes("all"),
  granted2.map((entry) => [entry.name, entry.grant, entry.argued, opened2.has(idOf("argue", id, entry.argued)) && [entry.says, entry.breaks]])
]);
function belowOf(card, act3) {
  const { reason, regressors, missing, granted: granted2, rests_on } = card;
  return [
    reason && h("p", {}, `${reason[0].toUpperCase()}${reason.slice(1)}.`),
    regressors && h("details", { class: "all" }, h("summary", {}, "All regressors"), h("p", {}, `${regressors}.`)),
    h("p", { "data-numbers": card.id, hidden: true }),
    missing.length > 0 && h("ul", { class: "missing" }, missing.map((entry) => missingOf(card, entry, act3))),
    granted2.length > 0 && h("ul", { class: "missing" }, granted2.map((entry) => grantedOf(card, entry, act3))),
    card.kind === "identified" && rests_on.length > 0 && h("p", { class: "soft" }, `Rests on ${rests_on.map((n) => /^[ivx.a-z]{1,4}$/.test(n) ? `(${n})` : n).join(", ")}.`)
  ].filter(Boolean);
}
function buttonsOf(card, extra, act3) {
  const tell = (...parts) => extra.replaceChildren(...parts);
  return h(
    "div",
    { class: "row small" },
    card.kind !== "identified" && button("Two worlds", () => act3.worlds(card, tell)),
    card.kind !== "identified" && !card.pending && button("What would help", () => act3.mends(card, tell)),
    (card.kind === "identified" || card.kind === "conditional") && button("Code", () => act3.code(card, tell))
  );
}
var idOf = (...parts) => parts.join("-").replaceAll(/[^\w-]/g, "_");
var brokenBy = (entry) => [h("h4", {}, `What would break ${entry.name}`), h("p", {}, entry.breaks.join(" "))];
function grantBox(card, entry, act3, label) {
  const id = idOf("grant", card.id, entry.argued);
  const box = button(
    "",
    () => act3.grant(entry.grant, !state.assume.includes(entry.grant)),
    { id, class: "box", role: "checkbox", "aria-labelledby": `${id}-label`, "data-focus": id, "data-grant": entry.grant }
  );
  return [box, h("label", { for: id, id: `${id}-label` }, ...label)];
}
function missingOf(card, entry, act3) {
  const says = h("span", {}, entry.says.join(" "));
  const breaks = h("details", {}, h("summary", {}, `What would break ${entry.name}`), h("p", {}, entry.breaks.join(" ")));
  if (!entry.grant) return h("li", {}, h("strong", {}, entry.name), " ", says, " ", h("em", {}, "Nothing grants it."), breaks);
  return h("li", {}, grantBox(card, entry, act3, [h("strong", {}, `I grant ${entry.name}. `), says]), breaks);
}
var WRITTEN_AFTER = 250;
var writings = 0;
var opened2 = /* @__PURE__ */ new Set();
function grantedOf(card, entry, act3) {
  const id = idOf("argue", card.id, entry.argued);
  const tied = state.assume.includes("all") && !state.assume.includes(entry.grant);
  let writing = 0;
  let wait = 0;
  const write = () => {
    clearTimeout(wait);
    act3.argue(entry.argued, words2.value.trim(), `${id} ${writing}`);
  };
  const words2 = h("textarea", {
    id,
    rows: 3,
    maxlength: 4e3,
    "data-focus": id,
    "data-argued": entry.argued,
    disabled: state.readOnly,
    onfocus: () => {
      writing = ++writings;
    },
    onchange: write,
    oninput: () => {
      clearTimeout(wait);
      wait = setTimeout(write, WRITTEN_AFTER);
    }
  });
  const place = h("div");
  const unfold = () => {
    const there = drawn.get(card.id);
    if (!there?.card.granted) return;
    const same2 = there.keys[2] === saidOf(there.card);
    opened2[details.open ? "add" : "delete"](id);
    if (same2) there.keys[2] = saidOf(there.card);
    const now = there.card.granted.find(({ argued }) => argued === entry.argued) ?? entry;
    if (!details.open) place.replaceChildren();
    else if (!words2.isConnected) place.append(h("p", {}, now.says.join(" ")), ...brokenBy(now), h("label", { for: id }, `Your argument for ${now.name}, for the report and the documents`), words2);
    synced(place);
  };
  const details = h(
    "details",
    { open: opened2.has(id), ontoggle: unfold },
    h("summary", {}, h("span", { "data-argument": entry.argued }, "Argue for it"), ", and what would break it"),
    place
  );
  if (details.open) unfold();
  return h("li", {}, tied ? h("strong", {}, `${entry.name} is granted.`) : grantBox(card, entry, act3, [h("strong", {}, `I grant ${entry.name}.`)]), details);
}
function synced(place) {
  const arguments_ = state.drawing.beside.justifications ?? {};
  for (const box of place.querySelectorAll("[data-grant]")) box.setAttribute("aria-checked", state.assume.includes(box.dataset.grant));
  for (const words2 of place.querySelectorAll("[data-argued]")) if (words2 !== document.activeElement) words2.value = arguments_[words2.dataset.argued] ?? "";
  for (const summary2 of place.querySelectorAll("[data-argument]")) summary2.textContent = arguments_[summary2.dataset.argument] ? "Your argument" : "Argue for it";
  return place;
}
function granted(act3) {
  filled(byId("granted"), JSON.stringify(state.assume), () => [
    h("span", {}, state.assume.length ? "Granted: " : "Nothing is granted. "),
    ...state.assume.map((name) => button(`${name} \xD7`, () => act3.grant(name, false), { "aria-label": `no longer grant ${name}`, "data-focus": `granted ${name}` })),
    !state.assume.includes("all") && button("Grant every numeral", () => act3.grant("all", true), { "data-focus": "all" })
  ]);
}

// src/painting.js
var painted = 0;
var afterwards = [];
function paint() {
  painted ||= requestAnimationFrame(() => {
    painted = 0;
    draw();
    inspector(act2);
    problems();
    declared();
    verdicts(act2);
    bar();
    afterwards = afterwards.filter((todo) => !todo());
  });
}
function oncePainted(todo) {
  afterwards.push(todo);
  paint();
}

// src/more.js
function handed(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1e4);
  announce(`${name} is among your downloads`);
}
var count = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`;
var more = {
  worlds(card, tell) {
    tell(h("p", {}, "Looking for two worlds \u2026"));
    ask({ ask: "worlds", drawing: state.drawing, assume: state.assume, question: card.id }, (answer) => {
      if (answer.kind !== "worlds") return;
      tell(answer.text ? h("div", {}, h("p", {}, answer.verified ? "Two worlds with the same data and different effects, verified:" : "Two worlds:"), h("pre", { tabindex: 0 }, answer.text)) : h("p", {}, "No two worlds were found."));
    });
  },
  mends(card, tell) {
    tell(h("p", {}, "Trying changes \u2026"));
    const found = [];
    const { revision } = state;
    const fresh = () => revision === state.revision || void more.mends(card, tell);
    ask({ ask: "mends", drawing: state.drawing, assume: state.assume, question: card.id }, (answer) => {
      if (answer.kind === "mend") {
        const drawing = { ...answer.drawing, positions: state.drawing.positions };
        const told2 = h("div", { role: "status" });
        const see = button("Preview", () => fresh() && previewed(drawing, see, told2), { "aria-pressed": "false", class: "see" });
        found.push(h(
          "li",
          {},
          `${answer.words}: identified ${answer.after}${answer.claim ? ` (${answer.claim})` : ""} `,
          h("div", { class: "row small" }, see, button("Try it", () => fresh() && edit(answer.words, drawing))),
          told2
        ));
      } else if (answer.kind === "done") {
        tell(found.length ? h("div", {}, h("p", {}, "Each is one change; undo takes it back."), h("ul", {}, found)) : h("p", {}, "No single change helps, or granting is enough."));
      }
    });
  },
  code(card, tell) {
    const show = (language) => ask({ ask: "code", drawing: state.drawing, assume: state.assume, question: card.id, language }, (answer) => {
      if (answer.kind === "code") tell(choices, h("pre", { tabindex: 0 }, answer.text), embedded ? "" : h("p", {}, "By the command line: ", h("code", {}, codeCommand(card.id, language))));
      else if (answer.kind === "problem") tell(h("p", {}, answer.text));
    });
    const choices = h("div", { class: "row small" }, ["r", "stata", "python"].map((language) => button({ r: "R", stata: "Stata", python: "Python" }[language], () => show(language))));
    show("r");
  },
  file() {
    ask({ ask: "file", drawing: state.drawing }, (answer) => {
      if (answer.kind === "file") handed("trial.toml", answer.text, "application/toml");
      else if (answer.kind === "problem") shown("No file yet", h("p", {}, answer.text));
    });
  },
  report() {
    if (hosted) return void reported();
    const page2 = embedded ? null : window.open("about:blank", "_blank");
    ask({ ask: "report", drawing: state.drawing, assume: state.assume }, (answer) => {
      if (answer.kind === "report" && answer.html) handed("report.html", answer.html, "text/html");
      else if (answer.kind === "report" && page2) page2.location = new URL(answer.address, location.href);
      else if (answer.kind === "problem") {
        page2?.close();
        announce(answer.text);
      }
    });
  },
  async paste(text = null) {
    if (state.readOnly) return;
    const given = text ?? await askedText("Paste a graph of dagitty, lavaan or Graphviz, a design file, arrows such as T -> M -> Y, or a link");
    if (given) await read(given);
  },
  share() {
    ask({ ask: "share", drawing: state.drawing, assume: state.assume }, (answer) => {
      if (answer.kind === "problem") shown("No link yet", h("p", {}, answer.text));
      if (answer.kind !== "share") return;
      const link = embedded ? `#${answer.fragment}` : `${location.origin}${location.pathname}#${answer.fragment}`;
      const told2 = h("p", { role: "status" });
      const text = h("textarea", { rows: 6, readonly: true, "aria-label": "Link to this design" });
      text.value = link;
      shown("A link to this design", h(
        "div",
        {},
        h("p", {}, `It holds the design itself, with ${state.assume.length ? "what is granted" : "nothing granted"}, and is sent nowhere. Paste it into the editor, or open it by identcheck draw "LINK".`),
        text,
        button("Copy", () => navigator.clipboard.writeText(link).then(() => {
          told2.textContent = "Copied.";
        }, () => {
          text.select();
        })),
        told2
      ));
    });
  }
};
async function reported() {
  const made = {};
  const wanted = (format) => ask({ ask: "report", drawing: state.drawing, assume: state.assume, format }, (answer) => {
    if (answer.kind === "report") made[format] = answer[format];
    else if (answer.kind === "problem") made.problem = answer.text;
  });
  await wanted("html");
  if (!made.html) return void shown("No report yet", h("p", {}, made.problem ?? "The report could not be made."));
  const take = async (format, name, type) => {
    if (!made[format]) await wanted(format);
    if (made[format]) handed(name, made[format], type);
  };
  await shown("Report", h(
    "div",
    {},
    h(
      "div",
      { class: "row" },
      button("HTML", () => take("html", "report.html", "text/html")),
      button("LaTeX", () => take("latex", "report.tex", "application/x-tex")),
      button("Markdown", () => take("markdown", "report.md", "text/markdown"))
    ),
    h("iframe", { sandbox: "", title: "Report", class: "report", srcdoc: made.html })
  ));
}
async function previewed(drawing, see, told2) {
  const on = see.getAttribute("aria-pressed") === "true";
  for (const other of document.querySelectorAll(".see")) other.setAttribute("aria-pressed", "false");
  for (const other of document.querySelectorAll(".previewed")) other.remove();
  state.ghost = null;
  paint();
  if (on) return;
  see.setAttribute("aria-pressed", "true");
  const { revision } = state;
  await ask({ ask: "place", revision, drawing }, (answer) => {
    if (answer.kind !== "place" || revision !== state.revision || see.getAttribute("aria-pressed") !== "true") return;
    state.ghost = { drawing, boxes: new Map(answer.boxes.map((box) => [box.name, box])), arrows: answer.arrows, pointers: answer.pointers };
    paint();
  });
  await ask({ ask: "preview", revision, drawing: state.drawing, assume: state.assume, changed: drawing }, (answer) => {
    if (answer.kind !== "preview" || see.getAttribute("aria-pressed") !== "true") return;
    told2.replaceChildren(h(
      "div",
      { class: "previewed" },
      h("p", {}, answer.changes.length ? "The verdicts would be:" : "No verdict would change."),
      h("ul", {}, answer.changes.map(({ words: words2, before, after }) => h("li", {}, `${words2}: ${after}${before ? `, now ${before}` : ""}`))),
      answer.changes.length ? h("p", {}, answer.same ? `The other ${answer.same} stay.` : "") : null
    ));
  });
}
async function read(text) {
  let answer = null;
  await ask({ ask: "read", text }, (each) => {
    if (["read", "unread"].includes(each.kind)) answer = each;
  });
  if (!answer) return;
  if (answer.kind === "unread") {
    await shown("This cannot be pasted", h("ul", {}, answer.problems.map((problem) => h("li", {}, problem))));
    return;
  }
  const { drawing, assume, left } = answer;
  const holds = `${count(drawing.nodes.length, "variable")}, ${count(drawing.arrows.length, "arrow")}`;
  if (answer.what === "a link") {
    const grants = assume.length ? ` It grants ${assume.join(", ")}: whoever made it argues for these, not identcheck.` : " It grants nothing.";
    const taken = await shown(
      "Open the design of this link?",
      h("p", {}, `${holds}.${grants} It takes the place of what is drawn; Undo brings that back.`),
      [["open", "Open it"], ["leave", "Keep my drawing"]]
    );
    if (taken !== "open") return;
  }
  state.selected = null;
  state.light = null;
  edit(`${answer.what} pasted`, drawing, assume);
  const { revision } = state;
  oncePainted(() => {
    const placed2 = Object.keys(state.drawing.positions).length > 0 && drawing.nodes.every((node) => state.boxes.has(node.name));
    if (placed2 && state.revision === revision) fit(true);
    return placed2 || state.revision !== revision;
  });
  announce(`Pasted: ${holds}`);
  if (left.length) await shown("Pasted, but for", h("ul", {}, left.map((each) => h("li", {}, each))));
}

// src/actions.js
var pair = () => JSON.parse(state.selected.id);
var plain = (name) => /^[\w.]+$/.test(name) ? name : `"${name}"`;
var act2 = {
  undo,
  redo,
  zoom,
  fit,
  ...more,
  async add(spot = null) {
    if (state.readOnly) return;
    const words2 = await asked("What is the new variable? A name or some words");
    if (!words2) return;
    const from = state.selected?.kind === "node" ? state.selected.id : null;
    const { drawing, name } = withVariable(state.drawing, words2, from, spot);
    state.selected = { kind: "node", id: name };
    edit(`variable ${name} added`, drawing);
    oncePainted(() => {
      if (state.boxes.has(name) && state.selected?.id === name) focusOn("node", name);
      return state.boxes.has(name) || state.selected?.id !== name;
    });
  },
  startLink(from, both) {
    state.linking = { from, both };
    announce(`${both ? "Shared cause of" : "Arrow from"} ${from}: choose the other variable and press Enter; Escape ends`);
    paint();
  },
  join(from, to, both) {
    state.linking = null;
    const next2 = both ? withShared(state.drawing, from, to) : withArrow(state.drawing, from, to);
    if (!next2) return announce(`${from} and ${to} are joined already`);
    state.selected = { kind: both ? "shared" : "arrow", id: arrowId(from, to) };
    edit(both ? `shared cause of ${from} and ${to}` : `arrow ${from} \u2192 ${to} drawn`, next2);
  },
  activate(kind, id) {
    if (state.linking && kind === "node" && id !== state.linking.from) return act2.join(state.linking.from, id, state.linking.both);
    act2.select({ kind, id });
  },
  select(what) {
    state.linking = null;
    state.ghost = null;
    state.selected = what;
    paint();
  },
  escape() {
    state.linking = null;
    state.selected = null;
    state.light = null;
    state.ghost = null;
    paint();
  },
  move(name, spot) {
    edit(`${name} moved`, { ...state.drawing, positions: { ...state.drawing.positions, [name]: spot } });
  },
  nudge(dx, dy) {
    const box = state.boxes.get(state.selected?.id);
    if (!box || state.readOnly) return;
    moveBox(box, dx, dy);
    act2.move(box.name, [box.x, box.y]);
  },
  remove() {
    const { drawing, selected } = state;
    if (!selected || state.readOnly) return;
    const { kind, id } = selected;
    state.selected = null;
    const ends = () => JSON.parse(id);
    const [what, next2] = {
      node: () => [id, withoutVariable(drawing, id)],
      arrow: () => [`arrow ${ends().join(" \u2192 ")}`, withoutArrow(drawing, ...ends())],
      shared: () => [`shared cause of ${ends().join(" and ")}`, withoutShared(drawing, ...ends())],
      modifier: () => [`modifier ${id}`, withoutModifier(drawing, id)],
      interaction: () => [`interaction ${id}`, withoutInteraction(drawing, drawing.interactions.find((p) => p.map(plain).join(" * ") === id || p.join(" * ") === id) ?? [])]
    }[kind]();
    const declared2 = ({ beside: beside2 }) => JSON.stringify(beside2.declarations ?? {});
    edit(`${what} removed${declared2(next2) === declared2(drawing) ? "" : ", with what was declared of it"}`, next2);
  },
  rename(kind, id) {
    act2.select({ kind, id });
    oncePainted(() => {
      byId("label")?.select();
      return true;
    });
  },
  async modify() {
    const [from, to] = pair();
    const words2 = await asked(`What changes the effect of ${from} on ${to}? A name or some words`);
    if (words2) edit(`modifier of ${from} \u2192 ${to}`, withModifier(state.drawing, words2, from, to));
  },
  nextVaries() {
    const [from, to] = pair();
    const arrow = state.drawing.arrows.find((a) => a.from === from && a.to === to);
    if (!arrow) return;
    const next2 = { persons: "sites", sites: "none", none: null }[arrow.varies ?? "persons"];
    edit(`effect of ${from} on ${to}: ${next2 ?? "persons"}`, saidOfArrow(state.drawing, from, to, "varies", next2));
  },
  noncompliance() {
    const [from, to] = pair();
    const arrow = state.drawing.arrows.find((a) => a.from === from && a.to === to);
    if (arrow) edit(`noncompliance of ${from} \u2192 ${to}`, saidOfArrow(state.drawing, from, to, "noncompliance", arrow.noncompliance ? null : "one-sided"));
  },
  toggle(key, value) {
    const { id } = state.selected;
    const node = state.drawing.nodes.find((n) => n.name === id);
    edit(`${key} of ${id}`, said(state.drawing, id, key, node[key] === value ? null : value));
  },
  arm() {
    const { id } = state.selected;
    edit(`role of ${id}`, withRole(state.drawing, id, state.drawing.treatment.includes(id) ? "" : "arm"));
  },
  tidy() {
    const { revision } = state;
    edit("tidied", { ...state.drawing, positions: {} });
    oncePainted(() => {
      const placed2 = Object.keys(state.drawing.positions).length > 0;
      if (placed2 && state.revision === revision + 1) fit(true);
      return placed2 || state.revision !== revision + 1;
    });
  },
  grant(name, on) {
    const rest = state.assume.filter((other) => other !== name);
    edit(on ? `${name} granted` : `${name} no longer granted`, state.drawing, on ? [...rest, name] : rest);
  },
  argue(name, text, continues) {
    if ((state.drawing.beside.justifications?.[name] ?? "") === text) return;
    edit(`argument for ${name}`, saidBeside(state.drawing, "justifications", name, text), state.assume, continues);
  },
  light(id) {
    state.light = state.light === id ? null : id;
    paint();
  },
  async menu() {
    const taken = await shown("More", "", [["close", "Close"], ["paste", "Paste"], ["share", "Link"], ...hosted ? [["file", "Save file"]] : [], ["report", "Report"], ["help", "Keys"]]);
    if (taken in act2 && taken !== "close") act2[taken]();
  },
  help: () => shown("Keys", h("dl", {}, HELP.flatMap(([key, text]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, text)])))
};

// src/checking.js
var GREY_AFTER = 100;
var checking = null;
var late = 0;
var placing = Promise.resolve();
var answered2 = "";
function placed() {
  placing = placing.catch(() => {
  }).then(placedNow);
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
async function checked() {
  const { revision } = state;
  const asked5 = JSON.stringify([{ ...state.drawing, positions: null }, state.assume]);
  if (asked5 === answered2) {
    if (`${state.numbersOf}` === document.body.dataset.checked) state.numbersOf = revision;
    return finished();
  }
  answered2 = "";
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
  const told2 = (card) => {
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
        state.changed = /* @__PURE__ */ new Set();
        state.stale = false;
        state.order = answer.questions;
        state.cards = new Map(answer.questions.filter((id) => before.has(id)).map((id) => [id, { ...before.get(id), waiting: true }]));
      } else if (answer.kind === "verdicts") {
        for (const card of answer.cards) told2({ ...before.get(card.id), ...card, waiting: false, head: true });
        document.body.dataset.verdicts = revision;
      } else if (answer.card) {
        told2(answer.card);
      } else if (answer.kind === "problem") {
        found.push(answer);
        state.problems = found;
        state.problemsOf = revision;
      } else if (answer.kind === "slow" || answer.kind === "failed") {
        state.problems = [{ text: answer.kind === "slow" ? "This design takes too long to check here." : "identcheck failed here; please report this design.", at: {}, mends: [] }];
      } else if (answer.kind === "done" && !state.stale && !state.problems.length) {
        answered2 = asked5;
        finished();
        announce(summary());
      } else if (answer.kind === "done") {
        announce(`${state.problems.length} problems. ${state.problems[0]?.text ?? ""}`);
      }
      state.told += 1;
      if (answer.kind !== "start") paint();
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
  const changed2 = [...state.changed].map((id) => `${state.cards.get(id)?.words}: ${state.cards.get(id)?.verdict}`);
  return `${Object.entries(counts).map(([verdict, count2]) => `${count2} ${verdict}`).join(", ")}.${changed2.length ? ` Changed: ${changed2.slice(0, 3).join("; ")}.` : ""}`;
}

// src/saving.js
var SAVED_AFTER = 300;
var waiting2 = 0;
var lastSave = Promise.resolve();
function saved(keep = false) {
  if (waiting2 && !keep) return;
  clearTimeout(waiting2);
  waiting2 = setTimeout(() => {
    waiting2 = 0;
    lastSave = lastSave.then(() => save2(keep));
  }, keep ? 0 : SAVED_AFTER);
}
function savedOnLeaving() {
  addEventListener("pagehide", () => {
    if (!waiting2) return;
    clearTimeout(waiting2);
    waiting2 = 0;
    leave({ ask: "save", revision: state.revision, drawing: state.drawing, assume: state.assume });
  });
}
async function save2(keep) {
  const revision = state.revision;
  let outside = null;
  try {
    await ask({ ask: "save", revision, drawing: state.drawing, assume: state.assume, keep }, (answer) => {
      if (["saved", "unsaved"].includes(answer.kind)) document.body.dataset.saved = revision;
      if (answer.kind === "saved") byId("status").textContent = `${answer.file}: saved ${(/* @__PURE__ */ new Date()).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
      else if (answer.kind === "unsaved") byId("status").textContent = state.readOnly ? "opened for reading only" : "not saved: this is no design yet";
      else if (answer.kind === "conflict") outside = answer;
    });
  } catch (error) {
    byId("status").textContent = `not saved: ${error.message}`;
  }
  if (outside) await conflict(outside);
}
async function conflict(answer) {
  if (document.querySelector("dialog[open]")) return;
  byId("status").textContent = `${answer.file} changed outside`;
  const taken = await shown(
    `${answer.file} changed outside`,
    h(
      "div",
      {},
      h("p", {}, "Something else wrote the file since it was opened. They differ in:"),
      h("ul", {}, answer.differences.map((line) => h("li", {}, line))),
      h("p", {}, "Take what the file says now, or write your drawing into it; what is not drawn stays as it is there.")
    ),
    [["take", "Take the file"], ["keep", "Keep mine"]]
  );
  if (taken === "keep") saved(true);
  else if (taken === "take") await opened3(true);
}
async function opened3(again = false) {
  await ask({ ask: "open" }, (answer) => {
    if (answer.kind !== "open") return;
    if (again) edit(`${answer.file} as it is now`, answer.drawing);
    else {
      state.drawing = answer.drawing;
      state.assume = answer.assume;
    }
    state.readOnly = answer.read_only;
    state.planned = !!answer.plan;
    byId("file").textContent = answer.file;
    byId("status").textContent = answer.problem ?? (answer.read_only ? "opened for reading only" : "");
    document.title = `${answer.file} \u2013 identcheck`;
  });
}

// src/main.js
onEdit(async (words2) => {
  state.revision += 1;
  document.body.dataset.revision = state.revision;
  const { selected } = state;
  const lines = selected && ["node", "modifier"].includes(selected.kind) && !names(state.drawing).includes(selected.id);
  if (lines) state.selected = null;
  announce(words2);
  paint();
  saved();
  const check = checked();
  await placed();
  paint();
  saved();
  await check;
});
async function start() {
  const link = takeAddress();
  heard((drawing) => edit("changed in Python", drawing));
  await opened3();
  forget();
  listen(act2);
  keys(act2);
  savedOnLeaving();
  addEventListener("hashchange", () => openedLink(takeAddress()));
  for (const [id, action] of Object.entries({ undo, redo, add: () => act2.add(), tidy: act2.tidy, in: () => zoom(1.25), out: () => zoom(0.8), whole: () => fit(), all: () => {
    fit();
    byId("whole").focus();
  }, paste: () => act2.paste(), share: act2.share, report: act2.report, help: act2.help, more: act2.menu })) {
    byId(id).addEventListener("click", action);
  }
  if (hosted) alone();
  byId("declared").addEventListener("toggle", declared);
  byId("sites").addEventListener("change", () => {
    const value = Number.parseInt(byId("sites").value, 10);
    edit("number of sites", { ...state.drawing, sites: value > 0 ? value : null });
  });
  const check = checked();
  await placed();
  paint();
  oncePainted(() => {
    fit(true);
    document.body.dataset.ready = "yes";
    return true;
  });
  await check;
  await openedLink(link);
}
function alone() {
  byId("report").before(button("Save file", act2.file, { class: "wide" }));
  byId("planned").textContent = "Numbers (bias, precision, power) need the installed program.";
  beginWhenWanted();
}
async function openedLink(link) {
  if (link && !state.readOnly && !document.querySelector("dialog[open]")) await read(link);
}
start().catch((error) => {
  byId("status").textContent = known() ? `The editor does not answer: ${error.message}` : 'Open this page by the address that identcheck draw prints; a link to a design is pasted there, or opened by identcheck draw "LINK".';
});
