"""An effect as a question in short labels, and whether the trial can answer it, in a line."""

from __future__ import annotations

from dataclasses import replace

from identcheck.decide.conditions.base import names_in_order
from identcheck.decide.estimands import Target
from identcheck.decide.identification import Finding
from identcheck.decide.interacting import held_words
from identcheck.decide.obstacles import beyond_numerals
from identcheck.decide.sums import SumFinding
from identcheck.derive.paths import inner_nodes
from identcheck.derive.words import capital, effect_words, listed, through_words, zero_words
from identcheck.describe.design import Design
from identcheck.symbols.written import Badge, Text

__all__ = ["answer", "answer_of_sum", "question", "question_of_sum", "takes"]


def question(finding: Finding) -> str:
    """An effect in short labels: "Teacher practice → literacy, directly"."""
    design, target = finding.design, finding.target
    if target.route is not None:
        return capital(" → ".join(map(design.short_label, target.route)), design)
    if target.source in design.products:
        said = effect_words(design, target.source, target.target)
        return capital(said.removeprefix("the "), design)
    if target.held:
        others = target.avoiding | target.inner
        named = replace(target, held=(), avoiding=others, inner=frozenset())
        return f"{_of_paths(design, named)}{held_words(design, target.source, target.held)}"
    if target.depends_on:
        return f"{_of_paths(design, target)}, interactions included"
    surviving = inner_nodes(design, target.source, target.target, target.avoiding)
    level = zero_words(design, target.source, target.target, surviving) if design.interactions else ""
    return _of_paths(design, target) + level


def _of_paths(design: Design, target: Target) -> str:
    """An effect by the paths that it runs along: "Practice → literacy, by all paths"."""
    ends = f"{capital(design.short_label(target.source), design)} → {design.short_label(target.target)}"
    if target.last is not None:
        return f"{ends}, through {through_words(design, target.last)}"
    every = inner_nodes(design, target.source, target.target)
    left = inner_nodes(design, target.source, target.target, target.avoiding)
    if every and not left:
        return f"{ends}, directly"
    if every - left:
        around = listed([design.short_label(n) for n in design.order if n in every - left], "or")
        return f"{ends}, not through {around}"
    return f"{ends}, by all paths" if every and target.source not in design.treatments else ends


def question_of_sum(found: SumFinding) -> str:
    """A sum or a difference in short labels: "M1 → Y, directly, less M2 → Y, directly"."""
    first, *others = zip(found.estimand.signed, found.findings, strict=True)
    rest = (f"{', less' if sign < 0 else ', plus'} {question(f)}" for (sign, _), f in others)
    return f"{question(first[1])}{''.join(rest)}"


def answer_of_sum(found: SumFinding) -> Text:
    """The verdict and why."""
    reason = found.reason.removesuffix(".")
    return (Badge(found.verdict.value), f": {reason[:1].lower()}{reason[1:]}")


def answer(finding: Finding) -> Text:
    """The verdict, and what it takes: "conditional: only if (vi), (vii) and (ix) can be argued"."""
    return (Badge(finding.answer), f": {takes(finding)}")


def takes(finding: Finding) -> str:
    """What a verdict takes, or why it is none."""
    if finding.zero:
        return "the graph has no such path"
    best = finding.best
    if best is None:
        return finding.reason
    if finding.missing:
        return _if_argued(finding, names_in_order(finding.missing))
    if not best.regressors:
        return "by random assignment"
    used = names_in_order(c for c in best.conditions if not c.implied or c.drawn)
    return f"under {listed(used)}" if used else "by the graph and the design"


def _if_argued(finding: Finding, names: tuple[str, ...]) -> str:
    """What has to be argued, or is; and that exclusion is read off the graph, which is a claim as well."""
    drawn = [c for c in finding.best.conditions if c.drawn] if finding.best is not None else []
    graph = ", and (ii) holds as drawn" if drawn else ""
    said = finding.design.justifications
    if all(said.get(c.assumption, "").strip() for c in finding.missing):
        hold = "hold" if len(names) > 1 else "holds"
        return f"if {listed(names)} {hold}, as argued below{graph}"
    return f"only if {listed(names)} can be argued{graph}{beyond_numerals(finding.best, finding.missing)}"
