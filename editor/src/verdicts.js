// The verdicts, each a card: its reason, what it lacks to be granted, what was granted and argued for.

import { commands } from "./commands.js";
import { byId, button, filled, focusable, h } from "./dom.js";
import { beside } from "./numbers.js";
import { state } from "./state.js";

const SIGNS = { identified: "✓", conditional: "◐", "not identified": "✕", undecided: "?", "no single number": "≈" };
const ORDER = ["not identified", "no single number", "undecided", "conditional", "identified"];

const drawn = new Map(); // by question: the card's text, its head and its element
const extras = new Map(); // by question: what was asked for below it
const seen = new Set(); // the questions whose cards are in sight
let shown = []; // what the cards were drawn after

const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](target.dataset.card);
});

/** The questions that are answered first: those whose cards are seen or have the focus. */
export const inSight = () => [...new Set([document.activeElement?.closest(".card")?.dataset.card, ...seen])].filter(Boolean);

export function verdicts(act) {
  const now = [state.told, state.revision, state.light, state.stale, state.assume, state.drawing.beside.justifications];
  if (now.every((each, k) => each === shown[k])) return;
  const argued = now[4] !== shown[4] || now[5] !== shown[5];
  shown = now;
  const places = new Map(state.order.map((id, k) => [id, k]));
  const rank = new Map([...state.cards].map(([id, card]) => [id, (state.changed.has(id) ? 0 : 1e6) + ORDER.indexOf(card.kind) * 1e5 + places.get(id)]));
  const ids = [...state.cards.keys()].sort((a, b) => rank.get(a) - rank.get(b));
  const list = byId("cards");
  list.classList.toggle("stale", state.stale);
  byId("before").hidden = !state.stale || !ids.length;
  const active = document.activeElement?.dataset?.focus;
  const inCard = document.activeElement?.closest(".card")?.dataset.card;
  for (const [id, { element }] of drawn) if (!state.cards.has(id)) { sight.unobserve(element); seen.delete(id); element.remove(); drawn.delete(id); }
  let next = list.firstElementChild;
  for (const id of ids) {
    const old = drawn.get(id)?.element;
    const element = current(state.cards.get(id), act);
    if (old && old !== element) {
      if (next === old) next = element;
      old.replaceWith(element);
    }
    if (next === element) next = next.nextElementSibling;
    else list.insertBefore(element, next);
  }
  if (argued) synced(list);
  beside(list);
  if (inCard && !list.contains(document.activeElement)) (focusable(active) ?? focusable(`light ${inCard}`))?.focus({ preventScroll: true });
  granted(act);
  commands();
}

/** The element of a card: the one that is there, unless it would say something else. Of a card of which only the head has come, what it says below stays. */
function current(card, act) {
  const flags = `${state.light === card.id} ${state.changed.has(card.id)}`;
  const [key, head] = [`${card.text} ${flags}`, `${card.verdict} ${card.pending} ${flags}`];
  const old = drawn.get(card.id);
  let { element } = old ?? {};
  if (!old || (!card.waiting && (card.head ? old.head !== head : old.key !== key))) {
    if (old) sight.unobserve(element);
    element = cardOf(card, act);
    synced(element);
    sight.observe(element);
    drawn.set(card.id, { key: card.head ? "" : key, head, element });
  }
  element.classList.toggle("waiting", !!card.waiting);
  element.classList.toggle("head", !!card.head);
  return element;
}

function cardOf(card, act) {
  const { reason = "", regressors = "", missing = [], granted = [], rests_on = [] } = card.head ? {} : card;
  const lit = state.light === card.id;
  const extra = h("div", { class: "extra", "data-extra": card.id });
  if (extras.has(card.id)) extra.append(...extras.get(card.id));
  const tell = (...parts) => { // at the card as it is drawn now: it may be another element than when it was asked
    extras.set(card.id, parts);
    [...byId("cards").querySelectorAll("[data-extra]")].find((each) => each.dataset.extra === card.id)?.replaceChildren(...parts);
  };
  const kind = card.verdict === "zero by the graph" ? "zero" : card.pending ? "pending" : card.kind.replaceAll(" ", "-");
  return h("li", { class: `card ${kind}${lit ? " lit" : ""}`, "data-card": card.id },
    h("h3", {}, h("button", { type: "button", class: "plain", "aria-pressed": lit, "data-focus": `light ${card.id}`, onclick: () => act.light(card.id) }, card.words)),
    h("p", { class: "verdict" }, h("span", { "aria-hidden": "true" }, card.pending ? "…" : kind === "zero" ? "0" : SIGNS[card.kind]), ` ${card.pending ? "no way found; looking for a proof" : card.verdict}`,
      state.changed.has(card.id) ? h("span", { class: "new" }, "changed") : null),
    reason ? h("p", {}, `${reason[0].toUpperCase()}${reason.slice(1)}.`) : null,
    regressors ? h("details", { class: "all" }, h("summary", {}, "All regressors"), h("p", {}, `${regressors}.`)) : null,
    h("p", { "data-numbers": card.id, hidden: true }),
    missing.length ? h("ul", { class: "missing" }, missing.map((entry) => missingOf(card, entry, act))) : null,
    granted.length ? h("ul", { class: "missing" }, granted.map((entry) => grantedOf(card, entry, act))) : null,
    card.kind === "identified" && rests_on.length ? h("p", { class: "soft" }, `Rests on ${rests_on.map((n) => (/^[ivx.a-z]{1,4}$/.test(n) ? `(${n})` : n)).join(", ")}.`) : null,
    h("div", { class: "row small" },
      card.kind !== "identified" ? button("Two worlds", () => act.worlds(card, tell)) : null,
      card.kind !== "identified" && !card.pending ? button("What would help", () => act.mends(card, tell)) : null,
      card.kind === "identified" || card.kind === "conditional" ? button("Code", () => act.code(card, tell)) : null),
    extra);
}

const idOf = (...parts) => parts.join("-").replaceAll(/[^\w-]/g, "_");
const brokenBy = (entry) => [h("h4", {}, `What would break ${entry.name}`), h("p", {}, entry.breaks.join(" "))];

/** A box to tick, with its label. Not an input: browsers look through all inputs of a page, to fill them in, whenever one is added. */
function grantBox(card, entry, act, label) {
  const id = idOf("grant", card.id, entry.argued);
  const box = button("", () => act.grant(entry.grant, !state.assume.includes(entry.grant)),
    { id, class: "box", role: "checkbox", "aria-labelledby": `${id}-label`, "data-focus": id, "data-grant": entry.grant });
  return [box, h("label", { for: id, id: `${id}-label` }, ...label)];
}

function missingOf(card, entry, act) {
  const says = h("span", {}, entry.says.join(" "));
  const breaks = h("details", {}, h("summary", {}, `What would break ${entry.name}`), h("p", {}, entry.breaks.join(" ")));
  if (!entry.grant) return h("li", {}, h("strong", {}, entry.name), " ", says, " ", h("em", {}, "Nothing grants it."), breaks);
  return h("li", {}, grantBox(card, entry, act, [h("strong", {}, `I grant ${entry.name}. `), says]), breaks);
}

const WRITTEN_AFTER = 250; // ms after a letter
let writings = 0;
const opened = new Set(); // what is unfolded at a card stays so when the card is drawn anew

/** What a card has because it was granted: what it says, what would break it, and the user's argument for it. */
function grantedOf(card, entry, act) {
  const id = idOf("argue", card.id, entry.argued);
  const tied = state.assume.includes("all") && !state.assume.includes(entry.grant);
  let writing = 0;
  let wait = 0;
  const write = () => { clearTimeout(wait); act.argue(entry.argued, words.value.trim(), `${id} ${writing}`); };
  const words = h("textarea", { id, rows: 3, maxlength: 4000, "data-focus": id, "data-argued": entry.argued, disabled: state.readOnly,
    onfocus: () => { writing = ++writings; }, onchange: write, oninput: () => { clearTimeout(wait); wait = setTimeout(write, WRITTEN_AFTER); } });
  const place = h("div");
  const unfold = () => {
    opened[details.open ? "add" : "delete"](id);
    if (details.open && !words.isConnected) place.append(words);
    synced(place);
  };
  const details = h("details", { open: opened.has(id), ontoggle: unfold },
    h("summary", {}, h("span", { "data-argument": entry.argued }, "Argue for it"), ", and what would break it"),
    h("p", {}, entry.says.join(" ")), ...brokenBy(entry), h("label", { for: id }, `Your argument for ${entry.name}, for the report and the documents`), place);
  if (details.open) unfold();
  return h("li", {}, tied ? h("strong", {}, `${entry.name} is granted.`) : grantBox(card, entry, act, [h("strong", {}, `I grant ${entry.name}.`)]), details);
}

/** Boxes and arguments say what is granted and argued now, also at cards that wait for an answer. */
function synced(place) {
  const arguments_ = state.drawing.beside.justifications ?? {};
  for (const box of place.querySelectorAll("[data-grant]")) box.setAttribute("aria-checked", state.assume.includes(box.dataset.grant));
  for (const words of place.querySelectorAll("[data-argued]")) if (words !== document.activeElement) words.value = arguments_[words.dataset.argued] ?? "";
  for (const summary of place.querySelectorAll("[data-argument]")) summary.textContent = arguments_[summary.dataset.argument] ? "Your argument" : "Argue for it";
}

function granted(act) {
  filled(byId("granted"), JSON.stringify(state.assume), () => [
    h("span", {}, state.assume.length ? "Granted: " : "Nothing is granted. "),
    ...state.assume.map((name) => button(`${name} ×`, () => act.grant(name, false), { "aria-label": `no longer grant ${name}`, "data-focus": `granted ${name}` })),
    !state.assume.includes("all") && button("Grant every numeral", () => act.grant("all", true), { "data-focus": "all" }),
  ]);
}
