// What is declared of the effects, as the table [declarations] of the file has it: shown, added and taken away.

import { button, byId, filled, h } from "./dom.js";
import * as edits from "./edits.js";
import { edit, state } from "./state.js";

const SIDES = { independent: ["of", "from"], uncorrelated: ["of", "with"], correlated: ["of", "with"] };
const KINDS = { independent: "independent of", uncorrelated: "uncorrelated with", correlated: "correlated with", normal: "all jointly normal" };
const LEVELS = { sites: "between sites", persons: "within every site" };

let draft = { kind: "independent", level: "sites", one: [], other: [] };

const shownAs = (arrows) => [arrows].flat().map((arrow) => arrow.replaceAll("->", "→")).join(", ");

function words(kind, entry) {
  if (kind === "normal") return `all effects are jointly normal ${LEVELS[entry]}`;
  const [one, other] = SIDES[kind];
  return `${shownAs(entry[one])} ${[entry[one]].flat().length > 1 ? "are" : "is"} ${KINDS[kind]} ${shownAs(entry[other])}, ${LEVELS[entry.level]}`;
}

/** What is the same for two declarations that say the same: the sides, and the arrows of a side, have no order. */
const meant = (kind, entry) => (kind === "normal" ? `${kind} ${entry}`
  : JSON.stringify([kind, entry.level, ...SIDES[kind].map((key) => [entry[key]].flat().sort().join()).sort()]));

/** Every declaration of the drawing: [kind, entry]. */
const all = () => Object.entries(state.drawing.beside.declarations ?? {}).flatMap(([kind, entries]) => [entries].flat().map((entry) => [kind, entry]));

function changed(next) {
  draft = { ...draft, ...next };
  declared();
}

function declare() {
  const { kind, level, one, other } = draft;
  const plain = (arrows) => (arrows.length === 1 ? arrows[0] : arrows);
  if (kind !== "normal" && !(one.length && other.length)) return changed({ told: "Choose an arrow on each side." });
  const entry = kind === "normal" ? level : { [SIDES[kind][0]]: plain(one), [SIDES[kind][1]]: plain(other), level };
  const said = words(kind, entry);
  if (all().some((each) => meant(...each) === meant(kind, entry))) return changed({ told: "This is declared already." });
  draft = { ...draft, one: [], other: [], told: "" };
  edit(`declared: ${said}`, edits.withDeclaration(state.drawing, kind, entry));
}

/** What is unfolded is shown; folded, only how many there are: its fields are many, and each edit would make them anew. */
export function declared() {
  const found = all();
  const wrong = state.problems.filter(({ at }) => at.declared).map(({ text }) => text);
  byId("declared-count").textContent = found.length ? `: ${found.length}` : "";
  byId("declared").classList.toggle("wrong", wrong.length > 0);
  if (wrong.length) byId("declared").open = true;
  if (!byId("declared").open) return;
  const arrows = edits.effects(state.drawing);
  for (const side of ["one", "other"]) draft[side] = draft[side].filter((arrow) => arrows.includes(arrow));
  filled(byId("declarations"), JSON.stringify([found, wrong, arrows, draft, state.readOnly]), () => [
    found.length ? h("ul", {}, found.map(([kind, entry]) => h("li", {}, `${words(kind, entry)} `, taking(kind, entry)))) : h("p", {}, "Nothing is declared."),
    ...wrong.map((text) => h("p", { class: "problem" }, text)),
    ...(state.readOnly ? [] : adding(arrows)),
  ]);
}

function taking(kind, entry) {
  const said = words(kind, entry);
  return !state.readOnly && button("Remove", () => edit(`no longer declared: ${said}`, edits.withoutDeclaration(state.drawing, kind, entry)), { "aria-label": `Remove: ${said}`, class: "take" });
}

function picked(id, label, options, value, onchange) {
  const select = h("select", { id, "data-focus": id, onchange: () => onchange(select.value) }, options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)));
  return h("p", { class: "field" }, h("label", { for: id }, label), select);
}

/** The arrows of a side; independence may name several. */
function side(name, label, arrows) {
  const several = draft.kind === "independent";
  const rest = arrows.filter((arrow) => !draft.one.includes(arrow) && !draft.other.includes(arrow));
  return [
    picked(`declared-${name}`, label, [["", draft[name].length && several ? "and another arrow" : "choose an arrow"], ...(several ? rest : arrows).map((arrow) => [arrow, shownAs(arrow)])],
      several ? "" : draft[name][0] ?? "", (arrow) => changed({ [name]: several && arrow ? [...draft[name], arrow] : [arrow].filter(Boolean), told: "" })),
    several && draft[name].length > 0 && h("div", { class: "row small" }, draft[name].map((arrow) =>
      button(`${shownAs(arrow)} ×`, () => changed({ [name]: draft[name].filter((other) => other !== arrow) }), { "aria-label": `not ${shownAs(arrow)}` }))),
  ];
}

function adding(arrows) {
  const { kind, level, told } = draft;
  return [
    picked("declared-kind", "Effects are", Object.entries(KINDS), kind, (value) => changed({ kind: value, one: draft.one.slice(0, 1), other: draft.other.slice(0, 1), told: "" })),
    ...(kind === "normal" ? [] : [...side("one", "The effect", arrows), ...side("other", KINDS[kind], arrows)]),
    picked("declared-level", "Where", Object.entries(LEVELS), level, (value) => changed({ level: value })),
    button("Declare", declare, { "data-focus": "declare" }),
    told && h("p", { role: "status" }, told),
  ];
}
