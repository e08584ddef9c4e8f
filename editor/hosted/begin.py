"""Unpack the engine inside the browser, and return what answers requests; run by worker.mjs, with the archive in ``packed``."""

import lzma
import sys
import zipfile

with open("/engine.zip", "wb") as file:
    file.write(lzma.decompress(packed.to_py()))  # type: ignore[name-defined]  # noqa: F821
with zipfile.ZipFile(
    "/engine.zip"
) as held:  # what reads files beside itself is unpacked; the rest is imported from the archive
    whole = {name.split("/")[0] for name in held.namelist() if not name.endswith(".pyc")}
    held.extractall("/engine", [name for name in held.namelist() if name.split("/")[0] in whole])
sys.path[:0] = ["/engine", "/engine.zip"]

from identcheck.drawing.hosted import answers  # noqa: E402

answers  # noqa: B018  # the value of this script
