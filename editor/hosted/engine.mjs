// The engine: Python as WebAssembly. It begins with the files of the page, or, at once, with the memory that it had when it began before.

import { loadPyodide } from "./pyodide/pyodide.mjs";
import create from "./pyodide/pyodide.asm.mjs";

const UNPACK = `
import lzma, shutil
with lzma.open("/engine.xz") as packed, open("/packed", "wb") as target:
    shutil.copyfileobj(packed, target, 1 << 18)
`; // piece by piece: the memory that is kept stays small

/**
 * Python that answers requests, and what it takes to begin anew with it, where it did not begin so.
 * @param {string} folder - where the page is
 * @param {(name: string) => Promise<Uint8Array>} read - a file of the page
 * @param {{files: Uint8Array, memory: Uint8Array} | null} kept - what an engine of the same page has kept
 */
export async function begun(folder, read, kept = null) {
  const load = (settings) => loadPyodide({ indexURL: `${folder}pyodide/`, ...settings });
  if (kept) {
    const python = await load({ _loadSnapshot: kept.memory, createPyodideModule: (settings) => roomy(settings, kept.memory.length) });
    unpacked(python.FS, kept.files);
    return { ask: python.globals.get("answers") };
  }
  const packed = read("engine.xz");
  const script = read("begin.py");
  const python = await load({ _makeSnapshot: true });
  python.FS.writeFile("/engine.xz", await packed);
  python.runPython(UNPACK);
  const files = python.FS.readFile("/packed");
  for (const name of ["/packed", "/engine.xz"]) python.FS.unlink(name);
  unpacked(python.FS, files);
  python.runPython(new TextDecoder().decode(await script));
  return { kept: { files, memory: python.makeMemorySnapshot() }, ask: python.globals.get("answers") };
}

/** Pyodide's module with room for a memory: it puts it there without looking whether it is large enough. */
async function roomy(settings, size) {
  const module = await create(settings);
  module.growMemory(size);
  return module;
}

/** Put the files where Python finds them: a line names them with their sizes, then they follow. */
function unpacked(FS, files) {
  const line = files.indexOf(10);
  let at = line + 1;
  const made = new Set();
  for (const [name, size] of JSON.parse(new TextDecoder().decode(files.subarray(0, line)))) {
    const path = `/engine/${name}`;
    const home = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(home)) FS.mkdirTree(home);
    made.add(home);
    FS.writeFile(path, files.subarray(at, at + size), { canOwn: true });
    at += size;
  }
}
