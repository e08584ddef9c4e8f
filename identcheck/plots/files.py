"""Figures as SVG and PDF, the same bytes on any day."""

from __future__ import annotations

from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from identcheck.errors import ReportError
from identcheck.plots.style import looks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["font_files", "pdf_of", "svg_of"]


def _demand_figure(figure: object) -> None:
    if not hasattr(figure, "savefig"):
        raise ReportError(f"{figure!r:.60} is no figure; the functions of identcheck.plots make them")


def svg_of(figure: Figure) -> str:
    """A figure as an SVG document, with text as text."""
    _demand_figure(figure)
    file = StringIO()
    with looks():
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()


def pdf_of(figure: Figure) -> bytes:
    """A figure as a PDF document with its fonts."""
    _demand_figure(figure)
    file = BytesIO()
    with looks():
        figure.savefig(file, format="pdf", metadata={"CreationDate": None, "Producer": None, "Creator": None})
    return file.getvalue()


def font_files() -> list[str]:
    """The fonts that matplotlib brings, for systems that have none; none where it is not installed."""
    try:
        import matplotlib
    except ImportError:
        return []
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    names = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSerif-Italic.ttf")
    return [str(folder / name) for name in names if (folder / name).is_file()]
