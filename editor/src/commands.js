// The command lines that make of the file what the editor shows.

import { byId, filled, h } from "./dom.js";
import { state } from "./state.js";
import { embedded, hosted } from "./transport.js";

const quoted = (text) => (/^[\w.,/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** A command of identcheck on the file, with what is granted. */
export function command(name, ...more) {
  const file = hosted ? "trial.toml" : byId("file").textContent;
  return ["identcheck", name, quoted(file), ...more, ...(state.assume.length ? ["--assume", quoted(state.assume.join(","))] : [])].join(" ");
}

export const codeCommand = (question, language) => command("code", "--language", language, "--target", quoted(question));

/** Below the verdicts: the verdicts, the report and the documents to submit. A notebook has no file. */
export function commands() {
  byId("commands").hidden = embedded;
  const document = (purpose) => command("report", "-o", `${purpose}.docx`, "--for", purpose);
  const lines = [command("check"), ...["html", "pdf", "docx"].map((kind) => command("report", "-o", `report.${kind}`)), ...["preregistration", "grant", "paper-appendix"].map(document)];
  filled(byId("lines"), lines.join("\n"), () => [h("code", {}, lines.join("\n"))]);
}
