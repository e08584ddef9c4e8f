"""Figures as SVG and PDF, the same bytes on any day; and as part of an HTML page.

In a page there are shapes and text alone, without styles, links or names that occur twice.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from identcheck.errors import ReportError
from identcheck.plots.style import looks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["font_files", "inline_svg", "pdf_of", "svg_of"]


def _saved(figure: Figure, kind: str, *dated: str) -> bytes:
    """A figure as a file of a kind, without what is said there of the day and the program."""
    if not hasattr(figure, "savefig"):
        raise ReportError(f"{figure!r:.60} is no figure; the functions of identcheck.plots make them")
    file = BytesIO()
    with looks():
        figure.savefig(file, format=kind, metadata=dict.fromkeys(dated))
    return file.getvalue()


def svg_of(figure: Figure) -> str:
    """A figure as an SVG document, with text as text."""
    return _saved(figure, "svg", "Date", "Creator").decode()


def pdf_of(figure: Figure) -> bytes:
    """A figure as a PDF document with its fonts."""
    return _saved(figure, "pdf", "CreationDate", "Producer", "Creator")


def font_files() -> list[str]:
    """The fonts that matplotlib brings, for systems that have none; none where it is not installed."""
    try:
        import matplotlib
    except ImportError:
        return []
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    names = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSerif-Italic.ttf")
    return [str(folder / name) for name in names if (folder / name).is_file()]


Element = ElementTree.Element

SPACE = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
NAMED = ("clipPath", "pattern")
"""What other elements refer to by name."""

TAGS = frozenset((*NAMED, "g", "path", "text", "tspan", "rect", "defs", "circle", "line", "polygon"))
PLACES = ("d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height", "points")
KEPT = frozenset((*PLACES, "transform", "viewBox", "patternUnits", "fill", "stroke", "clip-path"))


def inline_svg(figure: Figure, name: str, description: str) -> str:
    """A figure as an ``svg`` element for a page that forbids styles, scripts and what is loaded.

    Args:
        figure: the figure.
        name: begins every identifier in it; no other picture of the page may have it.
        description: what the picture shows, for those who cannot see it.

    Raises:
        ReportError: matplotlib is not installed.
    """
    root = ElementTree.fromstring(svg_of(figure))
    page = _Page(root, name)
    width, height = map(float, root.get("viewBox", "").split()[2:])
    made = Element("svg", {"viewBox": f"0 0 {width:g} {height:g}", "role": "img", "aria-label": description})
    made.attrib |= {"width": f"{width * 4 / 3:.0f}", "height": f"{height * 4 / 3:.0f}"}
    made.extend(page.children(root))
    return ElementTree.tostring(made, encoding="unicode")


class _Page:
    """One figure on its way into a page."""

    def __init__(self, root: Element, name: str) -> None:
        self.shapes = {item.get("id"): item for item in root.iter() if item.get("id")}
        named = [item for item in root.iter() if _tag(item) in NAMED]
        self.names = {item.get("id", ""): f"{name}-{n}" for n, item in enumerate(named, 1)}

    def children(self, item: Element) -> list[Element]:
        """What an element holds, without definitions that only references show."""
        found = []
        for child in item:
            if _tag(child) == "use":
                found.append(self.copied(child))
            elif _tag(child) in TAGS and not (_tag(item) == "defs" and _tag(child) not in NAMED):
                found.append(self.rewritten(child))
        return [child for child in found if len(child) or child.tag not in ("defs", "g")]

    def rewritten(self, item: Element) -> Element:
        """An element with its styles as attributes, and no name unless it is referred to."""
        made = Element(
            _tag(item), {key: self.renamed(value) for key, value in item.attrib.items() if key in KEPT}
        )
        made.attrib |= self.attributes(item.get("style", ""))
        if _tag(item) in NAMED:
            made.set("id", self.names[item.get("id", "")])
        if _tag(item) in ("text", "tspan"):
            made.text = item.text
        made.extend(self.children(item))
        return made

    def copied(self, use: Element) -> Element:
        """What a reference shows, in its place; the shape's own styles go first, as in SVG."""
        shape = self.rewritten(self.shapes[use.get(LINK, "")[1:]])
        if (radius := _radius(shape)) is not None:
            dot = {"cx": use.get("x", "0"), "cy": use.get("y", "0"), "r": f"{radius:g}"}
            return Element("circle", dot | self.attributes(use.get("style", "")))
        group = Element("g", {"transform": f"translate({use.get('x', '0')} {use.get('y', '0')})"})
        group.attrib |= self.attributes(use.get("style", ""))
        if "clip-path" in use.attrib:
            group.set("clip-path", self.renamed(use.attrib["clip-path"]))
        group.append(shape)
        return group

    def attributes(self, style: str) -> dict[str, str]:
        """Styles as attributes; of a font only the size and the weight, as a page has fonts of its own."""
        found: dict[str, str] = {}
        for part in filter(None, map(str.strip, style.split(";"))):
            key, _, value = (piece.strip() for piece in part.partition(":"))
            if key == "font":
                found |= {word: size for word, size in _font(value).items() if size}
            else:
                found[key] = self.renamed(value)
        return found

    def renamed(self, value: str) -> str:
        """A value with the page's names in its references."""
        return re.sub(r"url\(#([^)]*)\)", lambda hit: f"url(#{self.names[hit[1]]})", value)


def _tag(item: Element) -> str:
    return item.tag.removeprefix(SPACE)


def _radius(shape: Element) -> float | None:
    """The radius of a marker that is a disc, which is drawn by eight curves; None for another shape."""
    numbers = re.findall(r"-?[\d.]+", shape.get("d", ""))
    return max(map(float, numbers)) if shape.get("d", "").count("C") == 8 else None


def _font(value: str) -> dict[str, str]:
    size, weight = re.search(r"([\d.]+)px", value), re.search(r"\b(bold|[5-9]00)\b", value)
    return {
        "font-size": size[1] if size else "",
        "font-weight": weight[1] if weight else "",
        "font-family": FONT,
    }
