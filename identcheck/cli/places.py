"""Where commands write: one rule for all of them.

Nothing that exists is replaced without ``--force``: someone may have worked on it, and what was meant may be another file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click

from identcheck.basics.files import demand_place
from identcheck.errors import IdentcheckError

__all__ = ["FORCE", "demand_free", "demand_other"]

FORCE = click.option("--force", is_flag=True, help="Replace what exists of the files to be written.")


def demand_free(paths: Iterable[str | Path], force: bool) -> None:
    """Refuse, before any work is done, to write where nothing can be written or where something is already.

    Raises:
        IdentcheckError: naming every file that exists; with ``force`` only what could not be replaced.
    """
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
    """Refuse to write over the file that is read: what would take its place is another thing."""
    if output is None or not os.path.exists(file) or not os.path.exists(output):
        return
    if os.path.samefile(file, output):
        raise IdentcheckError(f"cannot write {output!r}: it is the file that is read; choose another name")
