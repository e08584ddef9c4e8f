"""The options and arguments that several commands have, the effects that are asked for, and where commands may write.

Nothing that exists is replaced without ``--force``: someone may have worked on it, and what was meant may be another file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click

import identcheck as ic
from identcheck.errors import IdentcheckError

__all__ = [
    "ASSUME",
    "FILE",
    "FORCE",
    "LEVEL",
    "OUTPUT",
    "REPS",
    "SEED",
    "TARGET",
    "apart",
    "asked",
    "demand_free",
    "demand_other",
    "weights_of",
]


def _numerals(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """What the tab key offers after ``--assume``."""
    from identcheck.describe.validation.values import EVERY_NUMERAL, UNNUMBERED

    names = (*EVERY_NUMERAL, "all", *UNNUMBERED, "justified")
    return [name for name in names if name.startswith(begun)]


def apart(_: click.Context, __: click.Parameter, said: tuple[str, ...]) -> tuple[str, ...]:
    """The names, one by one, also of those written as ``vi,vii``."""
    return tuple(numeral for text in said for numeral in (text.replace(",", " ").split() or [text]))


ASSUME = click.option(
    "--assume",
    "-a",
    multiple=True,
    metavar="NAME",
    shell_complete=_numerals,
    callback=apart,
    help="Grant an assumption, such as vi; vi,vii or repeated for several; 'all' for every numeral; bypass, everywhere, shared "
    "or product, which no numeral grants; 'justified' for all that the design argues for.",
)
FILE = click.argument("file", type=click.Path())
TARGET = click.option(
    "--target",
    "-t",
    multiple=True,
    metavar="EFFECT",
    help="Ask for one effect: 'total V Y', 'direct V Y', 'path T V Y', 'compliance V', 'itt', 'mediated V', or of several "
    "'difference(direct V Y, direct NP Y)'; repeat for several.",
)
FORCE = click.option("--force", is_flag=True, help="Replace what exists of the files to be written.")
OUTPUT = click.option(
    "--output", "-o", metavar="OUT", help="Also write the tables, unrounded, to OUT: .csv, .json or .parquet."
)
REPS = click.option(
    "--reps", "-n", type=click.IntRange(min=2), default=1000, show_default=True, help="Simulated trials."
)
SEED = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="The same seed gives the same numbers.",
)
LEVEL = click.option(
    "--level",
    type=click.Choice(["sites", "persons"]),
    default="sites",
    show_default=True,
    help="Draw the site effects from their sampling distribution, or every person.",
)


def asked(design: ic.Design, text: str) -> ic.Estimand:
    """The effect of a design that a text such as ``"total V Y"`` asks for."""
    from identcheck.decide.estimands import estimand_of

    estimand = estimand_of(design, text)
    for _, part in estimand.signed:
        for node in part.nodes:
            design.known(node)
    return estimand


def demand_free(paths: Iterable[str | Path], force: bool) -> None:
    """Refuse, before any work is done, to write where nothing can be written or where something is already.

    Raises:
        IdentcheckError: naming every file that exists; with ``force`` only what could not be replaced.
    """
    from identcheck.basics.files import demand_place

    places = [Path(path) for path in paths]
    there = [str(place) for place in places if os.path.lexists(place)]
    for place in places:
        demand_place(place)
    if there and not force:
        one = len(there) == 1
        raise IdentcheckError(
            f"{', '.join(there)} {'exists' if one else 'exist'}; choose another name, or say --force to replace "
            f"{'it' if one else 'them'}"
        )


def demand_other(file: str, output: str | None) -> None:
    """Refuse to write over the file that is read: the output is of another kind."""
    if output is None or not os.path.exists(file) or not os.path.exists(output):
        return
    if os.path.samefile(file, output):
        raise IdentcheckError(f"cannot write {output!r}: it is the file that is read; choose another name")


def weights_of(design: ic.Design) -> str:
    """The weights of persons' data that go with a design: "persons" are n p (1 - p), as in two-stage least squares."""
    return "sites" if design.weights == "sites" else "persons"
