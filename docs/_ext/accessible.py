"""What the theme leaves unnamed gets a name: the toggles of its lists of pages."""

from pathlib import Path

from sphinx.application import Sphinx

TOGGLE = '<summary><span class="toctree-toggle"'
NAMED = '<summary aria-label="Pages below this one"><span class="toctree-toggle"'


def name_toggles(app: Sphinx, failed: Exception | None) -> None:
    """Name them in every page that was written."""
    if failed is None and app.builder.format == "html":
        for page in Path(app.outdir).rglob("*.html"):
            text = page.read_text(encoding="utf-8")
            if TOGGLE in text:
                page.write_text(text.replace(TOGGLE, NAMED), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at the pages when they are written."""
    app.connect("build-finished", name_toggles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
