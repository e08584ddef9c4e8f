// Beside the drawing: what is selected, and what is wrong.

import { byId, button, filled, h } from "./dom.js";
import * as edits from "./edits.js";
import { edit, state, steps } from "./state.js";

const BRIEF = { maxlength: 40, class: "brief" };
const SYMBOL = { ...BRIEF, size: 8, spellcheck: "false" };
const VARIES = [["persons", "differs between persons"], ["sites", "the same for everyone in a site"], ["none", "the same for everyone"]];

// What is selected.

let inspected = "";
let looked = [];

export function inspector(act) {
  const chosen = state.selected;
  if (looked[0] === chosen && looked[1] === state.drawing) return;
  looked = [chosen, state.drawing];
  const key = JSON.stringify([chosen, { ...state.drawing, positions: null }]);
  if (key === inspected) return;
  inspected = key;
  const active = document.activeElement?.id;
  const place = byId("inspector");
  const content = chosen && !state.readOnly ? { node: ofNode, arrow: ofArrow, shared: ofShared, modifier: ofModifier, interaction: ofInteraction }[chosen.kind](chosen.id, act) : null;
  place.replaceChildren(...(content ?? []));
  place.hidden = !content;
  if (active) byId(active)?.focus();
}

function field(id, label, value, onchange, more = {}) {
  const input = h("input", { id, value: value ?? "", autocomplete: "off", ...more, onchange: () => onchange(input.value.trim()) });
  return h("p", { class: "field" }, h("label", { for: id }, label), input);
}

/** A field for what the file says of a name that is no variable: a modifier, or the product of two variables. */
const besideField = (id, label, name, words, table, more = {}) =>
  field(id, label, state.drawing.beside[table]?.[name], (text) => edit(words, edits.saidBeside(state.drawing, table, name, text)), more);

function choice(id, label, value, options, onchange) {
  const select = h("select", { id, onchange: () => onchange(select.value) },
    options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)));
  return h("p", { class: "field" }, h("label", { for: id }, label), select);
}

function tick(id, label, checked, onchange) {
  const box = h("input", { type: "checkbox", id, checked, onchange: () => onchange(box.checked) });
  return h("p", { class: "tick" }, box, h("label", { for: id }, label));
}

/** What a variable can be: its own roles as they are called where there is no other arm, and where there is one. */
function rolesFor({ treatment }, name) {
  const others = treatment.filter((arm) => arm !== name).length;
  return [
    ["", "by its arrows"], ["arm", others ? "one of several arms" : "treatment"], ...(others ? [["treatment", "the only treatment"]] : []), ["outcome", "outcome"],
    ["mediators", "mediator"], ["baseline", "from before treatment"], ["consequences", "consequence, not a cause of the outcome"],
  ];
}

function ofNode(name, act) {
  const { drawing } = state;
  const node = drawing.nodes.find((n) => n.name === name);
  if (!node) return null;
  const set = (words, key, value) => edit(words, edits.said(state.drawing, name, key, value)); // as it is by then
  const role = edits.roleOf(drawing, name);
  const others = drawing.nodes.map((n) => n.name).filter((n) => n !== drawing.outcome && !drawing.treatment.includes(n));
  return [
    h("h2", {}, name),
    field("label", "In words", node.label, (text) => set(`words of ${name}`, "label", text || null)),
    field("short", "Short name", node.short, (text) => set(`short name of ${name}`, "short", text || null), BRIEF),
    field("symbol", "Symbol", node.symbol, (text) => set(`symbol of ${name}`, "symbol", text || null), SYMBOL),
    choice("role", "Role", role, rolesFor(drawing, name),
      (value) => edit(`role of ${name}`, edits.withRole(state.drawing, name, value))),
    choice("scale", "Scale", node.scale ?? "", [["", "not stated"], ["binary", "binary"], ["continuous", "continuous"]], (value) => set(`scale of ${name}`, "scale", value || null)),
    tick("hidden", "not measured", !!node.hidden, (on) => set(`${name} is ${on ? "not " : ""}measured`, "hidden", on || null)),
    ["", "mediators"].includes(role) && choice("with", "Interacts with", "", [["", "choose a mediator"], ...others.map((n) => [n, n === name ? `${n} (its square)` : n])], (other) => {
      if (other) edit(`interaction of ${name} and ${other}`, { ...state.drawing, interactions: [...state.drawing.interactions, [name, other]] });
    }),
    h("div", { class: "row" }, button("Arrow from here (E)", () => act.startLink(name, false)), button("Shared cause (Shift+E)", () => act.startLink(name, true)), button("Remove", act.remove)),
  ].filter(Boolean);
}

function ofArrow(id, act) {
  const { drawing } = state;
  const [from, to] = JSON.parse(id);
  const arrow = drawing.arrows.find((a) => a.from === from && a.to === to);
  if (!arrow) return null;
  return [
    h("h2", {}, `${from} → ${to}`),
    field("symbol", "Symbol of the effect", arrow.symbol, (text) => edit(`symbol of ${from} → ${to}`, edits.saidOfArrow(state.drawing, from, to, "symbol", text || null)), SYMBOL),
    choice("varies", "The effect", arrow.varies ?? "persons", VARIES,
      (value) => edit(`effect of ${from} on ${to}`, edits.saidOfArrow(state.drawing, from, to, "varies", value === "persons" ? null : value))),
    drawing.treatment.includes(from)
      ? tick("noncompliance", `controls cannot get ${to} (one-sided noncompliance)`, !!arrow.noncompliance,
        (on) => edit(`noncompliance of ${from} → ${to}`, edits.saidOfArrow(state.drawing, from, to, "noncompliance", on ? "one-sided" : null)))
      : null,
    h("div", { class: "row" }, button("Add a modifier (M)", act.modify), button("Remove", act.remove)),
    ...drawing.modifiers.filter((m) => !m.of.some(([u, v]) => u === from && v === to)).map((m) =>
      button(`${m.name} modifies it too`, () => edit(`${m.name} modifies ${from} → ${to}`, edits.saidOfModifier(state.drawing, m.name, "of", [...m.of, [from, to]])))),
  ].filter(Boolean);
}

function ofShared(id, act) {
  const [one, two] = JSON.parse(id);
  return [h("h2", {}, `${one} ↔ ${two}`), h("p", {}, "share a cause that is not drawn"), h("div", { class: "row" }, button("Remove", act.remove))];
}

function ofModifier(name, act) {
  const modifier = state.drawing.modifiers.find((m) => m.name === name);
  if (!modifier) return null;
  const set = (words, key, value) => edit(words, edits.saidOfModifier(state.drawing, name, key, value));
  const causes = [modifier.causes ?? []].flat();
  const others = state.drawing.modifiers.map((m) => m.name).filter((other) => other !== name && !causes.includes(other));
  const less = (all, one) => (all.length > 1 ? all.filter((each) => each !== one) : null);
  const weights = name === "weights"; // fixed name: always known, continuous, and of the sites
  return [
    h("h2", {}, weights ? "weights (of the sites)" : `${name} (modifier)`),
    field("label", "In words", modifier.label, (text) => set(`words of ${name}`, "label", text || null)),
    besideField("short", "Short name", name, `short name of ${name}`, "short", BRIEF),
    !weights && choice("level", "Of", modifier.level ?? "sites", [["sites", "sites"], ["persons", "persons"]], (value) => set(`level of ${name}`, "level", value)),
    !weights && tick("measured", "measured", modifier.measured !== false, (on) => set(`${name} is ${on ? "" : "not "}measured`, "measured", on ? null : false)),
    causes.length > 0 && h("p", {}, `caused by ${causes.join(", ")}`),
    modifier.of.length > 0 && h("p", {}, `modifies ${modifier.of.map(([u, v]) => `${u} → ${v}`).join(", ")}`),
    others.length > 0 && choice("causes", "Caused by", "", [["", "choose a modifier"], ...others.map((other) => [other, other])], (other) => {
      if (other) set(`${other} causes ${name}`, "causes", [...causes, other]);
    }),
    h("div", { class: "row" },
      ...causes.map((other) => button(`Not caused by ${other}`, () => set(`${other} does not cause ${name}`, "causes", less(causes, other)))),
      ...(modifier.of.length > 1 ? modifier.of : []).map((edge) => button(`Does not modify ${edge.join(" → ")}`, () => set(`${name} does not modify ${edge.join(" → ")}`, "of", less(modifier.of, edge)))),
      button("Remove", act.remove)),
  ].filter(Boolean);
}

function ofInteraction(name, act) {
  const pair = state.drawing.interactions.find((each) => each.join(" * ") === name);
  if (!pair) return null;
  const product = pair.join("*");
  return [
    h("h2", {}, `${name} (interaction)`), h("p", {}, "Each of the two changes the effect of the other."),
    besideField("label", "In words", product, `words of ${name}`, "labels"),
    besideField("short", "Short name", product, `short name of ${name}`, "short", BRIEF),
    besideField("symbol", "Symbol", product, `symbol of ${name}`, "symbols", SYMBOL),
    h("div", { class: "row" }, button("Remove", act.remove)),
  ];
}

// What is wrong.

/** A remedy is a whole drawing: it would undo what was edited since it was made. */
function mended(mend) {
  if (state.problemsOf === state.revision) edit(mend.words, mend.drawing);
}

export function problems() {
  byId("problems").hidden = !state.problems.length;
  filled(byId("problems"), JSON.stringify(state.problems), () => {
    const list = state.problems.map((problem) => h("li", {},
      h("p", {}, problem.text),
      h("div", { class: "row" }, (problem.mends ?? []).map((mend) => button(mend.words, () => mended(mend), { class: "mend" })))));
    return list.length ? [h("h2", {}, "This is no design yet"), h("ul", {}, list)] : [];
  });
  for (const each of byId("problems").querySelectorAll(".mend")) each.disabled = state.problemsOf !== state.revision;
}

export function bar() {
  const { past, future } = steps();
  byId("undo").disabled = !past.length;
  byId("redo").disabled = !future.length;
  byId("undo").title = past.length ? `Undo: ${past.at(-1)}` : "";
  byId("redo").title = future.length ? `Redo: ${future.at(-1)}` : "";
  if (document.activeElement !== byId("sites")) byId("sites").value = state.drawing.sites ?? "";
}
