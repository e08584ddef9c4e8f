// The editor: an edit is drawn, placed, checked and saved, each as soon as it can be.

import { draw, fit, focusOn, listen, moveBox, zoom } from "./canvas.js";
import { announce, asked, byId, button, h, shown } from "./dom.js";
import * as edits from "./edits.js";
import { keys, HELP } from "./keys.js";
import { bar, inspector, problems, verdicts } from "./panels.js";
import { edit, forget, onEdit, redo, state, undo } from "./state.js";
import { ask, takeToken } from "./transport.js";

const SAVED_AFTER = 300; // ms without an edit
let checking = null;
let saving = 0;
let lastSave = Promise.resolve();
let painted = 0;
let afterwards = []; // what waits until something is painted

function paint() {
  painted ||= requestAnimationFrame(() => {
    painted = 0;
    draw();
    inspector(act);
    problems();
    verdicts(act);
    bar();
    afterwards = afterwards.filter((todo) => !todo());
  });
}

/** Do something with the first picture that has it; "todo" answers whether it is done with. */
function oncePainted(todo) {
  afterwards.push(todo);
  paint();
}

async function placed(tidy = false) {
  const revision = state.revision;
  await ask({ ask: "place", revision, drawing: state.drawing, tidy }, (answer) => {
    if (answer.kind !== "place" || revision !== state.revision) return;
    state.boxes = new Map(answer.boxes.map((box) => [box.name, box]));
    state.arrows = answer.arrows;
    state.pointers = answer.pointers;
    const spots = Object.fromEntries(answer.boxes.map((box) => [box.name, [box.x, box.y]]));
    state.drawing = { ...state.drawing, positions: spots };
  });
}

async function checked() {
  checking?.abort();
  checking = new AbortController();
  const revision = state.revision;
  const before = state.cards;
  const next = new Map();
  const found = [];
  const first = [...state.changed, ...state.order];
  state.stale = true;
  try {
    await ask({ ask: "check", revision, drawing: state.drawing, assume: state.assume, first }, (answer) => {
      if (answer.revision !== state.revision) return;
      if (answer.kind === "start") {
        state.problems = [];
        state.changed = new Set();
        state.stale = false;
        state.order = answer.questions;
        state.cards = new Map(answer.questions.filter((id) => before.has(id)).map((id) => [id, { ...before.get(id), waiting: true }]));
      } else if (answer.card) {
        const old = before.get(answer.card.id);
        answer.card.text = JSON.stringify(answer.card);
        if (before.size && !answer.card.pending && old?.verdict !== answer.card.verdict) state.changed.add(answer.card.id);
        state.cards.set(answer.card.id, answer.card);
        next.set(answer.card.id, answer.card);
      } else if (answer.kind === "problem") {
        found.push(answer);
        state.problems = found;
      } else if (answer.kind === "slow" || answer.kind === "failed") {
        state.problems = [{ text: answer.kind === "slow" ? "This design takes too long to check here." : "identcheck failed here; please report this design.", at: {}, mends: [] }];
      } else if (answer.kind === "done" && next.size) {
        document.body.dataset.checked = revision;
        announce(summary());
      } else if (answer.kind === "done") {
        announce(`${state.problems.length} problems. ${state.problems[0]?.text ?? ""}`);
      }
      paint();
    }, checking.signal);
  } catch (error) {
    if (error.name !== "AbortError") byId("status").textContent = `The editor does not answer: ${error.message}`;
  }
}

function summary() {
  const counts = {};
  for (const card of state.cards.values()) counts[card.verdict] = (counts[card.verdict] ?? 0) + 1;
  const changed = [...state.changed].map((id) => `${state.cards.get(id)?.words}: ${state.cards.get(id)?.verdict}`);
  return `${Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`).join(", ")}.${changed.length ? ` Changed: ${changed.slice(0, 3).join("; ")}.` : ""}`;
}

function saved(keep = false) {
  clearTimeout(saving);
  saving = setTimeout(() => { lastSave = lastSave.then(() => save(keep)); }, keep ? 0 : SAVED_AFTER);
}

// One after the other, so that an older drawing never comes after a newer one.
async function save(keep) {
  const revision = state.revision;
  let outside = null;
  try {
    await ask({ ask: "save", revision, drawing: state.drawing, keep }, (answer) => {
      if (["saved", "unsaved"].includes(answer.kind)) document.body.dataset.saved = revision;
      if (answer.kind === "saved") byId("status").textContent = `${answer.file}: saved ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
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
  const taken = await shown(`${answer.file} changed outside`,
    h("p", {}, "Something else wrote the file since it was opened. Take what it says now, or write your drawing into it; what is not drawn stays as it is there."),
    [["take", "Take the file"], ["keep", "Keep mine"]]);
  if (taken === "keep") saved(true);
  else if (taken === "take") await opened(true);
}

onEdit(async (words) => {
  state.revision += 1;
  document.body.dataset.revision = state.revision;
  const { selected } = state;
  const lines = selected && ["node", "modifier"].includes(selected.kind) && !edits.names(state.drawing).includes(selected.id);
  if (lines) state.selected = null;
  announce(words);
  paint();
  const check = checked();
  await placed();
  paint();
  saved();
  await check;
});

async function opened(again = false) {
  await ask({ ask: "open" }, (answer) => {
    if (answer.kind !== "open") return;
    if (again) edit(`${answer.file} as it is now`, answer.drawing);
    else {
      state.drawing = answer.drawing;
      state.assume = answer.assume;
    }
    state.readOnly = answer.read_only;
    byId("file").textContent = answer.file;
    byId("status").textContent = answer.problem ?? (answer.read_only ? "opened for reading only" : "");
    document.title = `${answer.file} – identcheck`;
  });
}

// What can be done, by mouse, touch and keys alike.

const pair = () => JSON.parse(state.selected.id);
export const act = {
  undo, redo, zoom, fit,
  async add(spot = null) {
    if (state.readOnly) return;
    const words = await asked("What is the new variable? A name or some words");
    if (!words) return;
    const from = state.selected?.kind === "node" ? state.selected.id : null;
    const { drawing, name } = edits.withVariable(state.drawing, words, from, spot);
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
    const next = both ? edits.withShared(state.drawing, from, to) : edits.withArrow(state.drawing, from, to);
    if (!next) return announce(`${from} and ${to} are joined already`);
    state.selected = { kind: both ? "shared" : "arrow", id: edits.arrowId(from, to) };
    edit(both ? `shared cause of ${from} and ${to}` : `arrow ${from} → ${to} drawn`, next);
  },
  activate(kind, id) {
    if (state.linking && kind === "node" && id !== state.linking.from) return act.join(state.linking.from, id, state.linking.both);
    act.select({ kind, id });
  },
  select(what) {
    state.linking = null;
    state.selected = what;
    paint();
  },
  escape() {
    state.linking = null;
    state.selected = null;
    state.light = null;
    paint();
  },
  move(name, spot) {
    edit(`${name} moved`, { ...state.drawing, positions: { ...state.drawing.positions, [name]: spot } });
  },
  nudge(dx, dy) {
    const box = state.boxes.get(state.selected?.id);
    if (!box || state.readOnly) return;
    moveBox(box, dx, dy);
    act.move(box.name, [box.x, box.y]);
  },
  remove() {
    const { drawing, selected } = state;
    if (!selected || state.readOnly) return;
    const { kind, id } = selected;
    state.selected = null;
    if (kind === "node") edit(`${id} removed`, edits.withoutVariable(drawing, id));
    if (kind === "arrow") edit(`arrow ${JSON.parse(id).join(" → ")} removed`, edits.withoutArrow(drawing, ...JSON.parse(id)));
    if (kind === "shared") edit(`shared cause of ${JSON.parse(id).join(" and ")} removed`, edits.withoutShared(drawing, ...JSON.parse(id)));
    if (kind === "modifier") edit(`modifier ${id} removed`, edits.withoutModifier(drawing, id));
    if (kind === "interaction") edit(`interaction ${id} removed`, edits.withoutInteraction(drawing, drawing.interactions.find((p) => p.map(plain).join(" * ") === id || p.join(" * ") === id) ?? []));
  },
  rename(kind, id) {
    act.select({ kind, id });
    oncePainted(() => {
      byId("label")?.select();
      return true;
    });
  },
  async modify() {
    const [from, to] = pair();
    const words = await asked(`What changes the effect of ${from} on ${to}? A name or some words`);
    if (words) edit(`modifier of ${from} → ${to}`, edits.withModifier(state.drawing, words, from, to));
  },
  nextVaries() {
    const [from, to] = pair();
    const arrow = state.drawing.arrows.find((a) => a.from === from && a.to === to);
    const next = { persons: "sites", sites: "none", none: null }[arrow.varies ?? "persons"];
    edit(`effect of ${from} on ${to}: ${next ?? "persons"}`, edits.saidOfArrow(state.drawing, from, to, "varies", next));
  },
  noncompliance() {
    const [from, to] = pair();
    const arrow = state.drawing.arrows.find((a) => a.from === from && a.to === to);
    edit(`noncompliance of ${from} → ${to}`, edits.saidOfArrow(state.drawing, from, to, "noncompliance", arrow.noncompliance ? null : "one-sided"));
  },
  toggle(key, value) {
    const { id } = state.selected;
    const node = state.drawing.nodes.find((n) => n.name === id);
    edit(`${key} of ${id}`, edits.said(state.drawing, id, key, node[key] === value ? null : value));
  },
  arm() {
    const { id } = state.selected;
    edit(`role of ${id}`, edits.withRole(state.drawing, id, state.drawing.treatment.includes(id) ? "" : "arm"));
  },
  async tidy() {
    const { revision } = state;
    edit("tidied", { ...state.drawing, positions: {} });
    oncePainted(() => {
      const placed = Object.keys(state.drawing.positions).length > 0;
      if (placed && state.revision === revision + 1) fit();
      return placed || state.revision !== revision + 1;
    });
  },
  grant(name, on) {
    const rest = state.assume.filter((other) => other !== name);
    edit(on ? `${name} granted` : `${name} no longer granted`, state.drawing, on ? [...rest, name] : rest);
  },
  argue(name, text, continues) {
    if ((state.drawing.beside.justifications?.[name] ?? "") === text) return;
    edit(`argument for ${name}`, edits.withArgument(state.drawing, name, text), state.assume, continues);
  },
  light(id) {
    state.light = state.light === id ? null : id;
    paint();
  },
  worlds(card, tell) {
    tell(h("p", {}, "Looking for two worlds …"));
    ask({ ask: "worlds", drawing: state.drawing, assume: state.assume, question: card.id }, (answer) => {
      if (answer.kind !== "worlds") return;
      tell(answer.text
        ? h("div", {}, h("p", {}, answer.verified ? "Two worlds with the same data and different effects, verified:" : "Two worlds:"), h("pre", { tabindex: 0 }, answer.text))
        : h("p", {}, "No two worlds were found."));
    });
  },
  mends(card, tell) {
    tell(h("p", {}, "Trying changes …"));
    const found = [];
    ask({ ask: "mends", drawing: state.drawing, assume: state.assume, question: card.id }, (answer) => {
      if (answer.kind === "mend") {
        found.push(h("li", {}, `${answer.words}: identified ${answer.after}${answer.claim ? ` (${answer.claim})` : ""} `,
          button("Try it", () => edit(answer.words, { ...answer.drawing, positions: state.drawing.positions }))));
      } else if (answer.kind === "done") {
        tell(found.length ? h("div", {}, h("p", {}, "Each is one change; undo takes it back."), h("ul", {}, found)) : h("p", {}, "No single change helps, or granting is enough."));
      }
    });
  },
  code(card, tell) {
    const show = (language) => ask({ ask: "code", drawing: state.drawing, assume: state.assume, question: card.id, language }, (answer) => {
      if (answer.kind === "code") tell(choices, h("pre", { tabindex: 0 }, answer.text));
      else if (answer.kind === "problem") tell(h("p", {}, answer.text));
    });
    const choices = h("div", { class: "row small" }, ["r", "stata", "python"].map((language) => button({ r: "R", stata: "Stata", python: "Python" }[language], () => show(language))));
    show("r");
  },
  report() {
    const page = window.open("about:blank", "_blank");
    ask({ ask: "report", drawing: state.drawing, assume: state.assume }, (answer) => {
      if (answer.kind === "report" && page) page.location = new URL(answer.address, location.href);
      else if (answer.kind === "problem") { page?.close(); announce(answer.text); }
    });
  },
  help: () => shown("Keys", h("dl", {}, HELP.flatMap(([key, text]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, text)]))),
};
const plain = (name) => (/^[\w.]+$/.test(name) ? name : `"${name}"`);

async function start() {
  takeToken();
  await opened();
  forget();
  listen(act);
  keys(act);
  for (const [id, action] of Object.entries({ undo, redo, add: () => act.add(), tidy: act.tidy, in: () => zoom(1.25), out: () => zoom(0.8), whole: fit, report: act.report, help: act.help })) {
    byId(id).addEventListener("click", action);
  }
  byId("sites").addEventListener("change", () => {
    const value = Number.parseInt(byId("sites").value, 10);
    edit("number of sites", { ...state.drawing, sites: value > 0 ? value : null });
  });
  const check = checked();
  await placed();
  paint();
  oncePainted(() => {
    fit();
    document.body.dataset.ready = "yes";
    return true;
  });
  await check;
}

start().catch((error) => { byId("status").textContent = `The editor does not answer: ${error.message}`; });
