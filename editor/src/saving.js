// The user's file: opened, and saved as it is edited.

import { announce, byId, h, shown } from "./dom.js";
import { edit, state } from "./state.js";
import { ask, leave } from "./transport.js";

const SAVED_AFTER = 300; // ms after the first edit that is not saved yet
let waiting = 0;
let lastSave = Promise.resolve();

/** Save soon; however fast one edit follows another, none waits longer. */
export function saved(keep = false) {
  if (waiting && !keep) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    waiting = 0;
    lastSave = lastSave.then(() => save(keep));
  }, keep ? 0 : SAVED_AFTER);
}

/** What is not saved yet is sent off when the page is left. */
export function savedOnLeaving() {
  addEventListener("pagehide", () => {
    if (!waiting) return;
    clearTimeout(waiting);
    waiting = 0;
    leave({ ask: "save", revision: state.revision, drawing: state.drawing, assume: state.assume });
  });
}

// One after the other, so that an older drawing never comes after a newer one.
async function save(keep) {
  const revision = state.revision;
  let outside = null;
  try {
    await ask({ ask: "save", revision, drawing: state.drawing, assume: state.assume, keep }, (answer) => {
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
    h("div", {}, h("p", {}, "Something else wrote the file since it was opened. They differ in:"), h("ul", {}, answer.differences.map((line) => h("li", {}, line))),
      h("p", {}, "Take what the file says now, or write your drawing into it; what is not drawn stays as it is there.")),
    [["take", "Take the file"], ["keep", "Keep mine"]]);
  if (taken === "keep") saved(true);
  else if (taken === "take") await opened(true);
}

export async function opened(again = false) {
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
    document.title = `${answer.file} – identcheck`;
  });
}
