// node answer.mjs PAGE < REQUESTS: answer requests, a line of JSON each, with the engine of a hosted page; a line for the answers of each.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

process.on("uncaughtException", (error) => { // not with Pyodide's source, a line of a megabyte
  console.error(error.message);
  process.exit(1);
});

const page = `${process.argv[2]}/`;
const { loadPyodide } = await import(pathToFileURL(`${page}pyodide/pyodide.mjs`));
const python = await loadPyodide({ indexURL: `${page}pyodide/` });
python.globals.set("packed", new Uint8Array(readFileSync(`${page}engine.zip.xz`)));
const ask = python.runPython(readFileSync(`${page}begin.py`, "utf8"));
for await (const line of createInterface({ input: process.stdin })) {
  console.log(`[${[...ask(line)].join(", ")}]`);
}
