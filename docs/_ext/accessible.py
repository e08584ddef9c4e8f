"""What the theme and Sphinx write so that it cannot be read aloud: toggles without a name, lists that are no lists."""

import re
from pathlib import Path

from sphinx.application import Sphinx

TOGGLE = '<summary><span class="toctree-toggle"'
NAMED = '<summary aria-label="Pages below this one"><span class="toctree-toggle"'
PARAMETERS = re.compile(r"<dl>\n((?:<dd>.*</dd>\n)+)</dl>")
"""The parameters of a signature, a line each: descriptions of nothing, inside a term."""


def accessible(page: str) -> str:
    """A page with names for the toggles of its lists of pages, and the parameters of signatures as plain lines."""
    return PARAMETERS.sub(_lines, page.replace(TOGGLE, NAMED))


def _lines(found: re.Match[str]) -> str:
    return found[1].replace("<dd>", '<span class="sig-line">').replace("</dd>", "</span>")


def rewritten(app: Sphinx, failed: Exception | None) -> None:
    """Write every page anew whose text changes."""
    if failed is None and app.builder.format == "html":
        for page in Path(app.outdir).rglob("*.html"):
            text = page.read_text(encoding="utf-8")
            if (better := accessible(text)) != text:
                page.write_text(better, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at the pages when they are written."""
    app.connect("build-finished", rewritten)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
