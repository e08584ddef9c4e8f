"""What a site adds to the error of an estimate, as a sum of products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from identcheck.plan.inputs.anticipated import Array

__all__ = ["Influence", "Pull"]


@dataclass(frozen=True, eq=False)
class Pull:
    """One product, u'q_s r.

    Attributes:
        along: (C, R) u.
        residual: (C, R) r; terms that share it share the array.
    """

    along: Array
    residual: Array


Influence = Sequence[Pull]
"""What a site adds to an estimate, as a sum of products."""
