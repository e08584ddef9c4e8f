// node answer.mjs PAGE < REQUESTS: answer requests, a line of JSON each, with the engine of a hosted page as it is at a second visit; a line
// for the answers of each.

import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

process.on("uncaughtException", (error) => { // not with Pyodide's source, a line of a megabyte
  console.error(error.message);
  process.exit(1);
});

const page = `${process.argv[2]}/`;
const { begun } = await import(pathToFileURL(`${page}engine.mjs`));
const { kept } = await begun(page, (name) => readFile(`${page}${name}`));
const { ask } = await begun(page, null, kept);
for await (const line of createInterface({ input: process.stdin })) {
  console.log(`[${[...ask(line)].join(", ")}]`);
}
