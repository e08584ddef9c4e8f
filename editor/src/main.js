// The editor: an edit is drawn, placed, checked and saved, each as soon as it can be.

import { act } from "./actions.js";
import { fit, listen, zoom } from "./canvas.js";
import { checked, placed } from "./checking.js";
import { declared } from "./declared.js";
import { announce, button, byId } from "./dom.js";
import * as edits from "./edits.js";
import { keys } from "./keys.js";
import { read } from "./more.js";
import { oncePainted, paint } from "./painting.js";
import { opened, saved, savedOnLeaving } from "./saving.js";
import { edit, forget, onEdit, redo, state, undo } from "./state.js";
import { heard, hosted, known, takeAddress } from "./transport.js";
import { beginWhenWanted } from "./transport_hosted.js";

onEdit(async (words) => {
  state.revision += 1;
  document.body.dataset.revision = state.revision;
  const { selected } = state;
  const lines = selected && ["node", "modifier"].includes(selected.kind) && !edits.names(state.drawing).includes(selected.id);
  if (lines) state.selected = null;
  announce(words);
  paint();
  saved();
  const check = checked();
  await placed();
  paint();
  saved(); // with the places of new boxes, where they came late
  await check;
});

async function start() {
  const link = takeAddress();
  heard((drawing) => edit("changed in Python", drawing));
  await opened();
  forget();
  listen(act);
  keys(act);
  savedOnLeaving();
  addEventListener("hashchange", () => openedLink(takeAddress()));
  for (const [id, action] of Object.entries({ undo, redo, add: () => act.add(), tidy: act.tidy, in: () => zoom(1.25), out: () => zoom(0.8), whole: () => fit(), all: () => { fit(); byId("whole").focus(); }, paste: () => act.paste(), share: act.share, report: act.report, help: act.help, more: act.menu })) {
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

/** What a page without a server has beside, and has not. */
function alone() {
  byId("report").before(button("Save file", act.file, { class: "wide" }));
  byId("planned").textContent = "Numbers (bias, precision, power) need the installed program.";
  beginWhenWanted();
}

/** The design of a link that was opened in this page. */
async function openedLink(link) {
  if (link && !state.readOnly && !document.querySelector("dialog[open]")) await read(link);
}

start().catch((error) => {
  byId("status").textContent = known() ? `The editor does not answer: ${error.message}`
    : "Open this page by the address that identcheck draw prints; a link to a design is pasted there, or opened by identcheck draw \"LINK\".";
});
