// node compile.mjs SOURCE.zip ENGINE.zip: the modules of an archive compiled by the Python that will run them in the browser.

import { readFileSync, writeFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

process.on("uncaughtException", (error) => { // not with Pyodide's source, a line of a megabyte
  console.error(error.message);
  process.exit(1);
});

const [source, target] = process.argv.slice(2);
// without columns in tracebacks: a fifth less to load
const python = await loadPyodide({ env: { PYTHONNODEBUGRANGES: "1" } });
python.FS.writeFile("/source.zip", readFileSync(source));
python.runPython(readFileSync(new URL("compile.py", import.meta.url), "utf8"));
writeFileSync(target, python.FS.readFile("/engine.zip"));
