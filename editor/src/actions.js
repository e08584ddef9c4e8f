// What can be done, by mouse, touch and keys alike.

import { fit, focusOn, moveBox, zoom } from "./canvas.js";
import { announce, asked, byId, h, shown } from "./dom.js";
import * as edits from "./edits.js";
import { HELP } from "./keys.js";
import { more } from "./more.js";
import { oncePainted, paint } from "./painting.js";
import { edit, redo, state, undo } from "./state.js";
import { hosted } from "./transport.js";

const pair = () => JSON.parse(state.selected.id);
const plain = (name) => (/^[\w.]+$/.test(name) ? name : `"${name}"`);
export const act = {
  undo, redo, zoom, fit, ...more,
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
    act.move(box.name, [box.x, box.y]);
  },
  remove() {
    const { drawing, selected } = state;
    if (!selected || state.readOnly) return;
    const { kind, id } = selected;
    state.selected = null;
    const ends = () => JSON.parse(id);
    const [what, next] = {
      node: () => [id, edits.withoutVariable(drawing, id)],
      arrow: () => [`arrow ${ends().join(" → ")}`, edits.withoutArrow(drawing, ...ends())],
      shared: () => [`shared cause of ${ends().join(" and ")}`, edits.withoutShared(drawing, ...ends())],
      modifier: () => [`modifier ${id}`, edits.withoutModifier(drawing, id)],
      interaction: () => [`interaction ${id}`, edits.withoutInteraction(drawing, drawing.interactions.find((p) => p.map(plain).join(" * ") === id || p.join(" * ") === id) ?? [])],
    }[kind]();
    const declared = ({ beside }) => JSON.stringify(beside.declarations ?? {});
    edit(`${what} removed${declared(next) === declared(drawing) ? "" : ", with what was declared of it"}`, next);
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
    if (!arrow) return; // taken back, and not yet out of sight
    const next = { persons: "sites", sites: "none", none: null }[arrow.varies ?? "persons"];
    edit(`effect of ${from} on ${to}: ${next ?? "persons"}`, edits.saidOfArrow(state.drawing, from, to, "varies", next));
  },
  noncompliance() {
    const [from, to] = pair();
    const arrow = state.drawing.arrows.find((a) => a.from === from && a.to === to);
    if (arrow) edit(`noncompliance of ${from} → ${to}`, edits.saidOfArrow(state.drawing, from, to, "noncompliance", arrow.noncompliance ? null : "one-sided"));
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
  tidy() {
    const { revision } = state;
    edit("tidied", { ...state.drawing, positions: {} });
    oncePainted(() => {
      const placed = Object.keys(state.drawing.positions).length > 0;
      if (placed && state.revision === revision + 1) fit(true);
      return placed || state.revision !== revision + 1;
    });
  },
  grant(name, on) {
    const rest = state.assume.filter((other) => other !== name);
    edit(on ? `${name} granted` : `${name} no longer granted`, state.drawing, on ? [...rest, name] : rest);
  },
  argue(name, text, continues) {
    if ((state.drawing.beside.justifications?.[name] ?? "") === text) return;
    edit(`argument for ${name}`, edits.saidBeside(state.drawing, "justifications", name, text), state.assume, continues);
  },
  light(id) {
    state.light = state.light === id ? null : id;
    paint();
  },
  async menu() {
    const taken = await shown("More", "", [["close", "Close"], ["paste", "Paste"], ["share", "Link"], ...(hosted ? [["file", "Save file"]] : []), ["report", "Report"], ["help", "Keys"]]);
    if (taken in act && taken !== "close") act[taken]();
  },
  help: () => shown("Keys", h("dl", {}, HELP.flatMap(([key, text]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, text)]))),
};
