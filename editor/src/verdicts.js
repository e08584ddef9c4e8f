// The verdicts, each a card: its reason, what it lacks to be granted, what was granted and argued for.

import { commands } from "./commands.js";
import { byId, button, filled, focusable, h } from "./dom.js";
import { beside } from "./numbers.js";
import { state } from "./state.js";

const SIGNS = { identified: "✓", conditional: "◐", "not identified": "✕", undecided: "?", "no single number": "≈" };
const ORDER = ["not identified", "no single number", "undecided", "conditional", "identified"];

const drawn = new Map(); // by question: the element of its card, with what it was drawn after
const extras = new Map(); // by question: where the answers stand that were asked for at it
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
  const older = now[1] !== shown[1];
  shown = now;
  const places = new Map(state.order.map((id, k) => [id, k]));
  const rank = new Map([...state.cards].map(([id, card]) => [id, (state.changed.has(id) ? 0 : 1e6) + ORDER.indexOf(card.kind) * 1e5 + places.get(id)]));
  const ids = [...state.cards.keys()].sort((a, b) => rank.get(a) - rank.get(b));
  const list = byId("cards");
  list.classList.toggle("stale", state.stale);
  byId("before").hidden = !state.stale || !state.problems.length || !ids.length;
  const active = document.activeElement?.dataset?.focus;
  const inCard = document.activeElement?.closest(".card")?.dataset.card;
  for (const [id, { element }] of drawn) if (!state.cards.has(id)) { sight.unobserve(element); seen.delete(id); element.remove(); drawn.delete(id); }
  const late = list.classList.contains("late");
  ordered(list, ids.map((id) => current(state.cards.get(id), late, act)));
  if (argued) synced(list);
  if (older) beside(list);
  if (inCard && !list.contains(document.activeElement)) (focusable(active) ?? focusable(`light ${inCard}`))?.focus({ preventScroll: true });
  granted(act);
  commands();
}

/** Bring elements into this order, and move as few as can be: all others keep their layout. */
function ordered(list, wanted) {
  const places = new Map([...list.children].map((element, k) => [element, k]));
  const ends = []; // of the longest rows found so far, by length: the element that ends lowest
  const before = new Map();
  for (const element of wanted) {
    const place = places.get(element);
    if (place === undefined) continue;
    let length = ends.length;
    while (length && places.get(ends[length - 1]) > place) length -= 1;
    before.set(element, ends[length - 1]);
    ends[length] = element;
  }
  const stay = new Set();
  for (let element = ends.at(-1); element; element = before.get(element)) stay.add(element);
  let next = null;
  for (const element of wanted.toReversed()) {
    if (!stay.has(element)) list.insertBefore(element, next);
    next = element;
  }
}

/** The element of a card, in which only the parts are made anew that would say something else. Of a card of which only the head has come, what it says below stays. */
function current(card, late, act) {
  const [lit, isNew] = [state.light === card.id, state.changed.has(card.id)];
  const old = drawn.get(card.id);
  if (old && old.card === card && old.late === late && old.lit === lit && old.isNew === isNew) return old.element;
  const there = old ?? begun(card);
  const told = there.card !== card; // else only how it looks is another
  Object.assign(there, { card, late, lit, isNew });
  const { element } = there;
  if (!old || !card.waiting) {
    const kind = card.verdict === "zero by the graph" ? "zero" : card.pending ? "pending" : card.kind.replaceAll(" ", "-");
    const below = !told ? there.keys[2] : !card.head ? saidOf(card) : there.verdict === card.verdict ? there.keys[2] : "";
    there.verdict = card.verdict;
    there.looks = `card ${kind}${lit ? " lit" : ""}`;
    const parts = [
      [`${card.words} ${lit}`, () => headingOf(card, lit, act)],
      [`${card.verdict} ${kind} ${isNew}`, () => verdictOf(card, kind, isNew)],
      [below, () => synced(h("div", {}, below && belowOf(card, act)))],
      [kind, () => buttonsOf(card, there.extra, act)],
    ];
    for (const [k, [key, make]] of parts.entries()) {
      if (there.keys[k] === key) continue;
      there.keys[k] = key;
      element.children[k].replaceWith(make());
      if (k === 2) beside(element);
    }
  }
  const waits = card.waiting ? ["waiting", "gray"] : card.head ? ["head", "partly"] : []; // no rule is about what every edit gives and takes
  const looks = [there.looks, ...waits.slice(0, late ? 2 : 1)].join(" ");
  if (element.className !== looks) element.className = looks;
  return element;
}

/** A new card, with the places of its parts. */
function begun({ id }) {
  if (!extras.has(id)) extras.set(id, h("div", { class: "extra" }));
  const extra = extras.get(id);
  const element = h("li", { "data-card": id }, [1, 2, 3, 4].map(() => h("div")), extra);
  const there = { element, extra, keys: [] };
  drawn.set(id, there);
  sight.observe(element);
  return there;
}

const headingOf = (card, lit, act) => h("h3", {}, h("button", { type: "button", class: "plain", "aria-pressed": lit, "data-focus": `light ${card.id}`, onclick: () => act.light(card.id) }, card.words));

const verdictOf = (card, kind, isNew) => h("p", { class: "verdict" },
  h("span", { "aria-hidden": "true" }, card.pending ? "…" : kind === "zero" ? "0" : SIGNS[card.kind]), ` ${card.pending ? "no way found; looking for a proof" : card.verdict}`,
  isNew && h("span", { class: "new" }, "changed"));

/** What a card says below its verdict. What is folded is put there when it is unfolded: an edit changes it at nearly every card. */
const saidOf = ({ id, kind, reason, regressors, missing, granted, rests_on }) => JSON.stringify([
  kind, reason, regressors, missing, rests_on, state.assume.includes("all"),
  granted.map((entry) => [entry.name, entry.grant, entry.argued, opened.has(idOf("argue", id, entry.argued)) && [entry.says, entry.breaks]]),
]);

function belowOf(card, act) {
  const { reason, regressors, missing, granted, rests_on } = card;
  return [
    reason && h("p", {}, `${reason[0].toUpperCase()}${reason.slice(1)}.`),
    regressors && h("details", { class: "all" }, h("summary", {}, "All regressors"), h("p", {}, `${regressors}.`)),
    h("p", { "data-numbers": card.id, hidden: true }),
    missing.length > 0 && h("ul", { class: "missing" }, missing.map((entry) => missingOf(card, entry, act))),
    granted.length > 0 && h("ul", { class: "missing" }, granted.map((entry) => grantedOf(card, entry, act))),
    card.kind === "identified" && rests_on.length > 0 && h("p", { class: "soft" }, `Rests on ${rests_on.map((n) => (/^[ivx.a-z]{1,4}$/.test(n) ? `(${n})` : n)).join(", ")}.`),
  ].filter(Boolean);
}

function buttonsOf(card, extra, act) {
  const tell = (...parts) => extra.replaceChildren(...parts);
  return h("div", { class: "row small" },
    card.kind !== "identified" && button("Two worlds", () => act.worlds(card, tell)),
    card.kind !== "identified" && !card.pending && button("What would help", () => act.mends(card, tell)),
    (card.kind === "identified" || card.kind === "conditional") && button("Code", () => act.code(card, tell)));
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
    const there = drawn.get(card.id);
    if (!there?.card.granted) return; // gone meanwhile
    const same = there.keys[2] === saidOf(there.card);
    opened[details.open ? "add" : "delete"](id);
    if (same) there.keys[2] = saidOf(there.card);
    const now = there.card.granted.find(({ argued }) => argued === entry.argued) ?? entry;
    if (!details.open) place.replaceChildren();
    else if (!words.isConnected) place.append(h("p", {}, now.says.join(" ")), ...brokenBy(now), h("label", { for: id }, `Your argument for ${now.name}, for the report and the documents`), words);
    synced(place);
  };
  const details = h("details", { open: opened.has(id), ontoggle: unfold },
    h("summary", {}, h("span", { "data-argument": entry.argued }, "Argue for it"), ", and what would break it"), place);
  if (details.open) unfold();
  return h("li", {}, tied ? h("strong", {}, `${entry.name} is granted.`) : grantBox(card, entry, act, [h("strong", {}, `I grant ${entry.name}.`)]), details);
}

/** A place whose boxes and arguments say what is granted and argued now, also at cards that wait for an answer. */
function synced(place) {
  const arguments_ = state.drawing.beside.justifications ?? {};
  for (const box of place.querySelectorAll("[data-grant]")) box.setAttribute("aria-checked", state.assume.includes(box.dataset.grant));
  for (const words of place.querySelectorAll("[data-argued]")) if (words !== document.activeElement) words.value = arguments_[words.dataset.argued] ?? "";
  for (const summary of place.querySelectorAll("[data-argument]")) summary.textContent = arguments_[summary.dataset.argument] ? "Your argument" : "Argue for it";
  return place;
}

function granted(act) {
  filled(byId("granted"), JSON.stringify(state.assume), () => [
    h("span", {}, state.assume.length ? "Granted: " : "Nothing is granted. "),
    ...state.assume.map((name) => button(`${name} ×`, () => act.grant(name, false), { "aria-label": `no longer grant ${name}`, "data-focus": `granted ${name}` })),
    !state.assume.includes("all") && button("Grant every numeral", () => act.grant("all", true), { "data-focus": "all" }),
  ]);
}
