r"""Pieces of LaTeX for a paper with a preamble of its own: nothing in them needs ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from identcheck.basics.files import demand_place, make_folder, write_whole
from identcheck.report.blocks import Assumption, Block, Report, Tabular, Verdict
from identcheck.report.writers.environment import environment
from identcheck.report.writers.log import lacking_in, tell_faults
from identcheck.report.writers.render import finished
from identcheck.report.writers.tree import Place, standing
from identcheck.symbols.written import Text
from identcheck.tables.table import table_of

__all__ = ["FRAGMENTS", "PACKAGES", "fragment", "write_fragments"]

_TABLES = ("amsmath", "amssymb", "array", "booktabs", "graphicx", "longtable", "xcolor")
PACKAGES = {
    "assumptions": ("amsmath", "amssymb", "graphicx", "xcolor"),
    "conditions": _TABLES,
    "verdicts": _TABLES,
    "graph": ("amsmath", "amssymb", "graphicx", "tikz"),
}
"""The packages that each piece needs; graph also needs the TikZ library arrows.meta."""

FRAGMENTS = tuple(PACKAGES)


def fragment(report: Report, name: str) -> str:
    """One piece: "assumptions", "conditions", "verdicts" or "graph"."""
    template = environment("latex").get_template("latex/fragment.tex.jinja")
    with standing(Place(level=1)):
        made = template.render(
            name=name, blocks=_blocks(report, name), packages=PACKAGES[name], version=report.version
        )
    return finished(made, "latex")


def _blocks(report: Report, name: str) -> tuple[Block, ...]:
    """What a piece is made of."""
    if name == "verdicts":
        return (_verdicts(report.blocks("verdict")),)
    if name == "conditions":
        return tuple(block for block in report[name].blocks if isinstance(block, Tabular))
    return report.blocks("graph")[-1:] if name == "graph" else _assumptions(report)


def _assumptions(report: Report) -> tuple[Block, ...]:
    """What the effects rest on, without what is still to be written."""
    found = (block for block in report["assumptions"].blocks if isinstance(block, Assumption))
    return tuple(replace(block, wanted="", needs_justification=False) for block in found)


def _verdicts(verdicts: Iterable[Block]) -> Tabular:
    """The effects with their verdicts, as a table."""
    rows: list[tuple[Text, ...]] = []
    for verdict in verdicts:
        assert isinstance(verdict, Verdict)
        behind = (verdict.verdict, verdict.rests_on)
        rows += [(f"{e.text[:1].upper()}{e.text[1:]}", (e.formula,), *behind) for e in verdict.effects]
        if verdict.more:
            rows.append((f"{verdict.more[:1].upper()}{verdict.more[1:]}", "", *behind))
    return Tabular(table_of("verdicts", "", ("Effect", "", "Verdict", "Rests on"), rows))


def write_fragments(report: Report, folder: Path) -> tuple[Path, ...]:
    """Write every piece; each file appears whole or not at all.

    Raises:
        ReportError: a place that cannot be written.
    """
    make_folder(folder)
    places = tuple(folder / f"{name}.tex" for name in FRAGMENTS)
    for place in places:
        demand_place(place)
    pieces = [fragment(report, name) for name in FRAGMENTS]
    for piece, place in zip(pieces, places, strict=True):
        write_whole(place, piece.encode())
    tell_faults(lacking_in("".join(pieces)), "LaTeX")
    return places
