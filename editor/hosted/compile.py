"""Compile the modules in /source.zip into /engine.zip; run by compile.mjs, by the Python that will import them."""

import importlib._bootstrap_external as form
import zipfile

WHEN = (1980, 1, 1, 0, 0, 0)

with zipfile.ZipFile("/source.zip") as source, zipfile.ZipFile("/engine.zip", "w") as target:
    for name in sorted(source.namelist()):
        content = source.read(name)
        if name.endswith(".py"):
            code = compile(content, name, "exec", dont_inherit=True)
            name, content = (
                f"{name}c",
                form._code_to_hash_pyc(code, bytes(8), False),
            )  # never compared with a source
        target.writestr(zipfile.ZipInfo(name, WHEN), content)
