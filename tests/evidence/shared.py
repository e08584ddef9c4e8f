"""Tables of site effects for tests; the published ones are read where they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from tests.drawn import drawn
from tests.tools import REPOSITORY

DATA = REPOSITORY.parent / "shared" / "data"


def published(name: str) -> Path:
    """A published table that is not shipped; the test is skipped where it is not beside the repository."""
    found = next(
        (
            place / name
            for place in (DATA, REPOSITORY.parents[1] / "shared" / "data")
            if (place / name).is_file()
        ),
        None,
    )
    if found is None:
        pytest.skip(f"the published table {name} is not beside the repository")
    return found


def parallel(*mediators: str, sites: int, **options) -> ic.Design:
    return drawn(f"T -> {{{' '.join(mediators)}}} -> Y", sites=sites, **options)


def pairs(*nodes: str) -> dict[str, tuple[str, str]]:
    """Each node with columns named after it."""
    return {node: (node.lower(), f"{node.lower()}_se") for node in nodes}


def frame(sites: int, *nodes: str, seed: int = 0, se: float = 0.1) -> pd.DataFrame:
    """Effects of sites drawn at random, Y the sum of the others plus error."""
    rng = np.random.default_rng(seed)
    made: dict[str, object] = {"site": [f"s{i}" for i in range(sites)]}
    total = rng.normal(scale=se, size=sites)
    for node in nodes:
        effect = 1 + rng.normal(size=sites)
        if node == "Y":
            effect = total
        else:
            total = total + effect
        made[node.lower()], made[f"{node.lower()}_se"] = effect, np.full(sites, se)
    return pd.DataFrame(made)


def effects(sites: int, *nodes: str, seed: int = 0, **options) -> ic.SiteEffects:
    return ic.SiteEffects.from_frame(
        frame(sites, *nodes, seed=seed), site="site", effects=pairs(*nodes), **options
    )
