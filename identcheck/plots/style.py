"""The look that all pictures share: quiet, readable in grey print and without seeing colours."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from identcheck.errors import ReportError

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BLUE", "GREY", "INK", "LINES", "ORANGE", "PALE", "RED", "SLENDER", "blank", "demand_matplotlib", "legend_above",
    "lines_of", "literal", "looks", "sample", "swatch",
]  # fmt: skip

# Okabe and Ito's colours, which differ in lightness too.
INK, GREY, PALE = "#1a1a1a", "#767676", "#d9d9d9"
BLUE, RED, ORANGE = "#0072B2", "#D55E00", "#E69F00"

LINES: tuple[tuple[str, Any], ...] = ((ORANGE, (0, (1, 1.4))), (BLUE, "-"), (RED, (0, (5, 2))))
"""A colour and a pattern for each of up to three lines: either is enough to tell them apart."""

SLENDER = 3.6
"""Width in inches of a picture for narrow pages, where letters keep their size on a telephone."""

MISSING = "pictures need matplotlib, which is not installed: pip install 'identcheck[plots]'"

SETTINGS = {
    "font.size": 9.0,
    "axes.titlesize": 9.0,
    "axes.labelsize": 9.0,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "legend.fontsize": 8.0,
    "legend.frameon": False,
    "lines.linewidth": 1.5,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "identcheck",
}


def demand_matplotlib() -> None:
    """Make sure that pictures can be drawn.

    Raises:
        ReportError: matplotlib is not installed; says how to get it.
    """
    try:
        import_module("matplotlib")
    except ImportError as error:
        raise ReportError(MISSING) from error


@contextmanager
def looks() -> Iterator[None]:
    """Draw in the house style, whatever the user's own settings; they are back afterwards.

    A letter that the font lacks is drawn as a box, without a warning.

    Raises:
        ReportError: matplotlib is not installed; says how to get it.
    """
    demand_matplotlib()
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*[Gg]lyph.*")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)  # type: ignore[arg-type]
        yield


def blank(
    rows: int = 1, columns: int = 1, size: tuple[float, float] = (6.4, 3.6)
) -> tuple[Figure, list[Axes]]:
    """A figure with a grid of panels, row by row.

    Args:
        rows: of panels.
        columns: of panels.
        size: of the whole figure in inches.
    """
    from identcheck.plots.picture import Picture

    figure = Picture(figsize=size, layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False)
    return figure, list(panels.flat)


def legend_above(figure: Figure, handles: Sequence[Artist], columns: int = 3) -> None:
    """A legend above all panels."""
    figure.legend(handles=list(handles), loc="outside upper left", ncols=columns, handlelength=2.2)


def sample(words: str, **look: Any) -> Artist:
    """A line, or marker, of a legend."""
    from matplotlib.lines import Line2D

    return Line2D([], [], label=literal(words), **look)


def swatch(words: str, **look: Any) -> Artist:
    """A filled box of a legend."""
    from matplotlib.patches import Patch

    return Patch(label=literal(words), edgecolor=INK, linewidth=0.5, **look)


def literal(text: str) -> str:
    """Text that is printed as it stands: without this, what is between two dollar signs is mathematics."""
    return " ".join(text.split()).replace("$", r"\$")


def lines_of(text: str, width: int) -> str:
    """The same in lines of about so many letters."""
    return literal(text) if len(text) <= width else "\n".join(map(literal, wrap(text, width)))
