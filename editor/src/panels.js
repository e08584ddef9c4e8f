// Beside the drawing: what is selected, what is wrong, and the verdicts.

import { byId, button, h } from "./dom.js";
import * as edits from "./edits.js";
import { edit, state, steps } from "./state.js";

const SIGNS = { identified: "✓", conditional: "◐", "not identified": "✕", undecided: "?", "no single number": "≈" };
const ORDER = ["not identified", "no single number", "undecided", "conditional", "identified"];
const VARIES = [["persons", "differs between persons"], ["sites", "the same for everyone in a site"], ["none", "the same for everyone"]];

// What is selected.

let inspected = "";

export function inspector(act) {
  const chosen = state.selected;
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

function choice(id, label, value, options, onchange) {
  const select = h("select", { id, onchange: () => onchange(select.value) },
    options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)));
  return h("p", { class: "field" }, h("label", { for: id }, label), select);
}

function tick(id, label, checked, onchange) {
  const box = h("input", { type: "checkbox", id, checked, onchange: () => onchange(box.checked) });
  return h("p", { class: "tick" }, box, h("label", { for: id }, label));
}

function ofNode(name, act) {
  const { drawing } = state;
  const node = drawing.nodes.find((n) => n.name === name);
  if (!node) return null;
  const set = (words, key, value) => edit(words, edits.said(drawing, name, key, value));
  const role = drawing.treatment.includes(name) ? "arm" : drawing.outcome === name ? "outcome" : "";
  const others = drawing.nodes.map((n) => n.name).filter((n) => n !== drawing.outcome && !drawing.treatment.includes(n));
  return [
    h("h2", {}, name),
    field("label", "In words", node.label, (text) => set(`words of ${name}`, "label", text || null)),
    choice("role", "Role", role, [["", "by its arrows"], ["arm", "treatment, or an arm of it"], ["outcome", "outcome"]],
      (value) => edit(`role of ${name}`, edits.withRole(drawing, name, value))),
    choice("scale", "Scale", node.scale ?? "", [["", "not stated"], ["binary", "binary"], ["continuous", "continuous"]], (value) => set(`scale of ${name}`, "scale", value || null)),
    tick("hidden", "not measured", !!node.hidden, (on) => set(`${name} is ${on ? "not " : ""}measured`, "hidden", on || null)),
    role ? null : choice("with", "Interacts with", "", [["", "choose a mediator"], ...others.map((n) => [n, n === name ? `${n} (its square)` : n])], (other) => {
      if (other) edit(`interaction of ${name} and ${other}`, { ...drawing, interactions: [...drawing.interactions, [name, other]] });
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
    choice("varies", "The effect", arrow.varies ?? "persons", VARIES,
      (value) => edit(`effect of ${from} on ${to}`, edits.saidOfArrow(drawing, from, to, "varies", value === "persons" ? null : value))),
    drawing.treatment.includes(from)
      ? tick("noncompliance", `controls cannot get ${to} (one-sided noncompliance)`, !!arrow.noncompliance,
        (on) => edit(`noncompliance of ${from} → ${to}`, edits.saidOfArrow(drawing, from, to, "noncompliance", on ? "one-sided" : null)))
      : null,
    h("div", { class: "row" }, button("Add a modifier (M)", act.modify), button("Remove", act.remove)),
    ...drawing.modifiers.filter((m) => !m.of.some(([u, v]) => u === from && v === to)).map((m) =>
      button(`${m.name} modifies it too`, () => edit(`${m.name} modifies ${from} → ${to}`, edits.saidOfModifier(drawing, m.name, "of", [...m.of, [from, to]])))),
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
  return [
    h("h2", {}, `${name} (modifier)`),
    field("label", "In words", modifier.label, (text) => set(`words of ${name}`, "label", text || null)),
    choice("level", "Of", modifier.level ?? "sites", [["sites", "sites"], ["persons", "persons"]], (value) => set(`level of ${name}`, "level", value)),
    tick("measured", "measured", modifier.measured !== false, (on) => set(`${name} is ${on ? "" : "not "}measured`, "measured", on ? null : false)),
    h("p", {}, `modifies ${modifier.of.map(([u, v]) => `${u} → ${v}`).join(", ")}`),
    h("div", { class: "row" }, button("Remove", act.remove)),
  ];
}

function ofInteraction(name, act) {
  return [h("h2", {}, `${name} (interaction)`), h("p", {}, "Each of the two changes the effect of the other."), h("div", { class: "row" }, button("Remove", act.remove))];
}

// What is wrong.

/** Fill a place anew only when what it shows changed: what is pointed at or focused is not replaced under the hand. */
const shownAs = new Map();
function filled(place, key, make) {
  if (shownAs.get(place.id) === key) return;
  shownAs.set(place.id, key);
  const inside = place.contains(document.activeElement);
  const active = document.activeElement?.dataset?.focus;
  place.replaceChildren(...make().filter(Boolean));
  if (inside) (focusable(active) ?? place.querySelector("button") ?? byId("beside")).focus({ preventScroll: true });
}

const focusable = (name) => name && [...document.querySelectorAll("[data-focus]")].find((element) => element.dataset.focus === name);

export function problems() {
  byId("problems").hidden = !state.problems.length;
  filled(byId("problems"), JSON.stringify(state.problems), () => {
    const list = state.problems.map((problem) => h("li", {},
      h("p", {}, problem.text),
      h("div", { class: "row" }, (problem.mends ?? []).map((mend) => button(mend.words, () => edit(mend.words, mend.drawing), { class: "mend" })))));
    return list.length ? [h("h2", {}, "This is no design yet"), h("ul", {}, list)] : [];
  });
}

// Verdicts.

const drawn = new Map(); // by question: the card's text and its element
const extras = new Map(); // by question: what was asked for below it

export function verdicts(act) {
  const rank = (id) => [state.changed.has(id) ? 0 : 1, ORDER.indexOf(state.cards.get(id).kind), state.order.indexOf(id)];
  const ids = [...state.cards.keys()].sort((a, b) => {
    const [one, two] = [rank(a), rank(b)];
    return one[0] - two[0] || one[1] - two[1] || one[2] - two[2];
  });
  const list = byId("cards");
  list.classList.toggle("stale", state.stale);
  byId("before").hidden = !state.stale || !ids.length;
  const active = document.activeElement?.dataset?.focus;
  const inCard = document.activeElement?.closest(".card")?.dataset.card;
  for (const id of [...drawn.keys()]) if (!state.cards.has(id)) { drawn.get(id).element.remove(); drawn.delete(id); }
  ids.forEach((id, at) => {
    const card = state.cards.get(id);
    const old = drawn.get(id);
    const key = `${card.text} ${state.light === id} ${state.changed.has(id)}`;
    if (!old || (old.key !== key && !card.waiting)) {
      const element = cardOf(card, act);
      old?.element.replaceWith(element);
      drawn.set(id, { key, element });
    }
    drawn.get(id).element.classList.toggle("waiting", !!card.waiting);
    if (list.children[at] !== drawn.get(id).element) list.insertBefore(drawn.get(id).element, list.children[at] ?? null);
  });
  synced(list);
  if (inCard && !list.contains(document.activeElement)) (focusable(active) ?? focusable(`light ${inCard}`))?.focus({ preventScroll: true });
  granted(act);
}

function cardOf(card, act) {
  const lit = state.light === card.id;
  const extra = h("div", { class: "extra" });
  if (extras.has(card.id)) extra.append(...extras.get(card.id));
  const tell = (...parts) => { extras.set(card.id, parts); extra.replaceChildren(...parts); };
  const kind = card.verdict === "zero by the graph" ? "zero" : card.pending ? "pending" : card.kind.replaceAll(" ", "-");
  return h("li", { class: `card ${kind}${lit ? " lit" : ""}`, "data-card": card.id },
    h("h3", {}, h("button", { type: "button", class: "plain", "aria-pressed": lit, "data-focus": `light ${card.id}`, onclick: () => act.light(card.id) }, card.words)),
    h("p", { class: "verdict" }, h("span", { "aria-hidden": "true" }, card.pending ? "…" : kind === "zero" ? "0" : SIGNS[card.kind]), ` ${card.pending ? "no way found; looking for a proof" : card.verdict}`,
      state.changed.has(card.id) ? h("span", { class: "new" }, "changed") : null),
    h("p", {}, `${card.reason[0]?.toUpperCase() ?? ""}${card.reason.slice(1)}.`),
    card.missing.length ? h("ul", { class: "missing" }, card.missing.map((entry) => missingOf(card, entry, act))) : null,
    card.granted.length ? h("ul", { class: "missing" }, card.granted.map((entry) => grantedOf(card, entry, act))) : null,
    card.kind === "identified" && card.rests_on.length ? h("p", { class: "soft" }, `Rests on ${card.rests_on.map((n) => (/^[ivx.a-z]{1,4}$/.test(n) ? `(${n})` : n)).join(", ")}.`) : null,
    h("div", { class: "row small" },
      card.kind !== "identified" ? button("Two worlds", () => act.worlds(card, tell)) : null,
      card.kind !== "identified" && !card.pending ? button("What would help", () => act.mends(card, tell)) : null,
      card.kind === "identified" || card.kind === "conditional" ? button("Code", () => act.code(card, tell)) : null),
    extra);
}

const idOf = (...parts) => parts.join("-").replaceAll(/[^\w-]/g, "_");
const brokenBy = (entry) => [h("h4", {}, `What would break ${entry.name}`), h("p", {}, entry.breaks.join(" "))];

function grantBox(card, entry, act) {
  const id = idOf("grant", card.id, entry.argued);
  const box = h("input", { type: "checkbox", id, checked: state.assume.includes(entry.grant), "data-focus": id, "data-grant": entry.grant,
    onchange: () => act.grant(entry.grant, box.checked) });
  return box;
}

function missingOf(card, entry, act) {
  const says = h("span", {}, entry.says.join(" "));
  const breaks = h("details", {}, h("summary", {}, `What would break ${entry.name}`), h("p", {}, entry.breaks.join(" ")));
  if (!entry.grant) return h("li", {}, h("strong", {}, entry.name), " ", says, " ", h("em", {}, "Nothing grants it."), breaks);
  const box = grantBox(card, entry, act);
  return h("li", {}, box, h("label", { for: box.id }, h("strong", {}, `I grant ${entry.name}. `), says), breaks);
}

const WRITTEN_AFTER = 250; // ms after a letter
let writings = 0;
const opened = new Set(); // what is unfolded at a card stays so when the card is drawn anew

/** What a card has because it was granted: what it says, what would break it, and the user's argument for it. */
function grantedOf(card, entry, act) {
  const id = idOf("argue", card.id, entry.argued);
  const box = state.assume.includes("all") && !state.assume.includes(entry.grant) ? null : grantBox(card, entry, act);
  let writing = 0;
  let wait = 0;
  const write = () => { clearTimeout(wait); act.argue(entry.argued, words.value.trim(), `${id} ${writing}`); };
  const words = h("textarea", { id, rows: 3, maxlength: 4000, "data-focus": id, "data-argued": entry.argued, disabled: state.readOnly,
    onfocus: () => { writing = ++writings; }, onchange: write, oninput: () => { clearTimeout(wait); wait = setTimeout(write, WRITTEN_AFTER); } });
  const details = h("details", { open: opened.has(id), ontoggle: () => (details.open ? opened.add(id) : opened.delete(id)) },
    h("summary", {}, h("span", { "data-argument": entry.argued }, "Argue for it"), ", and what would break it"),
    h("p", {}, entry.says.join(" ")), ...brokenBy(entry), h("label", { for: id }, `Your argument for ${entry.name}, for the report and the documents`), words);
  return h("li", {}, box, box ? h("label", { for: box.id }, h("strong", {}, `I grant ${entry.name}.`)) : h("strong", {}, `${entry.name} is granted.`), details);
}

/** Boxes and arguments say what is granted and argued now, also at cards that wait for an answer. */
function synced(list) {
  const arguments_ = state.drawing.beside.justifications ?? {};
  for (const box of list.querySelectorAll("[data-grant]")) box.checked = state.assume.includes(box.dataset.grant);
  for (const words of list.querySelectorAll("[data-argued]")) if (words !== document.activeElement) words.value = arguments_[words.dataset.argued] ?? "";
  for (const summary of list.querySelectorAll("[data-argument]")) summary.textContent = arguments_[summary.dataset.argument] ? "Your argument" : "Argue for it";
}

function granted(act) {
  filled(byId("granted"), JSON.stringify(state.assume), () => [
    h("span", {}, state.assume.length ? "Granted: " : "Nothing is granted. "),
    ...state.assume.map((name) => button(`${name} ×`, () => act.grant(name, false), { "aria-label": `no longer grant ${name}`, "data-focus": `granted ${name}` })),
    !state.assume.includes("all") && button("Grant every numeral", () => act.grant("all", true), { "data-focus": "all" }),
  ]);
}

export function bar() {
  const { past, future } = steps();
  byId("undo").disabled = !past.length;
  byId("redo").disabled = !future.length;
  byId("undo").title = past.length ? `Undo: ${past.at(-1)}` : "";
  byId("redo").title = future.length ? `Redo: ${future.at(-1)}` : "";
  if (document.activeElement !== byId("sites")) byId("sites").value = state.drawing.sites ?? "";
}
