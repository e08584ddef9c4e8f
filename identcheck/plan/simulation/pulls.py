"""What a site adds to the error of an estimate, as a sum of products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from identcheck.plan.inputs.anticipated import Array

__all__ = ["Influence", "Pull"]


@dataclass(frozen=True, eq=False)
class Pull:
    """One product, u'q_s r.

    Attributes:
        along: (P, R) u, where it may be other than 0.
        rows: (P,) which of the C columns these are.
        residual: (C, R) r; terms that share it share the array, and have the same ``rows``.
    """

    along: Array
    rows: Sequence[int]
    residual: Array

    @property
    def whole(self) -> Array:
        """(C, R) u."""
        found = np.zeros_like(self.residual)
        found[[*self.rows]] = self.along
        return found


Influence = Sequence[Pull]
"""What a site adds to an estimate, as a sum of products."""
