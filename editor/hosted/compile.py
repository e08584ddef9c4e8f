"""Compile the engine, /source.zip, into /packed, and Python's own library, /library.zip, into /compiled.zip.

In /packed the files stand one after the other, behind a line that names them. The Python that will import them compiles them:
this is run by compile.mjs.
"""

import importlib._bootstrap_external as form
import json
import zipfile

WHEN = (1980, 1, 1, 0, 0, 0)
DEVELOPING = (
    "_pyrepl", "bdb", "ensurepip", "ftplib", "imaplib", "mailbox", "pdb", "poplib", "pydoc", "pydoc_data", "smtplib",
    "turtle", "unittest", "wsgiref", "xmlrpc", "zipapp",
)  # fmt: skip
"""Modules of Python that the engine has no use for; what it loads elsewhere is never left out."""


def compiled(name: str, content: bytes, optimize: int = -1) -> tuple[str, bytes]:
    """A module as Python writes it, never to be compared with a source; any other file as it is."""
    if not name.endswith(".py"):
        return name, content
    code = compile(content, name, "exec", dont_inherit=True, optimize=optimize)
    return f"{name}c", form._code_to_hash_pyc(code, bytes(8), False)


with zipfile.ZipFile("/source.zip") as source:
    files = [compiled(name, source.read(name)) for name in sorted(source.namelist())]
with open("/packed", "wb") as target:
    target.write(json.dumps([[name, len(content)] for name, content in files]).encode() + b"\n")
    target.writelines(content for _, content in files)

with open("/loaded.json") as told:
    loaded = {name.partition(".")[0] for name in json.load(told)}
with (
    zipfile.ZipFile("/library.zip") as library,
    zipfile.ZipFile("/compiled.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
):
    for name in sorted(library.namelist()):
        top = name.partition("/")[0].removesuffix(".py")
        if name.endswith("/") or (top in DEVELOPING and top not in loaded):
            continue
        # without docstrings, but where Pyodide itself reads them
        name, content = compiled(name, library.read(name), optimize=0 if "pyodide" in top else 2)
        target.writestr(zipfile.ZipInfo(name, WHEN), content, zipfile.ZIP_DEFLATED, 9)
