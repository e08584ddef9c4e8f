"""Pictures with panels side by side are shown on narrow screens with their panels below each other (``images/narrow``)."""

import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx

WIDTH = "600px"
IMAGE = re.compile(
    r'(?<!-narrow\.svg">)<img\b[^>]*?src="(?P<folder>[^"]*_images/)(?P<name>[\w-]+)\.svg"[^>]*>'
)


def with_narrow(page: str, names: set[str]) -> str:
    """A page in which pictures of these names have a second form for narrow screens."""

    def both(found: re.Match[str]) -> str:
        if found["name"] not in names:
            return found[0]
        source = f'<source media="(max-width: {WIDTH})" srcset="{found["folder"]}{found["name"]}-narrow.svg">'
        return f"<picture>{source}{found[0]}</picture>"

    return IMAGE.sub(both, page)


def rewritten(app: Sphinx, failed: Exception | None) -> None:
    """Copy the narrow pictures, and name them in the pages."""
    if failed is not None or app.builder.format != "html":
        return
    there = {path.stem: path for path in (Path(app.srcdir) / "images" / "narrow").glob("*.svg")}
    (Path(app.outdir) / "_images").mkdir(exist_ok=True)
    for name, path in there.items():
        shutil.copyfile(path, Path(app.outdir) / "_images" / f"{name}-narrow.svg")
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if (better := with_narrow(text, {*there})) != text:
            page.write_text(better, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at the pages when they are written."""
    app.connect("build-finished", rewritten)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
