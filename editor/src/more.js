// What is asked for at a verdict or of the whole drawing: worlds, remedies, code, the report; pasting and sharing.

import { fit } from "./canvas.js";
import { codeCommand } from "./commands.js";
import { announce, askedText, button, h, shown } from "./dom.js";
import { oncePainted, paint } from "./painting.js";
import { edit, state } from "./state.js";
import { ask, embedded, hosted } from "./transport.js";

/** Hand a file to the reader, where no page can be opened. */
function handed(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  announce(`${name} is among your downloads`);
}

const count = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`;

export const more = {
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
    const { revision } = state;
    const fresh = () => revision === state.revision || void more.mends(card, tell); // a remedy is a whole drawing: it would undo what was edited since
    ask({ ask: "mends", drawing: state.drawing, assume: state.assume, question: card.id }, (answer) => {
      if (answer.kind === "mend") {
        const drawing = { ...answer.drawing, positions: state.drawing.positions };
        const told = h("div", { role: "status" });
        const see = button("Preview", () => fresh() && previewed(drawing, see, told), { "aria-pressed": "false", class: "see" });
        found.push(h("li", {}, `${answer.words}: identified ${answer.after}${answer.claim ? ` (${answer.claim})` : ""} `,
          h("div", { class: "row small" }, see, button("Try it", () => fresh() && edit(answer.words, drawing))), told));
      } else if (answer.kind === "done") {
        tell(found.length ? h("div", {}, h("p", {}, "Each is one change; undo takes it back."), h("ul", {}, found)) : h("p", {}, "No single change helps, or granting is enough."));
      }
    });
  },
  code(card, tell) {
    const show = (language) => ask({ ask: "code", drawing: state.drawing, assume: state.assume, question: card.id, language }, (answer) => {
      if (answer.kind === "code") tell(choices, h("pre", { tabindex: 0 }, answer.text), embedded ? "" : h("p", {}, "By the command line: ", h("code", {}, codeCommand(card.id, language))));
      else if (answer.kind === "problem") tell(h("p", {}, answer.text));
    });
    const choices = h("div", { class: "row small" }, ["r", "stata", "python"].map((language) => button({ r: "R", stata: "Stata", python: "Python" }[language], () => show(language))));
    show("r");
  },
  file() {
    ask({ ask: "file", drawing: state.drawing }, (answer) => {
      if (answer.kind === "file") handed("trial.toml", answer.text, "application/toml");
      else if (answer.kind === "problem") shown("No file yet", h("p", {}, answer.text));
    });
  },
  report() {
    if (hosted) return void reported();
    const page = embedded ? null : window.open("about:blank", "_blank");
    ask({ ask: "report", drawing: state.drawing, assume: state.assume }, (answer) => {
      if (answer.kind === "report" && answer.html) handed("report.html", answer.html, "text/html");
      else if (answer.kind === "report" && page) page.location = new URL(answer.address, location.href);
      else if (answer.kind === "problem") { page?.close(); announce(answer.text); }
    });
  },
  async paste(text = null) {
    if (state.readOnly) return;
    const given = text ?? (await askedText("Paste a graph of dagitty, lavaan or Graphviz, a design file, arrows such as T -> M -> Y, or a link"));
    if (given) await read(given);
  },
  share() {
    ask({ ask: "share", drawing: state.drawing, assume: state.assume }, (answer) => {
      if (answer.kind === "problem") shown("No link yet", h("p", {}, answer.text));
      if (answer.kind !== "share") return;
      const link = embedded ? `#${answer.fragment}` : `${location.origin}${location.pathname}#${answer.fragment}`;
      const told = h("p", { role: "status" });
      const text = h("textarea", { rows: 6, readonly: true, "aria-label": "Link to this design" });
      text.value = link;
      shown("A link to this design", h("div", {},
        h("p", {}, `It holds the design itself, with ${state.assume.length ? "what is granted" : "nothing granted"}, and is sent nowhere. Paste it into the editor, or open it by identcheck draw "LINK".`),
        text, button("Copy", () => navigator.clipboard.writeText(link).then(() => { told.textContent = "Copied."; }, () => { text.select(); })), told));
    });
  },
};

/** The report in the page, and to take along. */
async function reported() {
  const made = {};
  const wanted = (format) => ask({ ask: "report", drawing: state.drawing, assume: state.assume, format }, (answer) => {
    if (answer.kind === "report") made[format] = answer[format];
    else if (answer.kind === "problem") made.problem = answer.text;
  });
  await wanted("html");
  if (!made.html) return void shown("No report yet", h("p", {}, made.problem ?? "The report could not be made."));
  const take = async (format, name, type) => {
    if (!made[format]) await wanted(format);
    if (made[format]) handed(name, made[format], type);
  };
  await shown("Report", h("div", {},
    h("div", { class: "row" }, button("HTML", () => take("html", "report.html", "text/html")), button("LaTeX", () => take("latex", "report.tex", "application/x-tex")),
      button("Markdown", () => take("markdown", "report.md", "text/markdown"))),
    h("iframe", { sandbox: "", title: "Report", class: "report", srcdoc: made.html })));
}

/** Show a change in the drawing, and which verdicts it would change, without making it; once more, and it is gone. */
async function previewed(drawing, see, told) {
  const on = see.getAttribute("aria-pressed") === "true";
  for (const other of document.querySelectorAll(".see")) other.setAttribute("aria-pressed", "false");
  for (const other of document.querySelectorAll(".previewed")) other.remove();
  state.ghost = null; // and so does Escape, or the next edit
  paint();
  if (on) return;
  see.setAttribute("aria-pressed", "true");
  const { revision } = state;
  await ask({ ask: "place", revision, drawing }, (answer) => {
    if (answer.kind !== "place" || revision !== state.revision || see.getAttribute("aria-pressed") !== "true") return;
    state.ghost = { drawing, boxes: new Map(answer.boxes.map((box) => [box.name, box])), arrows: answer.arrows, pointers: answer.pointers };
    paint();
  });
  await ask({ ask: "preview", revision, drawing: state.drawing, assume: state.assume, changed: drawing }, (answer) => {
    if (answer.kind !== "preview" || see.getAttribute("aria-pressed") !== "true") return;
    told.replaceChildren(h("div", { class: "previewed" },
      h("p", {}, answer.changes.length ? "The verdicts would be:" : "No verdict would change."),
      h("ul", {}, answer.changes.map(({ words, before, after }) => h("li", {}, `${words}: ${after}${before ? `, now ${before}` : ""}`))),
      answer.changes.length ? h("p", {}, answer.same ? `The other ${answer.same} stay.` : "") : null));
  });
}

/** Draw a pasted text, as one step; a link only once the user has seen what it holds. */
export async function read(text) {
  let answer = null;
  await ask({ ask: "read", text }, (each) => { if (["read", "unread"].includes(each.kind)) answer = each; });
  if (!answer) return;
  if (answer.kind === "unread") {
    await shown("This cannot be pasted", h("ul", {}, answer.problems.map((problem) => h("li", {}, problem))));
    return;
  }
  const { drawing, assume, left } = answer;
  const holds = `${count(drawing.nodes.length, "variable")}, ${count(drawing.arrows.length, "arrow")}`;
  if (answer.what === "a link") {
    const grants = assume.length ? ` It grants ${assume.join(", ")}: whoever made it argues for these, not identcheck.` : " It grants nothing.";
    const taken = await shown("Open the design of this link?", h("p", {}, `${holds}.${grants} It takes the place of what is drawn; Undo brings that back.`),
      [["open", "Open it"], ["leave", "Keep my drawing"]]);
    if (taken !== "open") return;
  }
  state.selected = null;
  state.light = null;
  edit(`${answer.what} pasted`, drawing, assume);
  const { revision } = state;
  oncePainted(() => {
    const placed = Object.keys(state.drawing.positions).length > 0 && drawing.nodes.every((node) => state.boxes.has(node.name));
    if (placed && state.revision === revision) fit(true);
    return placed || state.revision !== revision;
  });
  announce(`Pasted: ${holds}`);
  if (left.length) await shown("Pasted, but for", h("ul", {}, left.map((each) => h("li", {}, each))));
}
