"""The list of versions in the bar of every page.

`docs/versions.json` lists them, the newest first. A host keeps each version in a folder of its name, and beside these folders one
`versions.js`, that of the newest version, which all of them read; a copy without it reads its own. Read as a script, the list
works where pages are opened as files too. `_static/switch.js` offers the versions whose folders are there.
"""

import json
from pathlib import Path

from sphinx.application import Sphinx

LIST = Path(__file__).parents[1] / "versions.json"


def script(versions: list[str]) -> str:
    """The list as a script."""
    return f"offerVersions({json.dumps(versions)});\n"


def written(app: Sphinx, failed: Exception | None) -> None:
    """Write the list where pages look for it."""
    if failed is None and app.builder.format == "html":
        versions = json.loads(LIST.read_text(encoding="utf-8"))
        (Path(app.outdir) / "_static" / "versions.js").write_text(script(versions), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the list with the pages."""
    app.connect("build-finished", written)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
