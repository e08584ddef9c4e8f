// node compile.mjs FOLDER: in FOLDER, source.zip and loaded.json become packed and python_stdlib.zip, compiled by the Python that will run them in the browser.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { loadPyodide } from "pyodide";

process.on("uncaughtException", (error) => { // not with Pyodide's source, a line of a megabyte
  console.error(error.message);
  process.exit(1);
});

const folder = process.argv[2];
const own = dirname(createRequire(import.meta.url).resolve("pyodide"));
// without columns in tracebacks: a fifth less to load
const python = await loadPyodide({ env: { PYTHONNODEBUGRANGES: "1" } });
for (const name of ["source.zip", "loaded.json"]) python.FS.writeFile(`/${name}`, readFileSync(`${folder}/${name}`));
python.FS.writeFile("/library.zip", readFileSync(`${own}/python_stdlib.zip`));
python.runPython(readFileSync(new URL("compile.py", import.meta.url), "utf8"));
writeFileSync(`${folder}/packed`, python.FS.readFile("/packed"));
writeFileSync(`${folder}/python_stdlib.zip`, python.FS.readFile("/compiled.zip"));
