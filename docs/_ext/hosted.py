"""The editor as a page that needs no server but for its files: the same page, its engine Python as WebAssembly.

`build` makes the folder from the editor's own files, the `pyodide` package of npm as `editor/package-lock.json` pins it, and the
packages that are installed here, as far as the page uses them. It takes Node and npm, and half a minute; what it made is kept in
`build/hosted` until something that it was made of changes.
"""

import ast
import hashlib
import json
import lzma
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from identcheck.drawing.answers import respond
from identcheck.drawing.edit import drawing_of
from identcheck.formats import load

ROOT = Path(__file__).resolve().parents[2]
EDITOR = ROOT / "editor"
HOSTED = EDITOR / "hosted"
STATIC = ROOT / "identcheck" / "drawing" / "static"
KEPT = ROOT / "build" / "hosted"

PACKAGES = ("sympy", "mpmath", "networkx", "jinja2", "markupsafe", "latex2mathml", "rich", "tomlkit")
"""What the engine needs beside itself; all of it Python."""
WHOLE = ("markupsafe",)
"""Where other modules are loaded than here: its compiled part is left out."""
LOCK = "pyodide-lock.json"
"""The packages that Pyodide could load; the page loads none of them."""
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", LOCK)
PACKING = {"preset": 9, "dict_size": 1 << 23}
"""With a dictionary that is small in the memory that the page keeps."""
SCRIPTS = ("engine.mjs", "worker.mjs", "begin.py", "service.js")
NAMED = ("worker.mjs", "service.js")
"""Scripts in which `BUILD` becomes the name of the build."""
DATA = (".json", ".txt", ".jinja", ".css", ".typed")
DOCUMENTED = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
ALL_TEXT = "mpmath.function_docs"
"""A module that is nothing but documentation."""
SHOWN = ROOT / "examples" / "moving_to_opportunity.toml"
"""What the page shows at first, with its answers, so that it can be read before the engine is there."""
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)
"""Inline styles are for the report, which is shown in a frame without scripts."""


class MissingToolError(RuntimeError):
    """A program or a package is missing that the page is made with."""


def build(target: Path) -> None:
    """Write the page into a folder.

    Raises:
        MissingToolError: it cannot be made here, in words.
    """
    if lacking := [name for name in ("node", "npm") if shutil.which(name) is None]:
        raise MissingToolError(f"not on PATH: {', '.join(lacking)}")
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, alone(KEPT / "lock"):
        engine = KEPT / _name(_engine_of())
        if not engine.is_dir():
            fresh = Path(folder) / "engine"
            collect(Path(folder))
            _compile(fresh, Path(folder))
            for old in KEPT.glob("*/"):
                shutil.rmtree(old, ignore_errors=True)
            shutil.move(fresh, engine)
        shutil.copytree(engine, target, dirs_exist_ok=True)
    _page(target)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Wait for whoever makes the page at the same time, where the system has locks for that."""
    with lock.open("w") as file:
        with suppress(ImportError):
            from fcntl import LOCK_EX, flock

            flock(file, LOCK_EX)
        yield


def collect(folder: Path) -> None:
    """Write the names of the modules that the page may load, and an archive of them and of the files that they read."""
    run = [sys.executable, str(HOSTED / "rehearse.py"), *map(str, sorted((ROOT / "examples").glob("*.toml")))]
    told = subprocess.run(run, capture_output=True, text=True, check=False, cwd=ROOT)
    if told.returncode:
        raise RuntimeError(f"the examples cannot be answered: {told.stderr[-2000:]}")
    (folder / "loaded.json").write_text(told.stdout, encoding="utf-8")
    loaded = set(json.loads(told.stdout))
    with zipfile.ZipFile(folder / "source.zip", "w") as archive:
        for name, content in sorted(_files(loaded)):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)


def _files(loaded: set[str]) -> Iterator[tuple[str, bytes]]:
    """The files of the archive, each by its name there."""
    for package in ("identcheck", *PACKAGES):
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        home = Path(spec.origin).parent
        for path in sorted(home.rglob("*")):
            inside = path.relative_to(home.parent)
            module = ".".join(inside.with_suffix("").parts).removesuffix(".__init__")
            data = path.suffix in DATA and package in ("identcheck", "latex2mathml")
            if (path.suffix == ".py" and (module in loaded or package in WHOLE)) or (
                data and "static" not in inside.parts
            ):
                content = path.read_bytes()
                yield (
                    inside.as_posix(),
                    undocumented(content, module == ALL_TEXT) if path.suffix == ".py" else content,
                )
        about = metadata.distribution(package)
        text = f"Metadata-Version: 2.1\nName: {about.metadata['Name']}\nVersion: {about.version}\n"
        yield f"{package}-{about.version}.dist-info/METADATA", text.encode()
    templates = ROOT / "templates"
    for path in templates.rglob("*"):
        if path.is_file():
            yield f"identcheck/templates/{path.relative_to(templates).as_posix()}", path.read_bytes()


def undocumented(source: bytes, all_texts: bool = False) -> bytes:
    """A module with empty docstrings, its other lines where they were: a fifth less to load.

    Args:
        source: the module.
        all_texts: whether what it assigns at its top is documentation too.
    """
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    found = []
    tree = ast.parse(source)
    texts = [
        n.body[0]
        for n in ast.walk(tree)
        if isinstance(n, DOCUMENTED) and ast.get_docstring(n, clean=False) is not None
    ]
    if all_texts:
        texts += [
            node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        ]
    for text in texts:
        assert text.end_lineno is not None
        assert text.end_col_offset is not None
        begin = starts[text.lineno - 1] + text.col_offset
        found.append((begin, starts[text.end_lineno - 1] + text.end_col_offset))
    for begin, end in sorted(found, reverse=True):
        source = source[:begin] + b'""' + b"\n" * source[begin:end].count(b"\n") + source[end:]
    return source


def _engine_of() -> Iterator[bytes]:
    """What the engine is made of."""
    yield " ".join(f"{package} {metadata.version(package)}" for package in PACKAGES).encode()
    folders = (ROOT / "identcheck", ROOT / "templates", ROOT / "examples")
    made_of = [
        path
        for folder in folders
        for path in folder.rglob("*.*")
        if path.suffix in (*DATA, ".py", ".toml", ".mjs")
    ]
    scripts = (HOSTED / "compile.mjs", HOSTED / "compile.py", HOSTED / "rehearse.py")
    for path in (Path(__file__), EDITOR / "package-lock.json", *scripts, *sorted(made_of)):
        if "static" not in path.parts:
            yield path.read_bytes()


def _name(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()[:16]


def _compile(target: Path, folder: Path) -> None:
    """Pyodide's own files, but its modules in Python compiled; and the archive as Pyodide's Python compiles it."""
    work = folder / "editor"
    shutil.copytree(EDITOR, work, ignore=shutil.ignore_patterns("node_modules"))
    installed = subprocess.run(
        ["npm", "ci", "--silent", "--ignore-scripts"], cwd=work, capture_output=True, text=True, check=False
    )
    if installed.returncode:
        raise MissingToolError(
            f"npm could not install what editor/package-lock.json names: {installed.stderr[-300:]}"
        )
    (target / "pyodide").mkdir(parents=True)
    for name in PYODIDE:
        shutil.copy(work / "node_modules" / "pyodide" / name, target / "pyodide")
    run = ["node", "hosted/compile.mjs", str(folder)]
    done = subprocess.run(run, cwd=work, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the engine cannot be compiled for the page: {done.stderr[-1500:]}")
    shutil.copy(folder / "python_stdlib.zip", target / "pyodide")
    lock = json.loads((target / "pyodide" / LOCK).read_text(encoding="utf-8"))
    (target / "pyodide" / LOCK).write_text(json.dumps({**lock, "packages": {}}), encoding="utf-8")
    (target / "engine.xz").write_bytes(
        lzma.compress((folder / "packed").read_bytes(), filters=[{"id": lzma.FILTER_LZMA2, **PACKING}])
    )


def _page(target: Path) -> None:
    """The page, its scripts, and what it shows at first."""
    parts = {
        '<html lang="en">': '<html lang="en" data-hosted="yes">',
        '<link rel="icon" href="data:,">': '<link rel="icon" href="data:,">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        'href="/draw.css"': 'href="draw.css"',
        'src="/draw.js"': 'src="draw.js"',
    }
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    for old, new in parts.items():
        if old not in page:
            raise RuntimeError(f"the editor's page has no {old} any more")
        page = page.replace(old, new)
    (target / "index.html").write_text(page, encoding="utf-8")
    for path in (STATIC / "draw.js", STATIC / "draw.css", *(HOSTED / name for name in SCRIPTS)):
        shutil.copy(path, target)
    (target / "licences.txt").write_text("\n\n".join(_licences()), encoding="utf-8")
    (target / "first.json").write_text(json.dumps(_first()), encoding="utf-8")
    names = _name(path.read_bytes() for path in sorted(target.rglob("*")) if path.is_file())
    for name in NAMED:
        text = (target / name).read_text(encoding="utf-8")
        (target / name).write_text(text.replace("BUILD", names), encoding="utf-8")


def _licences() -> Iterator[str]:
    """What the page hands on of others, and the licences under which it does."""
    yield "identcheck is under the MIT licence. This page also holds:"
    yield (
        "Pyodide (the folder pyodide; its modules in Python are compiled, its list of packages is empty): "
        "Mozilla Public License 2.0; its source: github.com/pyodide/pyodide"
    )
    yield "Python, inside Pyodide: Python Software Foundation License; its source: python.org"
    for package in PACKAGES:
        about = metadata.distribution(package)
        said = about.metadata.get("License-Expression") or about.metadata.get("License") or "see below"
        yield f"{about.metadata['Name']} {about.version}: {said.splitlines()[0]}"
        for file in about.files or ():
            if (
                file.name.upper().startswith(("LICENSE", "LICENCE", "COPYING"))
                and "dist-info" in file.parts[0]
            ):
                yield file.read_text(encoding="utf-8")


def _first() -> dict[str, object]:
    """The drawing that is shown at first, with the answers to where it stands and what is identified."""
    drawing = drawing_of(load(SHOWN))
    request = {"protocol": 1, "revision": 0, "drawing": drawing, "assume": []}
    (place, *_) = respond({**request, "ask": "place"})
    drawing["positions"] = {box["name"]: [box["x"], box["y"]] for box in place["boxes"]}
    answers = {ask: list(respond({**request, "ask": ask})) for ask in ("place", "check")}
    return {"drawing": drawing, "assume": [], "answers": answers}
