"""Clusters with persons in several arms, or cells, of a site: the covariance that comes of it is not known, and it is said."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["crossing", "crossing_note", "crossing_words"]

CROSSED = {
    "arms": "the covariance between arms that comes of it is not in the sampling errors",
    "cells": "the covariance between cells that comes of it is not in Q",
}
"""By the parts of a site: what clusters that cross them cost."""

RESTS = {
    "arms": "F, the tests, LIML, the corrected estimate and the balance take the arms as independent; least squares and its "
    "standard error over sites do not",
    "cells": "the tests of heterogeneity, LIML and sets by Q take the cells as independent; all else does not",
}


def crossing(site: NDArray[np.intp], part: NDArray[np.intp], cluster: NDArray[np.intp] | None) -> int:
    """How many clusters of a site have persons in several parts of it: arms, or cells.

    Args:
        site: of each person.
        part: the arm, or cell, of each person.
        cluster: of each person; None without clusters.
    """
    if cluster is None:
        return 0
    known = np.unique(np.stack([site, cluster, part]), axis=1)
    _, parts = np.unique(known[:2], axis=1, return_counts=True)
    return int((parts > 1).sum())


def crossing_words(count: int, parts: str) -> str:
    """That clusters cross the "arms" or "cells" of a site, as a clause; "" where none does."""
    if not count:
        return ""
    who = "a cluster has persons" if count == 1 else f"{count:,} clusters have persons"
    return f"{who} in several {parts} of a site, and {CROSSED[parts]}"


def crossing_note(count: int, parts: str) -> tuple[str, ...]:
    """The same with what rests on it, as a note; none where none does."""
    return (f"{crossing_words(count, parts)}: {RESTS[parts]}",) if count else ()
