"""The worlds from which searches for a pair start: those that meet what is granted, the plainest first."""

from __future__ import annotations

from identcheck.decide.witness.bases.drawing import drawn_alike, free_arrows, own_arrows, with_correlated
from identcheck.decide.witness.bases.in_order import bases, stalled, uncrossed

__all__ = [
    "bases",
    "drawn_alike",
    "free_arrows",
    "own_arrows",
    "stalled",
    "uncrossed",
    "with_correlated",
]
