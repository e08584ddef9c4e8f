// The verdicts, each a card: its reason, what it lacks to be granted, what was granted and argued for.

import { byId, button, filled, focusable, h } from "./dom.js";
import { beside } from "./numbers.js";
import { state } from "./state.js";

const SIGNS = { identified: "✓", conditional: "◐", "not identified": "✕", undecided: "?", "no single number": "≈" };
const ORDER = ["not identified", "no single number", "undecided", "conditional", "identified"];

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
  beside(list);
  if (inCard && !list.contains(document.activeElement)) (focusable(active) ?? focusable(`light ${inCard}`))?.focus({ preventScroll: true });
  granted(act);
}

function cardOf(card, act) {
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
    h("p", {}, `${card.reason[0]?.toUpperCase() ?? ""}${card.reason.slice(1)}.`),
    card.regressors ? h("details", { class: "all" }, h("summary", {}, "All regressors"), h("p", {}, `${card.regressors}.`)) : null,
    h("p", { "data-numbers": card.id, hidden: true }),
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
