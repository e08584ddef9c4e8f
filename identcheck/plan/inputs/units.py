"""The units of variables and of effects, in words."""

from __future__ import annotations

import re

from identcheck.derive.words import assigned_unit, is_plural, singular
from identcheck.describe.design import Design
from identcheck.plan.inputs.plan import Plan

__all__ = ["node_unit", "per", "short_unit", "worded_input"]

_PLACES = re.compile(
    r"^persons of a site(?= are taken)|^(?:persons per site|clusters per site|persons per cluster|sites|persons|clusters)$"
    r"|^of (?:a site's|all) (?:persons|clusters)$|^of the (?:persons|clusters)(?= assigned)"
    r"|^attrition of clusters|^sites(?= are$)"
    r"|(?<=between )(?:persons of a cluster|persons|clusters)$"
    r"|(?:SD|correlation|correlations|third moment|third moments) (?:across|within) sites\b"
)
_WORDS = re.compile(r"\b(?:persons|sites|site|clusters|cluster)\b")


def node_unit(plan: Plan, design: Design, node: str) -> str:
    """The unit of a mediator or the outcome: as the plan has it, else a probability or an SD of it.

    Where the plan states another SD than 1, or more than 1 for what causes leave of it, and no unit, its numbers are in whatever
    that SD is in.
    """
    if node in plan.units:
        return plan.units[node]
    if design.scales.get(node) == "binary":
        return "probability"
    other = plan.sds.get(node, 1.0) != 1.0 or plan.residuals.get(node, 1.0) > 1.0
    return f"units of {node}" if other else f"SD of {node}"


def per(head: str, tail: str) -> str:
    """The unit of an effect: that of its head per one unit of its tail, "SD of Y per percentage point", or "per 10 points"."""
    counted = re.match(r"\d", tail) is not None
    tail = re.sub("^units of ", "unit of ", tail)
    return f"{head} per {singular(tail) if is_plural(tail) and not counted else tail}"


def short_unit(plan: Plan, design: Design, source: str, target: str) -> str:
    """The unit of an effect as it stands after a number: "SD per SD"; "SD" where the cause is treatment, or yes or no."""

    def short(node: str) -> str:
        unit = node_unit(plan, design, node)
        return "SD" if unit == f"SD of {node}" else unit

    head = f"in {short(target)}" if short(target) == "probability" else short(target)
    whole = source in design.treatments or short(source) == "probability"
    return head if whole else per(head, short(source))


def worded_input(text: str, design: Design) -> str:
    """A text about an input in the words of the trial: "pupils per district" for "persons per site"."""
    unit = assigned_unit(design) or "clusters"
    clusters = {"clusters": unit, "cluster": singular(unit)}
    return _PLACES.sub(
        lambda found: _WORDS.sub(lambda word: clusters.get(word[0]) or design.word(word[0]), found[0]), text
    )
