"""The questions that can be asked of a design: average effects, written independently of any design."""

from __future__ import annotations

from identcheck.decide.estimand_text import Estimand
from identcheck.decide.estimands.asking import (
    at,
    average,
    compliance,
    difference,
    direct,
    interaction,
    itt,
    mediated,
    path,
    plus,
    total,
)
from identcheck.decide.estimands.kinds import OF_ONE_ARM, check_estimand
from identcheck.decide.estimands.reading import estimand_of, listed_estimands, parse
from identcheck.decide.estimands.resolving import last_mediators, resolve
from identcheck.decide.estimands.target import Stretch, Target, target_edges, target_words, that_matter

__all__ = [
    "OF_ONE_ARM",
    "Estimand",
    "Stretch",
    "Target",
    "at",
    "average",
    "check_estimand",
    "compliance",
    "difference",
    "direct",
    "estimand_of",
    "interaction",
    "itt",
    "last_mediators",
    "listed_estimands",
    "mediated",
    "parse",
    "path",
    "plus",
    "resolve",
    "target_edges",
    "target_words",
    "that_matter",
    "total",
]
